"""In which unit grid and district components lie, and how they follow a new edition."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import shapely
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

import gridding
from spatial.basemap.models import Region
from spatial.components.models import DISTRICT_DIGITS
from spatial.core.copying import Sender
from spatial.core.validity import valid_on
from spatial.grids.models import GridPlan
from spatial.grids.services.locate import CHUNK, Ground

CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""The box in which the offsets of Chinese maps are made (`geocode.gcj02.BOX`)."""
NEAR_DEG = 0.02
"""How far beside a district's box a point may lie and be looked at: about 2 km."""


class Districts:
    """The districts in force, to tell in which a point lies."""

    def __init__(self) -> None:
        found = Region.objects.filter(valid_on(None), level=Region.Level.DISTRICT).order_by("code")
        rows = [(code, shapely.from_wkb(bytes(geom.wkb))) for code, geom in
                found.values_list("code", "geom")]  # fmt: skip
        self.codes = np.array([code for code, _shape in rows] + [""], dtype=object)
        self._shapes = np.array([shape for _code, shape in rows], dtype=object)
        self.boxes = shapely.bounds(self._shapes).reshape(-1, 4)

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of all; None where there are none."""
        if not len(self.boxes):
            return None
        low, high = self.boxes[:, :2].min(axis=0), self.boxes[:, 2:].max(axis=0)
        return (*map(float, low), *map(float, high))

    def near(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points lie in or beside the box of a district."""
        near = np.zeros(len(lon), bool)
        for west, south, east, north in self.boxes:
            near |= (
                (lon >= west - NEAR_DEG)
                & (lon <= east + NEAR_DEG)
                & (lat >= south - NEAR_DEG)
                & (lat <= north + NEAR_DEG)
            )
        return near

    def locate(self, points: NDArray[np.object_]) -> NDArray[np.object_]:
        """The code of the district of each point, an empty text outside all."""
        return np.asarray(self.codes[gridding.locate(points, self._shapes)])


def place(
    ground: Ground, districts: Districts, points: NDArray[np.object_]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Code of the unit grid and of the district of each point, each empty where there is none.

    A grid's code begins with its district's: only points in no grid are asked again.
    """
    grid = ground.locate(points)
    district = np.array([code[:DISTRICT_DIGITS] for code in grid], dtype=object)
    lost = np.flatnonzero(grid == "")
    district[lost] = districts.locate(points[lost])
    return grid, district


_READ = """
SELECT id, grid_code, ST_X(point), ST_Y(point) FROM components_component
WHERE district_code = %(district)s AND valid_to IS NULL
"""
_KEEP = """
INSERT INTO components_componentchange (component_id, kind, at, day, before, after)
SELECT c.id, 'grid', now(), %(day)s, jsonb_build_object('grid_code', c.grid_code),
    jsonb_build_object('grid_code', s.grid_code)
FROM stage_relocation s JOIN components_component c ON c.id = s.id
"""
_MOVE = """
UPDATE components_component c SET grid_code = s.grid_code
FROM stage_relocation s WHERE s.id = c.id
"""


_COUNT = """
UPDATE grids_gridsuccession s SET component_count = c.n
FROM unnest(%(old)s::text[], %(new)s::text[], %(n)s::int[]) AS c(old, new, n)
JOIN grids_unitgrid o ON o.plan_id = %(former)s AND o.code = c.old
JOIN grids_unitgrid g ON g.plan_id = %(plan)s AND g.code = c.new
WHERE s.old_id = o.id AND s.new_id = g.id
"""


def follow_plan(plan: GridPlan, former: GridPlan | None, **_signal: Any) -> int:
    """Put the components of a district into the grids of the plan now in force.

    Only those whose grid's code changes are written, with a line in their history; how many. The
    succession of the grids learns how many components passed from each old grid to each new one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"district": plan.district.code})
        rows = cursor.fetchall()
    if not rows:
        return 0
    ground = Ground(plan)
    changed: list[tuple[str, str]] = []
    passed: Counter[tuple[str, str]] = Counter()
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        xy = np.array([row[2:] for row in part], dtype=np.float64)
        grid = ground.locate(shapely.points(xy))
        pairs = list(zip(part, grid, strict=True))
        passed.update((row[1], code) for row, code in pairs)
        changed += [(str(row[0]), code) for row, code in pairs if row[1] != code]
    if former is not None:
        _count_passed(passed, former, plan)
    return _relocate(changed, plan)


def _count_passed(passed: Counter[tuple[str, str]], former: GridPlan, plan: GridPlan) -> None:
    rows = [(old, new, n) for (old, new), n in passed.items() if old and new]
    old, new, counts = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    )
    with connection.cursor() as cursor:
        values = {"old": old, "new": new, "n": counts, "former": former.pk, "plan": plan.pk}
        cursor.execute(_COUNT, values)


def _relocate(changed: list[tuple[str, str]], plan: GridPlan) -> int:
    if not changed:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE stage_relocation (id bigint, grid_code text) ON COMMIT DROP"
        )
    with Sender() as sender:
        sender.send("stage_relocation", ("id", "grid_code"), list(zip(*changed, strict=True)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stage_relocation")
        cursor.execute(_KEEP, {"day": plan.valid_from or timezone.localdate()})
        cursor.execute(_MOVE)
        cursor.execute("DROP TABLE stage_relocation")
    return len(changed)
