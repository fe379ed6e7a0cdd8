"""What is at a point: its regions, and the nearest crossing, door and road, in words.

Distances are geodesic, in metres. Each question is one query by a spatial index.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from spatial.basemap.gazetteer.naming import NUMBERED
from spatial.basemap.gazetteer.store import MEET_DEG

CROSSING_M = 30.0
"""A point this near to where two roads meet is at the crossing."""
DOOR_M = 200.0
"""A door further off says nothing of where a point is."""
ROAD_M = 500.0
AT_M = 5.0
"""So near, a point is at the door itself, without a direction."""
ROUND_M = 5
DEGREE_M = 111_320.0
SECTORS = 8
LATIN = "\u2e80"
"""From here on, scripts put no blank between a street and a number."""
POINT = "ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)"

REGIONS = """
SELECT r.level, r.code, r.name, r.name_en FROM basemap_region r
WHERE r.valid_to IS NULL AND ST_Intersects(r.geom, {point})
ORDER BY length(r.code), r.code
"""
# The nearest by degrees need not be the nearest in metres: some more are ordered by true distance.
DOORS = """
SELECT id, level, name, coalesce(nullif(road, ''), zone), door || building,
    ST_X(geom), ST_Y(geom), ST_Distance(geom::geography, {point}::geography) AS metres,
    degrees(ST_Azimuth(geom::geography, {point}::geography))
FROM (
    SELECT * FROM basemap_place
    WHERE valid_to IS NULL AND (door <> '' OR building <> '')
        AND geom && ST_Expand({point}, %(reach)s)
    ORDER BY geom <-> {point} LIMIT 12
) near
ORDER BY metres, id LIMIT 1
"""
ROADS = """
SELECT name, min(ST_Distance(geom::geography, {point}::geography)) AS metres
FROM (
    SELECT name, geom FROM basemap_basefeature
    WHERE kind = 'road' AND name <> '' AND geom && ST_Expand({point}, %(reach)s)
    ORDER BY geom <-> {point} LIMIT 16
) near
GROUP BY name ORDER BY metres, name LIMIT 1
"""
CROSSING = """
WITH near AS (
    SELECT name, geom FROM basemap_basefeature
    WHERE kind = 'road' AND name <> '' AND NOT underground
        AND geom && ST_Expand({point}, %(reach)s)
), meet AS (
    SELECT a.name AS one, b.name AS other, ST_ClosestPoint(a.geom, b.geom) AS place
    FROM near a JOIN near b ON a.name < b.name AND ST_DWithin(a.geom, b.geom, %(meet)s)
)
SELECT one, other, ST_X(place), ST_Y(place),
    ST_Distance(place::geography, {point}::geography) AS metres
FROM meet WHERE ST_Distance(place::geography, {point}::geography) <= %(limit)s
ORDER BY metres, one, other LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Door:
    """The nearest door and where the point lies from it."""

    place: int
    name: str
    lon: float
    lat: float
    distance_m: float
    bearing_deg: float
    """From the door to the point, clockwise from north."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where two roads meet, near the point."""

    roads: tuple[str, str]
    lon: float
    lat: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Near:
    """What is at and around a point."""

    lon: float
    lat: float
    regions: dict[str, dict[str, str]] = field(default_factory=dict)
    """Code, name and name_en by level: district, street, community."""
    road: str = ""
    road_distance_m: float | None = None
    door: Door | None = None
    crossing: Crossing | None = None

    @property
    def words(self) -> str:
        """Where the point is, in the language of the page; empty when nothing is near."""
        if self.crossing:
            one, other = self.crossing.roads
            return _("crossing of %(one)s and %(other)s") % {"one": one, "other": other}
        if self.door:
            return _from_door(self.door)
        return _("near %s") % self.road if self.road else ""


def near(lon: float, lat: float) -> Near:
    """What is at and around a point, in degrees (EPSG:4326)."""
    road = _first(ROADS, lon, lat, ROAD_M)
    return Near(
        lon,
        lat,
        _regions(lon, lat),
        road[0] if road else "",
        round(road[1], 1) if road else None,
        _door(lon, lat),
        _crossing(lon, lat),
    )


def words_at(lon: float, lat: float) -> str:
    """Where a point is, as `Near.words` has it, with no more questions than it takes."""
    crossing = _crossing(lon, lat)
    door = None if crossing else _door(lon, lat)
    road = None if crossing or door else _first(ROADS, lon, lat, ROAD_M)
    return Near(lon, lat, road=road[0] if road else "", door=door, crossing=crossing).words


def _regions(lon: float, lat: float) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for level, code, name, name_en in _all(REGIONS, lon=lon, lat=lat):
        found.setdefault(level, {"code": code, "name": name, "name_en": name_en})
    return found


def _door(lon: float, lat: float) -> Door | None:
    row = _first(DOORS, lon, lat, DOOR_M)
    if row is None or row[7] > DOOR_M:
        return None
    place, level, name, road, number, *at, metres, bearing = row
    shown = name if level in NUMBERED else f"{road}{'' if road[-1:] > LATIN else ' '}{number}"
    return Door(place, shown, *at, round(metres, 1), round(bearing or 0.0, 1))


def _crossing(lon: float, lat: float) -> Crossing | None:
    row = _first(CROSSING, lon, lat, CROSSING_M * 2, limit=CROSSING_M, meet=MEET_DEG)
    return Crossing((row[0], row[1]), row[2], row[3], round(row[4], 1)) if row else None


def _from_door(door: Door) -> str:
    if door.distance_m < AT_M:
        return door.name
    metres = max(ROUND_M, round(door.distance_m / ROUND_M) * ROUND_M)
    side = _sides()[round(door.bearing_deg / (360 / SECTORS)) % SECTORS]
    words = {"door": door.name, "side": side, "metres": metres}
    return _("about %(metres)d m %(side)s of %(door)s") % words


def _sides() -> tuple[str, ...]:
    """Where one lies from a door, clockwise from north."""
    return (
        pgettext("side of a door", "north"),
        pgettext("side of a door", "north-east"),
        pgettext("side of a door", "east"),
        pgettext("side of a door", "south-east"),
        pgettext("side of a door", "south"),
        pgettext("side of a door", "south-west"),
        pgettext("side of a door", "west"),
        pgettext("side of a door", "north-west"),
    )


def _degrees(lat: float, metres: float) -> float:
    """At least so many degrees both ways."""
    return metres / DEGREE_M / max(math.cos(math.radians(lat)), 0.01)


def _all(statement: str, **values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(point=POINT), values)
        return cursor.fetchall()


def _first(statement: str, lon: float, lat: float, reach_m: float, **more: Any) -> tuple | None:
    rows = _all(statement, lon=lon, lat=lat, reach=_degrees(lat, reach_m), **more)
    return rows[0] if rows else None
