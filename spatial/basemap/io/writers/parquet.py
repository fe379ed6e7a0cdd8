"""GeoParquet 1.1: WKB, PROJJSON, and a column of boxes to read by place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from spatial.basemap.io.writers.columns import array_of
from spatial.basemap.io.writers.dictionary import as_json
from spatial.basemap.io.writers.layer import TYPE_NAMES, Layer

COLUMN, BOX = "geometry", "bbox"
SIDES = ("xmin", "ymin", "xmax", "ymax")
ROWS_A_GROUP = 20_000


def write_parquet(layer: Layer, folder: Path, encoding: str) -> Path:  # noqa: ARG001
    """One table; the data dictionary is in its metadata and in that of each column."""
    target = folder / f"{layer.name}.parquet"
    bounds = shapely.bounds(layer.geometry)
    arrays = [array_of(values) for values in layer.columns.values()]
    arrays.append(pa.array(shapely.to_wkb(layer.geometry), pa.binary()))
    arrays.append(pa.StructArray.from_arrays([pa.array(side) for side in bounds.T], SIDES))
    names = [*layer.columns, COLUMN, BOX]
    about = {field.name: _described(field) for field in layer.fields}
    schema = pa.schema(
        [pa.field(n, a.type, metadata=about.get(n)) for n, a in zip(names, arrays, strict=True)],
        metadata={"geo": json.dumps(_geo(layer, bounds)), **_texts(layer)},
    )
    table = pa.table(arrays, schema=schema)
    pq.write_table(table, target, compression="zstd", row_group_size=ROWS_A_GROUP)
    return target


def _described(field: Any) -> dict[str, str]:
    return {"meaning_zh": field.meaning_zh, "meaning_en": field.meaning_en, "unit": field.unit}


def _texts(layer: Layer) -> dict[str, str]:
    return {
        f"wanmi:{name}": json.dumps(rows, ensure_ascii=False)
        for name, rows in as_json(layer).items()
    }


def _geo(layer: Layer, bounds: np.ndarray) -> dict[str, Any]:
    kinds = sorted({TYPE_NAMES[kind] for kind in set(shapely.get_type_id(layer.geometry))})
    whole = [*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0)] if len(layer) else None
    column = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "crs": CRS.from_user_input(layer.crs).to_json_dict(),
        "covering": {BOX: {side: [BOX, side] for side in SIDES}},
    }
    if whole:
        column["bbox"] = [float(side) for side in whole]
    return {"version": "1.1.0", "primary_column": COLUMN, "columns": {COLUMN: column}}
