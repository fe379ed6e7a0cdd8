"""Whether border lies on what is there: lines, party walls, axes of gaps between buildings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

Array = NDArray[np.generic]

GIVEN_M = 0.05
"""Border this near to a border that is given was not chosen."""
WALL_M = 0.5
"""Two buildings this near are one wall; deeper than this a building is inside."""
CHUNK = 100_000
"""Pieces of border in memory at a time."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """Metres of border, each border once."""

    total: float = 0.0
    on_line: float = 0.0
    on_gap: float = 0.0
    needless: float = 0.0

    def __add__(self, other: Lengths) -> Lengths:
        return Lengths(
            self.total + other.total,
            self.on_line + other.on_line,
            self.on_gap + other.on_gap,
            self.needless + other.needless,
        )


@dataclass(frozen=True, slots=True)
class Map:
    """What border can follow.

    Attributes
    ----------
    lines, buildings : STRtree
    cores : STRtree
        Buildings without the outermost `WALL_M`.
    small_faces : STRtree
        Faces of lines and community borders no larger than a grid may be.
    tolerance_m, gap_m : float
        How near counts as on it; the widest gap that has an axis.
    """

    lines: STRtree
    buildings: STRtree
    cores: STRtree
    small_faces: STRtree
    tolerance_m: float
    gap_m: float


def make_map(
    lines: Array, buildings: Array, small_faces: Array, tolerance_m: float, gap_m: float
) -> Map:
    """Index what border can follow."""
    cores = shapely.buffer(buildings, -WALL_M, quad_segs=1)
    cores = cores[~shapely.is_empty(cores)]
    return Map(
        STRtree(lines),
        STRtree(buildings),
        STRtree(cores),
        STRtree(small_faces),
        tolerance_m,
        gap_m,
    )


def lines_within(lines: Array, district: shapely.Geometry) -> Array:
    """Return the parts of the lines inside the district."""
    if not len(lines):
        return lines
    shapely.prepare(district)
    near = lines[shapely.intersects(lines, district)]
    whole = shapely.contains_properly(district, near)
    parts = shapely.get_parts(shapely.intersection(near[~whole], district))
    return np.concatenate([near[whole], parts[shapely.length(parts) > 0]])


def faces(lines: Array, communities: Array) -> Array:
    """Return the ground no line and no community border crosses, face by face."""
    everything = np.concatenate([lines, shapely.boundary(communities)])
    noded = shapely.get_parts(shapely.union_all(everything))
    found = shapely.get_parts(shapely.polygonize(noded))
    inside = STRtree(communities).query(shapely.point_on_surface(found), predicate="intersects")[0]
    return found[np.unique(inside)]


def chosen_border(grids: Array, given: Array) -> Array:
    """Return each border between grids once, without what lies along given lines."""
    zone = shapely.buffer(shapely.union_all(given), GIVEN_M)
    noded = shapely.union_all(shapely.boundary(grids))
    parts = shapely.get_parts(shapely.line_merge(shapely.difference(noded, zone)))
    return parts[shapely.get_dimensions(parts) == 1]


def measure_border(border: Array, ground: Map, step_m: float) -> Lengths:
    """Return how much of the border lies on what; judged at the middle of each short piece.

    Parameters
    ----------
    border : array of LineString
    ground : Map
    step_m : float
        The longest piece judged as one.
    """
    lengths = (_judged(points, metres, ground) for points, metres in _pieces(border, step_m))
    return sum(lengths, Lengths())


def _pieces(border: Array, step_m: float) -> Iterator[tuple[Array, Array]]:
    """Yield middles and lengths of equal pieces of each line."""
    length = shapely.length(border)
    count = np.maximum(np.ceil(length / step_m), 1).astype(int)
    first = np.cumsum(count) - count
    for lines in np.split(np.arange(len(border)), np.flatnonzero(np.diff(first // CHUNK)) + 1):
        if len(lines):
            line = np.repeat(lines, count[lines])
            rank = np.arange(len(line)) + first[lines[0]] - first[line]
            metres = length[line] / count[line]
            yield shapely.line_interpolate_point(border[line], (rank + 0.5) * metres), metres


def _judged(points: Array, metres: Array, ground: Map) -> Lengths:
    line = on_line(points, ground)
    off = np.flatnonzero(~line)
    gap = on_gap(points[off], ground)
    free = off[~gap]
    idle = _hit(ground.small_faces.query(points[free], predicate="within")[0], len(free))
    return Lengths(
        float(metres.sum()),
        float(metres[line].sum()),
        float(metres[off[gap]].sum()),
        float(metres[free[idle]].sum()),
    )


def _hit(rows: Array, count: int) -> Array:
    found = np.zeros(count, bool)
    found[rows] = True
    return found


def on_line(points: Array, ground: Map) -> Array:
    """Return which points lie within the tolerance of a line."""
    rows = ground.lines.query(points, predicate="dwithin", distance=ground.tolerance_m)[0]
    return _hit(rows, len(points))


def on_gap(points: Array, ground: Map) -> Array:
    """Return which points lie on a party wall or on the axis of a gap between two buildings.

    On the axis: a building at distance d1, the nearest, and another on the far side at d2, in
    directions 90 degrees or more apart, with d1 + d2 up to the widest gap and d2 - d1 up to twice
    the tolerance. On a party wall: two buildings within `WALL_M`. Never deep inside a building.
    """
    near = ground.buildings.query_nearest(points, max_distance=ground.gap_m, all_matches=False)
    nearest = np.full(len(points), -1)
    nearest[near[0]] = near[1]
    point, building = ground.buildings.query(points, predicate="dwithin", distance=ground.gap_m)
    other = building != nearest[point]
    point, building = point[other], building[other]
    outlines = ground.buildings.geometries
    to_first = _ways(points[point], outlines[nearest[point]])
    to_other = _ways(points[point], outlines[building])
    d1, d2 = np.hypot(*to_first.T), np.hypot(*to_other.T)
    wall = (d1 <= WALL_M) & (d2 <= WALL_M)
    # From a point on a facade every direction is one along or away from it: no far side.
    facing = ((to_first * to_other).sum(axis=1) <= 1e-9) & (d1 > 1e-9)
    axis = facing & (d1 + d2 <= ground.gap_m) & (np.abs(d2 - d1) <= 2 * ground.tolerance_m)
    found = _hit(point[wall | axis], len(points))
    found[ground.cores.query(points, predicate="intersects")[0]] = False
    return found


def _ways(points: Array, outlines: Array) -> Array:
    """Return the vectors from points to the nearest point of buildings; 0, 0 inside."""
    ends = shapely.get_coordinates(shapely.shortest_line(points, outlines)).reshape(-1, 2, 2)
    return ends[:, 1] - ends[:, 0]
