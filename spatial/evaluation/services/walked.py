"""Patrol coverage: of the grids that are to be walked each day, those that were.

Every unit grid of a patrol area is to be walked on every whole day since the first duty; days that
are not over do not count. A grid that is of two editions in a period is to be walked on the days of
both. Of an inspector count the grids of his areas on the days on which he was on duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from django.db.models import Min
from django.utils import timezone

from spatial.core.reading import reader
from spatial.evaluation.models import ObjectKind, WeightScheme
from spatial.evaluation.periods import ONE_D, Period
from spatial.evaluation.services.inputs import LENGTH, OF_GRIDS, Floats, Inputs
from spatial.evaluation.services.objects import Objects, people_names, plans_of
from spatial.patrol.models import AreaGrid, Duty, PatrolArea

WALKED, DUE = "walked", "walk_due"
WALKS = (WALKED, DUE)
INDICATOR = "patrol_coverage"
_WALKED = """
SELECT w.grid_code, sum(bit_count((w.days & m.mask)::bit(32)))
FROM patrol_walkedmonth w JOIN unnest(%(months)s::int[], %(masks)s::int[]) AS m(month, mask)
    ON m.month = w.month
WHERE w.grid_code LIKE %(near)s GROUP BY 1
"""
_BY_USER = """
SELECT user_id::text, sum(own), sum(due) FROM patrol_walk
WHERE day BETWEEN %(first)s AND %(last)s GROUP BY 1
"""


def asks_for_walks(schemes: Iterable[WeightScheme]) -> bool:
    """Whether a scheme weighs patrol coverage: else nobody has to count it."""
    return any(one["indicator"] == INDICATOR for scheme in schemes for one in scheme.parts)


def with_walks(inputs: Inputs, kind: str, objects: Objects, period: Period, near: str) -> Inputs:
    """Counts of objects, with grids walked and to be walked, each so many times as days."""
    if kind == ObjectKind.INSPECTOR:
        found = _of_inspectors(period)
        inputs = _with_walkers(inputs, found, objects, near)
    elif kind in OF_GRIDS or kind in LENGTH:
        found = _of_ground(inputs.codes, kind, objects, period, near)
    else:
        return inputs
    pairs = [found.get(code, (0.0, 0.0)) for code in inputs.codes]
    both = np.array(pairs, float).reshape(-1, 2)
    return replace(inputs, counts={**inputs.counts, WALKED: both[:, 0], DUE: both[:, 1]})


def walks_of_grids(codes: Sequence[str], period: Period, near: str) -> dict[str, Floats]:
    """The same for unit grids, in their order."""
    found = _by_grid(period, near)
    both = np.array([found.get(code, (0, 0)) for code in codes], float).reshape(-1, 2)
    return {WALKED: both[:, 0], DUE: both[:, 1]}


def grids_walked(
    kind: str, code: str, objects: Objects, period: Period, near: str
) -> list[tuple[str, int, int]]:
    """Grids of an object with the days on which they were walked and to be walked, worst first."""
    grids = _by_grid(period, near)
    mine = [one for one in grids if code in _into(one, kind, objects)]
    rows = [(one, *map(int, grids[one])) for one in mine]
    return sorted(rows, key=lambda row: (row[1] / row[2] if row[2] else 1, row[0]))


def _of_ground(
    codes: list[str], kind: str, objects: Objects, period: Period, near: str
) -> dict[str, tuple[float, float]]:
    known = set(codes)
    found: dict[str, tuple[float, float]] = {}
    for grid, (walked, due) in _by_grid(period, near).items():
        for code in _into(grid, kind, objects):
            if code in known:
                before = found.get(code, (0.0, 0.0))
                found[code] = (before[0] + walked, before[1] + due)
    return found


def _into(grid: str, kind: str, objects: Objects) -> list[str]:
    if kind in OF_GRIDS:
        return objects.of_grid.get(grid, [])
    return [grid[: LENGTH[ObjectKind(kind)]]]


def _by_grid(period: Period, near: str) -> dict[str, tuple[int, int]]:
    days = _days(period)
    if days is None:
        return {}
    first, last = days
    due: dict[str, int] = {}
    for plan in plans_of(period, near):
        begin = max(first, plan.valid_from)
        end = min(last, plan.valid_to - ONE_D) if plan.valid_to else last
        count = (end - begin).days + 1
        if count > 0:
            rows = AreaGrid.objects.filter(plan=plan, area__in_use=True)
            for code in rows.values_list("grid_code", flat=True):
                due[code] = due.get(code, 0) + count
    months, masks = _masks(first, last)
    with reader().cursor() as cursor:
        cursor.execute(_WALKED, {"months": months, "masks": masks, "near": f"{near}%"})
        walked = dict(cursor.fetchall())
    return {code: (min(int(walked.get(code, 0)), n), n) for code, n in due.items()}


def _days(period: Period) -> tuple[date, date] | None:
    """Whole days of the period since there was patrol."""
    begun = Duty.objects.aggregate(at=Min("started_at"))["at"]
    if begun is None:
        return None
    first = max(period.first, timezone.localdate(begun))
    last = min(period.last, timezone.localdate() - ONE_D)
    return (first, last) if first <= last else None


def _masks(first: date, last: date) -> tuple[list[int], list[int]]:
    masks: dict[int, int] = {}
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        month = day.year * 100 + day.month
        masks[month] = masks.get(month, 0) | 1 << (day.day - 1)
    return list(masks), list(masks.values())


def _with_walkers(
    inputs: Inputs, found: dict[str, tuple[float, float]], objects: Objects, near: str
) -> Inputs:
    """Also who walked and made no move of a case, of the areas of the district."""
    areas = PatrolArea.objects.filter(in_use=True, district_code__startswith=near)
    here = {str(key) for key in areas.values_list("inspectors", flat=True)}
    codes = sorted({*inputs.codes, *(here & found.keys())})
    objects.names |= people_names(codes)
    return inputs.ordered(codes)


def _of_inspectors(period: Period) -> dict[str, tuple[float, float]]:
    days = _days(period)
    if days is None:
        return {}
    with reader().cursor() as cursor:
        cursor.execute(_BY_USER, {"first": days[0], "last": days[1]})
        return {user: (float(own), float(due)) for user, own, due in cursor.fetchall()}
