"""Splits the written-out address of a source into the elements of GB/T 37149-2018.

Sources write addresses in order and without errors; what people write is the geocoder's matter.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from geocode import fold

_ROAD = "大街|斜街|夹道|胡同|公路|街|路|巷|弄堂|道|条|线"
_NUMBER = r"[甲乙丙丁戊己庚辛]?\d+[A-Za-z]?(?:[-/、]\d+)*"
_DOOR = re.compile(rf"(?:附?{_NUMBER}号(?:大院|院)?(?!楼)|{_NUMBER}弄)(?:附?{_NUMBER}号(?!楼))?")
_BUILDING = re.compile(rf"(?:(?:{_NUMBER}|[A-Za-z]|[一二三四五六七八九十]+)(?:号楼|栋|幢|座))")
_ENDS_AS_ROAD = re.compile(rf"(?:{_ROAD})(?:[东南西北中]?[一二三四五六七八九十]?(?:条|段|巷))?$")
_ROAD_BEFORE = re.compile(rf"^(.{{2,}}?(?:{_ROAD}))(?=.{{2,}})")
_HIGH = re.compile(r"^(?:[^省市区县]{2,8}?(?:省|自治区|特别行政区))?(?:[^省市区县]{2,8}?市)?")
_PLAIN_NUMBER = re.compile(r"\d+[A-Za-z]?(?:[-/]\d+[A-Za-z]?)*")


class Elements(NamedTuple):
    """Levels 6 to 9 of an address, each empty where absent."""

    road: str = ""
    zone: str = ""
    door: str = ""
    building: str = ""


def split(text: str, regions: Collection[str]) -> Elements:
    """The elements of an address text.

    Parameters
    ----------
    text : str
        Such as 东城区东四北大街107号院3号楼; units and rooms behind are left out.
    regions : collection of str
        Names of districts, streets and communities, which may stand before, the longest first.
    """
    rest = without_regions(fold(text), regions)
    if rest and rest.isascii():
        return _western(text)
    door = _DOOR.search(rest)
    if door:
        road, zone = _road_or_zone(rest[: door.start()])
        behind = rest[door.end() :]
        building = _BUILDING.search(behind)
        inner = behind[: building.start()].strip() if building else ""
        zone = zone or (inner if len(inner) > 1 else "")
        return Elements(road, zone, door.group(), building.group() if building else "")
    building = _BUILDING.search(rest)
    road, zone = _road_or_zone(rest[: building.start()] if building else rest)
    return Elements(road, zone, "", building.group() if building else "")


def split_door(door: str) -> tuple[str, str]:
    """Door and building of a source's house number: 107号院3号楼 is 107号院 and 3号楼."""
    plain = fold(door)
    building = _BUILDING.search(plain)
    if building and building.start() > 0 and _DOOR.match(plain):
        return plain[: building.start()], building.group()
    return (plain, "") if not building or building.start() else ("", plain)


def without_regions(text: str, regions: Collection[str]) -> str:
    """The text without province, city and the known regions at its beginning."""
    rest = text
    high = _HIGH.match(rest)
    if high and len(high.group()) < len(rest):
        rest = rest[high.end() :]
    found = True
    while found:
        found = False
        for name in regions:
            if rest.startswith(name) and len(rest) > len(name):
                rest, found = rest[len(name) :], True
    return rest


def _road_or_zone(text: str) -> tuple[str, str]:
    """What stands before a number: a road, a zone, or a road with a zone behind it."""
    if not text or _ENDS_AS_ROAD.search(text):
        return text, ""
    road = _ROAD_BEFORE.match(text)
    return (road.group(1), text[road.end() :]) if road else ("", text)


def _western(text: str) -> Elements:
    """Street and number as in Mannerheimintie 5."""
    words = text.split()
    if len(words) > 1 and _PLAIN_NUMBER.fullmatch(words[-1]):
        return Elements(road=" ".join(words[:-1]), door=words[-1])
    return Elements()
