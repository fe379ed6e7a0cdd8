"""Stored geometry as shapely arrays in the reference system of a computation."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from numpy.typing import NDArray

import gridding
from spatial.basemap.models import Region
from spatial.core.srid import STORE_SRID


def metric_srid_of(district: Region) -> int:
    """The metric reference system of a district, by a point inside it."""
    centre = district.geom.point_on_surface
    return gridding.metric_crs(centre.x, centre.y)


def as_arrays(stored: Iterable[GEOSGeometry]) -> NDArray[np.object_]:
    """Geometries of the store (EPSG:4326) as an array."""
    return np.asarray(shapely.from_wkb(np.array([bytes(shape.wkb) for shape in stored], object)))


def projected(stored: Iterable[GEOSGeometry], srid: int) -> NDArray[np.object_]:
    """Geometries of the store as an array in another reference system, x before y."""
    return gridding.project(as_arrays(stored), STORE_SRID, srid)
