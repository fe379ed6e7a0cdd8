"""The lines inside one region, fitted to its ring and led on at dead ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from gridding.noding import STEP_M, Graph, node, on_lattice
from gridding.types import Floats, Geometries, Ints

# Lines nearer to the ring than this would leave slivers along a border that is given anyway.
RING_BAND_M = 0.3
# Walls of what may not be cut keep their place nearer to the ring.
WALL_BAND_M = 0.05


def _ends(lines: Geometries) -> Geometries:
    return np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])


def _connectors(
    inner: Geometries,
    clipped: Geometries,
    ring: shapely.Geometry,
    band: shapely.Geometry,
    band_m: float,
) -> tuple[Geometries, Ints]:
    """Lead cut-off ends to the ring: to where the line crossed it, else the shortest way."""
    ends = _ends(inner)
    index = np.tile(np.arange(len(inner)), 2)
    near = shapely.distance(ends, band) < 1e-6
    ends, index = ends[near], index[near]
    if not len(ends):
        return np.zeros(0, object), index
    bridge = shapely.shortest_line(ends, ring)
    crossing = _ends(clipped)
    crossing = crossing[shapely.distance(crossing, ring) < 1e-6]
    if len(crossing):
        end, hit = STRtree(crossing).query_nearest(
            ends, max_distance=2.5 * band_m, all_matches=False
        )
        bridge[end] = shapely.shortest_line(ends[end], crossing[hit])
    return _lengthened(bridge, 3 * STEP_M), index


def _lengthened(lines: Geometries, by_m: float) -> Geometries:
    """Lead two-point lines on beyond their end: the ring may have been moved by half a step."""
    xy = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    step = xy[:, 1] - xy[:, 0]
    length = np.hypot(step[:, 0], step[:, 1])
    xy[:, 1] += step * (by_m / np.maximum(length, STEP_M))[:, None]
    return np.asarray(shapely.linestrings(xy))


def fit_to_ring(
    lines: Geometries,
    classes: NDArray[np.int8],
    polygon: shapely.Polygon,
    band_m: float = RING_BAND_M,
) -> tuple[Geometries, NDArray[np.int8]]:
    """Clip lines to a region; what runs along the ring, within a band, gives way to it.

    Returns
    -------
    lines, classes
        Lines that end on the ring or inside; every crossing of the ring is kept.
    """
    hit = np.sort(STRtree(lines).query(polygon, predicate="intersects"))
    lines, classes = lines[hit], classes[hit]
    ring = shapely.boundary(polygon)
    band = shapely.buffer(ring, band_m, quad_segs=1, join_style="mitre")
    shapely.prepare(band)
    touching = shapely.intersects(band, lines)
    at_ring = shapely.intersection(lines[touching], polygon)
    clipped, source = shapely.get_parts(at_ring, return_index=True)
    ok = shapely.get_type_id(clipped) == 1
    clipped, source = clipped[ok], source[ok]
    inner, of_clipped = shapely.get_parts(shapely.difference(clipped, band), return_index=True)
    ok = shapely.length(inner) > 0
    inner, of_clipped = inner[ok], of_clipped[ok]
    bridge, of_inner = _connectors(inner, clipped, ring, band, band_m)
    of_line = source[of_clipped]
    edge_classes = classes[touching]
    out = np.concatenate([lines[~touching], inner, bridge])
    out_classes = np.concatenate(
        [classes[~touching], edge_classes[of_line], edge_classes[of_line[of_inner]]]
    )
    return out, out_classes


@dataclass(frozen=True, slots=True)
class Linework:
    """Segments in steps of the lattice, and the tag of each (`gridding.noding.node`)."""

    segments: Ints
    tag: NDArray[np.int8]

    @staticmethod
    def of(lines: Geometries, tags: NDArray[np.int8] | int) -> Linework:
        """Return the segments of lines, with a tag a line or one for all."""
        segments, of = on_lattice(lines)
        return Linework(segments, np.broadcast_to(np.asarray(tags, np.int8), len(lines))[of])


def noded(*linework: Linework) -> Graph:
    """Return all linework cut at every crossing, on the lattice of `STEP_M`."""
    return node(
        np.concatenate([part.segments for part in linework]),
        np.concatenate([part.tag for part in linework]),
    )


def with_more(graph: Graph, *linework: Linework) -> Graph:
    """Return noded linework with more, cut anew."""
    return noded(Linework(graph.segments, graph.tag), *linework)


def _dead_ends(graph: Graph, ring: shapely.Geometry) -> tuple[Floats, Floats]:
    """Points that end one line only, and the unit direction in which that line arrives."""
    lone = np.bincount(graph.edges.ravel(), minlength=len(graph.xy)) == 1
    edge, end = np.nonzero(lone[graph.edges])
    places = graph.places[graph.edges[edge]]
    row = np.arange(len(edge))
    xy, back = places[row, end], places[row, 1 - end]
    inner = shapely.distance(shapely.points(xy), ring) > 1.0
    step = (xy - back)[inner]
    return xy[inner], step / np.hypot(step[:, 0], step[:, 1])[:, None]


def extensions(
    graph: Graph, polygon: shapely.Polygon, units: Geometries, reach_m: float
) -> Geometries:
    """Lead dead ends straight on to the next line within reach.

    Not where a building or compound stands in the way. The ends lie two steps of the lattice
    beyond the line they reach, so that rounding leaves the crossing.
    """
    tip, direction = _dead_ends(graph, shapely.boundary(polygon))
    if not len(tip) or reach_m <= 0:
        return np.zeros(0, object)
    start, end = tip + 0.05 * direction, tip + reach_m * direction
    ray = shapely.linestrings(np.stack([start, end], axis=1))
    edges = shapely.linestrings(graph.places[graph.edges])
    i, j = STRtree(edges).query(ray, predicate="intersects")
    far = shapely.distance(shapely.points(tip[i]), shapely.intersection(ray[i], edges[j]))
    best = np.full(len(tip), np.inf)
    np.minimum.at(best, i, far)
    found = np.flatnonzero(np.isfinite(best))
    reach = tip[found] + (best[found] + 2 * STEP_M)[:, None] * direction[found]
    out = shapely.linestrings(np.stack([tip[found], reach], axis=1))
    if len(units) and len(out):
        blocked = STRtree(units).query(out, predicate="intersects")[0]
        out = np.delete(out, np.unique(blocked))
    return out
