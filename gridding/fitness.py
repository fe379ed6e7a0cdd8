"""Whether areas of a reference system are true where a frame lies, and the way to another."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from gridding.crs import metric_crs, transformed, unfitness
from gridding.errors import InputError
from gridding.types import Geometries


@dataclass(frozen=True, slots=True)
class Fitness:
    """Whether areas of a reference system are true where a frame lies.

    Attributes
    ----------
    why_not : str
        Empty where they are.
    zone : int
        EPSG number of a system in which they are (`metric_crs`); 0 where none is needed, or none
        is known: of a site's own system nobody says where it lies.
    """

    why_not: str
    zone: int


def fitness(crs: CRS, frame: gpd.GeoDataFrame, layer: str) -> Fitness:
    """Return whether areas of a reference system are true where a frame lies.

    Of a frame in which nothing has a place nothing is said: that has errors of its own.

    Raises
    ------
    InputError
        ``E-GRID-CRS`` where the frame cannot be placed on the ground.
    """
    if crs.is_engineering:
        return Fitness(unfitness(crs, 0.0, 0.0), 0)
    x0, y0, x1, y1 = frame.total_bounds
    if np.isnan([x0, y0, x1, y1]).any():
        return Fitness("", 0)
    centre = np.array([shapely.Point((x0 + x1) / 2, (y0 + y1) / 2)], object)
    place = moved(centre, CRS.from_user_input(frame.crs), CRS.from_epsg(4326), layer)[0]
    if not np.isfinite([place.x, place.y]).all():
        raise InputError(
            "E-GRID-CRS",
            f"Layer {layer} lies at ({x0:.1f}, {y0:.1f}) to ({x1:.1f}, {y1:.1f}), which is no "
            f"place in its reference system, {frame.crs.name}; correct the one or the other.",
        )
    why_not = unfitness(crs, place.x, place.y)
    return Fitness(why_not, metric_crs(place.x, place.y) if why_not else 0)


def moved(shapes: Geometries, source: CRS, target: CRS, layer: str) -> Geometries:
    """Return geometries in another reference system, x before y.

    Raises
    ------
    InputError
        ``E-GRID-CRS`` where there is no way from the one to the other.
    """
    if source == target:
        return shapes
    try:
        move = Transformer.from_crs(source, target, always_xy=True)
    except ProjError as error:
        raise InputError(
            "E-GRID-CRS",
            f"Layer {layer} is in {source.name}, from which there is no way to {target.name}; "
            "give all layers in one reference system.",
        ) from error
    return transformed(shapes, move)
