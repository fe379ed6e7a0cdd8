"""Candidate borders inside large blocks: axes between units, and a lattice in open ground.

The axes are the ridges of a Voronoi diagram of points on the outlines of buildings and
compounds; where two units stand near each other the ridge is the axis of the gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from gridding.chains import chains_of, needed
from gridding.clip import clip_segments
from gridding.delaunay import dual, repeated
from gridding.rings import segments_of
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


def _lattice(blocks: Geometries, spacing_m: Floats) -> tuple[Floats, Ints]:
    """Points of fixed hexagonal lattices inside blocks, and the block of each."""
    x0, y0, x1, y1 = shapely.bounds(blocks).T
    row_m = spacing_m * np.sqrt(3) / 2
    first_row, first_col = np.ceil(y0 / row_m), np.floor(x0 / spacing_m)
    rows = np.maximum(np.floor(y1 / row_m) - first_row + 1, 0).astype(np.int64)
    cols = (np.ceil(x1 / spacing_m) - first_col + 1).astype(np.int64)
    block, k = repeated(rows * cols)
    row, col = first_row[block] + k // cols[block], first_col[block] + k % cols[block]
    x = col * spacing_m[block] + (row % 2) * spacing_m[block] / 2
    y = row * row_m[block]
    shapely.prepare(blocks)
    inside = shapely.contains_xy(blocks[block], x, y)
    return np.column_stack([x, y])[inside], block[inside]


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


def _between(points: Floats, ridge: Floats, gap_m: float) -> Bools:
    """Return which ridges run between their two points and no farther apart than a gap.

    A ridge goes on past the corners of two buildings, out into the street: there they do not
    face each other any more (from its middle they are seen at less than a right angle).
    """
    middle = ridge.mean(axis=1)
    off = ((middle - points.mean(axis=1)) ** 2).sum(axis=1)
    half = ((points[:, 0] - points[:, 1]) ** 2).sum(axis=1) / 4
    return np.asarray((off <= half) & (4 * (half + off) <= gap_m**2))


def _lines(
    points: Floats, block: Ints, owner: Ints, is_building: Bools, gap_m: float
) -> tuple[Geometries, Bools, Ints]:
    """Ridges between points of different owners in the same block, and the block of each."""
    order, pairs, ends = dual(points, block, owner)
    points, block = points[order], block[order]
    owner, is_building = owner[order], is_building[order]
    a, b = np.sort(owner[pairs], axis=1).T
    gap = is_building[pairs].all(axis=1) & (a // _MOST != b // _MOST)
    gap &= _between(points[pairs], ends, gap_m)
    key = np.column_stack([gap, b, a, block[pairs[:, 0]]])
    order = np.lexsort(key.T)
    key = key[order]
    new = np.concatenate([[True], (key[1:] != key[:-1]).any(axis=1)])[: len(key)]
    bundle = np.cumsum(new) - 1
    lines, of = _merged(ends[order], bundle)
    of_key = key[new][of]
    return lines, of_key[:, 0] > 0, of_key[:, 3]


def _merged(ends: Floats, bundle: Ints) -> tuple[Geometries, Ints]:
    """Join segments of a bundle to simplified lines; also the bundle of each line."""
    xy = ends.reshape(-1, 2)
    of = np.repeat(bundle, 2)
    order = np.lexsort((xy[:, 1], xy[:, 0], of))
    xy, of = xy[order], of[order]
    new = (xy[1:] != xy[:-1]).any(axis=1) | (of[1:] != of[:-1])
    number = np.concatenate([[0], np.cumsum(new)])[: len(xy)]
    node = np.empty(len(xy), np.int64)
    node[order] = number
    first = np.unique(number, return_index=True)[1]
    edges = node.reshape(-1, 2)
    flat, stops, firsts = chains_of(edges, np.bincount(node) != 2)
    xy = xy[first][flat]
    keep = needed(xy, stops, SIMPLIFY_M)
    line = np.repeat(np.arange(len(stops)), np.diff(stops, prepend=0))
    return np.asarray(shapely.linestrings(xy[keep], indices=line[keep])), bundle[firsts]


def _clip(lines: Geometries, block: Ints, blocks: Geometries) -> tuple[Geometries, Ints]:
    """Clip each line to its block; those that are cut come back as segments."""
    out = np.flatnonzero(~shapely.contains_properly(blocks[block], lines))
    start, end, of = segments_of(lines[out])
    owner, number = np.unique(block[out], return_inverse=True)
    pieces, piece_of = clip_segments(np.column_stack([start, end]), number[of], blocks[owner])
    whole = np.delete(np.arange(len(lines)), out)
    cut = shapely.linestrings(pieces.reshape(-1, 2, 2))
    return np.concatenate([lines[whole], cut]), np.concatenate([whole, out[of[piece_of]]])


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


def _seeds(blocks: Geometries, units: Geometries, spacing_m: Floats) -> tuple[Floats, Ints]:
    """Points of the lattices in blocks that stand clear of units, and the block of each."""
    seeds, block = _lattice(blocks, spacing_m)
    near = STRtree(units).query(shapely.points(seeds), predicate="dwithin", distance=CLEAR_M)[0]
    clear = np.ones(len(seeds), bool)
    clear[near] = False
    return seeds[clear], block[clear]


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
    seeds, seed_block = _seeds(chosen, units, spacing)
    open_ground = (len(units) + np.arange(len(seeds))) * _MOST
    lines, is_gap, of_block = _lines(
        np.concatenate([xy[at], seeds]),
        np.concatenate([block, seed_block]),
        np.concatenate([group[unit[at]] * _MOST + section[at], open_ground]),
        np.concatenate([~is_compound[unit[at]], np.zeros(len(seeds), bool)]),
        gap_m,
    )
    lines, of = _clip(lines, of_block, chosen)
    return Ridges(lines, is_gap[of])
