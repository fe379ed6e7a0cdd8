"""Linework cut at every crossing by snap rounding, in whole numbers on a lattice.

Every end of a segment and every crossing of two is a hot pixel: the square round a point of the
lattice, without its upper and its right side. A segment is led through the middle of each hot
pixel it meets, and then no two meet but at their ends (Hobby, 1999, "Practical segment
intersection with finite precision output"). Nothing is rounded but crossings, and those exactly.
Coordinates may spread over 2**30 steps: all products are exact below that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridding.compiled import compiled
from gridding.rows import rows_by
from gridding.types import Floats, Geometries, Ints

# All linework of a region is noded on a lattice of this step (1 cm: survey data of 1:500 maps
# is good to 5 cm), which makes coincident and 1-mm-apart lines one.
STEP_M = 0.01
_STEPS_PER_M = round(1 / STEP_M)
# Squares in which segments and pixels are looked up hold about one segment, and are no smaller.
_SMALLEST = 50
_TAG_BITS = 8


@dataclass(frozen=True, slots=True)
class Graph:
    """Noded linework.

    Attributes
    ----------
    xy : int array (n, 2)
        Nodes in steps of the lattice, by x, then y.
    edges : int array (m, 2)
        Nodes of each edge, the lower first, each edge once and in order.
    tag : int8 array (m,)
        The lowest tag of the segments an edge is part of.
    """

    xy: Ints
    edges: Ints
    tag: NDArray[np.int8]

    @property
    def places(self) -> Floats:
        """Nodes, m."""
        return self.xy / _STEPS_PER_M

    @property
    def segments(self) -> Ints:
        """Both ends of each edge in steps, one row an edge."""
        return self.xy[self.edges].reshape(-1, 4)


def on_lattice(lines: Geometries) -> tuple[Ints, Ints]:
    """Return the segments of lines in steps of the lattice, and the line of each."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    steps = np.rint(xy * _STEPS_PER_M).astype(np.int64)
    at = np.flatnonzero((of[1:] == of[:-1]) & (steps[1:] != steps[:-1]).any(axis=1))
    return np.column_stack([steps[at], steps[at + 1]]), of[at]


@compiled
def row_span(ax, ay, bx, by, low, high):  # type: ignore[no-untyped-def]
    """Return from where to where a segment may be in x between two heights, with a margin."""
    xa, xb = float(ax), float(bx)
    if ay != by:
        slope = (bx - ax) / (by - ay)
        bottom, top = max(low, min(ay, by)), min(high, max(ay, by))
        xa, xb = ax + (bottom - ay) * slope, ax + (top - ay) * slope
    return np.int64(np.floor(min(xa, xb))) - 2, np.int64(np.ceil(max(xa, xb))) + 2


@compiled
def row_cells(segment, row, frame):  # type: ignore[no-untyped-def]
    """Return the first and the last square of a row a segment may come to, within a step."""
    side, columns = frame[2], frame[3]
    low = frame[1] + row * side - 2
    left, right = row_span(segment[0], segment[1], segment[2], segment[3], low, low + side + 4)
    first = max(0, (left - frame[0]) // side)
    last = min(columns - 1, (right - frame[0]) // side)
    return row * columns + first, row * columns + last


@compiled
def rows_of(segment, frame):  # type: ignore[no-untyped-def]
    """Return the first and the last row of squares a segment may come to, within a step."""
    low, high = min(segment[1], segment[3]) - 1, max(segment[1], segment[3]) + 1
    return max(0, (low - frame[1]) // frame[2]), min(frame[4] - 1, (high - frame[1]) // frame[2])


@compiled
def by_cell(segments, frame):  # type: ignore[no-untyped-def]
    """Return the segments by square as compressed rows."""
    start = np.zeros(frame[3] * frame[4] + 1, np.int64)
    for s in range(len(segments)):
        first, last = rows_of(segments[s], frame)
        for row in range(first, last + 1):
            one, other = row_cells(segments[s], row, frame)
            for cell in range(one, other + 1):
                start[cell + 1] += 1
    for cell in range(len(start) - 1):
        start[cell + 1] += start[cell]
    at, items = start.copy(), np.empty(start[-1], np.int64)
    for s in range(len(segments)):
        first, last = rows_of(segments[s], frame)
        for row in range(first, last + 1):
            one, other = row_cells(segments[s], row, frame)
            for cell in range(one, other + 1):
                items[at[cell]] = s
                at[cell] += 1
    return start, items


@compiled
def turn_of(ax, ay, bx, by, cx, cy):  # type: ignore[no-untyped-def]
    """Return twice the signed area of a triangle: above zero where it turns left."""
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)


@compiled
def _along(start, step, part, whole):  # type: ignore[no-untyped-def]
    """Return ``start + step * part / whole`` rounded, halves up, by long division.

    ``part`` is less than ``whole``; their product with the step need not fit in 64 bits.
    """
    quotient, rest = np.int64(0), np.int64(0)
    length = abs(step)
    bit = np.int64(1)
    while bit <= length:
        bit *= 2
    while bit > 1:
        bit //= 2
        quotient, rest = 2 * quotient, 2 * rest
        if length & bit:
            rest += part
        while rest >= whole:
            rest -= whole
            quotient += 1
    if step >= 0:
        return start + quotient + (1 if 2 * rest >= whole else 0)
    return start - quotient - (1 if 2 * rest > whole else 0)


@compiled
def _crossing(one, other, out):  # type: ignore[no-untyped-def]
    """Write where two segments cross at inner points of both, rounded; return whether they do."""
    ax, ay, bx, by = one[0], one[1], one[2], one[3]
    cx, cy, dx, dy = other[0], other[1], other[2], other[3]
    if max(ax, bx) < min(cx, dx) or max(cx, dx) < min(ax, bx):
        return False
    if max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
        return False
    c, d = turn_of(ax, ay, bx, by, cx, cy), turn_of(ax, ay, bx, by, dx, dy)
    if not ((c < 0 and d > 0) or (c > 0 and d < 0)):
        return False
    a, b = turn_of(cx, cy, dx, dy, ax, ay), turn_of(cx, cy, dx, dy, bx, by)
    if not ((a < 0 and b > 0) or (a > 0 and b < 0)):
        return False
    part, whole = abs(a), abs(a) + abs(b)
    out[0], out[1] = _along(ax, bx - ax, part, whole), _along(ay, by - ay, part, whole)
    return True


@compiled
def _crossings(segments, start, items, frame):  # type: ignore[no-untyped-def]
    """Return all crossings, rounded to the lattice."""
    found, count = np.empty((len(segments) + 16, 2), np.int64), 0
    place = np.empty(2, np.int64)
    for cell in range(len(start) - 1):
        for i in range(start[cell], start[cell + 1]):
            for j in range(i + 1, start[cell + 1]):
                if not _crossing(segments[items[i]], segments[items[j]], place):
                    continue
                column, row = (place[0] - frame[0]) // frame[2], (place[1] - frame[1]) // frame[2]
                # Two segments may share several squares: the one of the crossing counts.
                if row * frame[3] + column != cell:
                    continue
                if count == len(found):
                    larger = np.empty((2 * count, 2), np.int64)
                    larger[:count] = found
                    found = larger
                found[count, 0], found[count, 1] = place[0], place[1]
                count += 1
    return found[:count]


@compiled
def _meets(segment, x, y):  # type: ignore[no-untyped-def]
    """Return whether a segment meets the pixel of a point of the lattice."""
    # Relative to the point, doubled: corners of the pixel are at odd places, ends at even ones.
    ax, ay = 2 * (segment[0] - x), 2 * (segment[1] - y)
    bx, by = 2 * (segment[2] - x), 2 * (segment[3] - y)
    if max(ax, bx) < -1 or min(ax, bx) > 1 or max(ay, by) < -1 or min(ay, by) > 1:
        return False
    dx, dy = bx - ax, by - ay
    middle = dx * ay - dy * ax
    # Each corner is on the left where `middle` is below dx * corner_y - dy * corner_x.
    low, high = -abs(dx) - abs(dy), abs(dx) + abs(dy)
    if low < middle < high:
        return True
    if middle != low and middle != high:
        return False
    # It touches one corner only: the lower left one is part of the pixel.
    return middle == dy - dx and dx != 0 and dy != 0


@compiled
def _by_projection(nodes, place, count):  # type: ignore[no-untyped-def]
    """Sort the first nodes by their place along a segment, in place."""
    for i in range(1, count):
        node, key, k = nodes[i], place[i], i
        while k > 0 and place[k - 1] > key:
            nodes[k], place[k] = nodes[k - 1], place[k - 1]
            k -= 1
        nodes[k], place[k] = node, key


@compiled
def _met(segment, xy, start, items, frame, nodes, place):  # type: ignore[no-untyped-def]
    """Write the hot pixels a segment meets, in its order; return how many, -1 for no room."""
    dx, dy = segment[2] - segment[0], segment[3] - segment[1]
    count = 0
    first, last = rows_of(segment, frame)
    for row in range(first, last + 1):
        one, other = row_cells(segment, row, frame)
        for k in range(start[one], start[other + 1]):
            x, y = xy[items[k], 0], xy[items[k], 1]
            if _meets(segment, x, y):
                if count == len(nodes):
                    return -1
                nodes[count] = items[k]
                place[count] = dx * (x - segment[0]) + dy * (y - segment[1])
                count += 1
    _by_projection(nodes, place, count)
    return count


@compiled
def _pieces(segments, tag, xy, start, items, frame):  # type: ignore[no-untyped-def]
    """Return the pieces of all segments between hot pixels: two nodes and a tag, in one number."""
    n = np.int64(len(xy))
    out, count = np.empty(2 * len(segments) + 16, np.int64), 0
    nodes, place = np.empty(64, np.int64), np.empty(64, np.int64)
    for s in range(len(segments)):
        met = _met(segments[s], xy, start, items, frame, nodes, place)
        while met < 0:
            nodes, place = np.empty(2 * len(nodes), np.int64), np.empty(2 * len(nodes), np.int64)
            met = _met(segments[s], xy, start, items, frame, nodes, place)
        while count + met > len(out):
            larger = np.empty(2 * len(out), np.int64)
            larger[:count] = out[:count]
            out = larger
        for k in range(met - 1):
            a, b = min(nodes[k], nodes[k + 1]), max(nodes[k], nodes[k + 1])
            out[count] = ((a * n + b) << _TAG_BITS) + tag[s]
            count += 1
    return out[:count]


def frame_of(segments: Ints) -> Ints:
    """Return the squares over segments: x, y of the corner, side, columns, rows."""
    low = np.minimum(segments[:, :2], segments[:, 2:]).min(axis=0)
    size = np.maximum(segments[:, :2], segments[:, 2:]).max(axis=0) - low + 1
    # As Python's numbers: the area of a region in square steps need not fit in 64 bits.
    side = max(_SMALLEST, int((int(size[0]) * int(size[1]) / len(segments)) ** 0.5))
    columns, rows = size // side + 1
    return np.array([low[0], low[1], side, columns, rows], np.int64)


def _hot_pixels(segments: Ints, crossings: Ints) -> Ints:
    """Places of all ends and crossings, each once, by x, then y."""
    every = np.concatenate([segments[:, :2], segments[:, 2:], crossings])
    corner = every.min(axis=0)
    every -= corner
    key = np.unique((every[:, 0] << 32) | every[:, 1])
    return np.column_stack([key >> 32, key & 0xFFFFFFFF]) + corner


def _pixels_by_cell(xy: Ints, frame: Ints) -> tuple[Ints, Ints]:
    column, row = ((xy - frame[:2]) // frame[2]).T
    return rows_by(row * frame[3] + column, int(frame[3] * frame[4]))


def node(segments: Ints, tag: NDArray[np.int8]) -> Graph:
    """Return segments cut at every crossing, which then meet at their ends only.

    Parameters
    ----------
    segments : int array (k, 4)
        x, y of one end and of the other, in steps of the lattice (`on_lattice`); the ends differ.
    tag : int8 array (k,)
        Not negative; where segments coincide the lowest counts.
    """
    if not len(segments):
        return Graph(np.zeros((0, 2), np.int64), np.zeros((0, 2), np.int64), np.zeros(0, np.int8))
    frame = frame_of(segments)
    start, items = by_cell(segments, frame)
    xy = _hot_pixels(segments, _crossings(segments, start, items, frame))
    start, items = _pixels_by_cell(xy, frame)
    pieces = np.unique(_pieces(segments, tag.astype(np.int64), xy, start, items, frame))
    pair = pieces >> _TAG_BITS
    first = np.concatenate([[True], pair[1:] != pair[:-1]])
    pieces, pair = pieces[first], pair[first]
    edges = np.column_stack([pair // len(xy), pair % len(xy)])
    return Graph(xy, edges, (pieces & ((1 << _TAG_BITS) - 1)).astype(np.int8))
