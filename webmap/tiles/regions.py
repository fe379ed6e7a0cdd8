"""SQL of the region layers: areas, and one interior point each for the label."""

from __future__ import annotations

from typing import Any

from spatial.core.validity import valid_on_sql
from webmap.tiles.address import TileAddress, pixel_m
from webmap.tiles.sources import TileSource

EXTENT = 4096
BUFFER = 128

REGIONS = """
WITH near AS (
    SELECT id, code, name, name_en, geom3857 FROM basemap_region
    WHERE level = %(level)s AND {in_force}
        AND geom3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => %(margin)s)
)
SELECT coalesce((
    SELECT ST_AsMVT(areas, %(name)s, %(extent)s, 'geom', 'id') FROM (
        SELECT id, code, name, name_en,
            ST_AsMVTGeom(ST_SimplifyPreserveTopology(geom3857, %(tolerance)s),
                ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, true) AS geom
        FROM near ORDER BY code
    ) areas
), '') || coalesce((
    SELECT ST_AsMVT(points, 'labels', %(extent)s, 'geom', 'id') FROM (
        SELECT id, code, name, name_en,
            ST_AsMVTGeom(ST_PointOnSurface(geom3857),
                ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, 0, true) AS geom
        FROM near ORDER BY code
    ) points
), '')
"""
SQL = REGIONS.format(in_force=valid_on_sql("basemap_region"))


def query(source: TileSource, address: TileAddress) -> tuple[str, dict[str, Any]]:
    """SQL and its values for one tile."""
    last = address.z == source.layer.maxzoom
    return SQL, {
        "on": source.on,
        "z": address.z,
        "x": address.x,
        "y": address.y,
        "name": source.layer.name,
        "level": source.layer.level,
        "extent": EXTENT,
        "buffer": BUFFER,
        "margin": BUFFER / EXTENT,
        # The last zoom is magnified, so nothing is simplified away there.
        "tolerance": 0 if last else pixel_m(address.z) / 4,
    }
