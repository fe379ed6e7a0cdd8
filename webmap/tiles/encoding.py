"""Polygons as vector tiles, many at once (Mapbox Vector Tile 2.1)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

# ruff: noqa: PLR0913 - numba takes arrays, not what holds them
Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
MOVE_TO_ONE, LINE_TO, CLOSE = 9, 2, 15
A_NUMBER = 10
"""Bytes of the longest number."""


def polygon_layer(
    name: str, extent: int, ids: Ints, parts: tuple[Ints, Ints, Ints], chosen: Ints,
    origin: tuple[int, int],
) -> bytes:  # fmt: skip
    """A tile with one layer of polygons.

    Parameters
    ----------
    ids : (polygons,) array of int
    parts : tuple of array of int
        ``xy`` (vertices, 2) in units of the tile, y down; where each ring begins in it, and where
        it ends at last; which ring each polygon begins with, and ends with at last.
    chosen : array of int
        Polygons of this tile.
    origin : tuple of int
        The upper left corner of the tile, in the same units.
    """
    xy, ring_start, first_ring = parts
    rings = first_ring[chosen + 1] - first_ring[chosen]
    points = ring_start[first_ring[chosen + 1]] - ring_start[first_ring[chosen]]
    # Two numbers a vertex, three a ring, and five about the feature.
    room = int((points * 2 + rings * 3 + 5).sum()) * A_NUMBER
    out = np.empty(room, np.uint8)
    size = _features(out, ids, xy, ring_start, first_ring, chosen, origin[0], origin[1])
    head = b"\x78\x02" + b"\x0a" + _varint(len(name)) + name.encode()
    layer = head + out[:size].tobytes() + b"\x28" + _varint(extent)
    return b"\x1a" + _varint(len(layer)) + layer


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


@njit(cache=True)
def _put(out: Bytes, at: int, value: int) -> int:
    while value > 127:
        out[at] = value & 127 | 128
        value >>= 7
        at += 1
    out[at] = value
    return at + 1


@njit(cache=True)
def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


@njit(cache=True)
def _shape(
    out: Bytes, xy: Ints, ring_start: Ints, first: int, last: int, left: int, top: int
) -> int:
    """The geometry of the rings ``first`` to ``last``; how many bytes."""
    at, x, y = 0, left, top
    for ring in range(first, last):
        begin, end = ring_start[ring], ring_start[ring + 1]
        at = _put(out, at, MOVE_TO_ONE)
        for n in range(begin, end):
            if n == begin + 1:
                at = _put(out, at, (end - begin - 1) << 3 | LINE_TO)
            at = _put(out, at, _zigzag(xy[n, 0] - x))
            at = _put(out, at, _zigzag(xy[n, 1] - y))
            x, y = xy[n, 0], xy[n, 1]
        at = _put(out, at, CLOSE)
    return at


@njit(cache=True)
def _features(
    out: Bytes, ids: Ints, xy: Ints, ring_start: Ints, first_ring: Ints, chosen: Ints,
    left: int, top: int,
) -> int:  # fmt: skip
    """Features one after the other; how many bytes."""
    at = 0
    for polygon in chosen:
        first, last = first_ring[polygon], first_ring[polygon + 1]
        room = ((ring_start[last] - ring_start[first]) * 2 + (last - first) * 3) * A_NUMBER
        shape = np.empty(room, np.uint8)
        size = _shape(shape, xy, ring_start, first, last, left, top)
        head = np.empty(5 * A_NUMBER, np.uint8)
        head[0] = 0x08
        used = _put(head, 1, ids[polygon])
        head[used], head[used + 1], head[used + 2] = 0x18, 3, 0x22
        used = _put(head, used + 3, size)
        out[at] = 0x12
        at = _put(out, at + 1, used + size)
        out[at : at + used] = head[:used]
        out[at + used : at + used + size] = shape[:size]
        at += used + size
    return at
