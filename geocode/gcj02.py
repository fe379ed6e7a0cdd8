"""GCJ-02, the offset system of China's public web maps, from and to WGS 84.

The offset is not published. The formula here is the one in common use since 2013 (the
"eviltransform" algorithm, github.com/googollee/eviltransform): an offset in metres that varies
smoothly with the place, on the Krasovsky 1940 ellipsoid. How closely a given map keeps to it is not
published.

Coordinates are arrays of shape (n, 2): longitude, latitude in degrees. Outside `BOX` both ways are
the identity, as in the common algorithm. The box is coarse: it holds Hong Kong, Macau, Taiwan and
parts of all neighbours, where some map services apply the offset and others do not. Whether
coordinates there have one is known only to who made them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]

BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the ground where the offset is applied."""
MAX_ROUNDS = 8
"""More than needed: the tests hold GCJ-02 to five rounds, BD-09 to seven."""
TOLERANCE_DEG = 1e-9
"""About 0.1 mm; the iteration ends when no coordinate moves further."""

_A_M = 6378245.0
_E2 = 0.00669342162296594323


def inside(degrees: Degrees) -> NDArray[np.bool_]:
    """Which points lie in `BOX`."""
    west, south, east, north = BOX
    lon, lat = degrees[:, 0], degrees[:, 1]
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


def to_gcj02(wgs84: Degrees) -> Degrees:
    """WGS 84 to GCJ-02, by formula."""
    degrees = np.asarray(wgs84, dtype=np.float64)
    return np.asarray(np.where(inside(degrees)[:, None], degrees + _offset(degrees), degrees))


def from_gcj02(gcj02: Degrees) -> Degrees:
    """GCJ-02 to WGS 84 by fixed-point iteration, to well below 1 mm.

    The offset changes by less than 1 % of a step, so that each round gains two digits. Whether a
    point lies in the box is decided by where it is shown, not where it is: within 1 km of the
    box's edge, which runs through no part of China, the two ways need not agree.
    """
    shown = np.asarray(gcj02, dtype=np.float64)
    shifted = inside(shown)
    found = shown.copy()
    found[shifted] = _inverse(shown[shifted])[0]
    return found


def _inverse(shown: Degrees) -> tuple[Degrees, int]:
    """The iteration and how many rounds it took."""
    found = shown.copy()
    count = 0
    while count < MAX_ROUNDS:
        count += 1
        nearer = shown - _offset(found)
        step = np.abs(nearer - found).max(initial=0.0)
        found = nearer
        if step < TOLERANCE_DEG:
            break
    return found, count


def _offset(degrees: Degrees) -> Degrees:
    """What is added to longitude and latitude, in degrees."""
    x, y = degrees[:, 0] - 105.0, degrees[:, 1] - 35.0
    east_m, north_m = _metres(x, y)
    lat = np.radians(degrees[:, 1])
    inner = 1.0 - _E2 * np.sin(lat) ** 2
    meridian_m = _A_M * (1.0 - _E2) / inner**1.5
    parallel_m = _A_M / np.sqrt(inner) * np.cos(lat)
    return np.degrees(np.column_stack([east_m / parallel_m, north_m / meridian_m]))


def _metres(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    pi = np.pi
    root = np.sqrt(np.abs(x))
    both = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    return east, north
