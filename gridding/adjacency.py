"""Which grids share border, read off equal edges: exact on an exact coverage."""

from __future__ import annotations

import numpy as np
import shapely

from gridding.rows import row_starts
from gridding.types import Floats, Geometries, Ints, Neighbours


def shared_edges(polygons: Geometries) -> tuple[Ints, Ints, Floats]:
    """Return pairs of polygons with an edge in common, and its length in m (one row an edge)."""
    rings, of = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    _, node = np.unique(xy @ np.array([1.0, 1.0j]), return_inverse=True)
    step = np.flatnonzero(ring[1:] == ring[:-1])
    a, b, owner = node[step], node[step + 1], of[ring[step]]
    key = np.minimum(a, b) * len(node) + np.maximum(a, b)
    order = np.lexsort((owner, key))
    twin = np.flatnonzero(key[order][1:] == key[order][:-1])
    one, other = order[twin], order[twin + 1]
    length = np.hypot(*(xy[step[one] + 1] - xy[step[one]]).T)
    return owner[one], owner[other], length


def neighbours(polygons: Geometries) -> Neighbours:
    """Return the adjacency of the grids of an exact coverage."""
    n = len(polygons)
    a, b, length = shared_edges(polygons)
    real = (length > 0) & (a != b)
    pair = np.unique(np.concatenate([a[real] * n + b[real], b[real] * n + a[real]]))
    return Neighbours(row_starts(pair // max(n, 1), n), pair % max(n, 1))
