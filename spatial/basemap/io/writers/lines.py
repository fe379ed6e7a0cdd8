"""A table as the lines of a CSV file, made as they are wanted."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from spatial.basemap.io.writers.cells import cell

# Excel takes a file for UTF-8 only with this in front.
BOM = "\ufeff"


class _Line:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def csv_lines(head: Sequence[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Head and rows; no cell is taken for a formula by a spreadsheet."""
    writer = csv.writer(_Line())
    yield BOM + writer.writerow([cell(name) for name in head])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])
