"""Outline and figures of areas, written whenever their grids or what lies in them change."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from django.db import connection

from spatial.grids.models import GridPlan
from spatial.patrol.models import AreaGrid
from spatial.patrol.services.ground import Walked, walked

_WRITE = """
WITH figures AS (
    SELECT * FROM unnest(%(key)s::bigint[], %(grids)s::int[], %(area)s::float8[],
        %(components)s::int[], %(cases)s::int[], %(burden)s::float8[])
        AS f(area_id, grids, area_m2, components, cases, burden)
), outlines AS (
    SELECT m.area_id, ST_Multi(ST_Union(g.geom)) AS geom FROM patrol_areagrid m
    JOIN grids_unitgrid g ON g.plan_id = m.plan_id AND g.code = m.grid_code
    WHERE m.plan_id = %(plan)s AND m.area_id = ANY(%(key)s) GROUP BY m.area_id
)
UPDATE patrol_patrolarea a SET grid_count = f.grids, area_m2 = f.area_m2,
    component_count = f.components, case_count = f.cases, burden = f.burden, geom = o.geom
FROM figures f JOIN outlines o ON o.area_id = f.area_id WHERE a.id = f.area_id
"""


def refresh(
    plan: GridPlan, keys: Iterable[int] | None = None, ground: Walked | None = None
) -> None:
    """Bring figures and outlines up to date, of some areas or of all of an edition."""
    ground = ground or walked(plan)
    members = AreaGrid.objects.filter(plan=plan)
    if keys is not None:
        members = members.filter(area__in=list(keys))
    of = dict(members.values_list("grid_code", "area"))
    if not of:
        return
    found = sorted(set(of.values()))
    place = {key: k for k, key in enumerate(found)}
    row = np.array([place[of[code]] if code in of else -1 for code in ground.codes])
    kept = row >= 0
    loads = (ground.area_m2, ground.components, ground.cases, ground.burden)
    sums = [np.bincount(row[kept], one[kept], len(found)).tolist() for one in loads]
    values = {
        "plan": plan.pk,
        "key": found,
        "grids": np.bincount(row[kept], minlength=len(found)).tolist(),
        "area": sums[0],
        "components": [int(n) for n in sums[1]],
        "cases": [int(n) for n in sums[2]],
        "burden": sums[3],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
