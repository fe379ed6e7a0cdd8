"""Coordinates as people write them: recognised, put in order, brought to EPSG:4326."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from geocode.answers import Plane, Point
from geocode.bd09 import from_bd09
from geocode.gcj02 import from_gcj02
from geocode.normalize import fold

CHINA_LON, CHINA_LAT = (73.0, 135.5), (3.0, 54.0)
_EAST_M, _NORTH_M = (100_000.0, 900_000.0), (300_000.0, 6_100_000.0)
_ZONES = range(25, 46)
_ZONE_EPSG = 4513 - 25
_MERIDIAN_EPSG = 4534 - 25

_SYSTEMS = (
    (re.compile(r"BD-?09(?:LL)?|百度(?:地图)?(?:坐标)?", re.I), "BD-09"),
    (re.compile(r"GCJ-?02|火星(?:坐标)?|(?:高德|腾讯)(?:地图)?(?:坐标)?", re.I), "GCJ-02"),
    (
        re.compile(r"CGCS-?2000|(?:国家|大地)?2000(?:国家)?(?:大地)?坐标系?|EPSG:?4490", re.I),
        "CGCS2000",
    ),
    (re.compile(r"WGS-?(?:19)?84|GPS|EPSG:?4326", re.I), "WGS 84"),
)
_EPSG = re.compile(r"EPSG:?\s*(\d{4,5})", re.I)
_WORDS = re.compile(r"坐标系?|经纬度|平面|位置|点位?|[()\[\]{}:=：]")
_AXIS = r"(?:东经|西经|北纬|南纬|经度|纬度|longitude|latitude|long|lon|lng|lat|[NSEWXY])"
_NUMBER = r"[-+]?\d{1,8}(?:\.\d+)?"


def _angle_pattern(side: str) -> str:
    return (
        rf"(?P<{side}a>{_AXIS})?\s*(?P<{side}d>{_NUMBER})\s*(?:[°度]|d(?!\w))?"
        rf"(?:\s*(?P<{side}m>\d{{1,2}}(?:\.\d+)?)\s*(?:['′’]|分)(?!['′’]))?"
        rf"(?:\s*(?P<{side}c>\d{{1,2}}(?:\.\d+)?)\s*(?:['′’]{{2}}|[\"″”]|秒))?"
        rf"\s*(?P<{side}z>{_AXIS})?"
    )


_PAIR = re.compile(_angle_pattern("f") + r"(?:[\s,;、/]+|(?<![\d.\s]))" + _angle_pattern("g"), re.I)
_LON = frozenset({"东经", "西经", "经度", "longitude", "long", "lon", "lng", "e", "w", "x"})
_LAT = frozenset({"北纬", "南纬", "纬度", "latitude", "lat", "n", "s", "y"})
_NEGATIVE = frozenset({"西经", "南纬", "w", "s"})


class Found(NamedTuple):
    """Coordinates: one point, or two where the order cannot be told, or a plane pair."""

    points: tuple[Point, ...]
    crs: str
    plane: Plane | None = None


class _Angle(NamedTuple):
    value: float
    axis: str


def parse(text: str, near: Point | None = None) -> Found | None:
    """The coordinates that ``text`` consists of, or None when it is something else.

    Which of two numbers is the longitude is told by words and letters, else by which order lies
    in China; a plane pair by its size. GCJ-02 and BD-09 are brought back; CGCS2000 is taken as
    equal to WGS 84.

    Parameters
    ----------
    text : str
        116.41,39.93; 39°55′48″N 116°24′36″E; GCJ-02: ...; 39450137.99, 4421797.42.
    near : (lon, lat), optional
        Names the 3-degree zone of plane coordinates without one.
    """
    plain, epsg, crs = _system(fold(text).strip())
    match = _PAIR.fullmatch(plain.strip(" ,;、"))
    if match is None:
        return None
    first, second = _angle(match, "f"), _angle(match, "g")
    plane = _plane(first.value, second.value, epsg, near)
    if plane is not None:
        return Found((), f"EPSG:{plane.epsg}" if plane.epsg else "CGCS2000", plane)
    if not re.search(r"[.°度]", plain) and not (first.axis or second.axis):
        return None  # two small whole numbers are doors, not degrees
    points = tuple(_shift(point, crs) for point in _orders(first, second))
    return Found(points, crs or "WGS 84") if points else None


def _system(plain: str) -> tuple[str, int | None, str]:
    crs, epsg = "", None
    for pattern, name in _SYSTEMS:
        if pattern.search(plain):
            plain, crs = pattern.sub(" ", plain), name
            break
    numbered = _EPSG.search(plain)
    if numbered:
        epsg = int(numbered.group(1))
        plain = _EPSG.sub(" ", plain)
    return " ".join(_WORDS.sub(" ", plain).split()), epsg, crs


def _angle(match: re.Match[str], side: str) -> _Angle:
    degrees = float(match.group(f"{side}d"))
    part = float(match.group(f"{side}m") or 0) / 60 + float(match.group(f"{side}c") or 0) / 3600
    axis = (match.group(f"{side}a") or match.group(f"{side}z") or "").lower()
    value = degrees - part if degrees < 0 else degrees + part
    return _Angle(-value if axis in _NEGATIVE else value, axis)


def _plane(one: float, other: float, epsg: int | None, near: Point | None) -> Plane | None:
    for east, north in ((one, other), (other, one)):
        if not _NORTH_M[0] <= north <= _NORTH_M[1]:
            continue
        zone, rest = divmod(east, 1_000_000)
        if int(zone) in _ZONES and _EAST_M[0] <= rest <= _EAST_M[1]:
            return Plane(east, north, epsg or _ZONE_EPSG + int(zone))
        if _EAST_M[0] <= east <= _EAST_M[1]:
            return Plane(east, north, epsg or _meridian(near))
    return None


def _meridian(near: Point | None) -> int | None:
    if near is None or round(near[0] / 3) not in _ZONES:
        return None
    return _MERIDIAN_EPSG + round(near[0] / 3)


def _orders(first: _Angle, second: _Angle) -> list[Point]:
    """Points in the order lon, lat: one if the order is known, two if not, none if impossible."""
    straight, turned = (first.value, second.value), (second.value, first.value)
    if first.axis in _LON or second.axis in _LAT:
        return [straight] if _on_earth(straight) else []
    if first.axis in _LAT or second.axis in _LON:
        return [turned] if _on_earth(turned) else []
    possible = [point for point in (straight, turned) if _on_earth(point)]
    return [point for point in possible if _in_china(point)] or possible


def _on_earth(point: Point) -> bool:
    return abs(point[0]) <= 180 and abs(point[1]) <= 90


def _in_china(point: Point) -> bool:
    lon, lat = point
    return CHINA_LON[0] <= lon <= CHINA_LON[1] and CHINA_LAT[0] <= lat <= CHINA_LAT[1]


def _shift(point: Point, crs: str) -> Point:
    degrees = np.array([point])
    if crs == "BD-09":
        degrees = from_bd09(degrees)
    if crs in ("BD-09", "GCJ-02"):
        degrees = from_gcj02(degrees)
        return float(degrees[0, 0]), float(degrees[0, 1])
    return point
