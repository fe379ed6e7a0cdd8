"""Pure rules of trails: what a person on patrol can have done, and what he passed on the way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EARTH_M = 6_371_008.8
FASTEST_M_S = 70.0
"""Faster than any car in a city: 252 km/h."""
STEP_M = 15.0
"""So close are the points between two positions."""
GAP_S = 150.0
"""Positions come every 30 s; between two further apart nobody knows the way."""
LONGEST_M = 600.0
ACCURATE_M = 100.0
"""A position that may be further off than this says nothing of the grid."""


def metres_between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Distance on the sphere."""
    return float(_metres(np.array([lon1, lon2]), np.array([lat1, lat2]))[0])


def _metres(lon: Floats, lat: Floats) -> Floats:
    x, y = np.radians(lon), np.radians(lat)
    half = (
        np.sin(np.diff(y) / 2) ** 2 + np.cos(y[:-1]) * np.cos(y[1:]) * np.sin(np.diff(x) / 2) ** 2
    )
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def impossible(metres: float, seconds: float, accuracy_m: float) -> bool:
    """Whether nobody gets so far in that time; what both positions may be off is taken away."""
    return metres - accuracy_m > FASTEST_M_S * max(seconds, 1.0)


def length_m(lon: Floats, lat: Floats) -> float:
    """Length of a trail."""
    return float(_metres(lon, lat).sum()) if len(lon) > 1 else 0.0


def passed(
    seconds: Floats, lon: Floats, lat: Floats, accuracy_m: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return times and points that one trail passed, about every 15 m.

    Positions that are not accurate are left out; between those that follow one another within
    150 s and 600 m the way is taken as straight, else only the positions themselves count.
    """
    sure = accuracy_m <= ACCURATE_M
    seconds, lon, lat = seconds[sure], lon[sure], lat[sure]
    if len(lon) < 2:
        return seconds, lon, lat
    away = _metres(lon, lat)
    joined = (np.diff(seconds) <= GAP_S) & (away <= LONGEST_M)
    steps = np.where(joined, np.maximum(1, np.ceil(away / STEP_M)), 1).astype(int)
    first = np.repeat(np.arange(len(steps)), steps)
    share = (np.arange(len(first)) - np.repeat(np.cumsum(steps) - steps, steps)) / steps[first]
    between = [np.append(one[first] + share * np.diff(one)[first], one[-1]) for one in
               (seconds, lon, lat)]  # fmt: skip
    return between[0], between[1], between[2]
