"""Faces of noded linework: walks round them, what lies beside each edge, a point in each.

Half-edge ``2 e`` runs along edge ``e`` from its lower node to its higher one, ``2 e + 1`` back. All
decisions are made in whole numbers; nodes are in the order of their x, then y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.compiled import compiled
from gridding.noding import STEP_M, Graph, turn_of
from gridding.rows import rows_by
from gridding.types import Bools, Floats, Geometries, Ints


@dataclass(frozen=True, slots=True)
class Planar:
    """Faces of a graph.

    Attributes
    ----------
    graph : Graph
        Without dead ends and bridges: every edge has two faces.
    face : int array (2 m,)
        The face on the left of each half-edge, -1 outside all.
    following : int array (2 m,)
        The next half-edge round that face.
    start, items : int arrays
        Half-edges by face, as compressed rows.
    """

    graph: Graph
    face: Ints
    following: Ints
    start: Ints
    items: Ints

    def __len__(self) -> int:
        return len(self.start) - 1


@compiled
def _prune(edges, alive, start, items):  # type: ignore[no-untyped-def]
    """Take away dead ends, in place."""
    degree = np.zeros(len(start) - 1, np.int64)
    for e in range(len(edges)):
        if alive[e]:
            degree[edges[e, 0]] += 1
            degree[edges[e, 1]] += 1
    for node in range(len(degree)):
        at = node
        while degree[at] == 1:
            for k in range(start[at], start[at + 1]):
                if alive[items[k] >> 1]:
                    break
            e = items[k] >> 1
            alive[e] = False
            degree[at] -= 1
            at = edges[e, 0] if edges[e, 1] == at else edges[e, 1]
            degree[at] -= 1


@compiled
def _before(ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """Return whether one direction comes before another, counter-clockwise from the east."""
    a = ay < 0 or (ay == 0 and ax < 0)
    b = by < 0 or (by == 0 and bx < 0)
    if a != b:
        return b
    return ax * by - ay * bx > 0


@compiled
def _sort_round(xy, edges, start, items):  # type: ignore[no-untyped-def]
    """Sort the half-edges that leave each node counter-clockwise, in place."""
    for node in range(len(start) - 1):
        x, y = xy[node, 0], xy[node, 1]
        for i in range(start[node] + 1, start[node + 1]):
            half, k = items[i], i
            head = edges[half >> 1, 1 - (half & 1)]
            ax, ay = xy[head, 0] - x, xy[head, 1] - y
            while k > start[node]:
                other = edges[items[k - 1] >> 1, 1 - (items[k - 1] & 1)]
                if not _before(ax, ay, xy[other, 0] - x, xy[other, 1] - y):
                    break
                items[k] = items[k - 1]
                k -= 1
            items[k] = half


@compiled
def _followers(alive, start, items):  # type: ignore[no-untyped-def]
    """Return the next half-edge round the face on the left of each, -1 where there is none."""
    following = np.full(2 * len(alive), -1, np.int64)
    for node in range(len(start) - 1):
        first, last = np.int64(-1), np.int64(-1)
        for k in range(start[node], start[node + 1]):
            half = items[k]
            if not alive[half >> 1]:
                continue
            if first < 0:
                first = half
            else:
                following[half ^ 1] = last
            last = half
        if first >= 0:
            following[first ^ 1] = last
    return following


@compiled
def _walks(following):  # type: ignore[no-untyped-def]
    """Return the walk each half-edge belongs to, -1 for none, and how many there are."""
    walk, count = np.full(len(following), -1, np.int64), 0
    for half in range(len(following)):
        if walk[half] >= 0 or following[half] < 0:
            continue
        at = half
        while walk[at] < 0:
            walk[at] = count
            at = following[at]
        count += 1
    return walk, count


@compiled
def _sums(xy, edges, walk, count):  # type: ignore[no-untyped-def]
    """Return twice the area of each walk, above zero round a face, and its first node."""
    twice, lowest = np.zeros(count, np.int64), np.full(count, len(xy), np.int64)
    for half in range(len(walk)):
        if walk[half] < 0:
            continue
        a, b = edges[half >> 1, half & 1], edges[half >> 1, 1 - (half & 1)]
        twice[walk[half]] += xy[a, 0] * xy[b, 1] - xy[a, 1] * xy[b, 0]
        lowest[walk[half]] = min(lowest[walk[half]], a)
    return twice, lowest


@compiled
def _rows(xy, edges, height, rows):  # type: ignore[no-untyped-def]
    """Return the edges that rise by rows of a height, as compressed rows."""
    start = np.zeros(rows + 1, np.int64)
    for e in range(len(edges)):
        low, high = xy[edges[e, 0], 1] // height, xy[edges[e, 1], 1] // height
        for row in range(min(low, high), max(low, high) + 1):
            start[row + 1] += 1
    for row in range(rows):
        start[row + 1] += start[row]
    at, items = start.copy(), np.empty(start[-1], np.int64)
    for e in range(len(edges)):
        low, high = xy[edges[e, 0], 1] // height, xy[edges[e, 1], 1] // height
        for row in range(min(low, high), max(low, high) + 1):
            items[at[row]] = e
            at[row] += 1
    return start, items


@compiled
def _nearer(xy, a, b, c, d):  # type: ignore[no-untyped-def]
    """Return whether rising edge a-b is right of rising edge c-d, at heights both have."""
    if xy[a, 1] >= xy[c, 1]:
        side = turn_of(xy[c, 0], xy[c, 1], xy[d, 0], xy[d, 1], xy[a, 0], xy[a, 1])
        if side == 0:
            side = turn_of(xy[c, 0], xy[c, 1], xy[d, 0], xy[d, 1], xy[b, 0], xy[b, 1])
        return side < 0
    return turn_of(xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1], xy[c, 0], xy[c, 1]) > 0


@compiled
def _left_of(xy, edges, start, items, height, node):  # type: ignore[no-untyped-def]
    """Return the falling half-edge next to a node on its left, -1 for none."""
    x, y = xy[node, 0], xy[node, 1]
    best, low, high = np.int64(-1), np.int64(-1), np.int64(-1)
    row = y // height
    for k in range(start[row], start[row + 1]):
        e = items[k]
        a, b = edges[e, 0], edges[e, 1]
        half = 2 * e + 1
        if xy[a, 1] > xy[b, 1]:
            a, b, half = b, a, 2 * e
        # Of an edge its lower end belongs to it: a ray through a node meets it once.
        if xy[a, 1] > y or xy[b, 1] <= y:
            continue
        if turn_of(xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1], x, y) >= 0:
            continue
        if best < 0 or _nearer(xy, a, b, low, high):
            best, low, high = half, a, b
    return best


@compiled
def _faces_of_walks(xy, edges, walk, twice, lowest, order, start, items, height):  # type: ignore[no-untyped-def]
    """Return the face each walk belongs to, -1 outside all; ``order`` ascends by first nodes."""
    face, count = np.full(len(twice), -1, np.int64), 0
    for w in range(len(twice)):
        if twice[w] > 0:
            face[w] = count
            count += 1
    for w in order:
        if twice[w] < 0:
            half = _left_of(xy, edges, start, items, height, lowest[w])
            if half >= 0:
                face[w] = face[walk[half]]
    return face


@compiled
def _scan_height(xy, edges, items, first, last):  # type: ignore[no-untyped-def]
    """Return a height near the middle of a face at which it has no vertex."""
    low, high = xy[edges[items[first] >> 1, 0], 1], xy[edges[items[first] >> 1, 0], 1]
    for k in range(first, last):
        y = xy[edges[items[k] >> 1, items[k] & 1], 1]
        low, high = min(low, y), max(high, y)
    twice = low + high
    for k in range(first, last):
        y = xy[edges[items[k] >> 1, items[k] & 1], 1]
        if 2 * y <= twice:
            low = max(low, y)
        else:
            high = min(high, y)
    return (low + high) / 2


@compiled
def _inner_points(xy, edges, start, items):  # type: ignore[no-untyped-def]
    """Return a point in each face: the middle of its widest part at a height."""
    out = np.empty((len(start) - 1, 2))
    cut = np.empty(16)
    for face in range(len(start) - 1):
        y = _scan_height(xy, edges, items, start[face], start[face + 1])
        if len(cut) < start[face + 1] - start[face]:
            cut = np.empty(2 * (start[face + 1] - start[face]))
        count = 0
        for k in range(start[face], start[face + 1]):
            a, b = edges[items[k] >> 1, 0], edges[items[k] >> 1, 1]
            if (xy[a, 1] < y) != (xy[b, 1] < y):
                share = (y - xy[a, 1]) / (xy[b, 1] - xy[a, 1])
                cut[count] = xy[a, 0] + share * (xy[b, 0] - xy[a, 0])
                count += 1
        cut[:count].sort()
        best = 0
        for k in range(2, count - 1, 2):
            if cut[k + 1] - cut[k] > cut[best + 1] - cut[best]:
                best = k
        out[face, 0], out[face, 1] = (cut[best] + cut[best + 1]) / 2, y
    return out


@compiled
def _rings(edges, following, start, items, wanted, nodes):  # type: ignore[no-untyped-def]
    """Return the nodes of all simple rings of some faces, where each ends, and its face.

    A walk that comes to a node twice is two rings that touch there.
    """
    out, stops = np.empty(2 * len(items), np.int64), np.empty(len(items), np.int64)
    faces = np.empty(len(items), np.int64)
    place, done = np.full(nodes, -1, np.int64), np.zeros(len(following), np.bool_)
    stack = np.empty(len(items) + 1, np.int64)
    total, count = 0, 0
    for f in wanted:
        for k in range(start[f], start[f + 1]):
            half, depth = items[k], 0
            while not done[half]:
                done[half] = True
                a, b = edges[half >> 1, half & 1], edges[half >> 1, 1 - (half & 1)]
                stack[depth], place[a] = a, depth
                depth += 1
                half = following[half]
                if place[b] < 0:
                    continue
                out[total] = b
                total += 1
                for i in range(place[b] + 1, depth):
                    out[total] = stack[i]
                    total += 1
                    place[stack[i]] = -1
                depth = place[b]
                place[b] = -1
                stops[count], faces[count] = total, f
                count += 1
    return out[:total], stops[:count], faces[:count]


def _without_bridges(graph: Graph) -> tuple[Graph, Ints]:
    """Return the graph without dead ends and bridges, and the followers of its half-edges."""
    alive = np.ones(len(graph.edges), bool)
    # Half-edges by the node they leave.
    start, items = rows_by(graph.edges.ravel(), len(graph.xy))
    _prune(graph.edges, alive, start, items)
    _sort_round(graph.xy, graph.edges, start, items)
    walk, _ = _walks(_followers(alive, start, items))
    # What has the same walk on both sides is a bridge.
    alive &= walk[::2] != walk[1::2]
    following = _followers(alive, start, items).reshape(-1, 2)[alive]
    number = np.cumsum(alive) - 1
    following = 2 * number[following >> 1] + (following & 1)
    return Graph(graph.xy, graph.edges[alive], graph.tag[alive]), following.ravel()


def faces_of(graph: Graph) -> Planar:
    """Return the bounded faces of noded linework; dead ends and bridges fall away."""
    graph, following = _without_bridges(graph)
    xy = graph.xy - graph.xy.min(axis=0) if len(graph.xy) else graph.xy
    walk, count = _walks(following)
    twice, lowest = _sums(xy, graph.edges, walk, count)
    extent = int(xy[:, 1].max()) + 1 if len(xy) else 1
    height = extent // int(np.sqrt(len(graph.edges)) + 1) + 1
    start, items = _rows(xy, graph.edges, height, extent // height + 1)
    order = np.argsort(lowest, kind="stable")
    of_walk = _faces_of_walks(xy, graph.edges, walk, twice, lowest, order, start, items, height)
    face = of_walk[walk]
    rows = rows_by(face, int(np.count_nonzero(twice > 0)))
    return Planar(graph, face, following, *rows)


def kept(planar: Planar, keep: Bools) -> Planar:
    """Return some of the faces, the others counted as outside."""
    number = np.append(np.where(keep, np.cumsum(keep) - 1, -1), -1)
    face = number[planar.face]
    rows = rows_by(face, int(np.count_nonzero(keep)))
    return Planar(planar.graph, face, planar.following, *rows)


def inner_points(planar: Planar) -> Floats:
    """Return a point in each face, m."""
    return np.asarray(
        _inner_points(planar.graph.xy, planar.graph.edges, planar.start, planar.items) * STEP_M
    )


def polygons_of(planar: Planar, wanted: Ints | None = None) -> Geometries:
    """Return faces as polygons, all of them if not told which."""
    graph = planar.graph
    every = np.arange(len(planar)) if wanted is None else wanted
    flat, stops, face = _rings(
        graph.edges, planar.following, planar.start, planar.items, every, len(graph.xy)
    )
    count = np.diff(stops, prepend=0)
    ring = np.repeat(np.arange(len(stops)), count)
    return _polygons(graph.places[flat], ring, face, every)


def _polygons(xy: Floats, ring: Ints, face: Ints, every: Ints) -> Geometries:
    """Polygons of rings: of those of a face the one that runs counter-clockwise is the shell."""
    rings = shapely.linearrings(xy, indices=ring)
    hole = ~shapely.is_ccw(rings)
    row = np.empty(int(every.max()) + 1 if len(every) else 0, np.int64)
    row[every] = np.arange(len(every))
    order = np.lexsort((hole, row[face]))
    return np.asarray(shapely.polygons(rings[order], indices=row[face][order]))


def measures(planar: Planar) -> tuple[Floats, Floats]:
    """Return area and centre of each face, m² and m."""
    graph, count = planar.graph, len(planar)
    origin = graph.xy.min(axis=0) if len(graph.xy) else np.zeros(2, np.int64)
    ends = (graph.xy[graph.edges] - origin).astype(float)
    a, b = ends[:, 0], ends[:, 1]
    cross = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    twice, moment = np.zeros(count), np.zeros((count, 2))
    for side, sign in ((planar.face[::2], 1.0), (planar.face[1::2], -1.0)):
        own = side >= 0
        value = sign * cross[own]
        twice += np.bincount(side[own], value, count)
        for k in (0, 1):
            moment[:, k] += np.bincount(side[own], value * (a[own, k] + b[own, k]), count)
    centre = moment / (3 * twice[:, None]) + origin
    return twice * (STEP_M**2 / 2), centre * STEP_M
