"""Blocks between lines, cut in half across their oriented box until they are small enough."""

from __future__ import annotations

import numpy as np
import shapely
from bench.ground.area import Area
from numpy.typing import NDArray
from shapely import STRtree

Array = NDArray[np.generic]

TARGET_M2 = 10_000.0
LARGEST = 1.5
"""A larger part, as share of the target, is cut in half."""
PATH_CLASS = 7


def bisected_blocks(area: Area) -> Array:
    """Return the parts of all blocks; paths bound no block, or most would be far too small."""
    lines = area.features.lines[area.features.line_classes < PATH_CLASS]
    rings = shapely.boundary(area.communities.polygons)
    noded = shapely.get_parts(shapely.union_all(np.concatenate([lines, rings])))
    blocks = shapely.get_parts(shapely.polygonize(noded))
    inside = STRtree(area.communities.polygons).query(
        shapely.point_on_surface(blocks), predicate="intersects"
    )[0]
    waiting, done = list(blocks[np.unique(inside)]), []
    while waiting:
        part = waiting.pop()
        if part.area <= LARGEST * TARGET_M2:
            done.append(part)
        else:
            waiting += halves(part)
    return np.array(done, object)


def halves(part: shapely.Polygon) -> list[shapely.Polygon]:
    """Return what a cut across the middle of the oriented box leaves; often more than two."""
    a, b, c, _ = shapely.get_coordinates(shapely.oriented_envelope(part))[:4]
    along = b - a if np.hypot(*(b - a)) >= np.hypot(*(c - b)) else c - b
    middle = (a + c) / 2
    across = np.array([-along[1], along[0]]) / np.hypot(*along)
    reach = np.hypot(*(c - a))
    line = shapely.LineString([middle - reach * across, middle + reach * across])
    noded = shapely.union_all([part.boundary, line])
    found = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return list(found[shapely.contains_properly(part, shapely.point_on_surface(found))])
