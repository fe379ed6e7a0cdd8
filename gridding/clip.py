"""Segments cut at the rings of polygons: what of them lies inside.

Each segment has one polygon, so that a pass over its ring finds all crossings at once; an
overlay of line and polygon would build both anew for every line.
"""

from __future__ import annotations

import numpy as np
import shapely

from gridding.compiled import compiled
from gridding.nearness import turn
from gridding.rings import segments_of
from gridding.rows import row_starts
from gridding.types import Floats, Geometries, Ints

# Pieces as short as the lattice can tell apart are none.
_SHORT_M = 0.001


@compiled
def _holds(ring, first, last, x, y):  # type: ignore[no-untyped-def]
    """Return whether a point lies inside: a ray to the right crosses the rings an odd time."""
    odd = False
    for k in range(first, last):
        ax, ay, bx, by = ring[k]
        if (ay > y) != (by > y) and (turn(ax, ay, bx, by, x, y) > 0.0) == (by > ay):
            odd = not odd
    return odd


@compiled
def _crossings(ring, first, last, segment, places):  # type: ignore[no-untyped-def]
    """Write where a segment meets the rings, as shares of it; return how many are written."""
    px, py, qx, qy = segment
    low_x, high_x, low_y, high_y = min(px, qx), max(px, qx), min(py, qy), max(py, qy)
    count = 0
    for k in range(first, last):
        ax, ay, bx, by = ring[k]
        if max(ax, bx) < low_x or min(ax, bx) > high_x:
            continue
        if max(ay, by) < low_y or min(ay, by) > high_y:
            continue
        one, two = turn(ax, ay, bx, by, px, py), turn(ax, ay, bx, by, qx, qy)
        if (one > 0.0) == (two > 0.0):
            continue
        if (turn(px, py, qx, qy, ax, ay) > 0.0) != (turn(px, py, qx, qy, bx, by) > 0.0):
            places[count] = one / (one - two)
            count += 1
    return count


@compiled
def _inside(segments, owner, ring, starts):  # type: ignore[no-untyped-def]
    """Return the pieces of segments inside their polygons, and the segment of each."""
    most = 0
    for i in range(len(starts) - 1):
        most = max(most, starts[i + 1] - starts[i])
    places = np.empty(most + 2)
    room = 2 * len(segments) + 16
    pieces, of = np.empty((room, 4)), np.empty(room, np.int64)
    found = 0
    for i in range(len(segments)):
        px, py, qx, qy = segments[i]
        first, last = starts[owner[i]], starts[owner[i] + 1]
        count = _crossings(ring, first, last, segments[i], places)
        places[count], places[count + 1] = 0.0, 1.0
        stops = np.sort(places[: count + 2])
        length = np.sqrt((qx - px) ** 2 + (qy - py) ** 2)
        for k in range(count + 1):
            a, b = stops[k], stops[k + 1]
            middle = (a + b) / 2.0
            if (b - a) * length <= _SHORT_M:
                continue
            if not _holds(ring, first, last, px + middle * (qx - px), py + middle * (qy - py)):
                continue
            if found == room:
                room *= 2
                more, more_of = np.empty((room, 4)), np.empty(room, np.int64)
                more[:found], more_of[:found] = pieces, of
                pieces, of = more, more_of
            pieces[found, 0], pieces[found, 1] = px + a * (qx - px), py + a * (qy - py)
            pieces[found, 2], pieces[found, 3] = px + b * (qx - px), py + b * (qy - py)
            of[found] = i
            found += 1
    return pieces[:found], of[:found]


def clip_segments(segments: Floats, owner: Ints, polygons: Geometries) -> tuple[Floats, Ints]:
    """Return the pieces of segments that lie in their polygons.

    Parameters
    ----------
    segments : float array (n, 4)
        Both ends of each, m.
    owner : int array (n,)
        The polygon of each.
    polygons : array of Polygon

    Returns
    -------
    pieces : float array (k, 4)
        Along their segments, longer than a millimetre.
    of : int array (k,)
        The segment of each.
    """
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    start, end, of_ring = segments_of(rings)
    starts = row_starts(polygon[of_ring], len(polygons))
    pieces, of = _inside(segments, owner, np.column_stack([start, end]), starts)
    return pieces, of
