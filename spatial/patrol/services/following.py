"""Areas and persons follow the unit grids into a new edition, in the transaction that publishes."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection

import gridding
from spatial.core import audit
from spatial.grids.models import GridPlan
from spatial.patrol.models import GridResponsible, PatrolArea, PersonLevel
from spatial.patrol.services.figures import refresh
from spatial.patrol.services.ground import Walked, walked
from spatial.patrol.services.members import hold_areas, next_codes, store_members

# The area a new grid has most of its ground from, among those of its street; then the lowest.
_HEIRS = """
SELECT DISTINCT ON (new.code) new.code, m.area_id
FROM grids_gridsuccession s
JOIN grids_unitgrid old ON old.id = s.old_id AND old.plan_id = %(former)s
JOIN grids_unitgrid new ON new.id = s.new_id AND new.plan_id = %(plan)s
JOIN patrol_areagrid m ON m.plan_id = old.plan_id AND m.grid_code = old.code
JOIN patrol_patrolarea a ON a.id = m.area_id AND a.street_code = left(new.code, 9)
GROUP BY new.code, m.area_id ORDER BY new.code, sum(s.shared_area_m2) DESC, m.area_id
"""
# A grid whose code is gone hands its persons to the one that has most of its ground.
_SUCCESSORS = """
SELECT DISTINCT ON (old.code) old.code, new.code
FROM grids_gridsuccession s
JOIN grids_unitgrid old ON old.id = s.old_id AND old.plan_id = %(former)s
JOIN grids_unitgrid new ON new.id = s.new_id AND new.plan_id = %(plan)s
WHERE NOT EXISTS (SELECT 1 FROM grids_unitgrid g
    WHERE g.plan_id = %(plan)s AND g.code = old.code)
ORDER BY old.code, s.shared_area_m2 DESC, new.code
"""


def follow_plan(plan: GridPlan, former: GridPlan | None, **_signal: Any) -> int:
    """Put the grids of the plan now in force into the areas of the one before.

    Each grid goes where most of its ground was. Areas that would fall apart give away their
    smaller pieces, so that all stay connected and every grid is in one. How many grids are in an
    area by another way than their own code.
    """
    if former is None:
        return 0
    _hand_on_persons(plan, former)
    hold_areas()
    heirs = _pairs(_HEIRS, plan, former)
    if not heirs:
        return 0
    ground = walked(plan)
    given = np.array([heirs.get(code, gridding.NO_AREA) for code in ground.codes])
    keys = sorted(set(heirs.values()))
    of = _settled(plan, ground, given, keys)
    store_members(plan, of)
    gone = PatrolArea.objects.filter(district_code=plan.district.code)
    gone.exclude(pk__in=set(of.values())).update(in_use=False)
    refresh(plan, ground=ground)
    moved = sum(of[code] != heirs.get(code) for code in ground.codes)
    audit.record(None, "patrol.followed", "GridPlan", plan.version, moved=moved)
    return moved


def _pairs(statement: str, plan: GridPlan, former: GridPlan) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"plan": plan.pk, "former": former.pk})
        return dict(cursor.fetchall())


def _settled(plan: GridPlan, ground: Walked, given: Any, keys: list[int]) -> dict[str, int]:
    """The area of each grid; areas that had to be made new are stored."""
    place = {key: k for k, key in enumerate(keys)}
    numbers = np.array([place.get(int(key), gridding.NO_AREA) for key in given], np.int64)
    area = gridding.mended(numbers, ground.streets, ground.burden, ground.a, ground.b)
    fresh = {}
    for number, street in sorted({(int(n), s) for n, s in zip(area, ground.streets, strict=True)}):
        if number < len(keys):
            continue
        taken = PatrolArea.objects.filter(street_code=street).values_list("code", flat=True)
        made = PatrolArea.objects.create(
            code=next(iter(next_codes(street, taken))),
            district_code=plan.district.code,
            street_code=street,
        )
        fresh[number] = made.pk
    every = dict(enumerate(keys)) | fresh
    return {code: every[int(n)] for code, n in zip(ground.codes, area, strict=True)}


def _hand_on_persons(plan: GridPlan, former: GridPlan) -> None:
    """End the lines of grids that are gone, and begin them at their successors that day."""
    day = plan.valid_from
    lines = GridResponsible.objects.filter(level=PersonLevel.GRID, valid_to__isnull=True)
    if not lines.filter(code__startswith=plan.district.code).exists():
        return
    successors = _pairs(_SUCCESSORS, plan, former)
    held = list(lines.filter(code__in=successors))
    facts = ("role", "name", "post", "phone", "organisation")
    GridResponsible.objects.bulk_create(
        [
            GridResponsible(
                level=PersonLevel.GRID,
                code=successors[line.code],
                valid_from=max(day, line.valid_from),
                **{name: getattr(line, name) for name in facts},
            )
            for line in held
        ],
        # Two grids that became one may name the same person.
        ignore_conflicts=True,
    )
    ended = lines.filter(pk__in=[line.pk for line in held])
    ended.filter(valid_from__gte=day).delete()
    ended.update(valid_to=day)
