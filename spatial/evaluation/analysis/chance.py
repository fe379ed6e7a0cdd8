"""Chance: how often a find would come about by itself, and rates of few cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]
SMALLEST = 1e-9
STRONGEST_PRIOR = 1e6
"""As good as certain: all cells of a group have the rate of the group."""


def adjusted(p_values: ArrayLike) -> Floats:
    """P-values adjusted for how many were tried (Benjamini and Hochberg 1995).

    What is adjusted to at most q is a list of which a share of q at most is expected to be by
    chance alone.
    """
    p_values = np.asarray(p_values, float)
    count = len(p_values)
    if not count:
        return p_values
    order = np.argsort(p_values)[::-1]
    raised = p_values[order] * count / np.arange(count, 0, -1)
    found = np.empty(count)
    found[order] = np.minimum(1.0, np.minimum.accumulate(raised))
    return found


@dataclass(frozen=True, eq=False)
class Prior:
    """A gamma distribution of rates for each cell: that of its group."""

    shape: Floats
    per_exposure: Floats

    @property
    def mean(self) -> Floats:
        """Rate of a cell of which nothing is known."""
        return self.shape / self.per_exposure


def gamma_prior(counts: Floats, exposure: float, group: NDArray[np.int64]) -> Prior:
    """The prior of each cell from what the cells of its group differ by, by moments.

    Cells that differ by no more than chance get a prior that leaves nothing of the difference.
    """
    groups = int(group.max()) + 1 if len(group) else 0
    size = np.bincount(group, minlength=groups).clip(1)
    mean = np.bincount(group, counts, groups) / size
    spread = np.bincount(group, (counts - mean[group]) ** 2, groups) / np.maximum(size - 1, 1)
    beyond = np.maximum(spread - mean, 0.0) / exposure**2
    rate = np.maximum(mean / exposure, SMALLEST)
    strength = rate / np.maximum(beyond, rate / STRONGEST_PRIOR)
    return Prior((rate * strength)[group], strength[group])


def upper_tail(counts: ArrayLike, shape: ArrayLike, mean: ArrayLike) -> Floats:
    """Chance of so many cases or more: Poisson with a rate from a gamma distribution."""
    shape, mean = np.asarray(shape, float), np.asarray(mean, float)
    return stats.nbinom.sf(np.asarray(counts) - 1, shape, shape / (shape + mean))


def poisson_tail(counts: ArrayLike, mean: ArrayLike) -> Floats:
    """Chance of so many cases or more."""
    return stats.poisson.sf(np.asarray(counts) - 1, np.maximum(mean, SMALLEST))


def wilson(hits: ArrayLike, tried: ArrayLike, z: float = 1.959964) -> tuple[Floats, Floats]:
    """Bounds of a share (Wilson 1927), 95 % unless told; 0 and 1 where nothing was tried."""
    hits, tried = np.asarray(hits, float), np.asarray(tried, float)
    n = np.maximum(tried, 1e-12)
    share = hits / n
    middle = share + z * z / (2 * n)
    reach = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    low, high = (middle - reach) / whole, (middle + reach) / whole
    known = tried > 0
    return np.where(known, low.clip(0), 0.0), np.where(known, high.clip(max=1), 1.0)
