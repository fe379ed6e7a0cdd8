"""Reading base maps from files and writing grids to a GeoPackage, for the command only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridding.errors import GridError, InputError
from gridding.fitness import fitness
from gridding.frames import (
    borders_frame,
    column,
    community_codes,
    field_text,
    grids_frame,
    in_crs,
    load_amounts,
    load_points,
    placed,
)
from gridding.layers import LayerMap, Source
from gridding.reading import layer_names, read_layer
from gridding.remarks import place_of
from gridding.types import (
    Communities,
    Features,
    Floats,
    Geometries,
    GridResult,
    PointLoad,
    Problem,
)

# Written into the file in place of the time of the run, so that equal grids are equal files.
FIXED_DATE = "2000-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class BaseMap:
    """What the command read, in one metric reference system."""

    communities: Communities
    features: Features
    crs: CRS


@dataclass(frozen=True, slots=True)
class LoadFile:
    """Where the points of a load stand besides the base map.

    Attributes
    ----------
    name : str
        Of the load.
    path : Path
    layer : str
        Empty: the first layer of the file.
    field : str
        Of the amounts. Empty: each row counts 1.
    """

    name: str
    path: Path
    layer: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    """A file that is read by a layer map; ``remarks`` grow with what is read."""

    path: Path
    present: frozenset[str]
    remarks: list[Problem]

    @classmethod
    def opened(cls, path: Path, remarks: list[Problem]) -> _Source:
        return cls(path, frozenset(layer_names(path)), remarks)

    def frame(self, source: Source) -> gpd.GeoDataFrame | None:
        """Return the rows of a source layer; None where the file has no such layer."""
        if source.layer in self.present:
            return self.rows(source)
        if source.is_asked:
            self.remarks.append(_no_layer(self, source))
        return None

    def rows(self, source: Source) -> gpd.GeoDataFrame:
        """Return the rows of a layer that the file has."""
        frame, remarks = read_layer(self.path, source.layer)
        self.remarks.extend(remarks)
        if source.where_field:
            values = field_text(column(frame, source.where_field, source.layer))
            frame = frame[values.isin(source.where_values)]
        return frame.reset_index(drop=True)


def _no_layer(file: _Source, source: Source) -> Problem:
    message = (
        f"The layer map names a layer {source.layer}; {file.path.name} has none (it has "
        f"{', '.join(sorted(file.present))}). It counts as empty."
    )
    return Problem("W-GRID-NOLAYER", "", message)


def _classes(frame: gpd.GeoDataFrame, source: Source) -> pd.Series:
    """Class of each line, missing where it is to be left out."""
    if not source.class_field:
        return pd.Series(source.default_class or 4, index=frame.index, dtype="float")
    values = column(frame, source.class_field, source.layer)
    if source.classes:
        classes = field_text(values).map(source.classes)
        return classes if source.default_class is None else classes.fillna(source.default_class)
    numbers = pd.to_numeric(values, errors="coerce")
    wrong = np.flatnonzero(~numbers.isin(range(1, 8)))
    if len(wrong):
        x, y = place_of(frame.geometry.iloc[wrong[0]])
        raise InputError(
            "E-GRID-CLASS",
            f"Layer {source.layer}: {len(wrong)} rows have no class of 1 to 7 in the field "
            f"{source.class_field}, first row {wrong[0]} with {values.iloc[wrong[0]]} at "
            f"({x:.1f}, {y:.1f}); mend them, or give values a class by --layers.",
        )
    return numbers


def _features(file: _Source, layers: LayerMap, loads: tuple[PointLoad, ...], crs: CRS) -> Features:
    geometry, classes, kinds = [np.zeros(0, object)], [np.zeros(0)], [np.zeros(0, "U1")]
    for source in layers.lines:
        frame = file.frame(source)
        if frame is None or not len(frame):
            continue
        value = _classes(frame, source)
        frame, value = frame[value.notna()], value[value.notna()]
        geometry.append(in_crs(frame, crs, source.layer))
        classes.append(value.to_numpy(float))
        kinds.append(
            field_text(column(frame, source.kind_field, source.layer)).to_numpy(str)
            if source.kind_field
            else np.full(len(frame), source.kind)
        )
    grounds, uses = _grounds(file, layers, crs)
    return Features(
        lines=np.concatenate(geometry),
        line_classes=np.concatenate(classes).astype(np.int8),
        line_kinds=np.concatenate(kinds),
        buildings=_polygons(file, layers.buildings, crs),
        compounds=_polygons(file, layers.compounds, crs),
        loads=loads,
        grounds=grounds,
        ground_uses=uses,
    )


def _uses(frame: gpd.GeoDataFrame, source: Source) -> NDArray[Any]:
    """Use of each ground, by the words of the layer map."""
    if not source.use_field:
        return np.full(len(frame), source.use)
    words = field_text(column(frame, source.use_field, source.layer))
    return words.map(lambda word: source.uses.get(word, word)).to_numpy(str)


def _grounds(file: _Source, layers: LayerMap, crs: CRS) -> tuple[Geometries, NDArray[Any]]:
    shapes, uses = [np.zeros(0, object)], [np.zeros(0, "U1")]
    for source in layers.grounds:
        frame = file.frame(source)
        if frame is not None and len(frame):
            shapes.append(in_crs(frame, crs, source.layer))
            uses.append(_uses(frame, source))
    return np.concatenate(shapes), np.concatenate(uses)


def _load_names(frame: gpd.GeoDataFrame, source: Source) -> NDArray[Any]:
    if not source.name_field:
        return np.full(len(frame), source.name)
    names = column(frame, source.name_field, source.layer)
    if names.isna().any():
        raise InputError(
            "E-GRID-LOAD",
            f"Layer {source.layer}: row {int(names.isna().to_numpy().argmax())} names no load in "
            f"the field {source.name_field}; mend it or leave it out.",
        )
    return field_text(names).to_numpy(str)


def _loads(sources: list[tuple[_Source, Source]], crs: CRS) -> tuple[PointLoad, ...]:
    """Loads of all sources; those of one name are one load."""
    # A file without rows gives a load of nothing, and not none.
    found: dict[str, list[tuple[Geometries, Floats]]] = {s.name: [] for _, s in sources if s.name}
    for file, source in sources:
        frame = file.frame(source)
        if frame is None or not len(frame):
            continue
        frame, remarks = placed(frame, f"load layer {source.layer}")
        file.remarks.extend(remarks)
        names = _load_names(frame, source)
        points = load_points(frame, crs, source.layer)
        amounts = load_amounts(frame, source.amount_field, source.layer)
        for name in np.unique(names):
            own = names == name
            found.setdefault(str(name), []).append((points[own], amounts[own]))
    return tuple(_joined(name, parts) for name, parts in sorted(found.items()))


def _joined(name: str, parts: list[tuple[Geometries, Floats]]) -> PointLoad:
    points = np.concatenate([np.zeros(0, object), *(p for p, _ in parts)])
    return PointLoad(name, points, np.concatenate([np.zeros(0), *(a for _, a in parts)]))


def _load_source(load: LoadFile, remarks: list[Problem]) -> tuple[_Source, Source]:
    present = layer_names(load.path)
    layer = load.layer or next(iter(present), "")
    if layer not in present:
        raise InputError(
            "E-GRID-LAYER",
            f"{load.path} has no layer {layer} for the load {load.name} (it has "
            f"{', '.join(present)}).",
        )
    file = _Source(load.path, frozenset(present), remarks)
    return file, Source(layer, name=load.name, amount_field=load.field)


def _polygons(file: _Source, sources: tuple[Source, ...], crs: CRS) -> Geometries:
    out = [np.zeros(0, object)]
    for source in sources:
        frame = file.frame(source)
        if frame is not None and len(frame):
            out.append(in_crs(frame, crs, source.layer))
    return np.concatenate(out)


def _boundary(file: _Source, layers: LayerMap) -> tuple[gpd.GeoDataFrame, Source]:
    choices = [source for source in layers.communities if source.layer in file.present]
    if not choices and len(file.present) == 1:
        choices = [Source(next(iter(file.present)))]
    if not choices:
        wanted = ", ".join(s.layer for s in layers.communities)
        raise InputError("E-GRID-LAYER", f"{file.path} has no layer {wanted}; see --layers.")
    return file.rows(choices[0]), choices[0]


def _asked(epsg: int, frame: gpd.GeoDataFrame, layer: str) -> CRS:
    """The reference system that was asked for."""
    try:
        crs = CRS.from_epsg(epsg)
    except CRSError as error:
        raise InputError("E-GRID-CRS", f"EPSG:{epsg} is not known; check the number.") from error
    fit = fitness(crs, frame, layer)
    if fit.why_not:
        raise InputError("E-GRID-CRS", f"EPSG:{epsg} {fit.why_not}; choose EPSG:{fit.zone}.")
    return crs


def _metric(file: _Source, frame: gpd.GeoDataFrame, layer: str, epsg: int | None) -> CRS:
    if frame.crs is None:
        raise InputError(
            "E-GRID-NOCRS", f"Layer {layer} names no reference system; write it into the file."
        )
    if epsg is not None:
        return _asked(epsg, frame, layer)
    crs = CRS.from_user_input(frame.crs)
    fit = fitness(crs, frame, layer)
    if not fit.why_not:
        return crs
    if not fit.zone:
        raise InputError(
            "E-GRID-CRS", f"Layer {layer}: {crs.name} {fit.why_not}; scale the file to metres."
        )
    zone = CRS.from_epsg(fit.zone)
    message = (
        f"{crs.name} {fit.why_not}; the grids are in EPSG:{fit.zone} ({zone.name}). Ask for "
        "another system with --crs."
    )
    file.remarks.append(Problem("W-GRID-CRS", "", message))
    return zone


def read_base_map(
    base_map: Path,
    boundary: Path | None,
    layers: LayerMap,
    epsg: int | None,
    loads: tuple[LoadFile, ...] = (),
) -> BaseMap:
    """Read communities and features from files, in one metric reference system.

    Parameters
    ----------
    base_map : Path
        Anything GDAL reads, with the layers of ``layers``; layers that are missing are empty.
    boundary : Path, optional
        The file with the communities; without it ``base_map`` must have them.
    layers : LayerMap
    epsg : int, optional
        Reference system to work and write in; else that of the communities, or when that is
        not in metres the zone `metric_crs` names.
    loads : tuple of LoadFile
        Loads of other files, beside those of ``layers``.
    """
    remarks: list[Problem] = []
    file = _Source.opened(base_map, remarks)
    roles = layers.lines, layers.buildings, layers.compounds, layers.grounds
    known = {source.layer for role in roles for source in role}
    if not known & file.present:
        raise InputError(
            "E-GRID-LAYER",
            f"{base_map} has none of the layers {', '.join(sorted(known))} (it has "
            f"{', '.join(sorted(file.present)) or 'none'}); map them with --layers.",
        )
    ground = _Source.opened(boundary, remarks) if boundary else file
    frame, source = _boundary(ground, layers)
    crs = _metric(ground, frame, source.layer, epsg)
    communities = Communities(
        community_codes(frame, source.code_field, source.layer), in_crs(frame, crs, source.layer)
    )
    sources = [(file, source) for source in layers.loads]
    counted = _loads(sources + [_load_source(load, remarks) for load in loads], crs)
    features = _features(file, layers, counted, crs)
    return BaseMap(communities, replace(features, remarks=tuple(remarks)), crs)


def _rounded(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Lengths and areas to the centimetre, shares to four places."""
    places = {"area_m2": 2, "perimeter_m": 2, "length_m": 2, "on_feature_share": 4}
    return frame.assign(**{c: frame[c].round(n) for c, n in places.items() if c in frame})


def write_grids(path: Path, result: GridResult, base_map: BaseMap, scheme: str) -> None:
    """Write layers ``grids`` and ``borders``; equal grids give files equal to the byte.

    ``grids`` is the first layer, the one read where none is named. A GeoPackage holds the time it
    was written; the time of this one is `FIXED_DATE`.

    Raises
    ------
    GridError
        ``E-GRID-WRITE``.
    """
    made = result, base_map.communities.codes, scheme, base_map.crs
    grids = grids_frame(*made).drop(columns=["given_border_share", "why"])
    write_layers(path, {"grids": _rounded(grids), "borders": _rounded(borders_frame(*made))})


def write_layers(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write a GeoPackage of some layers, dated `FIXED_DATE`.

    Raises
    ------
    GridError
        ``E-GRID-WRITE``.
    """
    # Under another name first: a run that is stopped leaves no half file.
    part = path.with_name(f".{path.stem}.part.gpkg")
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        part.unlink(missing_ok=True)
        for layer, frame in layers.items():
            frame.to_file(part, layer=layer, driver="GPKG", engine="pyogrio")
        part.replace(path)
    except (OSError, pyogrio.errors.DataSourceError) as error:
        raise GridError("E-GRID-WRITE", f"{path} cannot be written: {error}.") from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
