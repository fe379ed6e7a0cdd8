"""An area to cut: communities and features in one metric reference system, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from gridding import Communities, Features
from gridding.files import read_base_map
from gridding.layers import PLAIN


@dataclass(frozen=True, slots=True)
class Area:
    """What is cut, with where it comes from in words (``origin``)."""

    name: str
    origin: str
    crs: CRS
    communities: Communities
    features: Features

    @property
    def km2(self) -> float:
        """Area of all communities."""
        return float(shapely.area(self.communities.polygons).sum() / 1e6)


def read_area(name: str, features: Path, boundary: Path, origin: str = "") -> Area:
    """Read an area from a file of features and one of communities.

    Raises
    ------
    GridError
        What `gridding.files.read_base_map` raises.
    """
    base = read_base_map(features, boundary, PLAIN, None)
    origin = origin or f"files {features.name} and {boundary.name}"
    return Area(name, origin, base.crs, base.communities, base.features)


def write_area(area: Area, folder: Path) -> tuple[Path, Path]:
    """Write the files that `read_area` and ``python -m gridding`` read; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / f"{area.name}_features.gpkg", folder / f"{area.name}_boundary.gpkg"
    for path in paths:
        path.unlink(missing_ok=True)
    found = area.features
    lines = {"kind": found.line_kinds.astype(object), "cls": found.line_classes.astype(np.int32)}
    _write(area, paths[0], "lines", lines, found.lines)
    _write(area, paths[0], "buildings", {}, found.buildings)
    _write(area, paths[0], "compounds", {}, found.compounds)
    codes = {"code": list(area.communities.codes)}
    _write(area, paths[1], "communities", codes, area.communities.polygons)
    return paths


def _write(area: Area, path: Path, layer: str, fields: dict, geometry: np.ndarray) -> None:
    if len(geometry):
        frame = gpd.GeoDataFrame(fields, geometry=geometry, crs=area.crs)
        frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
