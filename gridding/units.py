"""Buildings and compounds that belong together and may not be cut."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely import STRtree

from gridding.types import Geometries, Ints

OVERLAP_M2, OVERLAP_SHARE = 0.5, 0.005


def join(count: int, a: Ints, b: Ints) -> Ints:
    """Return for each of ``count`` things the number of its component under the given links.

    Components are numbered in the order of their first member.
    """
    graph = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def within(units: Geometries, polygon: shapely.Polygon) -> Geometries:
    """Return the units as far as they lie in a region; most do with all of their ground."""
    shapely.prepare(polygon)
    held = np.array(units, object)
    out = ~shapely.contains_properly(polygon, held)
    held[out] = shapely.intersection(held[out], polygon)
    return held


def group_units(units: Geometries) -> Ints:
    """Return for each unit the group it belongs to: units that overlap for more than noise."""
    if not len(units):
        return np.zeros(0, np.int64)
    i, j = STRtree(units).query(units, predicate="intersects")
    i, j = i[i < j], j[i < j]
    shared = shapely.area(shapely.intersection(units[i], units[j]))
    smaller = np.minimum(shapely.area(units[i]), shapely.area(units[j]))
    strong = (shared > OVERLAP_M2) & (shared > OVERLAP_SHARE * smaller)
    return join(len(units), i[strong], j[strong])
