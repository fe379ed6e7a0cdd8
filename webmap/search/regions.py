"""Districts, streets and communities by code or name; they are few, so a scan is quick."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from spatial.core.validity import valid_on_sql
from webmap.language import in_language
from webmap.search.ranking import Found, like, rank_of
from webmap.search.sql import CENTER, CORNERS, rounded, rows

FIND = """
SELECT r.level, r.code, r.name, r.name_en, coalesce(p.name, ''),
    coalesce(p.name_en, ''), {center}, {corners}
FROM (
    SELECT *, ST_PointOnSurface(geom) AS inner_point FROM (
        SELECT * FROM basemap_region v
        WHERE {in_force} AND (upper(name) LIKE '%%' || %(like)s || '%%'
            OR upper(name_en) LIKE '%%' || %(like)s || '%%' OR code LIKE %(like)s || '%%')
        ORDER BY upper(name) LIKE %(like)s || '%%' DESC, length(code), length(name), code
        LIMIT %(limit)s
    ) hits
) r
LEFT JOIN basemap_region p ON p.id = r.parent_id
ORDER BY r.code
"""
SQL = FIND.format(
    in_force=valid_on_sql("v"),
    center=CENTER.format("inner_point"),
    corners=CORNERS.format("r.geom"),
)


def find(text: str, limit: int, on: date | None) -> list[Found]:
    """Regions of now, or of a day, with the text in their name or at the start of their code."""
    return [
        Found(
            rank=rank_of(text, name, name_en, code),
            type=level,
            label=in_language(name, name_en),
            detail=" ".join(part for part in (in_language(*parent), code) if part),
            center=rounded(place[:2]),
            bounds=rounded(place[2:]),
            code=code,
        )
        for level, code, name, name_en, *parent, place in _found(text, limit, on)
    ]


def _found(text: str, limit: int, on: date | None) -> Iterator[tuple]:
    for row in rows(SQL, like=like(text), limit=limit, on=on):
        yield *row[:6], row[6:]
