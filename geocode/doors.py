"""The numbered doors of one road or zone: found, nearly found, or interpolated."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from geocode.numbers import Number, building, doors
from geocode.store import Entry, Level

MAX_GAP = 60
"""Neighbours whose numbers differ by more say nothing about what lies between."""
MAX_END = 6
"""How far a number may lie beyond the last known one of its side."""
MAX_SPREAD_DEG = 0.01
"""About 1 km: neighbours further apart are not on one stretch."""


Side = dict[int, Entry]
"""An entry for each number of one side, in the order of the numbers."""


class Between(NamedTuple):
    """A door placed by its neighbours; beyond the last number both are the same entry."""

    lon: float
    lat: float
    low: Entry
    high: Entry


class Doors:
    """An index of the doors and buildings of a road or zone.

    Parameters
    ----------
    entries : iterable of Entry
        As `geocode.store.Store.numbered` gives them.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_number: dict[Number, list[Entry]] = defaultdict(list)
        self._by_building: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            for number in doors(entry.door) if entry.door else ():
                self._by_number[number].append(entry)
            if entry.building and not entry.door:
                self._by_building[building(entry.building)].append(entry)
        for found in self._by_number.values():
            if len(found) > 1:
                found.sort(key=lambda one: (one.level is not Level.DOOR, one.level, one.key))

    @cached_property
    def _sides(self) -> list[tuple[Side, Side]]:
        """The even and the odd side of the road, in each district."""
        sides: dict[str, tuple[Side, Side]] = defaultdict(lambda: ({}, {}))
        for number in sorted(self._by_number, key=lambda number: number.main):
            if number.kind == "号" and not number.stem and not number.sub:
                for entry in self._by_number[number]:
                    sides[entry.district][number.main % 2].setdefault(number.main, entry)
        return [sides[district] for district in sorted(sides)]

    def door(self, number: Number) -> list[Entry]:
        """Entries at exactly this number, doors before their buildings and POIs."""
        return self._by_number.get(number, [])

    def loosely(self, number: Number) -> list[Entry]:
        """Entries at the number without its 甲 or -3, or at its yard's or lane's other kind."""
        other = "弄" if number.kind == "号" else "号"
        near = (
            number._replace(sub=0),
            number._replace(stem=""),
            number._replace(stem="", sub=0),
            number._replace(kind=other),
        )
        return next((found for one in near if one != number and (found := self.door(one))), [])

    def building(self, number: Number | None, mark: str) -> list[Entry]:
        """Entries of a building by its own mark, in the yard ``number`` or straight in a zone."""
        if number is None:
            return self._by_building.get(mark, [])
        return [e for e in self.door(number) if e.building and building(e.building) == mark]

    def between(self, number: Number) -> list[Between]:
        """Where ``number`` must lie by the nearest known numbers of its side (odd or even).

        A road of that name in each district is a road of its own.
        """
        if number.kind != "号":
            return []
        sides = (both[number.main % 2] for both in self._sides)
        return [found for side in sides if (found := _between(number.main, side))]


def _between(main: int, side: Side) -> Between | None:
    known = list(side)
    at = bisect_left(known, main)
    around = known[max(at - 1, 0) : at + 1]
    if len(around) == 2 and around[1] - around[0] <= MAX_GAP:
        low, high = around
        return _mix(side[low], side[high], (main - low) / (high - low))
    nearest = min(around, key=lambda one: abs(one - main), default=None)
    if nearest is None or abs(nearest - main) > MAX_END:
        return None
    entry = side[nearest]
    return Between(entry.lon, entry.lat, entry, entry)


def _mix(low: Entry, high: Entry, share: float) -> Between | None:
    east, north = high.lon - low.lon, high.lat - low.lat
    if max(abs(east), abs(north)) > MAX_SPREAD_DEG:
        return None
    return Between(low.lon + share * east, low.lat + share * north, low, high)
