"""Deadlines and counted time of many cases at once, without holds.

Instants are microseconds since 1970 UTC: ``times.astype("datetime64[us]").astype(np.int64)``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.cases.worktime.calendar import Calendar
from spatial.cases.worktime.ruler import Instants
from spatial.cases.worktime.units import Unit


def deadlines_us(
    starts_us: ArrayLike, limits: ArrayLike, unit: Unit, calendar: Calendar
) -> Instants:
    """When each limit is used up.

    Parameters
    ----------
    starts_us : array of int64, shape (n,)
    limits : array of float, shape (n,) or one for all
    """
    ruler = calendar.ruler(unit)
    starts = np.asarray(starts_us, dtype=np.int64)
    limits_us = np.rint(np.asarray(limits) * calendar.unit_us(unit)).astype(np.int64)
    return np.maximum(starts, ruler.reached(ruler.counted(starts) + limits_us))


def elapsed(
    starts_us: ArrayLike, ends_us: ArrayLike, unit: Unit, calendar: Calendar
) -> NDArray[np.float64]:
    """How many of the unit have run from each start to its end; shape (n,)."""
    ruler = calendar.ruler(unit)
    return (ruler.counted(ends_us) - ruler.counted(starts_us)) / calendar.unit_us(unit)
