"""SQL of the unit grids: shapes and ordinals, nothing else.

For tiles that are asked for before the pyramid of the edition stands (`webmap.tiles.grid_pyramid`).
"""

from __future__ import annotations

from typing import Any

from webmap.tiles.address import TileAddress, pixel_m
from webmap.tiles.sources import TileSource

LAST_SIMPLE_ZOOM = 12
BUFFER_SHARE = 1 / 64

EXACT = """
SELECT ST_AsMVT(t, 'grids', %(extent)s, 'geom', 'ordinal') FROM (
    SELECT ordinal, ST_AsMVTGeom(geom3857,
        ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, true) AS geom
    FROM grids_unitgrid
    WHERE plan_id = %(plan)s
        AND geom3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => %(margin)s)
) t
"""
SIMPLE = EXACT.replace(
    "ST_AsMVTGeom(geom3857,",
    "ST_AsMVTGeom(ST_SimplifyPreserveTopology(geom3857, %(tolerance)s),",
)


def tolerance_m(z: int) -> float:
    """How far a border may move, in Web Mercator units.

    Neighbours are simplified one by one and may part by twice this. A tenth of a pixel leaves gaps
    of 0.4 % of the ground at zoom 12 and 1.9 % at 10; a third of one left 0.9 and 6.1 %, for 13 %
    fewer bytes.
    """
    return pixel_m(z) / 10


def extent_at(z: int) -> int:
    """Units of a tile's side."""
    return 2048 if z <= LAST_SIMPLE_ZOOM else 4096


def query(source: TileSource, address: TileAddress) -> tuple[str, dict[str, Any]]:
    """SQL and its values for one tile."""
    simple = address.z <= LAST_SIMPLE_ZOOM
    extent = extent_at(address.z)
    return SIMPLE if simple else EXACT, {
        "z": address.z,
        "x": address.x,
        "y": address.y,
        "plan": source.plan_id,
        "extent": extent,
        "buffer": int(extent * BUFFER_SHARE),
        "margin": BUFFER_SHARE,
        "tolerance": tolerance_m(address.z),
    }
