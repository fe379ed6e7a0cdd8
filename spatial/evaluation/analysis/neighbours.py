"""Which areas are neighbours, as sparse matrices of ones without a diagonal."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]


def queen(shapes: ArrayLike, tolerance: float = 0.0) -> sparse.csr_array:
    """Areas that share an edge or a corner.

    Parameters
    ----------
    shapes : array of shapely polygons
    tolerance : float
        Areas no further apart than this touch, in the unit of the shapes.
    """
    shapes = np.asarray(shapes, object)
    tree = shapely.STRtree(shapes)
    if tolerance:
        first, second = tree.query(shapes, predicate="dwithin", distance=tolerance)
    else:
        first, second = tree.query(shapes, predicate="intersects")
    return _matrix(first, second, len(shapes))


def within_distance(xy_m: Floats, distance_m: float) -> sparse.csr_array:
    """Points no further apart than a distance."""
    pairs = cKDTree(xy_m).query_pairs(distance_m, output_type="ndarray")
    both = np.concatenate([pairs, pairs[:, ::-1]])
    return _matrix(both[:, 0], both[:, 1], len(xy_m))


def rings(xy_m: Floats, sizes: tuple[int, ...]) -> list[sparse.csr_array]:
    """For each size the so many nearest points of each point, itself among them."""
    most = min(max(sizes), len(xy_m))
    nearest = cKDTree(xy_m).query(xy_m, k=most)[1].reshape(len(xy_m), most)
    found = []
    for size in sizes:
        members = nearest[:, : min(size, most)]
        rows = np.repeat(np.arange(len(xy_m)), members.shape[1])
        ones = np.ones(members.size)
        found.append(sparse.csr_array((ones, (rows, members.ravel())), shape=(len(xy_m),) * 2))
    return found


def _matrix(first: NDArray, second: NDArray, count: int) -> sparse.csr_array:
    apart = first != second
    ones = np.ones(np.count_nonzero(apart))
    found = sparse.csr_array((ones, (first[apart], second[apart])), shape=(count, count))
    found.data[:] = 1.0
    return found
