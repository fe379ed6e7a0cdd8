"""Tables without coordinates: the rows of a CSV or of a workbook's first sheet, as texts."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from spatial.basemap.io import encoding, plaintext, spreadsheet
from spatial.basemap.io.archive import DAMAGED
from spatial.basemap.io.problems import problem

MOST_BYTES = 5 * 1024**2
MOST_ROWS = 20_000
MOST_LETTERS = 2_000
"""Letters of a cell that are read; no column of such a table holds more."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as it was read; every value is a text without blanks at its ends."""

    fields: list[str]
    rows: list[tuple[int, list[str]]]
    """Number in the file, from 1 with the head, and values; empty rows are left out."""


def read_rows(path: Path, shown: str) -> Rows:
    """The rows of a small table.

    Raises
    ------
    InputError
        ``E-FILE-MISSING``, ``E-FORMAT`` for another kind of file, ``E-TABLE-SIZE``,
        ``E-LAYER-EMPTY``, ``E-TEXT-ENCODING``, and what `spreadsheet.check` raises.
    """
    if not path.is_file():
        raise problem("E-FILE-MISSING", _("There is no such file; check the path."), shown)
    if path.stat().st_size > MOST_BYTES:
        text = _("The table is larger than 5 MB; send it in parts.")
        raise problem("E-TABLE-SIZE", text, shown)
    lines = _workbook(path, shown) if shown.lower().endswith(".xlsx") else _csv(path, shown)
    numbered = [(n, values) for n, values in enumerate(map(_texts, lines), start=1) if any(values)]
    if len(numbered) < 2:
        raise problem("E-LAYER-EMPTY", _("The table is empty; export it again."), shown)
    if len(numbered) > MOST_ROWS:
        text = _("The table has more than %d rows; send it in parts.") % MOST_ROWS
        raise problem("E-TABLE-SIZE", text, shown)
    (_n, head), *rows = numbered
    wide = len(head)
    return Rows(head, [(n, [*values, *[""] * wide][:wide]) for n, values in rows])


def _csv(path: Path, shown: str) -> Iterator[list[str]]:
    if not shown.lower().endswith(".csv") or b"\0" in path.read_bytes():
        raise problem("E-FORMAT", _("Give the table as CSV or XLSX."), shown)
    codec = encoding.CODECS[plaintext.detect(path, shown).name]
    with path.open(encoding="utf-8-sig" if codec == "utf-8" else codec, newline="") as file:
        try:
            yield from csv.reader(file)
        except csv.Error as error:
            raise problem("E-FORMAT", _("The table cannot be read: %s") % error, shown) from error


def _workbook(path: Path, shown: str) -> Iterable[tuple[Any, ...]]:
    if not spreadsheet.is_workbook(path):
        raise problem("E-FORMAT", _("Give the table as CSV or XLSX."), shown)
    spreadsheet.check(path, shown)
    try:
        # What a workbook is called is for its user; the library would judge it by its ending.
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            return list(sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=100, values_only=True))
    except (*DAMAGED, InvalidFileException, ParseError, KeyError, ValueError, IndexError) as error:
        raise problem("E-FORMAT", _("The table cannot be read: %s") % error, shown) from error


def _texts(values: Iterable[Any]) -> list[str]:
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if value is None:
        return ""
    # A spreadsheet keeps codes as numbers.
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()[:MOST_LETTERS]
