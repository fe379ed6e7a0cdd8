"""Ridges of Voronoi diagrams as the dual of Delaunay triangulations, many diagrams at once."""

from __future__ import annotations

import numpy as np
import shapely

from gridding.types import Bools, Floats, Geometries, Ints

# Points and ridges are put on this lattice: equal places are equal bits, and chains of ridges
# hold together.
_STEP_M = 0.001
# Far points round each diagram, so that all ridges between its own points have two ends.
_FRAME = np.array([[1.0, 0.1], [-0.1, 1.0], [-1.0, -0.1], [0.1, -1.0]])


def repeated(count: Ints) -> tuple[Ints, Ints]:
    """Return the index of each row repeated by its count, and 0, 1, … within each row."""
    row = np.repeat(np.arange(len(count)), count)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)


def _first_of(xy: Ints, block: Ints) -> tuple[Ints, Ints]:
    """Order of points by block, x and y, the first of equal ones only; the block of each."""
    order = np.lexsort((xy[:, 1], xy[:, 0], block))
    rows = np.column_stack([block, xy])[order]
    new = np.concatenate([[True], (rows[1:] != rows[:-1]).any(axis=1)])[: len(rows)]
    return order[new], block[order[new]]


def _divided(block: Ints, owner: Ints) -> Bools:
    """Return which points are in blocks with two owners or more."""
    count = int(block.max()) + 1
    low, high = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(low, block, owner)
    np.maximum.at(high, block, owner)
    return np.asarray((low < high)[block])


def _clouds(xy: Floats, start: Ints, stop: Ints) -> tuple[Geometries, Floats]:
    """Points of each block with its frame, round a centre of its own.

    They come as a line, which is made in a fraction of the time of points. The third coordinate
    is the number of a point, -1 in the frame: it comes back with the triangles.
    """
    low, high = np.minimum.reduceat(xy, start), np.maximum.reduceat(xy, start)
    centre = np.rint((low + high) / 2)
    reach = 10 * ((high - low).max(axis=1) + 100 / _STEP_M)
    own = np.repeat(np.arange(len(start)), stop - start)
    points = np.column_stack([xy - centre[own], np.arange(len(xy))])
    frame = np.rint(reach[:, None, None] * _FRAME).reshape(-1, 2)
    frame = np.column_stack([frame, np.full(len(frame), -1.0)])
    of = np.concatenate([own, np.repeat(np.arange(len(start)), len(_FRAME))])
    order = np.argsort(of, kind="stable")
    every = np.concatenate([points, frame])[order]
    return np.asarray(shapely.linestrings(every, indices=of[order])), centre


def _circumcentres(a: Floats, b: Floats, c: Floats) -> Floats:
    u, v = b - a, c - a
    uu, vv = (u**2).sum(axis=1), (v**2).sum(axis=1)
    twice = 2 * (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    x = (v[:, 1] * uu - u[:, 1] * vv) / twice
    y = (u[:, 0] * vv - v[:, 0] * uu) / twice
    return np.rint(a + np.column_stack([x, y]))


def _between_owners(corner: Ints, owner: Ints) -> tuple[Ints, Ints]:
    """Sides of triangles whose ends have two owners: both ends of each, its two triangles."""
    tail, head = corner.ravel(), np.roll(corner, -1, axis=1).ravel()
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    side = np.flatnonzero((low >= 0) & (owner[low] != owner[high]))
    key = low[side] * len(owner) + high[side]
    order = np.argsort(key, kind="stable")
    side, key = side[order], key[order]
    twin = np.flatnonzero(key[1:] == key[:-1])
    pairs = np.column_stack([low, high])[side[twin]]
    return pairs, np.column_stack([side[twin], side[twin + 1]]) // 3


def dual(points: Floats, block: Ints, owner: Ints) -> tuple[Ints, Ints, Floats]:
    """Return the ridges of the Voronoi diagram of each block between points of two owners.

    Parameters
    ----------
    points : float array (n, 2)
        m; taken to the millimetre. Of those at one place in a block the first one counts.
    block, owner : int arrays (n,)

    Returns
    -------
    order : int array
        Which points count.
    pairs : int array (k, 2)
        The two points of each ridge, indexes into ``order``.
    ends : float array (k, 2, 2)
        The two ends of each ridge, to the millimetre, never the same.
    """
    none = np.zeros(0, np.int64), np.zeros((0, 2), np.int64), np.zeros((0, 2, 2))
    xy = np.rint(points / _STEP_M)
    order, block = _first_of(xy.astype(np.int64), block)
    if not len(order):
        return none
    keep = _divided(block, owner[order])
    order, block = order[keep], block[keep]
    if not len(order):
        return none
    start = np.flatnonzero(np.concatenate([[True], block[1:] != block[:-1]]))
    stop = np.append(start[1:], len(block))
    clouds, centre = _clouds(xy[order], start, stop)
    corners, of = shapely.get_coordinates(
        shapely.delaunay_triangles(clouds), include_z=True, return_index=True
    )
    corners, of = corners.reshape(-1, 4, 3), of[::4]
    places = _circumcentres(*corners[:, :3, :2].transpose(1, 0, 2)) + centre[of]
    pairs, triangles = _between_owners(corners[:, :3, 2].astype(np.int64), owner[order])
    ends = places[triangles]
    long = (ends[:, 0] != ends[:, 1]).any(axis=1)
    return order, pairs[long], ends[long] * _STEP_M
