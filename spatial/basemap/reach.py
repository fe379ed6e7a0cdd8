"""Areas of so many metres about places in degrees, and their true size.

A plane is laid at the middle of each shape (azimuthal, equidistant, on the ellipsoid), so that a
metre is a metre at any latitude; within 100 km of its middle it is true to a few parts in 10⁵.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

from spatial.core.srid import STORE_SRID

GEOD = Geod(ellps="WGS84")
CORNERS = 24
"""Segments of a quarter of a circle: a circle of 1 km is true to 2 m at its chords."""
MOST_VERTICES = 1_000
DIGITS = 8

Place = Sequence[float]


def circle(center: Place, radius_m: float) -> GEOSGeometry:
    """The circle about a place of longitude and latitude."""
    return _around(shapely.Point(center), radius_m)


def corridor(line: Sequence[Place], width_m: float) -> GEOSGeometry:
    """The ground along a line, ``width_m`` wide in all, with round ends."""
    shape = shapely.Point(line[0]) if len(set(map(tuple, line))) == 1 else shapely.LineString(line)
    return _around(shape, width_m / 2)


def _around(shape: BaseGeometry, reach_m: float) -> GEOSGeometry:
    west, south, east, north = shape.bounds
    plane = f"+proj=aeqd +lon_0={(west + east) / 2} +lat_0={(south + north) / 2} +ellps=WGS84"
    there = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    flat = _moved(shape, there)
    area = flat.buffer(reach_m, quad_segs=CORNERS)
    step_m = reach_m / 200
    while shapely.get_num_coordinates(area) > MOST_VERTICES:
        area = area.simplify(step_m)
        step_m *= 2
    back = Transformer.from_crs(plane, "EPSG:4326", always_xy=True)
    found = shapely.make_valid(_moved(area, back))
    return GEOSGeometry(memoryview(shapely.to_wkb(found)), srid=STORE_SRID)


def _moved(shape: BaseGeometry, there: Transformer) -> BaseGeometry:
    def move(places: np.ndarray) -> np.ndarray:
        return np.column_stack(there.transform(places[:, 0], places[:, 1])).round(DIGITS)

    return shapely.transform(shape, move)


def true_area_m2(area: GEOSGeometry) -> float:
    """The area of a polygon in degrees on the ellipsoid."""
    shape = shapely.from_wkb(bytes(area.wkb))
    # What was mended may be a collection, with lines beside its polygons.
    parts = [one for one in shapely.get_parts(shapely.get_parts(shape))
             if one.geom_type == "Polygon"]  # fmt: skip
    found = sum(abs(GEOD.geometry_area_perimeter(shapely.normalize(one))[0]) for one in parts)
    # Off the earth, as with swapped axes, there is no size.
    return float(found) if np.isfinite(found) else 0.0
