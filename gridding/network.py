"""The lines inside one region, fitted to its ring and led on at dead ends."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from gridding.types import Floats, Geometries, Ints

# All linework of a region is noded on a lattice of this step (1 cm: survey data of 1:500 maps
# is good to 5 cm), which makes coincident and 1-mm-apart lines one.
STEP_M = 0.01
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


def node(*linework: Geometries) -> Geometries:
    """Return all linework cut at every crossing, on the lattice of `STEP_M`."""
    union = shapely.union_all(np.concatenate(linework), grid_size=STEP_M)
    return np.asarray(shapely.get_parts(union))


def _dead_ends(noded: Geometries, ring: shapely.Geometry) -> tuple[Floats, Floats]:
    """Points that end one line only, and the unit direction in which that line arrives."""
    tip = np.concatenate([shapely.get_point(noded, 0), shapely.get_point(noded, -1)])
    before = np.concatenate([shapely.get_point(noded, 1), shapely.get_point(noded, -2)])
    xy, back = shapely.get_coordinates(tip), shapely.get_coordinates(before)
    _, inverse, count = np.unique(
        xy @ np.array([1.0, 1.0j]), return_inverse=True, return_counts=True
    )
    lone = (count[inverse] == 1) & (shapely.distance(tip, ring) > 1.0)
    step = xy[lone] - back[lone]
    return xy[lone], step / np.hypot(step[:, 0], step[:, 1])[:, None]


def extensions(
    noded: Geometries, polygon: shapely.Polygon, units: Geometries, reach_m: float
) -> Geometries:
    """Lead dead ends straight on to the next line within reach.

    Not where a building or compound stands in the way. The ends lie a few millimetres beyond
    the line they reach, so that noding finds the crossing.
    """
    tip, direction = _dead_ends(noded, shapely.boundary(polygon))
    if not len(tip) or reach_m <= 0:
        return np.zeros(0, object)
    start, end = tip + 0.05 * direction, tip + reach_m * direction
    ray = shapely.linestrings(np.stack([start, end], axis=1))
    i, j = STRtree(noded).query(ray, predicate="intersects")
    hit = shapely.intersection(ray[i], noded[j])
    far = shapely.distance(shapely.points(tip[i]), hit)
    best = np.full(len(tip), np.inf)
    np.minimum.at(best, i, far)
    found = np.flatnonzero(np.isfinite(best))
    reach = tip[found] + (best[found] + 0.5 * STEP_M)[:, None] * direction[found]
    out = shapely.linestrings(np.stack([tip[found], reach], axis=1))
    if len(units) and len(out):
        blocked = STRtree(units).query(out, predicate="intersects")[0]
        out = np.delete(out, np.unique(blocked))
    return out
