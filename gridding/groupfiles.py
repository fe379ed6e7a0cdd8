"""Reading the units that are to be grouped, and writing their groups, for the command only."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj import CRS

from gridding.errors import InputError
from gridding.files import write_layers
from gridding.fitness import fitness
from gridding.groups import Groups
from gridding.types import Geometries


def read_units(path: Path, layer: str) -> gpd.GeoDataFrame:
    """Read the units that are to be grouped.

    Raises
    ------
    InputError
        ``E-GROUP-FILE`` or ``E-GROUP-CRS``.
    """
    try:
        frame = gpd.read_file(path, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise InputError("E-GROUP-FILE", f"{path}, layer {layer}: {error}.") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError("E-GROUP-FILE", f"{path}, layer {layer} has no geometry.")
    if frame.crs is None:
        raise InputError("E-GROUP-CRS", f"{path}, layer {layer} names no reference system.")
    fit = fitness(CRS.from_user_input(frame.crs), frame, layer)
    if fit.why_not:
        raise InputError(
            "E-GROUP-CRS", f"{path}, layer {layer}: {frame.crs.name} {fit.why_not}; project it."
        )
    return frame


def unit_polygons(frame: gpd.GeoDataFrame) -> Geometries:
    """Return the polygons of the units; a collection of one polygon is that polygon."""
    shapes = np.asarray(frame.geometry.array, object)
    single = (shapely.get_type_id(shapes) == 6) & (shapely.get_num_geometries(shapes) == 1)
    return np.where(single, shapely.get_geometry(shapes, 0), shapes)


def write_groups(path: Path, frame: gpd.GeoDataFrame, made: Groups) -> None:
    """Write layers ``groups`` and ``units``; see `write_layers`."""
    columns = {
        "group": np.arange(1, len(made.units) + 1),
        "units": made.units,
        "area_m2": made.area_m2.round(2),
        "perimeter_m": made.perimeter_m.round(2),
    }
    columns |= {f"load_{n}": made.loads[:, k] for k, n in enumerate(made.names)}
    groups = gpd.GeoDataFrame(columns, geometry=list(made.polygons), crs=frame.crs)
    write_layers(path, {"groups": groups, "units": frame.assign(group=made.label + 1)})
