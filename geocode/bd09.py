"""BD-09, Baidu's second offset on top of GCJ-02.

The formula is the one in common use (github.com/wandergis/coordtransform, after Baidu's own
conversion service): GCJ-02 in polar form, wobbled, and moved by 0.0065° and 0.006°. Coordinates
are arrays of shape (n, 2): longitude, latitude in degrees. Outside `geocode.gcj02.BOX` both ways
are the identity, as there.
"""

from __future__ import annotations

import numpy as np

from geocode.gcj02 import MAX_ROUNDS, TOLERANCE_DEG, Degrees, inside

_WAVE = np.pi * 3000.0 / 180.0
_EAST_DEG, _NORTH_DEG = 0.0065, 0.006


def to_bd09(gcj02: Degrees) -> Degrees:
    """GCJ-02 to BD-09, by formula."""
    degrees = np.asarray(gcj02, dtype=np.float64)
    return np.asarray(np.where(inside(degrees)[:, None], _forward(degrees), degrees))


def from_bd09(bd09: Degrees) -> Degrees:
    """BD-09 to GCJ-02 by fixed-point iteration, to well below 1 mm.

    The offset changes by at most 2 % of a step: seven rounds are enough.
    """
    shown = np.asarray(bd09, dtype=np.float64)
    shifted = inside(shown)
    found = shown.copy()
    found[shifted] = _inverse(shown[shifted])[0]
    return found


def _forward(degrees: Degrees) -> Degrees:
    x, y = degrees[:, 0], degrees[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _WAVE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _WAVE)
    return np.column_stack(
        [radius * np.cos(angle) + _EAST_DEG, radius * np.sin(angle) + _NORTH_DEG]
    )


def _inverse(shown: Degrees) -> tuple[Degrees, int]:
    """The iteration and how many rounds it took."""
    found = shown - [_EAST_DEG, _NORTH_DEG]
    count = 0
    while count < MAX_ROUNDS:
        count += 1
        nearer = found + (shown - _forward(found))
        step = np.abs(nearer - found).max(initial=0.0)
        found = nearer
        if step < TOLERANCE_DEG:
            break
    return found, count
