"""Roads, places and addresses by name.

Beginnings come from an ordered index. Parts inside a name come from the index of single characters
for Chinese and for one or two characters of any script, from trigrams otherwise. Only when neither
finds anything does a name do that has the same characters in another order, or a similar word.
"""

from __future__ import annotations

from dataclasses import dataclass

from webmap.search.ranking import Found, like, rank_of
from webmap.search.sql import CENTER, CORNERS, rounded, rows

CANDIDATES = 400
"""Parts inside names are ranked among the first so many hits, however common the text."""

TRIGRAM = 3
FIRST_CJK = "\u2e80"


@dataclass(frozen=True, slots=True)
class Table:
    """Statements for one table of names."""

    prefix: str
    chars: str
    trigrams: str
    same_chars: str
    similar_word: str
    finish: str
    merged: bool
    """Whether all rows of one name are one result."""


PREFIX = """
SELECT DISTINCT ON (upper(name) COLLATE "C", {distinct}) id, name FROM {table}
WHERE {condition} AND upper(name) COLLATE "C" LIKE %(like)s || '%%'
ORDER BY upper(name) COLLATE "C", {distinct} LIMIT %(limit)s
"""
CHARS = """
SELECT id, name FROM {table}
WHERE {condition} AND string_to_array(upper(name), NULL) @> string_to_array(upper(%(text)s), NULL)
    AND upper(name) LIKE '%%' || %(like)s || '%%'
LIMIT %(candidates)s
"""
TRIGRAMS = """
SELECT id, name FROM {table}
WHERE {condition} AND upper(name) LIKE '%%' || %(like)s || '%%'
LIMIT %(candidates)s
"""
SAME_CHARS = """
SELECT id, name FROM {table}
WHERE {condition} AND string_to_array(upper(name), NULL) @> string_to_array(upper(%(text)s), NULL)
LIMIT %(candidates)s
"""
SIMILAR_WORD = """
SELECT id, name FROM {table}
WHERE {condition} AND upper(%(text)s) <%% upper(name)
ORDER BY word_similarity(upper(%(text)s), upper(name)) DESC, id LIMIT %(limit)s
"""

# The regions around a point say which of several places of one name is meant.
AROUND = """
LEFT JOIN LATERAL (
    SELECT string_agg(r.name, ' ' ORDER BY length(r.code)) AS names FROM basemap_region r
    WHERE r.valid_to IS NULL AND r.level <> 'community' AND ST_Intersects(r.geom, hit.point)
) around ON true
"""
PLACES = """
SELECT CASE hit.kind WHEN 'address' THEN 'address' ELSE 'place' END, hit.name,
    coalesce(around.names, ''), {center}
FROM (SELECT id, kind, name, geom AS point FROM basemap_place WHERE id = ANY(%(ids)s)) hit
{around} ORDER BY hit.id
"""
ROADS = """
SELECT 'road', hit.name, coalesce(around.names, ''), {center}, {corners}
FROM (
    SELECT name, box, ST_ClosestPoint(line, ST_Centroid(box)) AS point FROM (
        SELECT f.dataset_id, f.name, ST_Collect(f.geom) AS line,
            ST_SetSRID(ST_Extent(f.geom)::geometry, 4326) AS box
        FROM basemap_basefeature f
        WHERE f.kind = 'road' AND f.name <> '' AND upper(f.name) COLLATE "C" = ANY(
            SELECT upper(name) FROM basemap_basefeature WHERE id = ANY(%(ids)s))
        GROUP BY f.dataset_id, f.name
    ) merged
) hit
{around} ORDER BY hit.name
"""

STATEMENTS = (PREFIX, CHARS, TRIGRAMS, SAME_CHARS, SIMILAR_WORD)


def _table(table: str, condition: str, finish: str, merged: bool) -> Table:
    words = {"table": table, "condition": condition, "distinct": "name" if merged else "id"}
    parts = {"center": CENTER.format("hit.point"), "corners": CORNERS.format("hit.box")}
    return Table(
        *(sql.format(**words) for sql in STATEMENTS),
        finish.format(around=AROUND, **parts),
        merged,
    )


# Regions and roads are found where they are; the gazetteer's places of them are for the geocoder.
IN_SEARCH = "valid_to IS NULL AND source_key NOT LIKE 'gazetteer:%%'"
TABLES = (
    _table("basemap_place", IN_SEARCH, PLACES, merged=False),
    # A road comes in many pieces; one of them stands for all that carry its name.
    _table("basemap_basefeature", "kind = 'road' AND name <> ''", ROADS, merged=True),
)


def find(text: str, limit: int) -> list[Found]:
    """Roads, places and addresses whose name begins with, holds, or else resembles the text."""
    return [found for table in TABLES for found in _find(table, text, limit)]


def _find(table: Table, text: str, limit: int) -> list[Found]:
    ids = _best_ids(_hits(table, text, limit), text, limit, table.merged)
    if not ids:
        return []
    return [
        Found(
            rank=rank_of(text, name),
            type=kind,
            label=name,
            detail=detail,
            center=rounded(place[:2]),
            bounds=rounded(place[2:]) or None,
        )
        for kind, name, detail, *place in rows(table.finish, ids=ids)
    ]


def _hits(table: Table, text: str, limit: int) -> list[tuple[int, str]]:
    values = {"text": text, "like": like(text), "limit": limit, "candidates": CANDIDATES}
    by_characters = _by_characters(text)
    hits = rows(table.prefix, **values)
    if len(hits) < limit:
        hits += rows(table.chars if by_characters else table.trigrams, **values)
    if not hits and len(text) >= TRIGRAM:
        hits = rows(table.same_chars if by_characters else table.similar_word, **values)
    return hits


def _by_characters(text: str) -> bool:
    return len(text) < TRIGRAM or any(letter >= FIRST_CJK for letter in text)


def _best_ids(hits: list[tuple[int, str]], text: str, limit: int, merged: bool) -> list[int]:
    ordered = sorted(
        set(hits), key=lambda hit: (rank_of(text, hit[1]), len(hit[1]), hit[1], hit[0])
    )
    if merged:
        ordered = list({name: (key, name) for key, name in reversed(ordered)}.values())[::-1]
    return [key for key, _name in ordered[:limit]]
