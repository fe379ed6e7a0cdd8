"""The ring of a region: given vertices kept to the bit, junctions put between them.

Regions on both sides of a shared border compute and hold the same points, whichever is cut
first: a junction is projected on its ring segment with the ends of that in a fixed order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from gridding.errors import CutError
from gridding.noding import STEP_M
from gridding.types import Bools, Floats, Geometries, Ints

# A vertex this near to a segment lies on it: a hundred times the noise of doubles of metres, and
# far below the step of the lattice.
TOUCH_M = 1e-6


@dataclass(frozen=True, slots=True)
class RingNodes:
    """Junctions on ring segments.

    Attributes
    ----------
    start, end : float arrays (n, 2)
        The segment, its lower end (by x, then y) first.
    t : float array
        Place on the segment, 0 to 1.
    xy : float array (n, 2)
        The junction.
    """

    start: Floats
    end: Floats
    t: Floats
    xy: Floats


def empty_nodes() -> RingNodes:
    """Return no junctions."""
    return RingNodes(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0), np.zeros((0, 2)))


def segments_of(lines: Geometries) -> tuple[Floats, Floats, Ints]:
    """Return both ends of each segment of some lines, and the index of its line."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    step = np.flatnonzero(of[1:] == of[:-1])
    return xy[step], xy[step + 1], of[step]


def ring_segments(polygon: shapely.Polygon) -> tuple[Floats, Floats, Ints]:
    """Return both ends of each segment of all rings, and the ring it is part of."""
    return segments_of(shapely.get_rings(polygon))


def _ordered(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    return np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)


def _foot(points: Floats, polygon: shapely.Polygon) -> tuple[Floats, Floats, Floats, Floats, Bools]:
    """Nearest segment of each point, the place on it, and whether that is off its ends."""
    start, end = _ordered(*ring_segments(polygon)[:2])
    tree = STRtree(shapely.linestrings(np.stack([start, end], axis=1)))
    at, segment = tree.query_nearest(shapely.points(points), all_matches=True)
    _, first = np.unique(at, return_index=True)
    segment = segment[first]
    a, b = start[segment], end[segment]
    along = b - a
    t = ((points - a) * along).sum(axis=1) / (along**2).sum(axis=1)
    t = np.clip(t, 0.0, 1.0)
    xy = a + t[:, None] * along
    near_a = np.hypot(*(xy - a).T) < STEP_M
    near_b = np.hypot(*(xy - b).T) < STEP_M
    xy = np.where(near_a[:, None], a, np.where(near_b[:, None], b, xy))
    return a, b, t, xy, ~near_a & ~near_b


def place_on_ring(points: Floats, polygon: shapely.Polygon, code: str) -> tuple[Floats, RingNodes]:
    """Put points of the lattice, known to lie on the ring, exactly on it.

    Returns
    -------
    xy : float array
        For each point the vertex it stands for, or its place on the nearest segment.
    nodes : RingNodes
        Those that are not vertices.
    """
    a, b, t, xy, inner = _foot(points, polygon)
    if (np.hypot(*(xy - points).T) > 5 * STEP_M).any():
        raise CutError(
            "E-GRID-RING", f"Community {code}: its ring is finer than the lattice; simplify it."
        )
    return xy, RingNodes(a[inner], b[inner], t[inner], xy[inner])


def barred(points: Floats, polygon: shapely.Polygon, locked: Floats) -> Bools:
    """Return which points on the ring would be junctions on a locked segment.

    Parameters
    ----------
    points : float array (n, 2)
        On the ring, within the step of the lattice.
    polygon : Polygon
    locked : float array (n, 4)
        Segments, as in `gridding.canonical.Region`.
    """
    a, b, _, _, inner = _foot(points, polygon)
    return inner & among(np.column_stack([a, b]), locked)


def among(rows: Floats, others: Floats) -> Bools:
    """Return which rows are equal, to the bit, to one of the others."""
    _, key = np.unique(np.concatenate([rows, others]), axis=0, return_inverse=True)
    key = key.ravel()
    return np.isin(key[: len(rows)], key[len(rows) :])


def vertices_on_rings(points: Floats, polygons: Geometries) -> RingNodes:
    """Return those of the points that lie on a ring segment without being a vertex of it.

    Points are taken as they are: the former borders they come from must not move.
    """
    ends = [np.column_stack(_ordered(*ring_segments(polygon)[:2])) for polygon in polygons]
    segments = np.unique(np.concatenate(ends), axis=0)
    tree = STRtree(shapely.linestrings(segments.reshape(-1, 2, 2)))
    at, on = tree.query(shapely.points(points), predicate="dwithin", distance=TOUCH_M)
    xy, a, b = points[at], segments[on, :2], segments[on, 2:]
    free = (xy != a).any(axis=1) & (xy != b).any(axis=1)
    xy, a, b = xy[free], a[free], b[free]
    along = b - a
    t = ((xy - a) * along).sum(axis=1) / (along**2).sum(axis=1)
    return RingNodes(a, b, t, xy)


def noded_rings(polygon: shapely.Polygon, nodes: RingNodes) -> list[Floats]:
    """Return the coordinates of all rings of a region with junctions in their places."""
    key = [tuple(row) for row in np.column_stack([nodes.start, nodes.end]).tolist()]
    on: dict[tuple[float, ...], list[tuple[float, float, float]]] = {}
    for k, t, (x, y) in zip(key, nodes.t.tolist(), nodes.xy.tolist(), strict=True):
        on.setdefault(k, []).append((t, x, y))
    rings = []
    for ring in shapely.get_rings(polygon):
        xy = shapely.get_coordinates(ring)
        low, high = _ordered(xy[:-1], xy[1:])
        backwards = (low != xy[:-1]).any(axis=1).tolist()
        out: list[tuple[float, float]] = []
        for i, k in enumerate(map(tuple, np.column_stack([low, high]).tolist())):
            out.append((xy[i, 0], xy[i, 1]))
            if k in on:
                out += [(x, y) for _, x, y in sorted(set(on[k]), reverse=backwards[i])]
        out.append(out[0])
        rings.append(without_repeats(np.array(out)))
    return rings


def without_repeats(xy: Floats) -> Floats:
    """Return the vertices of a line, each once where it is given several times in a row."""
    return xy[np.concatenate([[True], (xy[1:] != xy[:-1]).any(axis=1)])]


def pieces(rings: list[Floats], junctions: Floats) -> Geometries:
    """Return the rings cut at the junctions, at their first points, and where they touch."""
    # A hole may touch the outer ring, or another hole, in a vertex: a node of the linework.
    vertex, times = np.unique(
        np.concatenate([xy[:-1] for xy in rings]) @ np.array([1.0, 1.0j]), return_counts=True
    )
    wanted = np.concatenate([junctions @ np.array([1.0, 1.0j]), vertex[times > 1]])
    out = []
    for xy in rings:
        at = np.flatnonzero(np.isin(xy @ np.array([1.0, 1.0j]), wanted))
        stops = np.unique(np.concatenate([[0], at, [len(xy) - 1]]))
        if len(stops) == 2:
            stops = np.array([0, len(xy) // 2, len(xy) - 1])
        out += [shapely.linestrings(xy[i : j + 1]) for i, j in zip(stops, stops[1:], strict=False)]
    return np.array(out, object)


def merge_nodes(parts: list[RingNodes]) -> RingNodes:
    """Return all junctions of several regions as one record."""
    return RingNodes(
        np.concatenate([p.start for p in parts]),
        np.concatenate([p.end for p in parts]),
        np.concatenate([p.t for p in parts]),
        np.concatenate([p.xy for p in parts]),
    )


def nodes_by_region(polygons: Geometries, nodes: RingNodes) -> list[RingNodes]:
    """Return for each region the junctions of all regions on its ring segments.

    Ring segments of neighbours are equal to the bit (a valid coverage), so a lookup will do.
    """
    rows = np.column_stack([nodes.start, nodes.end])
    segments, of = [], []
    for i, polygon in enumerate(polygons):
        low, high = _ordered(*ring_segments(polygon)[:2])
        segments.append(np.column_stack([low, high]))
        of.append(np.full(len(low), i))
    all_rows, owner = np.concatenate([rows, *segments]), np.concatenate(of)
    _, key = np.unique(all_rows, axis=0, return_inverse=True)
    key = key.ravel()
    node_key, segment_key = key[: len(rows)], key[len(rows) :]
    order = np.argsort(segment_key, kind="stable")
    low_at = np.searchsorted(segment_key[order], node_key, "left")
    high_at = np.searchsorted(segment_key[order], node_key, "right")
    found: list[list[int]] = [[] for _ in polygons]
    for i, (a, b) in enumerate(zip(low_at, high_at, strict=True)):
        for k in order[a:b]:
            found[owner[k]].append(i)
    return [
        RingNodes(nodes.start[f], nodes.end[f], nodes.t[f], nodes.xy[f])
        for f in (np.array(f, np.int64) for f in found)
    ]
