"""SQL of tiles of cases in hand: counts where they stand close, single ones near by.

They show what whoever asks may see and nothing of any person: number, class, stage and district. A
cluster is what lies in one cell of a lattice that divides every tile, as with components.
"""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon

from spatial.cases.models import InHand
from spatial.cases.selectors import visible
from spatial.core.srid import STORE_SRID
from webmap.tiles.address import WORLD_M, TileAddress
from webmap.tiles.embedding import embedded

EXTENT = 4096
CELLS = 4
"""Cells to a side of a tile: 64 pixels on the screen."""
SINGLE_FROM = 16
SYMBOL_PX = 16
"""How far a symbol reaches into the next tile."""

FOUND = """
WITH frame AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS box
), chosen AS MATERIALIZED ({query}), found AS MATERIALIZED (
    SELECT i.case_id AS id, i.district_code || i.case_id AS number, k.code AS class,
        k.name AS class_name, i.stage, i.district_code AS district,
        ST_Transform(i.point, 3857) AS point
    FROM chosen JOIN cases_inhand i ON i.case_id = chosen.case_id
    JOIN cases_caseclass k ON k.id = i.case_class_id
)
"""
SINGLE = """{found}
SELECT ST_AsMVT(t, 'cases', %(extent)s, 'geom', 'id') FROM (
    SELECT id, number, class, class_name, stage, district,
        ST_AsMVTGeom(point, frame.box, %(extent)s, %(buffer)s, true) AS geom
    FROM found, frame ORDER BY id
) t
"""
CLUSTERS = """{found}
, cells AS (
    SELECT count(*)::int AS count, min(id) AS id,
        ST_SetSRID(ST_MakePoint(avg(ST_X(point)), avg(ST_Y(point))), 3857) AS point,
        ST_Transform(ST_SetSRID(ST_Extent(point)::geometry, 3857), 4326) AS reach
    FROM found GROUP BY floor(ST_X(point) / %(cell)s), floor(ST_Y(point) / %(cell)s)
), many AS (
    SELECT count, concat_ws(',', round(ST_XMin(reach)::numeric, 6),
            round(ST_YMin(reach)::numeric, 6), round(ST_XMax(reach)::numeric, 6),
            round(ST_YMax(reach)::numeric, 6)) AS bounds,
        ST_AsMVTGeom(point, frame.box, %(extent)s, %(buffer)s, true) AS geom
    FROM cells, frame WHERE count > 1 ORDER BY count, id
), ones AS (
    SELECT f.id, number, class, class_name, stage, district,
        ST_AsMVTGeom(f.point, frame.box, %(extent)s, %(buffer)s, true) AS geom
    FROM cells JOIN found f USING (id), frame WHERE count = 1 ORDER BY f.id
)
SELECT coalesce((SELECT ST_AsMVT(t, 'clusters', %(extent)s, 'geom') FROM many t), '')
    || coalesce((SELECT ST_AsMVT(t, 'cases', %(extent)s, 'geom', 'id') FROM ones t), '')
"""


def query(user: Any, address: TileAddress) -> tuple[str, dict[str, Any]]:
    """SQL and its values for one tile of the cases in hand that a user may see."""
    clustered = address.z < SINGLE_FROM
    margin = 1 / CELLS if clustered else SYMBOL_PX / 256
    box = Polygon.from_bbox(address.corners(margin))
    box.srid = STORE_SRID
    chosen = InHand.objects.filter(visible(user), point__bboverlaps=box).order_by()
    text, named = embedded(chosen.values("case_id"))
    statement = (CLUSTERS if clustered else SINGLE).format(found=FOUND.format(query=text))
    return statement, {
        **named,
        "z": address.z,
        "x": address.x,
        "y": address.y,
        "extent": EXTENT,
        "cell": WORLD_M / 2**address.z / CELLS,
        "buffer": EXTENT // CELLS if clustered else EXTENT * SYMBOL_PX // 256,
    }
