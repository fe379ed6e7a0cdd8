"""Makes places of regions, named roads, and what addresses name, as one dataset that follows all.

An address tells of its road or zone even where the map has none of that name.
"""

from __future__ import annotations

from collections import Counter

from django.db import connection

from spatial.basemap.models import Dataset
from spatial.basemap.services import stage

DATASET = "regions, roads and zones (gazetteer)"

REGIONS = """
INSERT INTO pg_temp.stage_place (kind, level, name, subtype, road, zone, door, building, poi,
    address, alias, old_name, geom, source_key, digest)
SELECT 'region', CASE r.level WHEN 'district' THEN 3 WHEN 'street' THEN 4 ELSE 5 END,
    r.name, r.level, '', '', '', '', '', '', r.name_en, '', ST_PointOnSurface(r.geom),
    'gazetteer:region/' || r.code, decode(md5(concat_ws(E'\\x1f', r.name, r.name_en, r.id)), 'hex')
FROM basemap_region r WHERE r.valid_to IS NULL
"""

# A road comes in many pieces, and may go on in the next district, where it is another entry. Its
# point is that of its line which is nearest to the middle of all.
ROADS = """
INSERT INTO pg_temp.stage_place (kind, level, name, subtype, road, zone, door, building, poi,
    address, alias, old_name, geom, source_key, digest)
SELECT 'road', 6, name, '', left(name, 100), '', '', '', '', '', '', '', point,
    'gazetteer:road/' || code || '/' || left(name, 130),
    decode(md5(concat_ws(E'\\x1f', name, code, ST_AsEWKB(point)::text)), 'hex')
FROM (
    SELECT name, code,
        ST_ClosestPoint(ST_Collect(geom),
            ST_SetSRID(ST_Centroid(ST_Extent(geom)::geometry), 4326)) AS point
    FROM (
        SELECT f.name, coalesce(d.code, '') AS code, f.geom
        FROM basemap_basefeature f
        LEFT JOIN basemap_region d ON d.level = 'district' AND d.valid_to IS NULL
            AND ST_Intersects(d.geom, f.geom)
        WHERE f.kind = 'road' AND f.name <> ''
    ) pieces
    GROUP BY name, code
) roads
"""
# Roads that only addresses know lie at the door nearest to the middle of all their doors.
OF_ADDRESSES = """
INSERT INTO pg_temp.stage_place (kind, level, name, subtype, road, zone, door, building, poi,
    address, alias, old_name, geom, source_key, digest)
SELECT '{kind}', {level}, name, 'address', {road}, {zone}, '', '', '', '', '', '', point,
    'gazetteer:{word}/' || code || '/' || left(name, 130),
    decode(md5(concat_ws(E'\\x1f', name, code, ST_AsEWKB(point)::text)), 'hex')
FROM (
    SELECT {word} AS name, district_code AS code,
        ST_ClosestPoint(ST_Collect(geom), ST_Centroid(ST_Collect(geom))) AS point
    FROM basemap_place p
    WHERE valid_to IS NULL AND {word} <> '' AND (door <> '' OR building <> '')
        AND source_key !~ '^gazetteer:'
    GROUP BY {word}, district_code
) named
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.stage_place s
    WHERE s.source_key = 'gazetteer:{word}/' || code || '/' || left(named.name, 130))
  AND NOT EXISTS (SELECT 1 FROM basemap_place k
    WHERE k.valid_to IS NULL AND k.level = {level} AND k.name = named.name
        AND k.district_code = named.code AND k.source_key !~ '^gazetteer:')
"""
ROADS_OF_ADDRESSES = OF_ADDRESSES.format(kind="road", level=6, word="road", road="name", zone="''")
ZONES_OF_ADDRESSES = OF_ADDRESSES.format(
    kind="region", level=7, word="zone", road="''", zone="name"
)


def derive() -> Counter[str]:
    """Bring the places of regions and roads to the state of the map; the counts of changes."""
    owner, _new = Dataset.objects.get_or_create(name=DATASET)
    stage.create(stage.PLACES)
    with connection.cursor() as cursor:
        for statement in (REGIONS, ROADS, ROADS_OF_ADDRESSES, ZONES_OF_ADDRESSES):
            cursor.execute(statement)
        cursor.execute("SELECT count(*) <> count(DISTINCT source_key) FROM pg_temp.stage_place")
        repeats = cursor.fetchone()[0]
    changes = stage.apply(stage.PLACES, owner.pk, repeats)
    if changes["created"] + changes["updated"] + changes["removed"]:
        owner.version += 1
        owner.save()
    return changes
