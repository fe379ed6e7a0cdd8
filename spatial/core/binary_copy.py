"""Rows of whole numbers by COPY in its binary form, which numpy reads as they are."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPOCH = date(2000, 1, 1)
"""PostgreSQL counts days from it."""
START = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
"""Signature, flags and length of what may follow them: what comes before the rows."""
END = b"\xff\xff"


def read_rows(cursor: Any, query: str, values: Mapping[str, Any], row: np.dtype) -> NDArray[Any]:
    """The rows of a query, none of whose values may be NULL.

    Parameters
    ----------
    row : dtype
        As the rows stand in the stream: the number of fields (``>i2``), then for each field its
        length (``>i4``) and its value.
    """
    content = io.BytesIO()
    asked = cursor.cursor.mogrify(query, values).decode()
    cursor.cursor.copy_expert(f"COPY ({asked}) TO STDOUT (FORMAT binary)", content)
    return np.frombuffer(content.getbuffer()[len(START) : -len(END)], row)
