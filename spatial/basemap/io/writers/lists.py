"""Writes a list whose rows have a point each, or none: CSV, workbook, GeoPackage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from spatial.basemap.io.writers import whole_file
from spatial.basemap.io.writers.dictionary import tables
from spatial.basemap.io.writers.gdal import write_gpkg
from spatial.basemap.io.writers.layer import Fact, Field, Layer
from spatial.basemap.io.writers.lines import csv_lines
from spatial.basemap.io.writers.sheets import write_sheets
from spatial.core.srid import STORE_SRID

OF_FORMAT = frozenset({"fid", "geom", "wkb_geometry"})
"""Columns that a GeoPackage has of its own."""


@dataclass(frozen=True, slots=True)
class PointList:
    """A list: its fields, its rows, and where longitude and then latitude stand in a row."""

    name: str
    fields: tuple[Field, ...]
    rows: Iterable[Sequence[Any]]
    lon_at: int
    facts: tuple[Fact, ...] = ()

    @property
    def head(self) -> list[str]:
        """Names of the columns."""
        return [field.name for field in self.fields]


def write_list(made: PointList, path: Path) -> None:
    """Write a list to a file whose ending is a key of `WRITERS`, replacing what is there.

    Raises
    ------
    InputError
        ``E-EXPORT-WRITE`` when the file cannot be written.
    """
    with whole_file(path) as folder:
        WRITERS[path.suffix.lower()](made, folder).replace(path)


def _csv(made: PointList, folder: Path) -> Path:
    target = folder / "list.csv"
    with target.open("w", encoding="utf-8", newline="") as out:
        out.writelines(csv_lines(made.head, made.rows))
    return target


def _xlsx(made: PointList, folder: Path) -> Path:
    target = folder / "list.xlsx"
    sheets = {made.name: (made.head, made.rows), **tables(_layer(made, [], []))}
    write_sheets(target, sheets)
    return target


def _gpkg(made: PointList, folder: Path) -> Path:
    rows = list(made.rows)
    xy = np.array([row[made.lon_at : made.lon_at + 2] for row in rows], dtype=float)
    shapes = np.full(len(rows), None, dtype=object)
    there = np.isfinite(xy).all(axis=1)
    shapes[there] = shapely.points(xy[there])
    return write_gpkg(_layer(made, rows, shapes), folder, "UTF-8")


def _layer(made: PointList, rows: Sequence[Sequence[Any]], shapes: Any) -> Layer:
    columns = list(zip(*rows, strict=True)) or [()] * len(made.fields)
    fields = [_renamed(field) for field in made.fields]
    values = {
        field.name: _typed(column, field.kind)
        for field, column in zip(fields, columns, strict=True)
    }
    return Layer(
        made.name, np.asarray(shapes, dtype=object), values, f"EPSG:{STORE_SRID}", [], [],
        fields=tuple(fields), facts=made.facts,
    )  # fmt: skip


def _renamed(field: Field) -> Field:
    if field.name.casefold() not in OF_FORMAT:
        return field
    words = (field.meaning_zh, field.meaning_en, field.kind, field.origin, field.unit)
    return Field(f"{field.name}_", *words)


def _typed(column: Sequence[Any], kind: str) -> Any:
    """Numbers as an array, missing ones as NaN; texts as a list."""
    if kind in ("number", "integer"):
        return np.array([np.nan if value is None else value for value in column], dtype=float)
    return [None if value is None else str(value) for value in column]


WRITERS: dict[str, Callable[[PointList, Path], Path]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".gpkg": _gpkg,
}
"""By the ending of the file."""
