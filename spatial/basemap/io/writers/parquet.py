"""GeoParquet 1.1: WKB, PROJJSON, and a column of boxes to read by place."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from spatial.basemap.io.writers.columns import array_of
from spatial.basemap.io.writers.dictionary import as_json
from spatial.basemap.io.writers.layer import TYPE_NAMES, AnyLayer, Layer

COLUMN, BOX = "geometry", "bbox"
SIDES = ("xmin", "ymin", "xmax", "ymax")
ROWS_A_GROUP = 20_000


def write_parquet(layer: AnyLayer, folder: Path, encoding: str) -> Path:  # noqa: ARG001
    """One table; the data dictionary is in its metadata and in that of each column."""
    target = folder / f"{layer.name}.parquet"
    parts = layer.parts()
    first = _table(layer, next(parts))
    schema = first.schema.with_metadata({"geo": json.dumps(_geo(layer)), **_texts(layer)})
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for table in chain([first], (_table(layer, part) for part in parts)):
            writer.write_table(table.cast(schema), row_group_size=ROWS_A_GROUP)
    return target


def _table(layer: AnyLayer, part: Layer) -> pa.Table:
    arrays = [array_of(values) for values in part.columns.values()]
    arrays.append(pa.array(shapely.to_wkb(part.geometry), pa.binary()))
    bounds = shapely.bounds(part.geometry).T
    arrays.append(pa.StructArray.from_arrays([pa.array(side) for side in bounds], SIDES))
    about = {field.name: _described(field) for field in layer.fields}
    names = [*part.columns, COLUMN, BOX]
    fields = [
        pa.field(name, array.type, metadata=about.get(name))
        for name, array in zip(names, arrays, strict=True)
    ]
    return pa.table(arrays, schema=pa.schema(fields))


def _described(field: Any) -> dict[str, str]:
    return {"meaning_zh": field.meaning_zh, "meaning_en": field.meaning_en, "unit": field.unit}


def _texts(layer: Layer) -> dict[str, str]:
    return {
        f"wanmi:{name}": json.dumps(rows, ensure_ascii=False)
        for name, rows in as_json(layer).items()
    }


def _geo(layer: AnyLayer) -> dict[str, Any]:
    kinds, whole = _kinds_and_box(layer)
    column = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "crs": CRS.from_user_input(layer.crs).to_json_dict(),
        "covering": {BOX: {side: [BOX, side] for side in SIDES}},
    }
    if whole:
        column["bbox"] = whole
    return {"version": "1.1.0", "primary_column": COLUMN, "columns": {COLUMN: column}}


def _kinds_and_box(layer: AnyLayer) -> tuple[list[str], list[float] | None]:
    """Types of geometry and the box around all rows: the head of the file says so, so they are
    looked at once before."""
    kinds: set[str] = set()
    boxes = []
    for part in layer.parts():
        kinds |= {TYPE_NAMES[kind] for kind in set(shapely.get_type_id(part.geometry)) - {-1}}
        if len(part):
            boxes.append(shapely.total_bounds(part.geometry))
    if not boxes:
        return sorted(kinds), None
    sides = np.array(boxes)
    whole = [*np.nanmin(sides[:, :2], axis=0), *np.nanmax(sides[:, 2:], axis=0)]
    return sorted(kinds), [float(side) for side in whole]
