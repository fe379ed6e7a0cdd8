"""Where a layer has something: its bounds, and whether a tile is worth making."""

from __future__ import annotations

from django.core.cache import cache

from spatial.core.reading import reader
from spatial.core.validity import valid_on_sql
from webmap.tiles.address import TileAddress
from webmap.tiles.sources import TileSource

WORLD = (-180.0, -85.0511, 180.0, 85.0511)

BOUNDS = {
    "regions": """SELECT ST_Extent(geom) FROM basemap_region
        WHERE level = %(level)s AND {in_force}""",
    "grids": "SELECT ST_Extent(geom) FROM grids_unitgrid WHERE plan_id = %(plan)s",
    "basemap": """SELECT ST_Extent(box) FROM (
        SELECT ST_Extent(geom)::geometry AS box FROM basemap_basefeature
        UNION ALL SELECT ST_Extent(geom)::geometry FROM basemap_place) t""",
    # A million points take a second to go through; the districts that have some are close enough.
    "components": """SELECT ST_Extent(geom) FROM basemap_region r
        WHERE level = 'district' AND valid_to IS NULL
            AND EXISTS (SELECT FROM components_component c
                WHERE c.code >= r.code AND c.code <= r.code || '99999999999')""",
}
BOUNDS["city-grids"] = f"""SELECT ST_Extent(r.geom) FROM basemap_region r
    JOIN grids_gridplan p ON p.district_id = r.id WHERE {valid_on_sql("p")}"""  # noqa: S608
CORNERS = "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM ({}) t(b)"

ANY = {
    "regions": """SELECT EXISTS (SELECT FROM basemap_region
        WHERE level = %(level)s AND geom3857 && {near} AND {in_force})""",
    "basemap": """SELECT EXISTS (SELECT FROM basemap_basefeature WHERE geom3857 && {near})
        OR EXISTS (SELECT FROM basemap_place WHERE geom3857 && {near})""",
}
NEAR = "ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.05)"
IN_FORCE = valid_on_sql("basemap_region")


def _ask(statement: str, source: TileSource, **values: int) -> tuple:
    with reader().cursor() as cursor:
        known = {"level": source.layer.level, "plan": source.plan_id, "on": source.on}
        cursor.execute(statement.format(near=NEAR, in_force=IN_FORCE), {**known, **values})
        return cursor.fetchone()


def _table(source: TileSource) -> str:
    return "regions" if source.layer.level else source.layer.name


def bounds(source: TileSource) -> tuple[float, ...]:
    """West, south, east, north in degrees; the world when the layer is empty."""
    key = f"tile-bounds:{source.layer.name}:{source.folder}"
    known = cache.get(key) if source.lasting else None
    if known is None:
        row = _ask(CORNERS.format(BOUNDS[_table(source)]), source)
        known = WORLD if row[0] is None else tuple(round(value, 6) for value in row)
        cache.set(key, known)
    return known


def occupied(source: TileSource, address: TileAddress) -> bool:
    """Whether any row of the layer comes near the tile."""
    statement = ANY[_table(source)]
    return _ask(statement, source, z=address.z, x=address.x, y=address.y)[0]
