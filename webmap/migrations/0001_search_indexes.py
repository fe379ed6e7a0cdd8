"""Indexes of the search box and of far base map tiles, measured on 500,000 places.

Trigrams cannot help with one or two Chinese characters, so names are also indexed by their single
characters. Order and prefixes use the C collation, in which an index can walk both.
"""

from django.db import migrations

NAMES = """
CREATE INDEX webmap_place_prefix ON basemap_place (upper(name) COLLATE "C", id);
CREATE INDEX webmap_place_chars ON basemap_place
    USING gin (string_to_array(upper(name), NULL));
CREATE INDEX webmap_road_prefix ON basemap_basefeature (upper(name) COLLATE "C", id)
    WHERE kind = 'road' AND name <> '';
CREATE INDEX webmap_road_chars ON basemap_basefeature
    USING gin (string_to_array(upper(name), NULL)) WHERE kind = 'road' AND name <> '';
"""
NO_NAMES = """
DROP INDEX webmap_place_prefix;
DROP INDEX webmap_place_chars;
DROP INDEX webmap_road_prefix;
DROP INDEX webmap_road_chars;
"""
CODES = 'CREATE INDEX webmap_grid_suffix ON grids_unitgrid (plan_id, reverse(code) COLLATE "C")'
NO_CODES = "DROP INDEX webmap_grid_suffix"
FAR = """
CREATE INDEX webmap_far_features ON basemap_basefeature USING gist (geom3857)
    WHERE kind <> 'building'
"""
NO_FAR = "DROP INDEX webmap_far_features"


class Migration(migrations.Migration):
    dependencies = [("basemap", "0001_initial"), ("grids", "0002_guards")]

    operations = [
        migrations.RunSQL(NAMES, NO_NAMES),
        migrations.RunSQL(CODES, NO_CODES),
        migrations.RunSQL(FAR, NO_FAR),
    ]
