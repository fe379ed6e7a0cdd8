"""Fewer vertices for borders of grids that are shown small, the same on both sides of a border.

What is taken away is decided by what a vertex and its two neighbours on the border are, and these
are the same for both grids: so neighbours never gape and never overlap by it. GEOS' coverage
simplification does the like but takes half a minute for 160,000 grids (``scripts/bench/tiles.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.types import Bools, Geometries, Ints


@dataclass(frozen=True, eq=False)
class Rings:
    """Rings of polygons without their closing vertices, in whole units.

    Attributes
    ----------
    xy : (vertices, 2) array of int
    start : (rings + 1,) array of int
        Ring ``r`` has the vertices ``start[r]`` to ``start[r + 1]``.
    polygon : (rings,) array of int
        The polygon of a ring; outer rings come before those of holes.
    fixed : (vertices,) array of bool
        Vertices that stay: where three grids meet, and enough of a ring without any.
    """

    xy: Ints
    start: Ints
    polygon: Ints
    fixed: Bools


def rings_of(polygons: Geometries, unit: float) -> Rings:
    """The rings of polygons, outer rings clockwise where y goes up.

    Parameters
    ----------
    polygons : array of shapely.Polygon
        A coverage: shared borders have the same vertices on both sides.
    unit : float
        Length of a whole unit; vertices are moved to whole units, equal ones to the same.
    """
    oriented = shapely.orient_polygons(polygons, exterior_cw=True)
    rings, polygon = shapely.get_rings(oriented, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    xy = np.rint(coordinates / unit).astype(np.int64)
    # Closing vertices, and those that fell together with the one before, are left out.
    last = np.diff(ring, append=-1) != 0
    again = (np.diff(xy, axis=0, prepend=xy[:1] - 1) == 0).all(axis=1)
    again &= np.diff(ring, prepend=-1) == 0
    kept = ~last & ~again
    made = _of(xy[kept], ring[kept], polygon)
    return Rings(made.xy, made.start, made.polygon, _fixed(made))


def _of(xy: Ints, ring: Ints, polygon: Ints) -> Rings:
    numbers, start = np.unique(ring, return_index=True)
    return Rings(xy, np.append(start, len(xy)), polygon[numbers], np.zeros(len(xy), bool))


def thinned(rings: Rings, tolerance: float) -> Rings:
    """Without vertices that lie within a tolerance of the border without them.

    A vertex goes when the triangle with its neighbours is smaller than half the square of
    ``tolerance`` (in units) and than those of its neighbours (after Visvalingam and Whyatt, 1993);
    again until none is left that may go.
    """
    xy, fixed = rings.xy, rings.fixed
    ring = np.repeat(np.arange(len(rings.polygon)), np.diff(rings.start))
    key = _keys(xy)
    least = tolerance * tolerance
    while True:
        before, after = _neighbours(ring)
        here, there = xy - xy[before], xy[after] - xy[before]
        area = np.abs(here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]).astype(float)
        area[fixed] = np.inf
        # The larger key breaks a tie, which is the same on both sides.
        less_before = (area < area[before]) | ((area == area[before]) & (key < key[before]))
        less_after = (area < area[after]) | ((area == area[after]) & (key < key[after]))
        gone = (area < least) & less_before & less_after
        if not gone.any():
            start = np.append(np.flatnonzero(np.diff(ring, prepend=-1)), len(ring))
            return Rings(xy, start, rings.polygon[ring[start[:-1]]], fixed)
        xy, fixed, ring, key = xy[~gone], fixed[~gone], ring[~gone], key[~gone]


def _keys(xy: Ints) -> Ints:
    low = xy.min(axis=0, initial=0)
    return (xy[:, 0] - low[0]) << 32 | (xy[:, 1] - low[1])


def _neighbours(ring: Ints) -> tuple[Ints, Ints]:
    """The vertex before and after each on its ring."""
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    last = np.append(first, len(ring))[1:] - 1
    places = np.arange(len(ring))
    before, after = places - 1, places + 1
    before[first], after[last] = last, first
    return before, after


def _fixed(rings: Rings) -> Bools:
    """Where more than two grids meet, or two and the outside; and four of a ring without."""
    ring = np.repeat(np.arange(len(rings.polygon)), np.diff(rings.start))
    before, after = _neighbours(ring)
    _known, number = np.unique(_keys(rings.xy), return_inverse=True)
    one, other = number[before], number[after]
    low, high = np.minimum(one, other), np.maximum(one, other)
    # A vertex inside a border has one pair of neighbours, however often it occurs.
    least = np.full(len(_known), len(_known), np.int64)
    most = np.full(len(_known), -1, np.int64)
    pair = low * (len(_known) + 1) + high
    least[:] = np.iinfo(np.int64).max
    np.minimum.at(least, number, pair)
    np.maximum.at(most, number, pair)
    found = (least != most)[number]
    bare = ~np.logical_or.reduceat(found, rings.start[:-1]) if len(ring) else np.zeros(0, bool)
    for n in np.flatnonzero(bare):
        part = slice(rings.start[n], rings.start[n + 1])
        x, y = rings.xy[part].T
        corners = [np.lexsort(keys)[0] for keys in ((y, x), (-y, -x), (x, y), (-x, -y))]
        found[rings.start[n] + np.array(corners)] = True
    return found
