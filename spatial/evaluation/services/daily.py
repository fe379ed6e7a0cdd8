"""What was counted day by day, of a district or of departments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import numpy as np

from spatial.evaluation.services import sheets


def daily_sums(
    first: date,
    last: date,
    names: Sequence[str],
    *,
    district: str = "",
    departments: Collection[int] | None = None,
) -> list[dict[str, int]]:
    """Sums of some counters for each day, both ends included.

    Parameters
    ----------
    first, last : date
    names : sequence of str
        Of `spatial.evaluation.counters.NAMES`.
    district : str
        Empty for all districts.
    departments : collection of int, optional
        Only what counts for these departments; without it what counts for the ground.
    """
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    side = sheets.AREA if departments is None else sheets.DEPARTMENT
    found = sheets.sums(side, *(sheets.Wanted(names, day, day) for day in days))
    wanted = _wanted(found.keys, district, departments)
    return [{name: int(one[name][wanted].sum()) for name in names} for one in found.found]


def _wanted(
    keys: sheets.Ints, district: str, departments: Collection[int] | None
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    if departments is not None:
        wanted = np.isin(keys % sheets.A_DISTRICT, list(departments))
        return wanted & (keys // sheets.A_DISTRICT == int(district)) if district else wanted
    if not district:
        return np.ones(len(keys), bool)
    size = sheets.digits_of(keys)
    return keys // 10 ** np.maximum(size - len(district), 0) == int(district)
