"""Columns of a layer as Arrow keeps them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa


def may_hold_text(values: Any) -> bool:
    """Whether a column is a list of values; numbers and days are arrays of their own type."""
    return not isinstance(values, np.ndarray) or values.dtype.kind in "OU"


def array_of(values: Any) -> pa.Array:
    """A column: text where it is a list, numbers and days where it is an array of their type."""
    if may_hold_text(values):
        return pa.array(list(values), pa.string())
    return pa.array(np.asarray(values))
