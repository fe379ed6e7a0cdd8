"""Geometries as their simple parts."""

from __future__ import annotations

import numpy as np
import shapely

from gridding.types import Geometries, Ints

POINT, LINE, RING, POLYGON = range(4)
"""Type numbers of shapely; above these are collections."""


def plain_parts(geometry: Geometries) -> tuple[Geometries, Ints]:
    """Return points, lines and polygons of some geometries, and the index of each one's source.

    Collections are opened however deep they are; a ring is a line.
    """
    parts, source = shapely.get_parts(np.asarray(geometry, object), return_index=True)
    while (shapely.get_type_id(parts) > POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        source = source[inner]
    rings = np.flatnonzero(shapely.get_type_id(parts) == RING)
    if len(rings):
        parts[rings] = [shapely.LineString(ring.coords) for ring in parts[rings]]
    return parts, source
