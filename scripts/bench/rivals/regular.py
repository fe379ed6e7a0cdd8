"""Regular cells clipped to the communities: squares and H3's hexagons."""

from __future__ import annotations

import math

import h3
import numpy as np
import pyproj
import shapely
from bench.ground.area import Area
from numpy.typing import NDArray
from shapely import STRtree

Array = NDArray[np.generic]

SIDE_M = 100.0
H3_RESOLUTION = 10
"""Cells of 15,000 m² on average; of resolution 11, 2,150 m²."""


def squares(area: Area) -> Array:
    """Return squares of 100 m, clipped."""
    x0, y0, x1, y1 = shapely.total_bounds(area.communities.polygons)
    x = np.arange(math.floor(x0 / SIDE_M), math.ceil(x1 / SIDE_M)) * SIDE_M
    y = np.arange(math.floor(y0 / SIDE_M), math.ceil(y1 / SIDE_M)) * SIDE_M
    left, low = (v.ravel() for v in np.meshgrid(x, y))
    return clipped(shapely.box(left, low, left + SIDE_M, low + SIDE_M), area)


def hexagons(area: Area) -> Array:
    """Return H3 cells, clipped."""
    there = pyproj.Transformer.from_crs(area.crs, "EPSG:4326", always_xy=True)
    district = shapely.union_all(area.communities.polygons)
    degrees = shapely.transform(district, lambda xy: np.column_stack(there.transform(*xy.T)))
    found = h3.h3shape_to_cells_experimental(
        h3.geo_to_h3shape(degrees), H3_RESOLUTION, contain="overlap"
    )
    rings = [h3.cell_to_boundary(cell) for cell in sorted(found)]

    def back(ring: tuple[tuple[float, float], ...]) -> Array:
        latitude, longitude = np.array(ring).T
        x, y = there.transform(longitude, latitude, direction="INVERSE")
        return np.column_stack([x, y])

    return clipped(np.array([shapely.Polygon(back(ring)) for ring in rings], object), area)


def clipped(cells: Array, area: Area) -> Array:
    """Return the parts of cells in each community, each part a grid."""
    communities = area.communities.polygons
    cell, community = STRtree(communities).query(cells, predicate="intersects")
    parts = shapely.get_parts(shapely.intersection(cells[cell], communities[community]))
    return parts[shapely.get_dimensions(parts) == 2]
