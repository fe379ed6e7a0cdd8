"""Vector files that GDAL writes: shapefile, GeoPackage, GeoJSON, FlatGeobuf, DXF."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from numpy.typing import NDArray

from spatial.basemap.io.writers.columns import array_of, plain, slices
from spatial.basemap.io.writers.dictionary import as_json, tables
from spatial.basemap.io.writers.layer import Layer, alike, inner_points

GEOMETRY = "wkb_geometry"


def _write(layer: Layer, target: Path, driver: str, **options: Any) -> None:
    """Write fields and geometry with GDAL, by Arrow: a third faster than value by value.

    By pieces, so that a million rows are never there a second time as texts.
    """
    geometry, kind = alike(layer.geometry)
    pieces = (_piece(layer, geometry, part) for part in slices(len(layer)))
    first = next(pieces)
    batches = (batch for piece in chain([first], pieces) for batch in piece.to_batches())
    pyogrio.raw.write_arrow(
        pa.RecordBatchReader.from_batches(first.schema, batches),
        target,
        geometry_name=GEOMETRY,
        driver=driver,
        layer=layer.name,
        crs=layer.crs,
        geometry_type=kind,
        **options,
    )


def _piece(layer: Layer, geometry: NDArray[np.object_], part: slice) -> pa.Table:
    arrays = [array_of(values[part]) for values in layer.columns.values()]
    arrays.append(pa.array(shapely.to_wkb(geometry[part]), pa.binary()))
    return pa.table(arrays, names=[*layer.columns, GEOMETRY])


def write_shp(layer: Layer, folder: Path, encoding: str) -> Path:
    """The files of a shapefile in the folder; the main one is returned."""
    target = folder / f"{layer.name}.shp"
    _write(layer, target, "ESRI Shapefile", encoding=encoding)
    target.with_suffix(".cpg").write_text(encoding, encoding="ascii")
    return target


def write_gpkg(layer: Layer, folder: Path, encoding: str) -> Path:  # noqa: ARG001
    """A GeoPackage with the data dictionary as two tables without geometry."""
    target = folder / f"{layer.name}.gpkg"
    _write(layer, target, "GPKG", layer_options={"DESCRIPTION": _summary(layer)})
    for name, (head, rows) in tables(layer).items():
        columns = [np.array(column, dtype=object) for column in zip(*rows, strict=True)]
        if not columns:
            continue
        pyogrio.raw.write(
            target, geometry=None, field_data=columns, fields=list(head), driver="GPKG", layer=name
        )
    return target


def _summary(layer: Layer) -> str:
    return " · ".join(fact.value for fact in layer.facts if fact.value)


def write_geojson(layer: Layer, folder: Path, encoding: str) -> Path:  # noqa: ARG001
    """GeoJSON of RFC 7946 in WGS 84; the older form with a ``crs`` member in any other CRS.

    The data dictionary is a member of the collection, which readers that do not know it skip.
    """
    target = folder / f"{layer.name}.geojson"
    more = json.dumps({"type": "FeatureCollection", **as_json(layer)}, ensure_ascii=False)
    options = {
        "COORDINATE_PRECISION": "9",
        "NATIVE_MEDIA_TYPE": "application/vnd.geo+json",
        "NATIVE_DATA": more,
    }
    if layer.crs == "EPSG:4326":
        options["RFC7946"] = "YES"
    _write(layer, target, "GeoJSON", layer_options=options)
    return target


def write_fgb(layer: Layer, folder: Path, encoding: str) -> Path:  # noqa: ARG001
    """FlatGeobuf with its spatial index."""
    target = folder / f"{layer.name}.fgb"
    options = {"TITLE": layer.name, "DESCRIPTION": _summary(layer)}
    _write(layer, target, "FlatGeobuf", layer_options=options)
    return target


def write_dxf(layer: Layer, folder: Path, encoding: str) -> Path:  # noqa: ARG001
    """Outlines on a drawing layer per group, with the label as text inside each."""
    target = folder / f"{layer.name}.dxf"
    areas = shapely.get_dimensions(layer.geometry) == 2
    edges = layer.geometry.copy()
    edges[areas] = shapely.boundary(layer.geometry[areas])
    lines, owner = shapely.get_parts(edges, return_index=True)
    texts = plain(layer.labels)
    named = np.array([bool(text) for text in texts])
    labels = [_label(text) for text in texts if text]
    groups = np.array(plain(layer.groups), dtype=object)
    drawing = Layer(
        name="entities",
        geometry=np.concatenate([lines, inner_points(layer.geometry[named])]),
        columns={
            "Layer": np.concatenate([groups[owner], groups[named]]),
            "OGR_STYLE": np.array(["PEN(c:#FF00FF)"] * len(lines) + labels, dtype=object),
        },
        crs=layer.crs,
        labels=[],
        groups=[],
    )
    columns = [*drawing.columns.values()]
    pyogrio.raw.write(
        target, geometry=shapely.to_wkb(drawing.geometry), field_data=columns,
        fields=[*drawing.columns], driver="DXF", layer=drawing.name, crs=layer.crs,
        geometry_type="Unknown",
    )  # fmt: skip
    return target


def _label(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'LABEL(f:"SimSun",s:8g,t:"{plain}",p:5)'
