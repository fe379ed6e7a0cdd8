"""Addresses to points and points to addresses, for the command, the API and the search box."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from geocode.store import Entry, Level
from spatial.basemap.gazetteer.reverse import near
from spatial.basemap.gazetteer.store import DatabaseStore
from spatial.core.errors import InputError
from spatial.core.validity import valid_on_sql
from spatial.grids.services.locate import locate

WORLD = (-180.0, -90.0, 180.0, 90.0)
GRIDS = f"""
SELECT g.code, g.id, ST_X(g.point), ST_Y(g.point), c.code
FROM (
    SELECT g.id, g.code, g.community_id, ST_PointOnSurface(g.geom) AS point
    FROM grids_unitgrid g WHERE g.code = ANY(%(codes)s) AND {valid_on_sql("g")}
) g JOIN basemap_region c ON c.id = g.community_id
"""  # noqa: S608 - the condition is a constant


def store() -> DatabaseStore:
    """The gazetteer with the unit grids in force.

    Components are given as a second function, from codes to entries, once there is a register.
    """
    return DatabaseStore(grids=grid_entries)


def grid_entries(codes: Collection[str]) -> dict[str, Entry]:
    """Unit grids in force by code, each at a point inside."""
    with connection.cursor() as cursor:
        cursor.execute(GRIDS, {"codes": list(codes), "on": None})
        rows = cursor.fetchall()
    return {
        code: Entry(key, Level.POI, code, lon, lat, community[:6], community[:9], community)
        for code, key, lon, lat, community in rows
    }


def reverse(lon: float, lat: float) -> dict[str, Any]:
    """What is at a point: unit grid, regions, nearest road and door, a crossing, and words.

    Raises
    ------
    InputError
        ``E-ADDRESS-POINT`` when the numbers are no degrees, or stand in the wrong order.
    """
    _check(lon, lat)
    found = near(lon, lat)
    grid = locate([(lon, lat)])[0]
    return {
        "lon": lon,
        "lat": lat,
        "words": found.words,
        "grid": grid.code if grid else None,
        **{level: found.regions.get(level) for level in ("district", "street", "community")},
        "road": {"name": found.road, "distance_m": found.road_distance_m} if found.road else None,
        "door": asdict(found.door) if found.door else None,
        "crossing": asdict(found.crossing) if found.crossing else None,
    }


def _check(lon: float, lat: float) -> None:
    west, south, east, north = WORLD
    if west <= lon <= east and south <= lat <= north:
        return
    swapped = west <= lat <= east and south <= lon <= north
    text = (
        _("Latitude and longitude are swapped; give longitude (east) first.")
        if swapped
        else _("These are no degrees of longitude and latitude; check the numbers.")
    )
    raise InputError("E-ADDRESS-POINT", text, lon=lon, lat=lat)
