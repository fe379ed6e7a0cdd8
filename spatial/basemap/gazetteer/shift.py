"""Tells whether points are shifted as the public web maps of China are (GCJ-02, BD-09).

The shift is some 300 to 700 m and nearly the same for a whole city, so it shows where it is known
in other words where things lie, as by the addresses beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geocode import AddressError, geocode_many, to_bd09, to_gcj02
from geocode.answers import Kind, Verdict
from geocode.store import Level
from spatial.basemap.coverage import METRES_PER_DEGREE
from spatial.basemap.gazetteer.store import DatabaseStore

LEAST_PAIRS = 20
NEAR_M = 60.0
"""The middle of the shifts must come so close to that of the formula, and half of them, too."""
ADDRESSES = 200
"""Addresses that are looked up: more tell no more, and wrong ones take 10 ms each."""
SURE = 0.8
"""A candidate that explains less of a text may be another place."""


@dataclass(frozen=True, slots=True)
class Offset:
    """A shift that a whole file has."""

    system: str
    """``GCJ-02`` or ``BD-09``."""
    shift_m: float
    pairs: int


def offset_of(given: NDArray[np.float64], true: NDArray[np.float64]) -> Offset | None:
    """The offset between where points are said to lie and where they do, if it is a known one.

    Both are arrays of shape (n, 2) in degrees, longitude first.
    """
    if len(given) < LEAST_PAIRS:
        return None
    shift = _metres(given - true, true)
    if np.median(np.hypot(*shift.T)) < 2 * NEAR_M:
        return None
    for system, forward in (("GCJ-02", to_gcj02), ("BD-09", lambda xy: to_bd09(to_gcj02(xy)))):
        rest = shift - _metres(forward(true) - true, true)
        # A centroid or a door lies some tens of metres off; the middle of many does not.
        middle = np.hypot(*np.median(rest, axis=0))
        if middle < NEAR_M and np.median(np.hypot(*rest.T)) < 2 * NEAR_M:
            return Offset(system, float(np.hypot(*np.median(shift, axis=0))), len(given))
    return None


def places_of(texts: Sequence[str]) -> list[tuple[int, float, float]]:
    """Where addresses lie: index, longitude and latitude of those that name one known door.

    Of many texts `ADDRESSES` are looked up, spread over all.
    """
    step = max(len(texts) // ADDRESSES, 1)
    chosen = range(0, len(texts), step)[:ADDRESSES]
    answers = geocode_many([texts[i] for i in chosen], DatabaseStore(), limit=2)
    found = []
    for i, answer in zip(chosen, answers, strict=True):
        if isinstance(answer, AddressError) or answer.verdict is Verdict.AMBIGUOUS:
            continue
        for best in answer.candidates[:1]:
            fits = best.kind is Kind.PLACE and best.level is not None and best.level >= Level.DOOR
            if fits and best.score >= SURE and best.point is not None:
                found.append((i, *best.point))
    return found


def _metres(difference: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of longitude and latitude as metres to the east and north."""
    narrow = np.cos(np.radians(at[:, 1]))
    return np.column_stack([difference[:, 0] * narrow, difference[:, 1]]) * METRES_PER_DEGREE
