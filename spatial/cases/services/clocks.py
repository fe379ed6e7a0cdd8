"""The clocks of a case: when they start, stand still, go on, and what they say at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.db.models import Q

from spatial.cases import worktime
from spatial.cases.models import Case, Hold, StageLimit, Unit, WorkCalendar
from spatial.cases.stages import WITH_DEPARTMENT, Stage

ANY_REGION = ""
AT_ONCE = 1_000
"""Cases that are read and written together."""


def calendar_of(district_code: str) -> worktime.Calendar:
    """The working calendar of a district: its own, else the site's, else China's as it is."""
    rows = WorkCalendar.objects.filter(region_code__in=[district_code, ANY_REGION])
    row = rows.order_by("-region_code").first()
    if row is None:
        return _calendar("CN", "Asia/Shanghai", "08:00-12:00 14:00-18:00", "00:00-24:00", ())
    own = tuple(row.days.values_list("day", "works"))
    return _calendar(row.country, row.zone, row.hours, row.emergency, own)


@lru_cache(maxsize=64)
def _calendar(
    country: str, zone: str, hours: str, emergency: str, own: tuple[tuple[date, bool], ...]
) -> worktime.Calendar:
    return worktime.Calendar(
        country=country,
        zone=zone,
        hours=worktime.Hours.parse(hours),
        emergency=worktime.Hours.parse(emergency),
        own=worktime.DayTable(dict(own)),
    )


def _due(case: Case, start: datetime, limit_n: Decimal | float, unit: str) -> datetime | None:
    """When a limit that starts at a moment has run out."""
    calendar = calendar_of(case.district_code)
    return worktime.deadline(start, float(limit_n), worktime.Unit(unit), calendar)


def enter_stage(case: Case, stage: str, now: datetime) -> str:
    """The case stands at a stage from now on, until the stage's own limit where it has one.

    The unit of that limit, "" for none: `show` need not ask for it again.
    """
    case.stage, case.stage_since = stage, now
    limit = StageLimit.objects.filter(stage=stage).first()
    case.stage_deadline = _due(case, now, limit.limit_n, limit.limit_unit) if limit else None
    return limit.limit_unit if limit else ""


def running(case: Case) -> datetime | None:
    """Until when a department has to be done, while it has the case and its clock runs."""
    if case.stage in WITH_DEPARTMENT and case.stage != Stage.HELD:
        return case.deadline
    return None


def show(case: Case, held: Sequence[worktime.Hold] | None = None, unit: str = "") -> None:
    """Set what desks show: when what counts now is due, and from when it is yellow.

    While a department has the case its limit counts, at other stages that of the stage; nothing
    counts on hold and after the end. ``held`` are the holds that are over and ``unit`` that of the
    stage's limit, where they are known.
    """
    case.due_at = case.warn_at = None
    if case.stage in WITH_DEPARTMENT:
        if case.stage != Stage.HELD and case.deadline is not None and case.clock_from is not None:
            held = _holds_of([case.pk])[case.pk] if held is None else held
            case.due_at = case.deadline
            case.warn_at = _yellow(case, case.clock_from, case.deadline, case.limit_unit, held)
    elif case.closed_at is None and case.stage_deadline is not None:
        case.due_at = case.stage_deadline
        unit = unit or _unit_of(case.stage)
        case.warn_at = _yellow(case, case.stage_since, case.due_at, unit)


def _unit_of(stage: str) -> str:
    """The unit of a stage's limit; hours where the limit is gone that an open case still has."""
    row = StageLimit.objects.filter(stage=stage).values_list("limit_unit", flat=True)
    return row.first() or Unit.HOUR


def show_waiting() -> int:
    """Set what desks show of open cases that were written in bulk; of how many."""
    waits = Q(stage__in=WITH_DEPARTMENT - {Stage.HELD}, deadline__isnull=False)
    waits |= Q(stage_deadline__isnull=False) & ~Q(stage__in=WITH_DEPARTMENT)
    found = Case.objects.filter(waits, closed_at__isnull=True, due_at__isnull=True)
    keys = list(found.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        cases, held = Case.objects.filter(pk__in=part), _holds_of(part)
        for case in cases:
            show(case, held[case.pk])
        Case.objects.bulk_update(cases, ["due_at", "warn_at"])
    return len(keys)


def _holds_of(keys: list[int]) -> dict[int, list[worktime.Hold]]:
    """Holds that are over, by case; those before the clock began anew move nothing."""
    found: dict[int, list[worktime.Hold]] = defaultdict(list)
    rows = Hold.objects.filter(case__in=keys, until__isnull=False)
    for key, since, until in rows.values_list("case", "since", "until"):
        found[key].append(worktime.Hold(since, until))
    return found


def _yellow(
    case: Case, start: datetime, due: datetime, unit: str, held: Sequence[worktime.Hold] = ()
) -> datetime | None:
    """When so much of the time between start and due has run that the light turns yellow."""
    if due <= start:
        return due
    calendar, known = calendar_of(case.district_code), worktime.Unit(unit)
    total = worktime.elapsed(start, due, known, calendar, held)
    return worktime.deadline(start, worktime.YELLOW_FROM * total, known, calendar, held)


def start(case: Case, now: datetime) -> None:
    """A department has the case from now on, with the whole limit before it."""
    stop(case, now)
    case.clock_from, case.handed_on_at, case.late = now, None, None
    if case.limit_n is not None:
        case.deadline = _due(case, now, case.limit_n, case.limit_unit)


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
        calendar, unit = calendar_of(case.district_code), worktime.Unit(case.limit_unit)
        left = worktime.elapsed(hold.since, case.deadline, unit, calendar)
        case.deadline = worktime.deadline(hold.until, left, unit, calendar)


def prolong(case: Case, more_n: Decimal, unit: str) -> None:
    """Granted time begins where the limit ends."""
    if case.deadline is not None:
        case.deadline = _due(case, case.deadline, more_n, unit)


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
