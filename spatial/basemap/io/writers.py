"""Writes vector files: shapefile (zipped), GeoPackage, GeoJSON, DXF, CSV.

A file appears under its name only when it is whole: it is written in a folder of its own beside
the target and moved.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from spatial.core.errors import InputError

FORMATS = {"shp": ".zip", "gpkg": ".gpkg", "geojson": ".geojson", "dxf": ".dxf", "csv": ".csv"}
"""Format and the ending of its file."""

ENCODINGS = {"UTF-8": "utf-8", "GBK": "gbk"}
DBF_NAME_BYTES, DBF_VALUE_BYTES = 10, 254
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: geometry in the CRS of ``srid`` and one array a field, all of equal length."""

    name: str
    geometry: NDArray[np.object_]
    fields: dict[str, Any]
    srid: int
    label: str
    """Field whose value is written into drawings."""
    group: str
    """Field whose value names the drawing layer."""


def write_layer(layer: Layer, path: Path, fmt: str, encoding: str = "UTF-8") -> None:
    """Write a layer as ``fmt`` (a key of `FORMATS`) to ``path``, replacing what is there.

    Raises
    ------
    InputError
        ``E-EXPORT-FORMAT``, ``E-EXPORT-ENCODING`` for what is not on the list,
        ``E-TEXT-ENCODING`` when a value has a character the encoding lacks,
        ``E-TEXT-LONG`` when a shapefile would cut a value or a field name,
        ``E-EXPORT-WRITE`` when the file cannot be written.
    """
    if fmt not in FORMATS:
        known = ", ".join(FORMATS)
        message = _("Unknown format %(fmt)s; use one of %(known)s.") % {"fmt": fmt, "known": known}
        raise InputError("E-EXPORT-FORMAT", message)
    if encoding not in ENCODINGS:
        message = _("Unknown encoding %(name)s; use UTF-8 or GBK.") % {"name": encoding}
        raise InputError("E-EXPORT-ENCODING", message)
    _refuse_lost_text(layer, ENCODINGS[encoding])
    if fmt == "shp":
        _refuse_long_text(layer, ENCODINGS[encoding])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".part-") as folder:
            made = WRITERS[fmt](layer, Path(folder), encoding)
            made.replace(path)
    except (OSError, DataSourceError, DataLayerError, FieldError) as error:
        message = _("%(path)s cannot be written: %(why)s") % {"path": path.name, "why": error}
        raise InputError("E-EXPORT-WRITE", message) from error


def _refuse_lost_text(layer: Layer, codec: str) -> None:
    for name, values in layer.fields.items():
        for value in values:
            if not isinstance(value, str):
                continue
            try:
                value.encode(codec)
            except UnicodeEncodeError as error:
                raise InputError(
                    "E-TEXT-ENCODING",
                    _("Field %(field)s: “%(value)s” cannot be written as %(codec)s; choose UTF-8.")
                    % {"field": name, "value": value, "codec": codec},
                    field=name,
                    value=value,
                ) from error


def _refuse_long_text(layer: Layer, codec: str) -> None:
    """GDAL would cut what is longer than a ``.dbf`` can hold, in the middle of a word."""
    for name, values in layer.fields.items():
        if len(name.encode(codec)) > DBF_NAME_BYTES:
            text = _("Field %(field)s: its name is longer than %(most)d bytes; choose GeoPackage.")
            raise _too_long(text, name, DBF_NAME_BYTES)
        longest = max((len(v.encode(codec)) for v in values if isinstance(v, str)), default=0)
        if longest > DBF_VALUE_BYTES:
            text = _("Field %(field)s: a value is longer than %(most)d bytes; choose GeoPackage.")
            raise _too_long(text, name, DBF_VALUE_BYTES)


def _too_long(text: str, field: str, most: int) -> InputError:
    return InputError("E-TEXT-LONG", text % {"field": field, "most": most}, field=field)


def _write(layer: Layer, target: Path, driver: str, **options: Any) -> None:
    """Write fields and geometry with GDAL; days stay days, missing days stay empty."""
    columns = [np.asarray(values) for values in layer.fields.values()]
    days = [np.isnat(c) if c.dtype.kind == "M" else None for c in columns]
    pyogrio.raw.write(
        target,
        geometry=shapely.to_wkb(layer.geometry),
        field_data=[c.astype(object) if c.dtype.kind == "U" else c for c in columns],
        fields=list(layer.fields),
        field_mask=days,
        driver=driver,
        layer=layer.name,
        crs=f"EPSG:{layer.srid}",
        geometry_type=_geometry_type(layer.geometry),
        **options,
    )


def _geometry_type(geometry: NDArray[np.object_]) -> str:
    kinds = set(shapely.get_type_id(geometry))
    return "Polygon" if kinds == {shapely.GeometryType.POLYGON} else "Unknown"


def _write_shp(layer: Layer, folder: Path, encoding: str) -> Path:
    inner = folder / "shp"
    inner.mkdir()
    target = inner / f"{layer.name}.shp"
    _write(layer, target, "ESRI Shapefile", encoding=encoding)
    target.with_suffix(".cpg").write_text(encoding, encoding="ascii")
    return _zip(inner, folder / f"{layer.name}.zip")


def _zip(inner: Path, target: Path) -> Path:
    """Zip with a fixed date, so that the same grids give the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in sorted(inner.iterdir()):
            info = zipfile.ZipInfo(member.name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            with member.open("rb") as source, archive.open(info, "w") as out:
                shutil.copyfileobj(source, out, 1 << 20)
    return target


def _write_gpkg(layer: Layer, folder: Path, encoding: str) -> Path:  # noqa: ARG001
    target = folder / f"{layer.name}.gpkg"
    _write(layer, target, "GPKG")
    return target


def _write_geojson(layer: Layer, folder: Path, encoding: str) -> Path:  # noqa: ARG001
    """GeoJSON of RFC 7946 in WGS 84; the older form with a ``crs`` member in any other CRS."""
    target = folder / f"{layer.name}.geojson"
    digits = {"COORDINATE_PRECISION": "9"}
    options = {"RFC7946": "YES", **digits} if layer.srid == 4326 else digits
    _write(layer, target, "GeoJSON", layer_options=options)
    return target


def _write_dxf(layer: Layer, folder: Path, encoding: str) -> Path:  # noqa: ARG001
    """Closed polylines on a drawing layer per group, with the label as text inside each."""
    target = folder / f"{layer.name}.dxf"
    outlines = shapely.get_exterior_ring(layer.geometry)
    labels = shapely.point_on_surface(layer.geometry)
    style = [f'LABEL(f:"SimSun",s:8g,t:"{text}",p:5)' for text in layer.fields[layer.label]]
    groups = list(layer.fields[layer.group])
    drawing = Layer(
        name="entities",
        geometry=np.concatenate([outlines, labels]),
        fields={"Layer": groups * 2, "OGR_STYLE": ["PEN(c:#FF00FF)"] * len(outlines) + style},
        srid=layer.srid,
        label="Layer",
        group="Layer",
    )
    _write(drawing, target, "DXF")
    return target


def _write_csv(layer: Layer, folder: Path, encoding: str) -> Path:
    """Fields, an inner point and the outline as text; cells cannot act as formulas."""
    target = folder / f"{layer.name}.csv"
    points = shapely.get_coordinates(shapely.point_on_surface(layer.geometry))
    outlines = shapely.to_wkt(layer.geometry, rounding_precision=9)
    codec = "utf-8-sig" if encoding == "UTF-8" else ENCODINGS[encoding]
    with target.open("w", newline="", encoding=codec) as out:
        writer = csv.writer(out)
        writer.writerow([*layer.fields, "X", "Y", "WKT"])
        columns = (*layer.fields.values(), points[:, 0], points[:, 1], outlines)
        for values in zip(*columns, strict=True):
            writer.writerow([cell(value) for value in values])
    return target


def cell(value: Any) -> Any:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None or value != value else value  # noqa: PLR0124 - NaT


WRITERS = {
    "shp": _write_shp,
    "gpkg": _write_gpkg,
    "geojson": _write_geojson,
    "dxf": _write_dxf,
    "csv": _write_csv,
}
