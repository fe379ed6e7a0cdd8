"""In which unit grid a point lies: one rule, singly and in bulk.

Edge rule: a point on a shared edge belongs to the grid with the lowest code; a point outside
every grid belongs to none and is returned as such. A few points are asked of the database; `Ground`
holds the grids in memory for many, which over a million points takes less time than PostGIS' own
join, reading the grids included (``scripts/bench/components.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray

import gridding
from spatial.core.reading import reader
from spatial.core.validity import valid_on_sql
from spatial.grids.models import GridPlan, UnitGrid

IN_PLAN = "g.plan_id = %(plan)s"
IN_FORCE = valid_on_sql("g")
LOCATE = """
    SELECT found.id
    FROM unnest(%(lon)s::float8[], %(lat)s::float8[]) WITH ORDINALITY AS p(lon, lat, n)
    LEFT JOIN LATERAL (
        SELECT g.id FROM grids_unitgrid g
        WHERE {scope}
          AND ST_Intersects(g.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326))
        ORDER BY g.code LIMIT 1
    ) AS found ON true
    ORDER BY p.n
"""

OUTLINES = tuple(
    f"{of}{name}" for of in ("plan__district__", "community__") for name in ("geom", "geom3857")
)
"""Read only when somebody asks for them: a district's may have 100,000 vertices."""


def locate(
    points: Sequence[tuple[float, float]],
    plan: GridPlan | None = None,
    on: date | None = None,
) -> list[UnitGrid | None]:
    """The grid of each point, None for a point outside every grid.

    Parameters
    ----------
    points : sequence of (longitude, latitude)
        Degrees, EPSG:4326.
    plan : GridPlan, optional
        Look in this plan only; otherwise in all plans in force.
    on : date, optional
        In force on this day instead of now.
    """
    found = locate_keys(points, plan, on)
    related = UnitGrid.objects.select_related("plan__district", "community").defer(*OUTLINES)
    grids = related.in_bulk({key for key in found if key is not None})
    return [grids.get(key) for key in found]


def locate_keys(
    points: Sequence[tuple[float, float]],
    plan: GridPlan | None = None,
    on: date | None = None,
) -> list[int | None]:
    """What `locate` finds, by keys alone."""
    if not points:
        return []
    statement = LOCATE.format(scope=IN_PLAN if plan else IN_FORCE)
    values = {
        "lon": [float(lon) for lon, _lat in points],
        "lat": [float(lat) for _lon, lat in points],
        "plan": plan.pk if plan else None,
        "on": on,
    }
    with reader().cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


HOLD = """
    SELECT g.code, ST_AsBinary(g.geom) FROM grids_unitgrid g
    WHERE {scope} AND ({box}::float8[] IS NULL
        OR g.geom && ST_MakeEnvelope({corners}, 4326))
    ORDER BY g.code
"""
CORNERS = ", ".join(f"(%(box)s::float8[])[{i}]" for i in (1, 2, 3, 4))
CHUNK = 250_000
"""Points that are in an index at a time: about 20 MB."""


class Ground:
    """The unit grids of a plan, or all in force, held in memory to locate many points.

    Parameters
    ----------
    plan : GridPlan, optional
        Its grids only; otherwise those of all plans in force.
    on : date, optional
        In force on this day instead of now.
    box : (west, south, east, north), optional
        Degrees; grids elsewhere are not held.
    """

    def __init__(
        self,
        plan: GridPlan | None = None,
        on: date | None = None,
        box: tuple[float, float, float, float] | None = None,
    ) -> None:
        scope = IN_PLAN if plan else IN_FORCE
        statement = HOLD.format(scope=scope, box="%(box)s", corners=CORNERS)
        values = {"plan": plan.pk if plan else None, "on": on, "box": list(box) if box else None}
        with reader().cursor() as cursor:
            cursor.execute(statement, values)
            rows = cursor.fetchall()
        self.codes = np.array([code for code, _shape in rows] + [""], dtype=object)
        shapes = np.array([bytes(shape) for _code, shape in rows], dtype=object)
        self._shapes = np.asarray(shapely.from_wkb(shapes))

    def locate(self, points: NDArray[np.object_]) -> NDArray[np.object_]:
        """The code of the grid of each point in degrees, an empty text outside every grid."""
        found = np.full(len(points), -1)
        for start in range(0, len(points), CHUNK):
            part = slice(start, start + CHUNK)
            # In the order of their codes: of several grids the first is the lowest.
            found[part] = gridding.locate(points[part], self._shapes)
        return np.asarray(self.codes[found])
