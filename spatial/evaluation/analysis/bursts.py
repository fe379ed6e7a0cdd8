"""Bursts: more cases of a main class in an area within the hour than chance explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.evaluation.analysis.chance import adjusted, gamma_prior, upper_tail

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FEWEST = 4
"""Fewer cases in an hour are not called a burst, however rare."""
LEVEL = 0.01
"""A share of bursts that may be false, at each look; it is looked often."""
USUAL_SHAPE = 10.0
"""How much an hour varies beyond chance: the weather, a holiday; variance = mean + mean² / this."""


@dataclass(frozen=True, slots=True)
class Burst:
    """A cell with what it has and what was expected."""

    cell: int
    cases: int
    expected: float
    q: float
    """Adjusted chance of so many or more."""


def expected_in_hour(before: Ints, same: Ints, main: Ints, days: int, days_of_kind: int) -> Floats:
    """Cases that a cell has in this hour of such a day.

    The rate of a cell is shrunk to that of its main class in all areas; which share of a day's
    cases the hour has is that of the main class, and that is shrunk to the share of all.

    Parameters
    ----------
    before, same : arrays of int
        Cases of each cell in all hours and in this hour on days of this kind.
    main : array of int
        Place of each cell's main class.
    """
    prior = gamma_prior(before.astype(float), float(days), main)
    rate = (prior.shape + before) / (prior.per_exposure + days)
    mains = int(main.max()) + 1
    daily = np.bincount(main, before, mains) / days
    hourly = np.bincount(main, same, mains)
    usual = hourly.sum() / max(days_of_kind * daily.sum(), 1e-9)
    # Ten cases of what is usual for all classes stand beside what was seen of each.
    seen = days_of_kind * daily
    share = (hourly + usual * 10) / (seen + 10)
    return rate * share[main]


def find_bursts(now: Ints, expected: Floats, level: float = LEVEL) -> list[Burst]:
    """Cells whose running hour is not by chance, the clearest first."""
    shape = np.full(len(now), USUAL_SHAPE)
    q = adjusted(upper_tail(now, shape, np.maximum(expected, 1e-6)))
    found = np.flatnonzero((q <= level) & (now >= FEWEST))
    order = found[np.argsort(q[found], kind="stable")]
    return [Burst(int(n), int(now[n]), float(expected[n]), float(q[n])) for n in order]
