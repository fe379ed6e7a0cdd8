"""Borders that no search has drawn in this run: between kept grids, and of these with new ones."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import STRtree

from gridding.arcs import GAP_TOLERANCE_M
from gridding.canonical import Ground
from gridding.edges import NodeTable, owner_of
from gridding.types import Bools, Floats, Geometries, Ints

_NEAR_M = 0.03


def seam_lengths(
    polygons: Geometries, community: Ints, piece: Ints, ground: Ground, gap_m: float
) -> tuple[Floats, Floats]:
    """Return for each grid its border with other pieces of its community, and that on features.

    Parameters
    ----------
    polygons : array of Polygon
    community, piece : int arrays
        Community of each grid, and what it was cut from; a kept grid is a piece of its own.
    ground : Ground
    gap_m : float
        Widest gap between two buildings whose axis counts as a feature.

    Returns
    -------
    length_m, on_feature_m : float arrays
    """
    table = NodeTable(polygons)
    edges = table.edges(polygons)
    across = owner_of(edges.twin, edges)
    there = (across >= 0) & (community[across] == community[edges.owner])
    there &= piece[across] != piece[edges.owner]
    once = np.flatnonzero(there & (across > edges.owner))
    lines = table.lines(edges.take(once))
    length = shapely.length(lines)
    on = _on_feature(shapely.line_interpolate_point(lines, 0.5, normalized=True), ground, gap_m)
    sides = np.concatenate([edges.owner[once], across[once]])
    n = len(polygons)
    whole = np.bincount(sides, np.tile(length, 2), n).astype(np.float64)
    return whole, np.bincount(sides, np.tile(length * on, 2), n).astype(np.float64)


def _on_feature(points: Geometries, ground: Ground, gap_m: float) -> Bools:
    """Which points lie on a line, the edge of a compound, or between two near units."""
    rims = shapely.boundary(ground.units[ground.is_compound])
    lines = np.concatenate([ground.lines, rims])
    on = np.zeros(len(points), bool)
    on[STRtree(lines).query(points, predicate="dwithin", distance=_NEAR_M)[0]] = True
    at, unit = STRtree(ground.units).query(points, predicate="dwithin", distance=gap_m)
    distance = shapely.distance(points[at], ground.units[unit])
    order = np.lexsort((distance, at))
    at, distance = at[order], distance[order]
    first = np.concatenate([[True], at[1:] != at[:-1]])[: len(at)]
    one = np.flatnonzero(first[:-1] & ~first[1:])
    near, next_ = distance[one], distance[one + 1]
    # A straightened axis may run beside the middle of its gap.
    axis = (near + next_ <= gap_m) & (next_ - near <= 2 * GAP_TOLERANCE_M)
    on[at[one[axis]]] = True
    return on
