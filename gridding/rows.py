"""Compressed rows: many short lists as one array and where each list starts in it."""

from __future__ import annotations

import numpy as np

from gridding.types import Ints


def row_starts(row: Ints, count: int) -> Ints:
    """Return where each of ``count`` rows starts, and the end, in items sorted by row."""
    return np.concatenate([[0], np.cumsum(np.bincount(row, minlength=count))])


def rows_by(row: Ints, count: int) -> tuple[Ints, Ints]:
    """Return the items of each row, as its start and the indexes in ascending order.

    Parameters
    ----------
    row : int array
        Row of each item; below 0 it is in none.
    count : int
        How many rows there are.
    """
    order = np.argsort(row, kind="stable")
    return row_starts(row[row >= 0], count), order[np.count_nonzero(row < 0) :]
