"""Statements with which the gazetteer is built."""

from __future__ import annotations

FORGET = """
UPDATE basemap_place SET built = NULL WHERE valid_to IS NULL AND built IS NOT NULL
    AND (%(district)s::text IS NULL OR district_code = %(district)s)
"""

REGIONS_DIFFER = """
SELECT EXISTS (SELECT 1 FROM basemap_place
    WHERE kind = 'region' AND level <= 5 AND valid_to IS NULL AND built IS DISTINCT FROM digest)
"""
_IN_LARGER = """
INSERT INTO place_region
SELECT p.id, min(r.code)
FROM basemap_region r JOIN basemap_place p ON ST_Intersects(r.geom, p.geom)
WHERE r.level = 'LEVEL' AND r.valid_to IS NULL AND p.valid_to IS NULL
    AND p.source_key !~ '^gazetteer:'
    AND (%(all)s OR p.built IS DISTINCT FROM p.digest)
    AND NOT EXISTS (SELECT 1 FROM place_region k WHERE k.id = p.id)
GROUP BY p.id
"""

# The region of a place is the one that holds its point, the lowest code on a shared edge. What
# lies in no community may lie in a street or district all the same. A road runs through many.
CODES = (
    """
DROP TABLE IF EXISTS pg_temp.place_region;
CREATE TEMPORARY TABLE place_region ON COMMIT DROP AS
SELECT p.id, min(r.code) AS code
FROM basemap_region r JOIN basemap_place p ON ST_Intersects(r.geom, p.geom)
WHERE r.level = 'community' AND r.valid_to IS NULL AND p.valid_to IS NULL
    AND p.source_key !~ '^gazetteer:'
    AND (%(all)s OR p.built IS DISTINCT FROM p.digest)
GROUP BY p.id
""",
    "CREATE INDEX ON place_region (id); ANALYZE place_region",
    _IN_LARGER.replace("LEVEL", "street"),
    _IN_LARGER.replace("LEVEL", "district"),
    """
INSERT INTO place_region
SELECT id, split_part(source_key, '/', 2) FROM basemap_place
WHERE source_key ~ '^gazetteer:' AND valid_to IS NULL
    AND (%(all)s OR built IS DISTINCT FROM digest)
""",
    # Roads came last: a plan made for the empty table reads all of it once for each of them.
    "ANALYZE place_region",
)
_TO_CODES = """district_code = left(f.code, 6),
    street_code = CASE WHEN length(f.code) >= 9 THEN left(f.code, 9) ELSE '' END,
    community_code = CASE WHEN length(f.code) = 12 THEN f.code ELSE '' END"""
# Of places that are made anew the codes are written with their elements: an update of a row renews
# its entries in all indexes.
SET_CODES = """
UPDATE basemap_place p SET TO_CODES
FROM (
    SELECT q.id, coalesce(k.code, '') AS code FROM basemap_place q
    LEFT JOIN place_region k ON k.id = q.id
    WHERE q.valid_to IS NULL AND %(all)s AND q.built IS NOT DISTINCT FROM q.digest
) f
WHERE f.id = p.id AND f.code <> CASE WHEN p.community_code <> '' THEN p.community_code
    WHEN p.street_code <> '' THEN p.street_code ELSE p.district_code END
""".replace("TO_CODES", _TO_CODES)

STAGES = """
DROP TABLE IF EXISTS pg_temp.built_place, pg_temp.built_name;
CREATE TEMPORARY TABLE built_place (id bigint, level smallint, road text, zone text, door text,
    building text, poi text, road_key text, zone_key text, built bytea) ON COMMIT DROP;
CREATE TEMPORARY TABLE built_name (place_id bigint, kind text, text text, key text, sound text,
    variants int[], level smallint, live boolean) ON COMMIT DROP
"""
INDEX_STAGES = """
CREATE INDEX ON built_place (id); CREATE INDEX ON built_name (place_id);
ANALYZE built_place; ANALYZE built_name
"""
_STALE = """
FROM basemap_place p LEFT JOIN place_region k USING (id)
WHERE p.valid_to IS NULL AND p.built IS DISTINCT FROM p.digest
    AND (%(district)s::text IS NULL OR left(k.code, 6) = %(district)s)
"""
COUNT_STALE = f"SELECT count(*) {_STALE}"
STALE = f"""
SELECT id, kind, level, name, road, zone, door, building, poi, address, alias, old_name,
    encode(digest, 'hex') {_STALE}
"""

SET_ELEMENTS = """
UPDATE basemap_place p SET level = s.level, road = s.road, zone = s.zone, door = s.door,
    building = s.building, poi = s.poi, road_key = s.road_key, zone_key = s.zone_key,
    built = s.built, TO_CODES
FROM built_place s, LATERAL (
    SELECT coalesce((SELECT k.code FROM place_region k WHERE k.id = s.id), '') AS code
) f
WHERE p.id = s.id
""".replace("TO_CODES", _TO_CODES)
# What a place was called until now finds it all the same.
RENAMED = """
UPDATE basemap_placename n SET kind = 'old', valid_to = %(today)s, live = true
FROM built_place b
WHERE n.place_id = b.id AND n.kind = 'standard' AND n.valid_to IS NULL AND NOT EXISTS (
    SELECT 1 FROM built_name s WHERE s.place_id = n.place_id AND s.kind = 'standard'
        AND s.text = n.text)
"""
DROPPED = """
UPDATE basemap_placename n SET valid_to = %(today)s, live = false
FROM built_place b
WHERE n.place_id = b.id AND n.kind IN ('alias', 'old') AND n.valid_to IS NULL AND NOT EXISTS (
    SELECT 1 FROM built_name s WHERE s.place_id = n.place_id AND s.kind = n.kind
        AND s.text = n.text)
"""
RESPELT = """
UPDATE basemap_placename n SET key = s.key, sound = s.sound, variants = s.variants,
    level = s.level, live = s.live
FROM built_name s
WHERE n.place_id = s.place_id AND n.kind = s.kind AND n.text = s.text AND n.valid_to IS NULL
    AND (n.key, n.sound, n.variants, n.level, n.live)
        IS DISTINCT FROM (s.key, s.sound, s.variants, s.level, s.live)
"""
ADDED = """
INSERT INTO basemap_placename
    (place_id, kind, text, key, sound, variants, level, live, valid_from)
SELECT s.place_id, s.kind, s.text, s.key, s.sound, s.variants, s.level, s.live, p.valid_from
FROM built_name s JOIN basemap_place p ON p.id = s.place_id
WHERE NOT EXISTS (
    SELECT 1 FROM basemap_placename n WHERE n.place_id = s.place_id AND n.kind = s.kind
        AND n.text = s.text AND n.valid_to IS NULL)
"""
GONE = """
UPDATE basemap_placename n SET live = false
FROM basemap_place p WHERE p.id = n.place_id AND n.live AND p.valid_to IS NOT NULL
"""
NAME_CHANGES = (RENAMED, DROPPED, RESPELT, ADDED)
APPLY = (SET_ELEMENTS, *NAME_CHANGES, GONE)
ANALYZE = "ANALYZE basemap_place; ANALYZE basemap_placename"
