"""Tables: CSV with the outline as text, and workbooks with the dictionary as sheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from spatial.basemap.io.writers.cells import FORMULA_STARTS, cell
from spatial.basemap.io.writers.columns import plain, rows_of
from spatial.basemap.io.writers.dictionary import tables
from spatial.basemap.io.writers.layer import AnyLayer, Layer, inner_points

CODECS = {"UTF-8": "utf-8-sig", "GBK": "gbk"}
WIDEST = 60
MEASURED_ROWS = 100
PLACE = ("X", "Y")
"""Columns of the inner point."""


def write_csv(layer: AnyLayer, folder: Path, encoding: str) -> Path:
    """Fields, an inner point and the outline as text; cells cannot act as formulas."""
    target = folder / f"{layer.name}.csv"
    with target.open("w", newline="", encoding=CODECS[encoding]) as out:
        writer = csv.writer(out)
        for number, part in enumerate(layer.parts()):
            if not number:
                writer.writerow([*part.columns, *PLACE, "WKT"])
            columns = (*part.columns.values(), *_points(part), part.geometry)
            for *values, shape in rows_of(columns, len(part)):
                writer.writerow([*map(cell, values), shapely.to_wkt(shape, rounding_precision=9)])
    return target


def write_xlsx(layer: AnyLayer, folder: Path, encoding: str) -> Path:  # noqa: ARG001
    """A workbook: the data with an inner point, then the dictionary.

    Outlines are left out: a cell holds no more than 32,767 characters.
    """
    target = folder / f"{layer.name}.xlsx"
    parts = layer.parts()
    first = next(parts)
    rows = chain.from_iterable(map(_cells, chain([first], parts)))
    data = ((*first.columns, *PLACE), rows)
    write_sheets(target, {layer.name: data, **tables(layer)})
    return target


def _cells(part: Layer) -> Iterable[tuple[Any, ...]]:
    return rows_of((*part.columns.values(), *_points(part)), len(part), _plain)


def _points(part: Layer) -> tuple[Any, Any]:
    points = shapely.get_coordinates(inner_points(part.geometry))
    return points[:, 0], points[:, 1]


def write_sheets(
    target: Path, sheets: Mapping[str, tuple[Iterable[str], Iterable[Sequence[Any]]]]
) -> None:
    """A workbook of sheets, each with its head and its rows."""
    book = Workbook(write_only=True)
    for name, (head, rows) in sheets.items():
        _sheet(book, name, head, rows)
    book.save(target)


def _plain(values: Any) -> list[Any]:
    """Python's own values; a missing day or number is an empty cell."""
    array = np.asarray(plain(values))
    own = array.astype(object) if array.dtype.kind == "M" else array
    return [None if v != v else v for v in own.tolist()]  # noqa: PLR0124 - NaN


def _sheet(book: Workbook, name: str, head: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    kept, widths = _measured(list(head), rows)
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(width + 2, WIDEST)
    sheet.append([_bold(sheet, text) for text in head])
    for row in kept:
        sheet.append([_text(sheet, value) for value in row])


def _measured(
    head: list[str], rows: Iterable[Sequence[Any]]
) -> tuple[Iterator[Sequence[Any]], list[int]]:
    """The rows again, and the width of each column by its first hundred."""
    rows = iter(rows)
    first = list(islice(rows, MEASURED_ROWS))
    widths = [max(_width(value) for value in column) for column in zip(head, *first, strict=True)]
    return chain(first, rows), widths


def _width(value: Any) -> int:
    text = str(value)
    return len(text) + sum(ord(letter) > 0x2E7F for letter in text)


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    made = WriteOnlyCell(sheet, value=text)
    made.font = Font(bold=True)
    return made


def _text(sheet: Any, value: Any) -> Any:
    """A text that looks like a formula is kept as text; signs that XML cannot hold are marked."""
    if not isinstance(value, str):
        return value
    value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    if not value.startswith(FORMULA_STARTS):
        return value
    made = WriteOnlyCell(sheet, value=value)
    made.data_type = "s"
    return made
