"""SQL of the base map: one pass over the features of a tile, then one vector layer per kind."""

from __future__ import annotations

from typing import Any

from webmap.tiles.address import TileAddress, pixel_m
from webmap.tiles.sources import TileSource

EXTENT = 4096
BUFFER = 64
BUILDINGS_FROM = 14
EXACT_FROM = 14

SHOWN_FROM = {
    # kind: the highest line class shown from a zoom on
    "road": {8: 1, 9: 2, 10: 3, 12: 4, 13: 5, 14: 9},
    "rail": {10: 9},
    "water_line": {9: 1, 11: 2, 13: 9},
    "water_area": {8: 9},
    "green": {10: 9},
    "compound": {13: 9},
    "building": {BUILDINGS_FROM: 9},
    "wall": {15: 9},
}
PLACE_RANK = {
    "city": 1,
    "town": 2,
    "borough": 3,
    "suburb": 3,
    "quarter": 4,
    "village": 4,
    "neighbourhood": 5,
    "hamlet": 5,
}
OTHER_PLACE_RANK, POI_RANK = 6, 7
RANK_FROM = {8: 1, 9: 2, 11: 3, 12: 4, 13: 5, 14: 6, 15: 7}

SQL = """
WITH found AS MATERIALIZED (
    SELECT f.id, f.kind, f.line_class AS cls, nullif(f.name, '') AS name, f.geom3857
    FROM basemap_basefeature f
    JOIN unnest(%(kinds)s::text[], %(classes)s::int[]) AS shown(kind, cls)
        ON f.kind = shown.kind AND f.line_class <= shown.cls
    WHERE f.geom3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => %(margin)s)
        AND NOT f.underground {without_buildings}
), areas AS (
    SELECT kind, name, ST_AsMVTGeom(ST_SimplifyPreserveTopology(geom3857, %(tolerance)s),
        ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, true) AS geom
    FROM found
    WHERE kind IN ('water_area', 'green', 'compound', 'building')
        AND greatest(ST_XMax(geom3857) - ST_XMin(geom3857),
            ST_YMax(geom3857) - ST_YMin(geom3857)) > %(smallest)s
    ORDER BY id
), lines AS (
    SELECT kind, cls, name, ST_AsMVTGeom(ST_Simplify(geom3857, %(tolerance)s),
        ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, true) AS geom
    FROM (
        SELECT kind, cls, name, ST_LineMerge(ST_Collect(geom3857 ORDER BY id)) AS geom3857
        FROM found WHERE kind IN ('road', 'rail', 'water_line', 'wall')
        GROUP BY kind, cls, name
    ) joined
    ORDER BY cls DESC, name
), places AS (
    SELECT p.name, p.kind, r.rank, ST_AsMVTGeom(p.geom3857,
        ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, 0, true) AS geom
    FROM basemap_place p
    LEFT JOIN unnest(%(subtypes)s::text[], %(ranks)s::int[]) AS s(subtype, rank)
        ON p.kind = 'place' AND s.subtype = p.subtype
    CROSS JOIN LATERAL (SELECT CASE p.kind WHEN 'poi' THEN %(poi_rank)s
        ELSE coalesce(s.rank, %(other_rank)s) END AS rank) r
    WHERE p.geom3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s)
        AND p.valid_to IS NULL AND p.kind IN ('place', 'poi') AND p.name <> ''
        AND r.rank <= %(last_rank)s
    ORDER BY r.rank, p.id
)
SELECT coalesce((SELECT ST_AsMVT(t, 'water', %(extent)s, 'geom')
        FROM (SELECT name, geom FROM areas WHERE kind = 'water_area') t), '')
    || coalesce((SELECT ST_AsMVT(t, 'green', %(extent)s, 'geom')
        FROM (SELECT name, geom FROM areas WHERE kind = 'green') t), '')
    || coalesce((SELECT ST_AsMVT(t, 'compound', %(extent)s, 'geom')
        FROM (SELECT name, geom FROM areas WHERE kind = 'compound') t), '')
    || coalesce((SELECT ST_AsMVT(t, 'building', %(extent)s, 'geom')
        FROM (SELECT geom FROM areas WHERE kind = 'building') t), '')
    || coalesce((SELECT ST_AsMVT(t, 'waterline', %(extent)s, 'geom')
        FROM (SELECT cls, name, geom FROM lines WHERE kind = 'water_line') t), '')
    || coalesce((SELECT ST_AsMVT(t, 'wall', %(extent)s, 'geom')
        FROM (SELECT geom FROM lines WHERE kind = 'wall') t), '')
    || coalesce((SELECT ST_AsMVT(t, 'rail', %(extent)s, 'geom')
        FROM (SELECT cls, geom FROM lines WHERE kind = 'rail') t), '')
    || coalesce((SELECT ST_AsMVT(t, 'road', %(extent)s, 'geom')
        FROM (SELECT cls, name, geom FROM lines WHERE kind = 'road') t), '')
    || coalesce((SELECT ST_AsMVT(t, 'place', %(extent)s, 'geom')
        FROM (SELECT name, kind, rank, geom FROM places) t), '')
"""
FAR = SQL.format(without_buildings="AND f.kind <> 'building'")
NEAR = SQL.format(without_buildings="")


def _at(steps: dict[int, int], z: int, before: int) -> int:
    """The value of the last step that zoom ``z`` has reached."""
    reached = [value for zoom, value in steps.items() if zoom <= z]
    return reached[-1] if reached else before


def query(source: TileSource, address: TileAddress) -> tuple[str, dict[str, Any]]:  # noqa: ARG001
    """SQL and its values for one tile."""
    shown = {kind: _at(steps, address.z, -1) for kind, steps in SHOWN_FROM.items()}
    exact = address.z >= EXACT_FROM
    # A literal "no buildings" lets the far zooms use the partial index without buildings.
    return NEAR if address.z >= BUILDINGS_FROM else FAR, {
        "z": address.z,
        "x": address.x,
        "y": address.y,
        "kinds": list(shown),
        "classes": list(shown.values()),
        "extent": EXTENT,
        "buffer": BUFFER,
        "margin": BUFFER / EXTENT,
        "tolerance": 0 if exact else pixel_m(address.z) / 4,
        "smallest": 0 if exact else pixel_m(address.z),
        "subtypes": list(PLACE_RANK),
        "ranks": list(PLACE_RANK.values()),
        "poi_rank": POI_RANK,
        "other_rank": OTHER_PLACE_RANK,
        "last_rank": _at(RANK_FROM, address.z, 0),
    }
