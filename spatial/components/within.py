"""How many components lie in an area, by class and by unit grid, however many there are.

A component is placed in the grid that holds its point, so what is placed in a grid that lies wholly
in the area needs no look at its place: an index of grids and classes has the counts. Only of grids
that the border of the area cuts, and of components in no grid, each point is compared.
"""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import GEOSGeometry

from spatial.components.selectors import Where, components_where
from spatial.core.reading import reader

# ruff: noqa: S608 - the statement is made of constants and of queries of the components
COUNT = """
WITH met AS MATERIALIZED (
    SELECT code, ST_Covers(%s::geometry, geom) AS is_whole FROM grids_unitgrid
    WHERE valid_from IS NOT NULL AND valid_to IS NULL AND ST_Intersects(geom, %s::geometry)
), inside (kind, grid, n) AS MATERIALIZED (
    SELECT kind_id, grid_code, count(*) FROM ({every}) c
    WHERE grid_code = ANY(ARRAY(SELECT code FROM met WHERE is_whole)) GROUP BY 2, 1
    UNION ALL
    SELECT kind_id, grid_code, count(*) FROM ({near}) c
    WHERE grid_code = ANY(ARRAY(SELECT code FROM met WHERE NOT is_whole)) GROUP BY 2, 1
    UNION ALL
    SELECT kind_id, grid_code, count(*) FROM ({near}) c WHERE grid_code = '' GROUP BY 2, 1
)
SELECT grouping(kind), kind, grid, sum(n)::int FROM inside GROUP BY GROUPING SETS ((kind), (grid))
"""


def components_within(user: Any, area: GEOSGeometry) -> tuple[dict[int, int], dict[str, int]]:
    """Components in force in an area that a user may see: how many of each class, and in each grid.

    Keys are those of the classes, and codes of grids (empty for components in none).
    """
    every, values = _query(user, Where())
    near, near_values = _query(user, Where(polygon=area))
    shape = area.hexewkb.decode()
    with reader().cursor() as cursor:
        cursor.execute(
            COUNT.format(every=every, near=near),
            [shape, shape, *values, *near_values, *near_values],
        )
        rows = cursor.fetchall()
    return (
        {kind: n for by_grid, kind, _grid, n in rows if not by_grid},
        {grid: n for by_grid, _kind, grid, n in rows if by_grid},
    )


def _query(user: Any, where: Where) -> tuple[str, tuple[Any, ...]]:
    found = components_where(user, where).order_by()
    return found.values_list("kind_id", "grid_code").query.sql_with_params()
