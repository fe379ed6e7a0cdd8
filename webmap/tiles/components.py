"""SQL of component tiles: clusters where they stand close, symbols where there is room.

A cluster is what lies in one cell of a lattice that divides every tile, so neighbouring tiles agree
on it; a cell with a single component shows its symbol. From `SYMBOLS_FROM` on nothing is clustered.
"""

from __future__ import annotations

import math
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import FloatField, Func

from spatial.components.selectors import Where, components_where
from spatial.core.srid import STORE_SRID
from webmap.tiles.address import WORLD_M, TileAddress
from webmap.tiles.embedding import embedded

EXTENT = 4096
CELLS = {13: 4, 14: 4, 15: 4, 16: 4, 17: 8}
"""Cells to a side of a tile by zoom: 64 pixels on the screen, 32 where streets are near."""
SYMBOLS_FROM = 18
SYMBOL_PX = 16
"""How far a symbol reaches into the next tile."""

COUNTED = ("kind_id", "code", "state", "lon", "lat")
FOUND = """
WITH frame AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS box
), chosen AS MATERIALIZED ({query}), found AS MATERIALIZED (
    SELECT c.id, c.code, c.state, c.shape, k.symbol, m.colour, m.code AS main,
        ST_Transform(c.point, 3857) AS point
    FROM chosen JOIN components_component c ON c.id = chosen.id
    JOIN components_componentclass k ON k.id = c.kind_id
    JOIN components_mainclass m ON m.id = k.main_id
)
"""
SHAPES = """
, shapes AS (
    SELECT code, colour, state, ST_AsMVTGeom(ST_Transform(shape, 3857), frame.box,
        %(extent)s, 64, true) AS geom
    FROM found, frame WHERE shape IS NOT NULL ORDER BY id
)
"""
SYMBOLS = """{found}{shapes}
, points AS (
    SELECT code, symbol, state, ST_AsMVTGeom(point, frame.box, %(extent)s, %(buffer)s, true) AS geom
    FROM found, frame ORDER BY ST_Y(point) DESC, id
)
SELECT coalesce((SELECT ST_AsMVT(t, 'shapes', %(extent)s, 'geom') FROM shapes t), '')
    || coalesce((SELECT ST_AsMVT(t, 'components', %(extent)s, 'geom') FROM points t), '')
"""
# Far away a tile has a hundred thousand: they are counted by plain numbers, class by class, and
# what a class is called is looked up for what was counted. Geometries take three times as long.
CLUSTERS = """
WITH frame AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS box
), chosen AS MATERIALIZED ({query}), found AS (
    SELECT kind_id, code COLLATE "C" AS code, state COLLATE "C" AS state, lon, lat,
        lon * %(degree)s AS x, ln(tan(radians(45 + lat / 2))) * %(radius)s AS y
    FROM chosen
), counted AS (
    SELECT floor(x / %(cell)s) AS col, floor(y / %(cell)s) AS row, kind_id, count(*) AS n,
        sum(x) AS x, sum(y) AS y, min(code) AS code, min(state) AS state, min(lon) AS west,
        min(lat) AS south, max(lon) AS east, max(lat) AS north
    FROM found GROUP BY 1, 2, 3
), cells AS (
    SELECT col, row, m.code AS main, sum(n) AS n, sum(x) AS x, sum(y) AS y, min(t.code) AS code,
        min(k.symbol) AS symbol, min(state) AS state, min(west) AS west, min(south) AS south,
        max(east) AS east, max(north) AS north
    FROM counted t JOIN components_componentclass k ON k.id = t.kind_id
    JOIN components_mainclass m ON m.id = k.main_id GROUP BY 1, 2, 3
), clusters AS (
    SELECT sum(n)::int AS count, string_agg(main || ':' || n, ',' ORDER BY main) AS parts,
        ST_SetSRID(ST_MakePoint(sum(x) / sum(n), sum(y) / sum(n)), 3857) AS point,
        min(code) AS code, min(symbol) AS symbol, min(state) AS state, min(west) AS west,
        min(south) AS south, max(east) AS east, max(north) AS north
    FROM cells GROUP BY col, row
), many AS (
    SELECT count, parts, concat_ws(',', round(west::numeric, 6), round(south::numeric, 6),
            round(east::numeric, 6), round(north::numeric, 6)) AS bounds,
        ST_AsMVTGeom(point, frame.box, %(extent)s, %(buffer)s, true) AS geom
    FROM clusters, frame WHERE count > 1 ORDER BY count
), ones AS (
    SELECT code, symbol, state, ST_AsMVTGeom(point, frame.box, %(extent)s, %(buffer)s, true) AS geom
    FROM clusters, frame WHERE count = 1
)
SELECT coalesce((SELECT ST_AsMVT(t, 'clusters', %(extent)s, 'geom') FROM many t), '')
    || coalesce((SELECT ST_AsMVT(t, 'components', %(extent)s, 'geom') FROM ones t), '')
"""


def _axis(name: str) -> Func:
    return Func("point", function=name, output_field=FloatField())


def query(user: Any, where: Where, address: TileAddress) -> tuple[str, dict[str, Any]]:
    """SQL and its values for one tile of the components that fit."""
    clustered = address.z < SYMBOLS_FROM
    cells = CELLS.get(address.z, 1)
    # A whole cell beside the tile: clusters on both sides of a border are the same.
    margin = 1 / cells if clustered else SYMBOL_PX / 256
    box = Polygon.from_bbox(address.corners(margin))
    box.srid = STORE_SRID
    chosen = components_where(user, where).filter(point__bboverlaps=box).order_by()
    if clustered:
        chosen = chosen.annotate(lon=_axis("ST_X"), lat=_axis("ST_Y")).values(*COUNTED)
    else:
        chosen = chosen.values("id")
    text, named = embedded(chosen)
    symbols = SYMBOLS.format(found=FOUND.format(query=text), shapes=SHAPES)
    statement = CLUSTERS.format(query=text) if clustered else symbols
    return statement, {
        **named,
        "z": address.z,
        "x": address.x,
        "y": address.y,
        "extent": EXTENT,
        "cell": WORLD_M / 2**address.z / cells,
        "degree": WORLD_M / 360,
        "radius": WORLD_M / (2 * math.pi),
        "buffer": EXTENT // cells if clustered else EXTENT * SYMBOL_PX // 256,
    }
