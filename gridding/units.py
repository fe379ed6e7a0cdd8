"""Buildings and compounds that belong together and may not be cut."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely import STRtree

from gridding.types import Bools, Floats, Geometries, Ints

OVERLAP_M2, OVERLAP_SHARE = 0.5, 0.005
# Less of a building or compound than this, and than this share of it, is noise of the survey.
UNIT_NOISE_M2, UNIT_NOISE_SHARE = 1.0, 0.01
# So wide a rim of a unit is noise, too: what hangs together by less does not.
UNIT_RIM_M = 0.05


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


def shared_out(parts: Geometries, polygons: Geometries) -> tuple[Floats, Ints]:
    """Return of each part what does not lie in the polygon that holds most of it, m², and that
    polygon (-1 for none)."""
    part, polygon = STRtree(polygons).query(parts, predicate="intersects")
    held = shapely.area(shapely.intersection(parts[part], polygons[polygon]))
    order = np.lexsort((-held, part))
    first = order[np.unique(part[order], return_index=True)[1]]
    most, holder = np.zeros(len(parts)), np.full(len(parts), -1)
    most[part[first]], holder[part[first]] = held[first], polygon[first]
    return shapely.area(parts) - most, holder


def is_cut(lost_m2: Floats, whole_m2: Floats) -> Bools:
    """Return whether so much of a unit is more than the noise of the survey."""
    return (lost_m2 > UNIT_NOISE_M2) & (lost_m2 > UNIT_NOISE_SHARE * whole_m2)


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
