"""Whether the ground a district stands on was surveyed or generated.

Regions and base map come from data sets of their own: real streets may carry invented communities.
"""

from __future__ import annotations

from django.core.cache import cache

from spatial.core.reading import reader
from webmap.tiles.layers import LAYERS
from webmap.tiles.sources import derived_version

MADE_UP = """
SELECT r.code, bool_or(d.made_up)
FROM (
    SELECT dataset_id, ST_SetSRID(ST_Extent(geom)::geometry, 4326) AS box
    FROM basemap_basefeature GROUP BY dataset_id
) f
JOIN basemap_dataset d ON d.id = f.dataset_id
JOIN basemap_region r ON r.level = 'district' AND r.valid_to IS NULL AND r.geom && f.box
GROUP BY r.code
"""


def made_up_ground() -> dict[str, bool]:
    """For each district with a base map, whether any of that is generated."""
    key = f"made-up-ground:{derived_version(LAYERS['basemap'])}"
    known = cache.get(key)
    if known is None:
        with reader().cursor() as cursor:
            cursor.execute(MADE_UP)
            known = dict(cursor.fetchall())
        cache.set(key, known)
    return known
