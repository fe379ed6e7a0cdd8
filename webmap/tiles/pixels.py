"""Tiles of grids as pixels: which grid covers the middle of each, for maps so far that a grid is a
few pixels wide.

A tenth of the bytes of a vector tile and less, and nothing is left to decode, cut or fill in the
browser. Bytes: ``WMP1``; how many grids (``uint32``), how many of them cover a pixel (``uint32``),
bytes of an index (``uint32``, 2 or 4); the ordinals as differences (``int32`` each): first of those
that cover a pixel, then of the others; for each of the others the pixel it lies in (``uint16``);
filled up with a zero where these are odd; then row by row the index of the grid of each pixel + 1,
0 for none, as the difference from the pixel to the left (``int16`` or ``int32``, going round).
All numbers little-endian.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
SIDE = 256
UP_TO = 12
"""The nearest zoom that has pixels: nearer ones have borders, which are lines."""
MARK = b"WMP1"
NARROW = 2**16 - 1
"""So many grids and more need wide indexes."""


def pixel_tile(
    extent: int, ids: Ints, parts: tuple[Ints, Ints, Ints], chosen: Ints, origin: tuple[int, int]
) -> bytes:
    """A tile of the chosen polygons; see `encoding.polygon_layer` for what is given.

    Two grids never share a pixel, and there is none between neighbours.
    """
    xy, ring_start, first_ring = parts
    unit = extent // SIDE
    pixels = np.zeros(SIDE * SIDE, np.int64)
    at = np.empty(len(chosen), np.int64)
    _fill(pixels, at, xy, ring_start, first_ring, chosen, origin[0], origin[1], unit)
    covers = np.bincount(pixels, minlength=len(chosen) + 1)[1:] > 0
    inside = ~covers & (at >= 0)
    shown = np.flatnonzero(covers)
    others = np.flatnonzero(inside)
    number = np.zeros(len(chosen) + 1, np.int64)
    number[shown + 1] = np.arange(1, len(shown) + 1)
    return _packed(ids[chosen[shown]], ids[chosen[others]], at[others], number[pixels])


def _packed(shown: Ints, others: Ints, at: Ints, pixels: Ints) -> bytes:
    count = len(shown) + len(others)
    width = 2 if count < NARROW else 4
    head = np.array([count, len(shown), width], "<u4")
    ordinals = np.concatenate([np.diff(shown, prepend=0), np.diff(others, prepend=0)])
    places = at.astype("<u2").tobytes() + b"\0\0" * (len(at) % 2)
    steps = np.diff(pixels.reshape(SIDE, SIDE), axis=1, prepend=0)
    return b"".join([
        MARK, head.tobytes(), ordinals.astype("<i4").tobytes(), places,
        steps.astype(f"<i{width}").tobytes(),
    ])  # fmt: skip


@njit(cache=True)
def _fill(  # noqa: PLR0913 - numba takes arrays, not what holds them
    pixels: Ints, at: Ints, xy: Ints, ring_start: Ints, first_ring: Ints, chosen: Ints,
    left: int, top: int, unit: int,
) -> None:  # fmt: skip
    """Number from 1 of the polygon over the middle of each pixel, and a pixel each lies in."""
    for n in range(len(chosen)):
        first, last = first_ring[chosen[n]], first_ring[chosen[n] + 1]
        low, high = _box(xy, ring_start[first], ring_start[last])
        column = ((low[0] + high[0]) // 2 - left) // unit
        row = ((low[1] + high[1]) // 2 - top) // unit
        at[n] = row * SIDE + column if 0 <= row < SIDE and 0 <= column < SIDE else -1
        found = np.empty(ring_start[last] - ring_start[first])
        begin = max(0, _row_at(low[1] - top, unit))
        end = min(SIDE, _row_at(high[1] - top, unit))
        for y in range(begin, end):
            middle = top + y * unit + unit // 2
            count = _crossings(found, xy, ring_start, first, last, middle)
            crossed = np.sort(found[:count])
            for k in range(0, count - 1, 2):
                x1 = max(0, _column_at(crossed[k] - left, unit))
                x2 = min(SIDE, _column_at(crossed[k + 1] - left, unit))
                pixels[y * SIDE + x1 : y * SIDE + x2] = n + 1


@njit(cache=True)
def _crossings(
    found: NDArray[np.float64], xy: Ints, ring_start: Ints, first: int, last: int, middle: int
) -> int:
    """Where the rings ``first`` to ``last`` cross a row; how often."""
    count = 0
    for ring in range(first, last):
        before = ring_start[ring + 1] - 1
        for k in range(ring_start[ring], ring_start[ring + 1]):
            if (xy[before, 1] <= middle) != (xy[k, 1] <= middle):
                # From above, so that a neighbour's edge crosses at the same place.
                a, b = (before, k) if xy[before, 1] < xy[k, 1] else (k, before)
                share = (middle - xy[a, 1]) / (xy[b, 1] - xy[a, 1])
                found[count] = xy[a, 0] + share * (xy[b, 0] - xy[a, 0])
                count += 1
            before = k
    return count


@njit(cache=True)
def _box(xy: Ints, first: int, last: int) -> tuple[tuple[int, int], tuple[int, int]]:
    west, north, east, south = xy[first, 0], xy[first, 1], xy[first, 0], xy[first, 1]
    for n in range(first + 1, last):
        west, east = min(west, xy[n, 0]), max(east, xy[n, 0])
        north, south = min(north, xy[n, 1]), max(south, xy[n, 1])
    return (west, north), (east, south)


@njit(cache=True)
def _row_at(y: int, unit: int) -> int:
    """The first row whose middle is not above ``y``."""
    return -((unit // 2 - y) // unit)


@njit(cache=True)
def _column_at(x: float, unit: int) -> int:
    """The first column whose middle is not left of ``x``."""
    return int(np.ceil((x - unit / 2) / unit))
