"""Borders between grids as arcs from junction to junction, straightened where that is free."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from gridding.chains import chains_of
from gridding.faces import COMPOUND_EDGE, FACADE, FREE, GAP, LAND_EDGE, Mesh
from gridding.kinds import (
    BORDER_KINDS,
    COMPOUND_RIM,
    FACADE_WALL,
    FREE_CUT,
    GAP_AXIS,
    LAND_USE,
    PARTY_WALL,
    line_border,
)
from gridding.types import Bools, Floats, Geometries, Ints

# How far an arc may be moved: lines of the map and walls never, axes of gaps a little.
GAP_TOLERANCE_M, FREE_TOLERANCE_SHARE = 1.0, 0.25
_HALVINGS = 4
# Kinds of arcs: a line of the map or edge of a compound, the axis of a gap or a party wall, a
# free cut, the facade of a building on open ground.
LINE, AXIS, CUT, WALL = range(4)
# Simple lines that meet at end points only: no interior of one meets any point of the other.
_ENDS_ONLY = "FF*F*****"
# Arcs keep this much away from units they straighten past.
_CLEAR_M = 0.05


@dataclass(frozen=True, slots=True)
class Arcs:
    """Borders inside a region.

    Attributes
    ----------
    lines : array of LineString
    left, right : int arrays
        Grids on either side, seen along the line.
    on_feature : bool array
        Whether the arc lies on a line, a wall or the axis of a gap.
    border : int array
        What it lies on, an index into `gridding.kinds.BORDER_KINDS`.
    """

    lines: Geometries
    left: Ints
    right: Ints
    on_feature: Bools
    border: Ints


def _kind(mesh: Mesh, border: Ints) -> Ints:
    """What each border edge is: `LINE`, `AXIS`, `CUT` or `WALL`."""
    border_class = mesh.border_class[border]
    known = [border_class == FREE, border_class == GAP, border_class == FACADE]
    return np.select(known, [CUT, AXIS, WALL], LINE)


def _border_kind(mesh: Mesh, border: Ints) -> Ints:
    """What each border edge lies on, by its name in `gridding.kinds.BORDER_KINDS`."""
    border_class = mesh.border_class[border]
    both = (mesh.unit[mesh.left[border]] >= 0) & (mesh.unit[mesh.right[border]] >= 0)
    gap = border_class == GAP
    made = [gap & both, gap, border_class == FREE, border_class == FACADE]
    made += [border_class == COMPOUND_EDGE, border_class == LAND_EDGE]
    names = [PARTY_WALL, GAP_AXIS, FREE_CUT, FACADE_WALL, COMPOUND_RIM, LAND_USE]
    return np.select(made, names, line_border(border_class, mesh.line_word[border]))


def _breaks(edges: Ints, kind: Ints, nodes: int, on_ring: Bools) -> Bools:
    """Nodes where chains end: junctions, the ring, and changes of kind."""
    ends = edges.ravel()
    degree = np.bincount(ends, minlength=nodes)
    low, high = np.full(nodes, len(BORDER_KINDS)), np.full(nodes, -1)
    np.minimum.at(low, ends, np.repeat(kind, 2))
    np.maximum.at(high, ends, np.repeat(kind, 2))
    return (degree != 2) | on_ring | (low != high)


def trace(mesh: Mesh, label: Ints) -> tuple[list[Ints], Ints, Ints, Ints, Ints]:
    """Return the node lists of all borders between labels, with left and right.

    Then the kind of each (`LINE`, `AXIS`, `CUT` or `WALL`) and what it lies on (`Arcs.border`).
    Loops come as two arcs, so that both keep their ends when they are straightened.
    """
    inner = (mesh.left >= 0) & (mesh.right >= 0)
    a, b = np.where(inner, label[mesh.left], 0), np.where(inner, label[mesh.right], 0)
    border = np.flatnonzero(inner & (a != b))
    edges, nodes = mesh.edges[border], len(mesh.xy)
    on_ring = np.zeros(nodes, bool)
    on_ring[mesh.edges[~inner].ravel()] = True
    kind = _kind(mesh, border)
    lies_on = _border_kind(mesh, border)
    is_break = _breaks(edges, lies_on, nodes, on_ring)
    flat, stops, firsts = chains_of(edges, is_break)
    forward = flat[np.concatenate([[0], stops[:-1]])] == edges[firsts, 0]
    left = np.where(forward, a[border[firsts]], b[border[firsts]])
    right = np.where(forward, b[border[firsts]], a[border[firsts]])
    chains = np.split(flat, stops[:-1])
    parts, times = _open_loops(chains)
    left, right = np.repeat(left, times), np.repeat(right, times)
    return parts, left, right, np.repeat(kind[firsts], times), np.repeat(lies_on[firsts], times)


def _open_loops(chains: list[Ints]) -> tuple[list[Ints], Ints]:
    """Cut loops in two; also return in how many parts each chain is."""
    loop = np.array([c[0] == c[-1] for c in chains], bool)
    parts: list[Ints] = []
    for chain, closed in zip(chains, loop, strict=True):
        half = len(chain) // 2
        parts += [chain[: half + 1], chain[half:]] if closed else [chain]
    return parts, np.where(loop, 2, 1)


def _clashes(lines: Geometries, moved: Bools, fixed: Geometries, units: Geometries) -> Bools:
    """Which moved arcs meet another arc or the ring off their ends, or enter a unit."""
    bad = moved & ~shapely.is_simple(lines)
    everything = np.concatenate([lines, fixed])
    candidates = np.flatnonzero(moved)
    i, j = STRtree(everything).query(lines[candidates], predicate="intersects")
    i = candidates[i]
    other = i != j
    i, j = i[other], j[other]
    wrong = ~shapely.relate_pattern(lines[i], everything[j], _ENDS_ONLY)
    bad[i[wrong]] = True
    both = j[wrong]
    both = both[both < len(lines)]
    bad[both] |= moved[both]
    if len(units):
        hit = STRtree(units).query(lines[candidates], predicate="intersects")[0]
        bad[candidates[np.unique(hit)]] = True
    return bad


def straighten(
    raw: Geometries, kind: Ints, ring_pieces: Geometries, units: Geometries, side_m: float
) -> Geometries:
    """Return the arcs with free stretches and axes of gaps simplified.

    A simplified arc is kept only if it meets every other arc and the ring at shared end points
    only and enters no unit; else it is tried with half the tolerance, and at last left alone.
    """
    tolerance = np.array([0.0, GAP_TOLERANCE_M, FREE_TOLERANCE_SHARE * side_m, 0.0])[kind]
    start = tolerance.copy()
    lines = shapely.simplify(raw, tolerance, preserve_topology=False)
    lines = np.where(tolerance > 0, lines, raw)
    shrunk = shapely.buffer(units, -_CLEAR_M, quad_segs=1)
    for _ in range(_HALVINGS * 4):
        moved = shapely.get_num_coordinates(lines) != shapely.get_num_coordinates(raw)
        if not moved.any():
            break
        bad = _clashes(lines, moved, ring_pieces, shrunk)
        if not bad.any():
            break
        tolerance[bad] /= 2
        tolerance[tolerance < start / 2**_HALVINGS] = 0
        again = shapely.simplify(raw[bad], tolerance[bad], preserve_topology=False)
        lines[bad] = np.where(tolerance[bad] > 0, again, raw[bad])
    return lines


def lines_of(chains: list[Ints], xy: Floats) -> Geometries:
    """Return the chains as LineStrings."""
    count = np.array([len(c) for c in chains], np.int64)
    flat = np.concatenate(chains)
    return np.asarray(
        shapely.linestrings(xy[flat], indices=np.repeat(np.arange(len(chains)), count))
    )
