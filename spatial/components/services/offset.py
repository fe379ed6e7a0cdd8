"""Tells whether a survey is shifted as the public web maps of China are (GCJ-02, BD-09).

The shift is some 300 to 700 m and nearly the same for a whole city, so it shows where rows also say
in other words where they lie: by a code the register knows, by the unit grid, by an address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from geocode import to_bd09, to_gcj02
from spatial.basemap.coverage import METRES_PER_DEGREE

LEAST_PAIRS = 20
NEAR_M = 60.0
"""The middle of the shifts must come so close to that of the formula, and half of them, too."""

_OF_GRIDS = """
SELECT t.n, ST_X(ST_Centroid(g.geom)), ST_Y(ST_Centroid(g.geom))
FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t(text, n)
JOIN grids_unitgrid g ON g.code = t.text AND g.valid_from IS NOT NULL AND g.valid_to IS NULL
"""
_OF_ADDRESSES = """
SELECT DISTINCT ON (t.n) t.n, ST_X(p.geom), ST_Y(p.geom)
FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t(text, n)
JOIN basemap_place p ON upper(p.name) COLLATE "C" = upper(t.text)
ORDER BY t.n, p.id
"""
_OF_CODES = """
SELECT t.n, ST_X(c.point), ST_Y(c.point)
FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t(text, n)
JOIN components_component c ON c.code = t.text
"""
QUERIES = {"code": _OF_CODES, "grid": _OF_GRIDS, "position": _OF_ADDRESSES}
"""Where a thing lies by what a row says of it."""


@dataclass(frozen=True, slots=True)
class Offset:
    """A shift that a whole file has."""

    system: str
    """``GCJ-02`` or ``BD-09``."""
    shift_m: float
    pairs: int


def find(evidence: Mapping[str, Sequence[tuple[str, float, float]]]) -> Offset | None:
    """The offset that rows show, if they do.

    ``evidence`` has rows (what they say, longitude, latitude) by the keys of `QUERIES`.
    """
    given, true = _pairs(evidence)
    if len(given) < LEAST_PAIRS:
        return None
    shift = _metres(given - true, true)
    if np.median(np.hypot(*shift.T)) < 2 * NEAR_M:
        return None
    for system, forward in (("GCJ-02", to_gcj02), ("BD-09", lambda xy: to_bd09(to_gcj02(xy)))):
        expected = _metres(forward(true) - true, true)
        rest = np.hypot(*(shift - expected).T)
        middle = np.hypot(*np.median(shift - expected, axis=0))
        # A centroid lies some tens of metres off; the middle of many does not.
        if middle < NEAR_M and np.median(rest) < 2 * NEAR_M:
            return Offset(system, float(np.hypot(*np.median(shift, axis=0))), len(given))
    return None


def _pairs(
    evidence: Mapping[str, Sequence[tuple[str, float, float]]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    given: list[tuple[float, float]] = []
    true: list[tuple[float, float]] = []
    with connection.cursor() as cursor:
        for attribute, rows in evidence.items():
            if not rows:
                continue
            cursor.execute(QUERIES[attribute], {"texts": [row[0] for row in rows]})
            for n, x, y in cursor.fetchall():
                given.append(rows[n - 1][1:])
                true.append((x, y))
    return np.array(given).reshape(-1, 2), np.array(true).reshape(-1, 2)


def _metres(difference: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of longitude and latitude as metres to the east and north."""
    narrow = np.cos(np.radians(at[:, 1]))
    return np.column_stack([difference[:, 0] * narrow, difference[:, 1]]) * METRES_PER_DEGREE
