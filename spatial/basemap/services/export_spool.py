"""Rows of a query in a file of their own, read back some at a time: a million need no memory.

COPY is the fastest way out of the database, and one statement sees one state of it, however often
the rows are read again afterwards.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.csv
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from spatial.core.jobs import Progress
from spatial.core.reading import reader

STEPS = 3
BLOCK_BYTES = 1 << 20
"""Text that is made into rows at a time; Arrow reads as many as 32 of them ahead."""
PART_ROWS = 20_000


class Spool:
    """The rows of a query, as they were when it was made."""

    def __init__(self, query: QuerySet, types: Mapping[str, Any], progress: Progress) -> None:
        """Read the rows of ``values_list()`` of a query; ``types`` are those of its columns."""
        self.types = dict(types)
        self.rows = 0
        self._file = tempfile.NamedTemporaryFile(prefix="wanmi-export-")  # noqa: SIM115 - it goes with this
        # A progress may be kept by the same connection, which is taken while rows come.
        progress(0, STEPS, _("reading"))
        try:
            text, values = query.query.sql_with_params()
        except EmptyResultSet:
            return  # Whoever sees nothing at all asks the database for nothing.
        with reader().cursor() as cursor:
            asked = cursor.mogrify(text, values).decode()
            cursor.copy_expert(f"COPY ({asked}) TO STDOUT (FORMAT csv)", self._file)
            self.rows = cursor.rowcount
        self._file.flush()
        progress(1, STEPS, _("reading"))

    def parts(self) -> Iterator[pa.RecordBatch]:
        """The rows in their order, from the first one, some thousands at a time."""
        held: list[pa.RecordBatch] = []
        for batch in self._blocks():
            held.append(batch)
            if sum(map(len, held)) >= PART_ROWS:
                yield _joined(held)
                held = []
        if held:
            yield _joined(held)

    def _blocks(self) -> Iterator[pa.RecordBatch]:
        if not self.rows:
            return
        yield from pyarrow.csv.open_csv(
            self._file.name,
            read_options=pyarrow.csv.ReadOptions(
                column_names=list(self.types), block_size=BLOCK_BYTES, use_threads=False
            ),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(column_types=self.types),
        )


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
