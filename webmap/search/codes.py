"""Unit grids by their code, the beginning of it, or its end."""

from __future__ import annotations

from datetime import date

from spatial.core.validity import valid_on_sql
from webmap.search.ranking import Found, rank_of
from webmap.search.sql import CENTER, CORNERS, rounded, rows

LONGEST = 16
SHORTEST_PART = 3

FIND = """
WITH current AS (
    SELECT p.id, p.edition, d.code AS district
    FROM grids_gridplan p JOIN basemap_region d ON d.id = p.district_id
    WHERE {in_force}
), hits AS (
    SELECT code, ordinal, geom, community_id, version FROM (
        SELECT g.code, g.ordinal, g.geom, g.community_id, c.district || '-e' || c.edition AS version
        FROM current c CROSS JOIN LATERAL (
            SELECT * FROM grids_unitgrid u
            WHERE u.plan_id = c.id AND u.code >= %(text)s AND u.code < %(text)s || ':'
            ORDER BY u.code LIMIT %(limit)s
        ) g
    ) beginning
    UNION
    SELECT code, ordinal, geom, community_id, version FROM (
        SELECT g.code, g.ordinal, g.geom, g.community_id, c.district || '-e' || c.edition AS version
        FROM current c CROSS JOIN LATERAL (
            SELECT * FROM grids_unitgrid u
            WHERE u.plan_id = c.id AND reverse(u.code) COLLATE "C" >= reverse(%(text)s)
                AND reverse(u.code) COLLATE "C" < reverse(%(text)s) || ':'
            ORDER BY reverse(u.code) COLLATE "C" LIMIT %(limit)s
        ) g
    ) ending
)
SELECT h.code, h.ordinal, h.version, r.name, {center}, {corners}
FROM (SELECT *, ST_PointOnSurface(geom) AS inner_point FROM hits) h
JOIN basemap_region r ON r.id = h.community_id
ORDER BY h.code
"""
SQL = FIND.format(
    in_force=valid_on_sql("p"),
    center=CENTER.format("inner_point"),
    corners=CORNERS.format("h.geom"),
)


def find(text: str, limit: int, on: date | None) -> list[Found]:
    """Grids in force now, or on a day, whose code begins or ends with some digits."""
    if not SHORTEST_PART <= len(text) <= LONGEST:
        return []
    return [
        Found(
            rank=rank_of(text, code),
            type="grid",
            label=code,
            detail=community,
            center=rounded(place[:2]),
            bounds=rounded(place[2:]),
            code=code,
            version=version,
            ordinal=ordinal,
        )
        for code, ordinal, version, community, *place in rows(SQL, text=text, limit=limit, on=on)
    ]
