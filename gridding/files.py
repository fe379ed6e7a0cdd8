"""Reading base maps from files and writing grids to a GeoPackage, for the command only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyproj import CRS

from gridding.codes import grid_code
from gridding.crs import metric_crs
from gridding.errors import GridError, InputError
from gridding.layers import LayerMap, Source
from gridding.types import Communities, Features, Geometries, GridResult

# Written into the file in place of the time of the run, so that equal grids are equal files.
FIXED_DATE = "2000-01-01T00:00:00.000Z"
# Street 001 of a district without a number, for boundaries that number communities only.
PLAIN_PREFIX = "000000001"


@dataclass(frozen=True, slots=True)
class BaseMap:
    """What the command read, in one metric reference system."""

    communities: Communities
    features: Features
    crs: CRS


def _layers(path: Path) -> set[str]:
    try:
        return {str(name) for name in pyogrio.list_layers(path)[:, 0]}
    except (pyogrio.errors.DataSourceError, OSError) as error:
        raise InputError("E-GRID-FILE", f"{path} cannot be opened: {error}.") from error


def _read(path: Path, source: Source, present: set[str]) -> gpd.GeoDataFrame | None:
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
    frame = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    if source.where_field:
        column = _column(frame, source.where_field, source.layer)
        frame = frame[column.astype(str).isin(source.where_values)]
    return frame.reset_index(drop=True)


def _column(frame: gpd.GeoDataFrame, name: str, layer: str) -> pd.Series:
    if name not in frame:
        have = ", ".join(str(c) for c in frame.columns if c != "geometry") or "none"
        raise InputError("E-GRID-FIELD", f"Layer {layer} has no field {name}; it has {have}.")
    return frame[name]


def _in_crs(frame: gpd.GeoDataFrame, crs: CRS | None, layer: str) -> Geometries:
    if frame.crs is None:
        raise InputError(
            "E-GRID-NOCRS", f"Layer {layer} names no reference system; write it into the file."
        )
    moved = frame if crs is None or frame.crs == crs else frame.to_crs(crs)
    return np.asarray(moved.geometry.values, object)


def _classes(frame: gpd.GeoDataFrame, source: Source) -> pd.Series:
    """Class of each line, missing where it is to be left out."""
    if not source.class_field:
        return pd.Series(source.default_class or 4, index=frame.index, dtype="float")
    values = _column(frame, source.class_field, source.layer)
    if source.classes:
        classes = values.astype(str).map(source.classes)
        return classes if source.default_class is None else classes.fillna(source.default_class)
    return pd.to_numeric(values, errors="coerce")


def _lines(path: Path, layers: LayerMap, present: set[str], crs: CRS) -> Features:
    geometry, classes, kinds = [np.zeros(0, object)], [np.zeros(0)], [np.zeros(0, "U1")]
    for source in layers.lines:
        frame = _read(path, source, present)
        if frame is None or not len(frame):
            continue
        value = _classes(frame, source)
        frame, value = frame[value.notna()], value[value.notna()]
        geometry.append(_in_crs(frame, crs, source.layer))
        classes.append(value.to_numpy(float))
        kinds.append(
            _column(frame, source.kind_field, source.layer).astype(str).to_numpy(str)
            if source.kind_field
            else np.full(len(frame), source.kind)
        )
    return Features(
        lines=np.concatenate(geometry),
        line_classes=np.concatenate(classes).astype(np.int8),
        line_kinds=np.concatenate(kinds),
        buildings=_polygons(path, layers.buildings, present, crs),
        compounds=_polygons(path, layers.compounds, present, crs),
    )


def _polygons(path: Path, sources: tuple[Source, ...], present: set[str], crs: CRS) -> Geometries:
    out = [np.zeros(0, object)]
    for source in sources:
        frame = _read(path, source, present)
        if frame is not None and len(frame):
            out.append(_in_crs(frame, crs, source.layer))
    return np.concatenate(out)


def _community_codes(frame: gpd.GeoDataFrame, source: Source) -> tuple[str, ...]:
    """Codes as they stand; plain numbers get the prefix of a made-up street."""
    name = source.code_field or ("code" if "code" in frame else "community")
    values = [str(v).strip() for v in _column(frame, name, source.layer)]
    return tuple(PLAIN_PREFIX + v.zfill(3) if v.isdigit() and len(v) <= 3 else v for v in values)


def _boundary(path: Path, layers: LayerMap) -> tuple[gpd.GeoDataFrame, Source]:
    present = _layers(path)
    for source in layers.communities:
        frame = _read(path, source, present)
        if frame is not None:
            return frame, source
    if len(present) == 1:
        only = Source(next(iter(present)))
        frame = _read(path, only, present)
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
        crs = CRS.from_epsg(epsg)
        if not crs.is_projected or crs.axis_info[0].unit_conversion_factor != 1.0:
            raise InputError("E-GRID-CRS", f"EPSG:{epsg} is not in metres; choose another.")
        return crs
    crs = CRS.from_user_input(frame.crs)
    if crs.is_projected and crs.axis_info[0].unit_conversion_factor == 1.0:
        return crs
    x0, y0, x1, y1 = frame.to_crs(4326).total_bounds
    return CRS.from_epsg(metric_crs((x0 + x1) / 2, (y0 + y1) / 2))


def read_base_map(
    base_map: Path, boundary: Path | None, layers: LayerMap, epsg: int | None
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
    """
    present = _layers(base_map)
    known = {s.layer for s in layers.lines + layers.buildings + layers.compounds}
    if not known & present:
        raise InputError(
            "E-GRID-LAYER",
            f"{base_map} has none of the layers {', '.join(sorted(known))} (it has "
            f"{', '.join(sorted(present)) or 'none'}); map them with --layers.",
        )
    frame, source = _boundary(boundary or base_map, layers)
    crs = _metric(frame, source.layer, epsg)
    communities = Communities(_community_codes(frame, source), _in_crs(frame, crs, source.layer))
    return BaseMap(communities, _lines(base_map, layers, present, crs), crs)


def _code(scheme: str, community: str, number: int) -> str:
    """The code of a grid; for communities without a code of digits, their name and a number."""
    if community.isdigit() and len(community) in (6, 9, 12):
        return grid_code(scheme, community, number)
    return f"{community}-{number}"


def write_grids(path: Path, result: GridResult, base_map: BaseMap, scheme: str) -> None:
    """Write layer ``grids``; equal grids give files equal to the byte.

    A GeoPackage holds the time it was written; the time of this one is `FIXED_DATE`.
    """
    names = [base_map.communities.codes[c] for c in result.community]
    frame = gpd.GeoDataFrame(
        {
            "code": [
                _code(scheme, name, int(n)) for name, n in zip(names, result.numbers, strict=True)
            ],
            "number": result.numbers,
            "community": names,
            "area_m2": np.round(result.area_m2, 2),
            "perimeter_m": np.round(result.perimeter_m, 2),
            "on_feature_share": np.round(result.on_feature_share, 4),
            "neighbours": result.neighbours.counts,
        },
        geometry=list(result.polygons),
        crs=base_map.crs,
    )
    # Under another name first: a run that is stopped leaves no half file.
    part = path.with_name(f".{path.stem}.part.gpkg")
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        part.unlink(missing_ok=True)
        frame.to_file(part, layer="grids", driver="GPKG", engine="pyogrio")
        part.replace(path)
    except (OSError, pyogrio.errors.DataSourceError) as error:
        raise GridError("E-GRID-WRITE", f"{path} cannot be written: {error}.") from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
