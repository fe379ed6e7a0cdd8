"""The one function that says in which unit grid a point lies, singly and in bulk.

Edge rule: a point on a shared edge belongs to the grid with the lowest code; a point outside
every grid belongs to none and is returned as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

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
    if not points:
        return []
    statement = LOCATE.format(scope=IN_PLAN if plan else IN_FORCE)
    values = {
        "lon": [float(lon) for lon, _lat in points],
        "lat": [float(lat) for _lon, lat in points],
        "plan": plan.pk if plan else None,
        "on": on,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = [row[0] for row in cursor.fetchall()]
    related = UnitGrid.objects.select_related("plan__district", "community")
    grids = related.in_bulk({key for key in found if key is not None})
    return [grids.get(key) for key in found]
