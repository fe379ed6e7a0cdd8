"""Reads a list of addresses from a table, through the gate of all files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from spatial.addresses.columns import address_column
from spatial.basemap.io import drivers
from spatial.basemap.io.problems import problem
from spatial.basemap.io.readers import Wanted, read
from spatial.basemap.io.source import Layer, Source, open_source

MAX_ROWS = 200_000


class AddressList(NamedTuple):
    """A list of addresses: all values are texts, empty where there is nothing."""

    file: str
    columns: tuple[str, ...]
    field: str
    """Name of the column that holds the address."""
    rows: list[list[str]]
    encoding: str

    @property
    def texts(self) -> list[str]:
        """The addresses, in the order of the rows."""
        at = self.columns.index(self.field)
        return [row[at] for row in self.rows]


def read_list(
    path: Path,
    *,
    field: str | None = None,
    layer: str | None = None,
    encoding: str = "auto",
    file_name: str | None = None,
) -> AddressList:
    """Read a CSV or a sheet of an XLSX.

    Parameters
    ----------
    path : Path
    field : str, optional
        Column of the address; else one with a usual name.
    layer : str, optional
        Sheet of a workbook; else the first with such a column.
    encoding : str
        Of a CSV; ``auto`` finds UTF-8 and GB18030.
    file_name : str, optional
        The name its user knows it by.

    Raises
    ------
    InputError
        ``E-BATCH-TABLE``, ``E-BATCH-FIELD``, ``E-BATCH-EMPTY``, ``E-BATCH-MANY``, and every code
        that opening a file can have.
    """
    with open_source(path, encoding, file_name, bare=True) as source:
        if source.driver not in drivers.TABLES:
            text = _("A list of addresses is a CSV or XLSX; export it as one of them.")
            raise problem("E-BATCH-TABLE", text, source.file)
        chosen, column = _layer(source, layer, field)
        rows = _without_blank_end(list(_rows(chosen)))
        if not rows:
            text = _("The list has no rows below its head; export it again.")
            raise problem("E-BATCH-EMPTY", text, source.file, chosen.name)
        names = tuple(dict.fromkeys(chosen.fields))
        return AddressList(source.file, names, column, rows, chosen.encoding.name)


def _layer(source: Source, wanted: str | None, field: str | None) -> tuple[Layer, str]:
    layers = (source.layer(wanted),) if wanted else source.layers
    for layer in layers:
        if (column := address_column(layer.fields, field)) is not None:
            return layer, column
    text = _("No column of addresses is known among: %s. Name one (--address-field).")
    fields = ", ".join(name for layer in layers for name in layer.fields)
    raise problem("E-BATCH-FIELD", text % fields[:500], source.file, wanted or "")


def _rows(layer: Layer) -> Iterator[list[str]]:
    names, count = tuple(dict.fromkeys(layer.fields)), 0
    for batch in read(layer, Wanted(names, by_row=True)):
        count += len(batch)
        if count > MAX_ROWS:
            text = _("The list has more than %d rows; send it in parts.") % MAX_ROWS
            raise problem("E-BATCH-MANY", text, layer.file, layer.name, most=MAX_ROWS)
        columns = [batch.columns[name] for name in names]
        yield from ([value or "" for value in row] for row in zip(*columns, strict=True))


def _without_blank_end(rows: list[list[str]]) -> list[list[str]]:
    """Sheets often end in many rows that hold nothing but a format."""
    while rows and not any(rows[-1]):
        rows.pop()
    return rows
