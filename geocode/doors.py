"""The numbered doors of one road or zone: found, nearly found, or interpolated."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from geocode.numbers import STEMS, Number, building, doors
from geocode.store import Entry, Level, Numbered

MAX_GAP = 60
"""Neighbours whose numbers differ by more say nothing about what lies between."""
MAX_END = 6
"""How far a number may lie beyond the last known one of its side."""
MAX_SPREAD_DEG = 0.01
"""About 1 km: neighbours further apart are not on one stretch."""


Side = dict[int, int]
"""Where the entry of each number of one side stands, in the order of the numbers."""
_UNUSUAL = re.compile(rf"[^\x00-\x7f号院弄附之大支楼、{STEMS}]")
"""A sign in a door that may stand for a digit: 一百零七号, １０７号."""


class Between(NamedTuple):
    """A door placed by its neighbours; beyond the last number both are the same entry."""

    lon: float
    lat: float
    low: Entry
    high: Entry


class Doors:
    """The doors and buildings of a road or zone.

    Most roads are looked at once, for one number: so nothing is indexed before it is asked for,
    and only doors in which the digits stand are read.

    Parameters
    ----------
    known : Numbered
        As `geocode.store.Store.numbered` gives them.
    """

    def __init__(self, known: Numbered) -> None:
        self._known = known
        self._doors = list(known.doors)
        self._at: dict[Number, list[int]] = {}

    @cached_property
    def _unusual(self) -> list[int]:
        """Doors whose digits do not stand there as they are."""
        return [at for at, text in enumerate(self._doors) if text and _UNUSUAL.search(text)]

    @cached_property
    def _by_building(self) -> dict[str, list[int]]:
        """Buildings without a door by their own mark."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, text in enumerate(self._known.buildings):
            if text and not self._doors[at]:
                found[building(text)].append(at)
        return found

    @cached_property
    def _sides(self) -> list[tuple[Side, Side]]:
        """The even and the odd side of the road, in each district."""
        places: dict[int, list[int]] = defaultdict(list)
        for at, text in enumerate(self._doors):
            for number in doors(text) if text else ():
                if number.kind == "号" and not number.stem and not number.sub:
                    places[number.main].append(at)
        districts = list(self._known.districts)
        sides: dict[str, tuple[Side, Side]] = defaultdict(lambda: ({}, {}))
        for main in sorted(places):
            for at in self._ordered(places[main]):
                sides[districts[at]][main % 2].setdefault(main, at)
        return [sides[district] for district in sorted(sides)]

    def _ordered(self, places: list[int]) -> list[int]:
        """Doors before their buildings and POIs."""
        if len(places) == 1:
            return places

        def order(at: int) -> tuple[bool, Level, int]:
            entry = self._known.entries[at]
            return entry.level is not Level.DOOR, entry.level, entry.key

        return sorted(places, key=order)

    def _places(self, number: Number) -> list[int]:
        found = self._at.get(number)
        if found is None:
            digits = str(number.main)
            likely = {at for at, text in enumerate(self._doors) if digits in text}
            likely.update(self._unusual)
            fits = [at for at in sorted(likely) if number in doors(self._doors[at])]
            found = self._at[number] = self._ordered(fits)
        return found

    def door(self, number: Number) -> list[Entry]:
        """Entries at exactly this number, doors before their buildings and POIs."""
        return [self._known.entries[at] for at in self._places(number)]

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
            return [self._known.entries[at] for at in self._by_building.get(mark, ())]
        return [e for e in self.door(number) if e.building and building(e.building) == mark]

    def between(self, number: Number) -> list[Between]:
        """Where ``number`` must lie by the nearest known numbers of its side (odd or even).

        A road of that name in each district is a road of its own.
        """
        if number.kind != "号":
            return []
        sides = (both[number.main % 2] for both in self._sides)
        return [found for side in sides if (found := self._between(number.main, side))]

    def _between(self, main: int, side: Side) -> Between | None:
        known = list(side)
        at = bisect_left(known, main)
        around = known[max(at - 1, 0) : at + 1]
        entries = [self._known.entries[side[one]] for one in around]
        if len(around) == 2 and around[1] - around[0] <= MAX_GAP:
            low, high = around
            return _mix(entries[0], entries[1], (main - low) / (high - low))
        nearest = min(around, key=lambda one: abs(one - main), default=None)
        if nearest is None or abs(nearest - main) > MAX_END:
            return None
        entry = entries[around.index(nearest)]
        return Between(entry.lon, entry.lat, entry, entry)


def _mix(low: Entry, high: Entry, share: float) -> Between | None:
    east, north = high.lon - low.lon, high.lat - low.lat
    if max(abs(east), abs(north)) > MAX_SPREAD_DEG:
        return None
    return Between(low.lon + share * east, low.lat + share * north, low, high)
