"""What the big screen shows: numbers of today, of what is in hand, and of the last thirty days.

Nothing here looks through cases: what is in hand is a table of its own, what was done is summed
from sheets, grades are those of evaluation, hot places are made once a day. What changes with every
move is kept for two seconds, the rest for a minute; all walls of a process share it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models.functions import Envelope
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import get_language

from spatial.basemap.models import Region
from spatial.cases.loads import Loads, loads, most_overdue, newest
from spatial.cases.models import Case, Department
from spatial.cases.selectors import sees_all
from spatial.core.masking import blotted
from spatial.core.roles import ADMINISTRATOR, OPERATOR, role_names
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import Period, period_of
from spatial.evaluation.selectors import SEE_RESULTS
from spatial.evaluation.services.daily import daily_sums
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.objects import COMMAND, SUPERVISION, Asked
from spatial.grids.models import GridPlan
from spatial.grids.services.inputs import district_now
from spatial.patrol.models import Duty, PatrolArea, WalkedMonth
from spatial.patrol.models.duty import still_on
from spatial.patrol.selectors import SEE_TRAILS
from spatial.reports.access import SEE_ANALYSIS
from webmap.analysis import answer_or_order, asked_daily
from webmap.keeping import Kept
from webmap.language import in_language
from webmap.tasks import analysis_task

DAYS = 30
OF_TODAY = ("reported", "filed", "dispatched", "handled", "reworked", "closed")
OF_DAYS = ("reported", "closed", "handled_judged", "handled_on_time", "handled", "reworked")
MOST_OVERDUE, MOST_NEW, MOST_DEPARTMENTS, MOST_RANKED, MOST_HOT = 24, 12, 12, 20, 8
NEW_FOR = timedelta(minutes=10)
NOW = Kept(lambda: settings.WALL_NOW_KEPT_S, behind=False)
SLOW = Kept(lambda: settings.WALL_DAYS_KEPT_S, behind=True)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who looks, by what makes the numbers differ; of two alike both see the same."""

    everything: bool
    departments: tuple[int, ...]
    results: bool
    analysis: bool
    duty: bool
    language: str
    user: Any = field(compare=False)

    @property
    def of(self) -> tuple[int, ...] | None:
        """The departments whose counts are shown, None for all of the ground."""
        return None if self.everything else self.departments


def watcher_of(user: Any) -> Watcher:
    """What a user may see on the wall."""
    held, everything = role_names(user), sees_all(user)
    mine = () if everything else tuple(sorted(user.departments.values_list("pk", flat=True)))
    return Watcher(
        everything, mine, bool(held & SEE_RESULTS), bool(held & SEE_ANALYSIS),
        bool(held & SEE_TRAILS), get_language() or "", user,
    )  # fmt: skip


def usual_centre(user: Any) -> str:
    """The centre whose wall somebody sees first."""
    return SUPERVISION if role_names(user) & {OPERATOR, ADMINISTRATOR} else COMMAND


def wall_numbers(user: Any, centre: str, district: str) -> dict[str, Any]:
    """Everything that one screen shows, of a district or of all.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``.
    """
    watcher, today = watcher_of(user), timezone.localdate()
    slow = SLOW.get((watcher, centre, district, today), lambda: _days(watcher, centre, district))
    now = NOW.get((watcher, district, today), lambda: _now(watcher, district))
    areas = [one | now["areas"].get(one["code"], _NO_LOAD) for one in slow["areas"]]
    shown = {name: value for name, value in now.items() if name != "areas"}
    return {"centre": centre, "district": district, "day": today, **slow, **shown, "areas": areas}


_NO_LOAD = {"open": 0, "overdue": 0, "soon": 0}


def _now(watcher: Watcher, district: str) -> dict[str, Any]:
    """What changes with every move."""
    user, now, today = watcher.user, timezone.now(), timezone.localdate()
    found = loads(user, district, now)
    (counted,) = daily_sums(today, today, OF_TODAY, district=district, departments=watcher.of)
    return {
        "totals": counted | asdict(found.all),
        "stages": [{"stage": name, **asdict(one)} for name, one in sorted(found.stages.items())],
        "departments": _departments(found),
        "areas": {code: asdict(one) for code, one in found.areas.items()},
        "overdue": [case_line(one) for one in most_overdue(user, district, now, MOST_OVERDUE)],
        "newest": [case_line(one) for one in newest(user, district, now - NEW_FOR, MOST_NEW)],
    }


def _departments(found: Loads) -> list[dict[str, Any]]:
    """Departments with the most to do, those with most overdue cases first."""
    order = sorted(
        ((key, one) for key, one in found.departments.items() if key is not None),
        key=lambda pair: (-pair[1].overdue, -pair[1].open, pair[0]),
    )[:MOST_DEPARTMENTS]
    rows = Department.objects.in_bulk([key for key, _one in order])
    return [
        {"name": in_language(rows[key].name, rows[key].name_en), **asdict(one)}
        for key, one in order if key in rows
    ]  # fmt: skip


def case_line(case: Case) -> dict[str, Any]:
    """A case as the wall shows it: nothing of who reported it, nor in whose words."""
    one, department = case.case_class, case.department
    return {
        "number": case.number, "case_class": in_language(one.name, one.name_en),
        "place": blotted(case.place), "stage": case.stage, "reported_at": case.reported_at,
        "due": case.due_at, "lon": round(case.point.x, 6), "lat": round(case.point.y, 6),
        "street": case.street_code,
        "department": in_language(department.name, department.name_en) if department else "",
    }  # fmt: skip


def _days(watcher: Watcher, centre: str, district: str) -> dict[str, Any]:
    """What changes slowly."""
    today = timezone.localdate()
    period = period_of(today - timedelta(days=DAYS - 1), today)
    counted = daily_sums(period.first, today, OF_DAYS, district=district, departments=watcher.of)
    areas = _areas(watcher, district, period)
    departments = centre == COMMAND and watcher.results
    ranked = _graded(ObjectKind.DEPARTMENT, district, period) if departments else areas
    order = sorted((one for one in ranked if one["grade"]),
                   key=lambda one: (-one["score"], one["code"]))  # fmt: skip
    names = ("code", "name", "score", "grade")
    return {
        "first": period.first,
        "trend": [{"day": period.first + timedelta(days=n), "reported": one["reported"],
                   "handled": one["handled"], "closed": one["closed"]}
                  for n, one in enumerate(counted)],
        "lately": _lately(counted),
        "areas": areas,
        "ranking": [{name: one[name] for name in names} for one in order[:MOST_RANKED]],
        "ranked": ObjectKind.DEPARTMENT if departments else _kind(district),
        "ranks": len(order),
        "hot": _hot(district) if watcher.analysis else [],
        "duty": _duty(district, today) if watcher.duty else None,
    }  # fmt: skip


def _lately(counted: list[dict[str, int]]) -> dict[str, Any]:
    """Shares of the thirty days; None where there was nothing."""
    total = {name: sum(one[name] for one in counted) for name in OF_DAYS}

    def share(part: str, whole: str) -> float | None:
        return round(total[part] / total[whole], 4) if total[whole] else None

    return {"on_time": share("handled_on_time", "handled_judged"),
            "rework": share("reworked", "handled")}  # fmt: skip


def _kind(district: str) -> str:
    return ObjectKind.STREET if district else ObjectKind.DISTRICT


def _graded(kind: str, district: str, period: Period) -> list[dict[str, Any]]:
    run = evaluate(Asked(kind, district), period)
    rows = [run.result(place) for place in range(len(run.inputs.codes))]
    return [{"code": row["code"], "name": in_language(row["name"], row["name_en"]),
             "score": row["score"], "grade": row["grade"]} for row in rows]  # fmt: skip


def _areas(watcher: Watcher, district: str, period: Period) -> list[dict[str, Any]]:
    """Streets of a district, or all districts, with where they lie and how they are graded.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``.
    """
    regions = Region.objects.filter(valid_to__isnull=True)
    if district:
        district_now(district)
    found = regions.filter(level=_kind(district), code__startswith=district)
    if not district:
        # Where there are no grids there is nothing to look at.
        plans = GridPlan.objects.filter(state=GridPlan.State.PUBLISHED)
        found = found.filter(code__in=plans.values("district__code"))
    graded = {one["code"]: one for one in _graded(_kind(district), district, period)} if (
        watcher.results) else {}  # fmt: skip
    rows = found.annotate(box=Envelope("geom")).order_by("code")
    return [
        {"code": code, "name": in_language(name, name_en),
         "bounds": [round(value, 6) for value in box.extent],
         "score": graded.get(code, {}).get("score"), "grade": graded.get(code, {}).get("grade", "")}
        for code, name, name_en, box in rows.values_list("code", "name", "name_en", "box")
    ]  # fmt: skip


def _hot(district: str) -> list[dict[str, Any]]:
    """Hot places of today's answer; what is not made yet is ordered."""
    plans = GridPlan.objects.filter(state=GridPlan.State.PUBLISHED)
    codes = sorted(set(plans.values_list("district__code", flat=True)))
    marks: list[dict[str, Any]] = []
    for code in (one for one in codes if district in ("", one)):
        answer, job, new = answer_or_order("hottest", asked_daily(code)["hottest"], None)
        if job is not None and new:
            analysis_task.enqueue(str(job.pk))
        marks += answer["marks"] if answer else []
    marks = sorted(marks, key=lambda one: -one["z"])[:MOST_HOT]
    names = _places({one["grid"] for one in marks})
    return [one | {"name": names.get(one["grid"], "")} for one in marks]


def _places(grids: set[str]) -> dict[str, str]:
    """Of grids by code the name of the community that each lies in."""
    wanted = {code[:12] for code in grids}
    rows = Region.objects.filter(
        level=Region.Level.COMMUNITY, code__in=wanted, valid_to__isnull=True
    ).values_list("code", "name", "name_en")
    names = {code: in_language(name, name_en) for code, name, name_en in rows}
    return {code: names.get(code[:12], "") for code in grids}


def _duty(district: str, today: date) -> dict[str, int]:
    """Inspectors on duty of those who have areas, and grids walked today of those of the areas."""
    areas = PatrolArea.objects.filter(in_use=True, district_code__startswith=district)
    people = areas.filter(inspectors__isnull=False).values("inspectors").distinct()
    duties = Duty.objects.filter(still_on(timezone.now()))
    if district:
        duties = duties.filter(user__in=people)
    walked = WalkedMonth.objects.annotate(walked=F("days").bitand(1 << (today.day - 1))).filter(
        month=today.year * 100 + today.month, walked__gt=0, grid_code__startswith=district
    )
    return {
        "on": duties.count(), "of": people.count(), "walked": walked.count(),
        "grids": areas.aggregate(n=Sum("grid_count"))["n"] or 0,
    }  # fmt: skip
