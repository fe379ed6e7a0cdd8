"""Candidate borders inside large blocks: axes between units, and a lattice in open ground.

The axes are the ridges of a Voronoi diagram of points on the outlines of buildings and
compounds; where two units stand near each other the ridge is the axis of the gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import QhullError, Voronoi
from shapely import STRtree

from gridding.types import Bools, Floats, Geometries, Ints

SAMPLE_M = 3.0
CLEAR_M = 10.0
SIMPLIFY_M = 0.4
# From this share of the target area the outline of a unit is divided in sections of this share
# of the side of a grid.
LARGE_SHARE, SECTION_SHARE = 0.6, 0.4
_MOST = 1000
THIN_WIDTH_M, THIN_LENGTH_M = 36.0, 200.0


@dataclass(frozen=True, slots=True)
class Ridges:
    """Candidate lines; ``is_gap`` where they are the axis of a gap between two buildings."""

    lines: Geometries
    is_gap: Bools


def thin(blocks: Geometries) -> Bools:
    """Return which blocks are corridors (medians, verges, track beds), 4 A / P wide."""
    perimeter = shapely.length(blocks)
    width = 4 * shapely.area(blocks) / perimeter
    return np.asarray((width < THIN_WIDTH_M) & (perimeter > THIN_LENGTH_M))


def _lattice(block: shapely.Polygon, spacing_m: float) -> Floats:
    """Points of a fixed hexagonal lattice inside a block."""
    x0, y0, x1, y1 = shapely.bounds(block)
    row_m = spacing_m * np.sqrt(3) / 2
    rows = np.arange(np.ceil(y0 / row_m), np.floor(y1 / row_m) + 1)
    cols = np.arange(np.floor(x0 / spacing_m), np.ceil(x1 / spacing_m) + 1)
    x, y = np.meshgrid(cols * spacing_m, rows * row_m)
    x = x + (rows % 2)[:, None] * spacing_m / 2
    shapely.prepare(block)
    inside = shapely.contains_xy(block, x.ravel(), y.ravel())
    return np.column_stack([x.ravel(), y.ravel()])[inside]


def _samples(units: Geometries, side_m: float) -> tuple[Floats, Ints, Ints]:
    """Points on the outlines, with the unit and the section of its outline each is on.

    A unit that fills a grid by itself has its outline in sections, so that the ground round it
    comes in pieces and not as one ring.
    """
    outline = shapely.segmentize(shapely.boundary(units), SAMPLE_M)
    xy, unit = shapely.get_coordinates(outline, return_index=True)
    start = np.searchsorted(unit, np.arange(len(units)))
    along = (np.arange(len(xy)) - start[unit]) * SAMPLE_M
    large = shapely.area(units) > LARGE_SHARE * side_m**2
    section = np.where(large[unit], np.floor(along / (SECTION_SHARE * side_m)), 0)
    return xy, unit, np.minimum(section, _MOST - 1).astype(np.int64)


def _voronoi(xy: Floats) -> tuple[Ints, Ints, Floats] | None:
    """Pairs of points, the two vertices of their ridge, the vertices."""
    centre = np.round(xy.mean(axis=0))
    reach = 10 * (np.ptp(xy, axis=0).max() + 100)
    frame = reach * np.array([[1, 0.1], [-0.1, 1], [-1, -0.1], [0.1, -1]])
    try:
        diagram = Voronoi(np.concatenate([xy - centre, frame]))
    except QhullError:
        return None
    ends = np.asarray(diagram.ridge_vertices)
    pairs = diagram.ridge_points
    keep = (ends >= 0).all(axis=1) & (pairs < len(xy)).all(axis=1)
    return pairs[keep].astype(np.int64), ends[keep].astype(np.int64), diagram.vertices + centre


def _between(points: Floats, ridge: Floats, gap_m: float) -> Bools:
    """Return which ridges run between their two points and no farther apart than a gap.

    A ridge goes on past the corners of two buildings, out into the street: there they do not
    face each other any more (from its middle they are seen at less than a right angle).
    """
    middle = ridge.mean(axis=1)
    off = ((middle - points.mean(axis=1)) ** 2).sum(axis=1)
    half = ((points[:, 0] - points[:, 1]) ** 2).sum(axis=1) / 4
    return np.asarray((off <= half) & (4 * (half + off) <= gap_m**2))


def _block_ridges(
    xy: Floats, owner: Ints, is_building: Bools, gap_m: float
) -> tuple[Geometries, Bools]:
    """Ridges between points of different owners in one block."""
    none = np.zeros(0, object), np.zeros(0, bool)
    _, first = np.unique(xy @ np.array([1.0, 1.0j]), return_index=True)
    xy, owner, is_building = xy[first], owner[first], is_building[first]
    if len(np.unique(owner)) < 2:
        return none
    diagram = _voronoi(xy)
    if diagram is None:
        return none
    pairs, ends, vertices = diagram
    a, b = owner[pairs].T
    keep = a != b
    pairs, ends, a, b = pairs[keep], ends[keep], a[keep], b[keep]
    gap = is_building[pairs].all(axis=1) & (a // _MOST != b // _MOST)
    gap &= _between(xy[pairs], vertices[ends], gap_m)
    key = np.column_stack([np.minimum(a, b), np.maximum(a, b), gap])
    order = np.lexsort(key.T[::-1])
    _, start, index = np.unique(key[order], axis=0, return_index=True, return_inverse=True)
    segments = shapely.linestrings(vertices[ends[order]])
    bundle = shapely.multilinestrings(segments, indices=index.ravel())
    parts, of = shapely.get_parts(shapely.line_merge(bundle), return_index=True)
    return shapely.simplify(parts, SIMPLIFY_M), gap[order][start][of]


def _clip(lines: Geometries, block: shapely.Polygon) -> tuple[Geometries, Ints]:
    shapely.prepare(block)
    out = ~shapely.contains_properly(block, lines)
    cut = lines.copy()
    cut[out] = shapely.intersection(lines[out], block)
    parts, of = shapely.get_parts(cut, return_index=True)
    line = (shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0.02)
    return parts[line], of[line]


def _in_blocks(xy: Floats, unit: Ints, units: Geometries, blocks: Geometries) -> tuple[Ints, Ints]:
    """Which points of outlines lie in which block, by ascending point.

    Most units stand in one block with all of their points; only the others are looked at
    point by point.
    """
    its_block, whole = STRtree(units).query(blocks, predicate="contains_properly")
    block_of = np.full(len(units), -1)
    block_of[whole] = its_block
    sure = np.flatnonzero(block_of[unit] >= 0)
    rest = np.flatnonzero(block_of[unit] < 0)
    block, point = STRtree(shapely.points(xy[rest])).query(blocks, predicate="contains")
    at = np.concatenate([sure, rest[point]])
    block = np.concatenate([block_of[unit[sure]], block])
    order = np.lexsort((block, at))
    return at[order], block[order]


def _seeds(block: shapely.Polygon, units: STRtree, spacing_m: float) -> Floats:
    """Points of the lattice in a block that stand clear of units."""
    seeds = _lattice(block, spacing_m)
    near = units.query(shapely.points(seeds), predicate="dwithin", distance=CLEAR_M)[0]
    return np.asarray(np.delete(seeds, np.unique(near), axis=0))


def make_ridges(
    blocks: Geometries,
    units: Geometries,
    group: Ints,
    is_compound: Bools,
    *,
    side_m: float,
    block_side_m: Floats,
    gap_m: float,
) -> Ridges:
    """Return candidate lines for all blocks that must or may be divided.

    Parameters
    ----------
    blocks : array of Polygon
        Faces of the network; large ones (over 0.8 target) and thin ones are treated.
    units : array of Polygon
    group : int array
        Which units belong together.
    is_compound : bool array
        Which units are compounds: the middle between a house and the edge of a park is no gap.
    side_m : float
        Side of a square of the target area.
    block_side_m : float array
        The same by the land use of each block.
    gap_m : float
        Widest gap between two buildings that has an axis.
    """
    slim = thin(blocks)
    treat = slim | (shapely.area(blocks) > 0.8 * block_side_m**2)
    chosen, slim = blocks[treat], slim[treat]
    spacing = np.where(slim, 0.15 * side_m, 0.25 * block_side_m[treat])
    xy, unit, section = _samples(units, side_m)
    at, block = _in_blocks(xy, unit, units, chosen)
    tree = STRtree(units)
    lines, gaps = [np.zeros(0, object)], [np.zeros(0, bool)]
    for i, polygon in enumerate(chosen):
        own = at[block == i]
        seeds = _seeds(polygon, tree, float(spacing[i]))
        open_ground = (len(units) + np.arange(len(seeds))) * _MOST
        owner = np.concatenate([group[unit[own]] * _MOST + section[own], open_ground])
        points = np.concatenate([xy[own], seeds])
        building = np.concatenate([~is_compound[unit[own]], np.zeros(len(seeds), bool)])
        found, gap = _block_ridges(points, owner, building, gap_m)
        found, of = _clip(found, polygon)
        lines.append(found)
        gaps.append(gap[of])
    return Ridges(np.concatenate(lines), np.concatenate(gaps))
