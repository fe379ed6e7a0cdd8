"""The clocks of a case: when they start, stand still, go on, and what they say at the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from spatial.cases.models import Case, Hold, StageLimit, Unit

HOURS = {
    Unit.EMERGENCY_HOUR: 1,
    Unit.WORKING_HOUR: 1,
    Unit.HOUR: 1,
    Unit.WORKING_DAY: 24,
    Unit.DAY: 24,
}


def deadline(start: datetime, limit_n: Decimal | float, unit: str) -> datetime:
    """When a limit that starts at a moment has run out."""
    return start + timedelta(hours=float(limit_n) * HOURS[unit])


def _elapsed(start: datetime, end: datetime, unit: str) -> float:
    return (end - start) / timedelta(hours=HOURS[unit])


def enter_stage(case: Case, stage: str, now: datetime) -> None:
    """The case stands at a stage from now on, until the stage's own limit where it has one."""
    case.stage, case.stage_since = stage, now
    limit = StageLimit.objects.filter(stage=stage).first()
    case.stage_deadline = deadline(now, limit.limit_n, limit.limit_unit) if limit else None


def start(case: Case, now: datetime) -> None:
    """A department has the case from now on, with the whole limit before it."""
    stop(case, now)
    case.clock_from, case.handed_on_at, case.late = now, None, None
    if case.limit_n is not None:
        case.deadline = deadline(now, case.limit_n, case.limit_unit)


def stop(case: Case, now: datetime) -> None:
    """No department has the case: what ran or stood still ends."""
    Hold.objects.filter(case=case, until__isnull=True).update(until=now)
    case.clock_from = case.deadline = None


def stand_still(case: Case, why: str, now: datetime) -> None:
    """The clock does not count until it goes on."""
    Hold.objects.create(case=case, why=why, since=now)


def go_on(case: Case, now: datetime) -> None:
    """What was left when the clock stood still is left from now on; what was late stays so."""
    hold = Hold.objects.filter(case=case, until__isnull=True).first()
    if hold is None:
        return
    hold.until = max(now, hold.since)
    hold.save(update_fields=["until"])
    if case.deadline is not None and case.deadline > hold.since:
        left = _elapsed(hold.since, case.deadline, case.limit_unit)
        case.deadline = deadline(now, left, case.limit_unit)


def prolong(case: Case, more_n: Decimal, unit: str) -> None:
    """Granted time begins where the limit ends."""
    if case.deadline is not None:
        case.deadline = deadline(case.deadline, more_n, unit)


def hand_on(case: Case, now: datetime) -> None:
    """The department is done: on time or late is settled here, and stays when it was late."""
    case.handed_on_at = now
    if case.deadline is not None:
        case.late = bool(case.late) or now > case.deadline
    stand_still(case, Hold.Why.HANDED_ON, now)


def end(case: Case, now: datetime) -> None:
    """The case has ended; its deadline stays as it was, to be read beside the answer."""
    Hold.objects.filter(case=case, until__isnull=True).update(until=now)
    case.closed_at = now
