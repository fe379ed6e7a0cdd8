"""Whether areas of a reference system are true where a frame lies, and the way to another."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from gridding.crs import metric_crs, unfitness
from gridding.errors import InputError
from gridding.types import Floats, Geometries


@dataclass(frozen=True, slots=True)
class Fitness:
    """Whether areas of a reference system are true where a frame lies.

    Attributes
    ----------
    why_not : str
        Empty where they are.
    zone : int
        EPSG number of a system in which they are (`metric_crs`); 0 for a site's own system.
    """

    why_not: str
    zone: int


def fitness(crs: CRS, frame: gpd.GeoDataFrame, layer: str) -> Fitness:
    """Return whether areas of a reference system are true where a frame lies.

    Raises
    ------
    InputError
        ``E-GRID-CRS`` where the frame cannot be placed on the ground.
    """
    if crs.is_engineering:
        return Fitness(unfitness(crs, 0.0, 0.0), 0)
    x0, y0, x1, y1 = frame.total_bounds
    centre = np.array([shapely.Point((x0 + x1) / 2, (y0 + y1) / 2)], object)
    place = moved(centre, CRS.from_user_input(frame.crs), CRS.from_epsg(4326), layer)[0]
    if not np.isfinite([place.x, place.y]).all():
        raise InputError(
            "E-GRID-CRS",
            f"Layer {layer} lies at ({x0:.1f}, {y0:.1f}) to ({x1:.1f}, {y1:.1f}), which is no "
            f"place in its reference system, {frame.crs.name}; correct the one or the other.",
        )
    return Fitness(unfitness(crs, place.x, place.y), metric_crs(place.x, place.y))


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

    def step(xy: Floats) -> Floats:
        return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(shapes, step), object)
