"""Columns of a layer: lists of texts, arrays of numbers and days, or Arrow's own arrays.

Arrow's are for sources of a million rows: a dictionary of few words takes four bytes a row, a list
of Python's texts sixty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

ARROW = (pa.Array, pa.ChunkedArray)
ROWS = 50_000
"""Rows that are Python's own values at a time."""


def may_hold_text(values: Any) -> bool:
    """Whether a column may be of texts; numbers and days are arrays of their own type."""
    if isinstance(values, ARROW):
        return pa.types.is_string(_plain_type(values.type))
    return not isinstance(values, np.ndarray) or values.dtype.kind in "OU"


def texts_of(values: Any) -> list[str]:
    """Each text of a column once, as they first come; most columns hold few again and again."""
    once = values.unique().to_pylist() if isinstance(values, ARROW) else dict.fromkeys(values)
    return [text for text in once if isinstance(text, str)]


def array_of(values: Any) -> Any:
    """A column as Arrow keeps it: text where it is a list, else of its own type."""
    if isinstance(values, ARROW):
        return values.cast(_plain_type(values.type))
    if may_hold_text(values):
        return pa.array(list(values), pa.string())
    return pa.array(np.asarray(values))


def plain(values: Any) -> Any:
    """Python's own values where a column is Arrow's; others as they are."""
    return values.to_pylist() if isinstance(values, ARROW) else values


def slices(size: int) -> Iterator[slice]:
    """All rows, `ROWS` at a time."""
    for start in range(0, size, ROWS):
        yield slice(start, start + ROWS)


def rows_of(columns: Sequence[Any], size: int, values: Any = plain) -> Iterable[tuple[Any, ...]]:
    """The rows of columns, each value as ``values`` makes it of a slice of its column."""
    for part in slices(size):
        yield from zip(*(values(column[part]) for column in columns), strict=True)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
