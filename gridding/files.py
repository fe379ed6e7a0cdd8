"""Reading base maps from files and writing grids to a GeoPackage, for the command only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridding.errors import GridError, InputError
from gridding.frames import (
    borders_frame,
    column,
    community_codes,
    grids_frame,
    in_crs,
    is_in_metres,
    load_amounts,
    load_points,
    zone_of,
)
from gridding.groups import Groups
from gridding.layers import LayerMap, Source
from gridding.remarks import place_of
from gridding.types import Communities, Features, Floats, Geometries, GridResult, PointLoad

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


def _layers(path: Path) -> list[str]:
    try:
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except (pyogrio.errors.DataSourceError, OSError) as error:
        raise InputError("E-GRID-FILE", f"{path} cannot be opened: {error}.") from error


def _read(
    path: Path, source: Source, present: set[str], *, keep_empty: bool = False
) -> gpd.GeoDataFrame | None:
    if source.layer not in present:
        return None
    try:
        frame = gpd.read_file(path, layer=source.layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InputError(
            "E-GRID-FILE", f"{path}, layer {source.layer}: cannot be read ({error})."
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError("E-GRID-FILE", f"{path}, layer {source.layer} has no geometry.")
    if not keep_empty:
        frame = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    if source.where_field:
        values = column(frame, source.where_field, source.layer)
        frame = frame[values.astype(str).isin(source.where_values)]
    return frame.reset_index(drop=True)


def _classes(frame: gpd.GeoDataFrame, source: Source) -> pd.Series:
    """Class of each line, missing where it is to be left out."""
    if not source.class_field:
        return pd.Series(source.default_class or 4, index=frame.index, dtype="float")
    values = column(frame, source.class_field, source.layer)
    if source.classes:
        classes = values.astype(str).map(source.classes)
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


def _features(
    path: Path, layers: LayerMap, present: set[str], loads: tuple[PointLoad, ...], crs: CRS
) -> Features:
    geometry, classes, kinds = [np.zeros(0, object)], [np.zeros(0)], [np.zeros(0, "U1")]
    for source in layers.lines:
        frame = _read(path, source, present, keep_empty=True)
        if frame is None or not len(frame):
            continue
        value = _classes(frame, source)
        frame, value = frame[value.notna()], value[value.notna()]
        geometry.append(in_crs(frame, crs, source.layer))
        classes.append(value.to_numpy(float))
        kinds.append(
            column(frame, source.kind_field, source.layer).astype(str).to_numpy(str)
            if source.kind_field
            else np.full(len(frame), source.kind)
        )
    grounds, uses = _grounds(path, layers, present, crs)
    return Features(
        lines=np.concatenate(geometry),
        line_classes=np.concatenate(classes).astype(np.int8),
        line_kinds=np.concatenate(kinds),
        buildings=_polygons(path, layers.buildings, present, crs),
        compounds=_polygons(path, layers.compounds, present, crs),
        loads=loads,
        grounds=grounds,
        ground_uses=uses,
    )


def _uses(frame: gpd.GeoDataFrame, source: Source) -> NDArray[Any]:
    """Use of each ground, by the words of the layer map."""
    if not source.use_field:
        return np.full(len(frame), source.use)
    words = column(frame, source.use_field, source.layer).fillna("").astype(str)
    return words.map(lambda word: source.uses.get(word, word)).to_numpy(str)


def _grounds(
    path: Path, layers: LayerMap, present: set[str], crs: CRS
) -> tuple[Geometries, NDArray[Any]]:
    shapes, uses = [np.zeros(0, object)], [np.zeros(0, "U1")]
    for source in layers.grounds:
        frame = _read(path, source, present)
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
    return names.astype(str).to_numpy(str)


def _loads(sources: list[tuple[Path, Source]], crs: CRS) -> tuple[PointLoad, ...]:
    """Loads of all sources; those of one name are one load."""
    # A file without rows gives a load of nothing, and not none.
    found: dict[str, list[tuple[Geometries, Floats]]] = {s.name: [] for _, s in sources if s.name}
    for path, source in sources:
        frame = _read(path, source, set(_layers(path)))
        if frame is None or not len(frame):
            continue
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


def _load_source(load: LoadFile) -> tuple[Path, Source]:
    present = _layers(load.path)
    layer = load.layer or next(iter(present), "")
    if layer not in present:
        raise InputError(
            "E-GRID-LAYER",
            f"{load.path} has no layer {layer} for the load {load.name} (it has "
            f"{', '.join(present)}).",
        )
    return load.path, Source(layer, name=load.name, amount_field=load.field)


def _polygons(path: Path, sources: tuple[Source, ...], present: set[str], crs: CRS) -> Geometries:
    out = [np.zeros(0, object)]
    for source in sources:
        frame = _read(path, source, present, keep_empty=True)
        if frame is not None and len(frame):
            out.append(in_crs(frame, crs, source.layer))
    return np.concatenate(out)


def _boundary(path: Path, layers: LayerMap) -> tuple[gpd.GeoDataFrame, Source]:
    present = set(_layers(path))
    for source in layers.communities:
        frame = _read(path, source, present, keep_empty=True)
        if frame is not None:
            return frame, source
    if len(present) == 1:
        only = Source(next(iter(present)))
        frame = _read(path, only, present, keep_empty=True)
        if frame is not None:
            return frame, only
    wanted = ", ".join(s.layer for s in layers.communities)
    raise InputError("E-GRID-LAYER", f"{path} has no layer {wanted}; see --layers.")


def _metric(frame: gpd.GeoDataFrame, layer: str, epsg: int | None) -> CRS:
    if frame.crs is None:
        raise InputError(
            "E-GRID-NOCRS", f"Layer {layer} names no reference system; write it into the file."
        )
    if epsg is not None:
        try:
            crs = CRS.from_epsg(epsg)
        except CRSError as error:
            raise InputError(
                "E-GRID-CRS", f"EPSG:{epsg} is not known; check the number."
            ) from error
        if not is_in_metres(crs):
            raise InputError("E-GRID-CRS", f"EPSG:{epsg} is not in metres; choose another.")
        return crs
    crs = CRS.from_user_input(frame.crs)
    return crs if is_in_metres(crs) else CRS.from_epsg(zone_of(frame))


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
    present = set(_layers(base_map))
    roles = layers.lines, layers.buildings, layers.compounds, layers.grounds
    known = {source.layer for role in roles for source in role}
    if not known & present:
        raise InputError(
            "E-GRID-LAYER",
            f"{base_map} has none of the layers {', '.join(sorted(known))} (it has "
            f"{', '.join(sorted(present)) or 'none'}); map them with --layers.",
        )
    frame, source = _boundary(boundary or base_map, layers)
    crs = _metric(frame, source.layer, epsg)
    communities = Communities(
        community_codes(frame, source.code_field, source.layer), in_crs(frame, crs, source.layer)
    )
    sources = [(base_map, source) for source in layers.loads]
    counted = _loads(sources + [_load_source(load) for load in loads], crs)
    return BaseMap(communities, _features(base_map, layers, present, counted, crs), crs)


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
    if frame.crs is None or not is_in_metres(frame.crs):
        raise InputError(
            "E-GROUP-CRS", f"{path}, layer {layer} is not in metres; project the file first."
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
