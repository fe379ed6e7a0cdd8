"""The unit grids of all districts in one layer, with their codes, for other programs.

The map asks for one district at a time and looks codes up by ordinal. Other programs want a city,
and an attribute that means something to them. The version names the editions together, so that
these tiles are files that never change, too.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from spatial.core.validity import valid_on
from spatial.grids.models import GridPlan
from webmap.tiles import grids
from webmap.tiles.address import TileAddress
from webmap.tiles.layers import CITY_GRIDS, Layer
from webmap.tiles.sources import ON, TileSource, digest, no_version

PREFIX = "city"

SQL = """
SELECT ST_AsMVT(t, 'grids', %(extent)s, 'geom') FROM (
    SELECT g.code, d.code || '-e' || p.edition AS edition, ST_AsMVTGeom(
        ST_SimplifyPreserveTopology(g.geom3857, %(tolerance)s),
        ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, true) AS geom
    FROM grids_unitgrid g
    JOIN grids_gridplan p ON p.id = g.plan_id JOIN basemap_region d ON d.id = p.district_id
    WHERE g.plan_id = ANY(%(plans)s)
        AND g.geom3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => %(margin)s)
    ORDER BY g.code
) t
"""


def city_source(on: date | None = None) -> TileSource:
    """The grids of all districts in force now, or on a past day."""
    stamps = list(_plans(on).values_list("pk", "created_at", "input_digest"))
    version = f"{PREFIX}-{digest(*stamps)}"
    if on is not None:
        version = f"{version}{ON}{on:%Y%m%d}"
    return TileSource(CITY_GRIDS, version, version, on=on)


def named_city_source(layer: Layer, version: str) -> TileSource:
    """The source that an address of ours names; its tiles may be gone.

    Raises
    ------
    NotFoundError
        ``E-TILE-VERSION``.
    """
    day = re.fullmatch(rf"{PREFIX}-[0-9a-f]{{8}}(?:{ON}(\d{{8}}))?", version)
    try:
        on = date.fromisoformat(day[1]) if day and day[1] else None
    except ValueError as error:
        raise no_version(layer, version) from error
    if day is None:
        raise no_version(layer, version)
    return TileSource(CITY_GRIDS, version, version, on=on)


def is_city(version: str) -> bool:
    """Whether a version is one of ours, and not an edition of a district."""
    return version.startswith(f"{PREFIX}-")


def _plans(on: date | None):
    return GridPlan.objects.filter(valid_on(on)).order_by("pk")


def query(source: TileSource, address: TileAddress) -> tuple[str, dict[str, Any]]:
    """SQL and its values for one tile."""
    _sql, values = grids.query(source, address)
    simple = address.z <= grids.LAST_SIMPLE_ZOOM
    plans = list(_plans(source.on).values_list("pk", flat=True))
    return SQL, {**values, "plans": plans, "tolerance": values["tolerance"] if simple else 0}
