"""Choice of the metric reference system in which areas and lengths are true."""

from __future__ import annotations

import math
import threading

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import CRSError

from gridding.errors import InputError

# EPSG:4534 is CGCS2000 / 3-degree Gauss-Kruger CM 75E, EPSG:4554 the one at 135E.
_FIRST_EPSG, _FIRST_MERIDIAN, _LAST_MERIDIAN = 4534, 75, 135
_CHINA = (73.4, 3.0, 135.6, 54.0)
_KNOWN = threading.local()
# More than this and areas are not those of the ground: at the edge of its zone a Gauss-Kruger or
# UTM system is wrong by 0.2 % at most.
_SCALE_SHARE = 0.01


def metric_crs(lon: float, lat: float) -> int:
    """Return the EPSG number of the metric reference system for a place.

    Parameters
    ----------
    lon, lat : float
        Degrees, WGS 84 or CGCS2000.

    Returns
    -------
    int
        The 3-degree CGCS2000 zone named by its central meridian (4534 to 4554) inside the
        longitudes and latitudes of China, the UTM zone elsewhere.

    Raises
    ------
    InputError
        ``E-GRID-DEGREES`` when the values are not degrees of a place UTM covers.
    """
    if not (-180.0 <= lon <= 180.0 and -80.0 <= lat <= 84.0):
        raise InputError(
            "E-GRID-DEGREES",
            f"({lon}, {lat}) is no place in degrees; give longitude and latitude, in this order.",
        )
    west, south, east, north = _CHINA
    if west <= lon <= east and south <= lat <= north:
        meridian = min(max(3 * math.floor(lon / 3 + 0.5), _FIRST_MERIDIAN), _LAST_MERIDIAN)
        return _FIRST_EPSG + (meridian - _FIRST_MERIDIAN) // 3
    zone = min(int((lon + 180) // 6) + 1, 60)
    return (32600 if lat >= 0 else 32700) + zone


def is_metric(epsg: int) -> bool:
    """Return whether the reference system is projected with metres as its unit."""
    try:
        crs = CRS.from_epsg(epsg)
    except CRSError as error:
        raise InputError("E-GRID-CRS", f"EPSG:{epsg} is not known; check the number.") from error
    return in_metres(crs)


def in_metres(crs: CRS) -> bool:
    """Return whether a reference system is projected, or a site's own, with metres as its unit."""
    is_flat = crs.is_projected or crs.is_engineering
    return bool(is_flat and crs.axis_info[0].unit_conversion_factor == 1.0)


def unfitness(crs: CRS, lon: float, lat: float) -> str:
    """Return why areas and lengths of a reference system are not true at a place, or nothing.

    Web Mercator counts metres, but at 40° north areas in it are 1.7 times those of the ground.

    Parameters
    ----------
    crs : CRS
    lon, lat : float
        Degrees.
    """
    if not in_metres(crs):
        return "is not in metres"
    if crs.is_engineering:
        return ""
    scale = float(Proj(crs).get_factors(lon, lat).areal_scale)
    if abs(scale - 1) <= _SCALE_SHARE:
        return ""
    return f"shows areas {scale:.2f} times as large as they are here"


def _transformer(source: int, target: int) -> Transformer:
    # Found anew it takes a tenth of a second; and it may not be shared between threads.
    known: dict[tuple[int, int], Transformer] = _KNOWN.__dict__.setdefault("moves", {})
    if (source, target) not in known:
        known[source, target] = Transformer.from_crs(source, target, always_xy=True)
    return known[source, target]


def project(geometry: NDArray[np.object_], source: int, target: int) -> NDArray[np.object_]:
    """Return the geometries in another reference system (EPSG numbers, x before y)."""
    if source == target:
        return geometry
    return transformed(geometry, _transformer(source, target))


def transformed(geometry: NDArray[np.object_], move: Transformer) -> NDArray[np.object_]:
    """Return the geometries as a transformer, made with ``always_xy``, moves them."""
    return np.asarray(
        shapely.transform(geometry, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))
    )
