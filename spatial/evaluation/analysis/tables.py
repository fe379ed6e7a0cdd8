"""Tables of what is: hot hours, ages of what waits, classes by area, the work of departments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.evaluation.analysis.chance import wilson

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
HOURS, WEEKDAYS = 24, 7
AGE_BANDS_D = (0, 1, 3, 7, 15, 30, 90)
"""Days at which the bands of age begin; each holds its beginning and not its end."""
FEWEST_OF_SHARE = 30
"""With fewer, a share is shown with its bounds and not ranked."""


@dataclass(frozen=True, eq=False)
class Hours:
    """Cases by weekday (Monday first) and hour."""

    counts: Ints
    hot: NDArray[np.bool_]
    """Hours with more cases than twice the mean hour, and more than chance explains."""

    @property
    def total(self) -> int:
        """All cases."""
        return int(self.counts.sum())


def hot_hours(counts: ArrayLike, times: float = 2.0, sigmas: float = 3.0) -> Hours:
    """The matrix with its hot hours.

    Parameters
    ----------
    counts : array of 7 × 24
    times : float
        An hour is hot from so many times the mean on ...
    sigmas : float
        ... if that is also so many standard deviations of Poisson above it.
    """
    counts = np.asarray(counts, np.int64).reshape(WEEKDAYS, HOURS)
    mean = counts.mean()
    hot = (counts >= times * mean) & (counts >= mean + sigmas * np.sqrt(max(mean, 1.0)))
    return Hours(counts, hot)


def ages(days: ArrayLike, late: ArrayLike) -> tuple[Ints, Ints]:
    """Open cases in each band of `AGE_BANDS_D`, and how many of them are beyond their limit."""
    band = np.searchsorted(AGE_BANDS_D, np.asarray(days, float), side="right") - 1
    band = band.clip(0)
    counted = np.bincount(band, minlength=len(AGE_BANDS_D))
    beyond = np.bincount(band, np.asarray(late, float), len(AGE_BANDS_D)).astype(np.int64)
    return counted, beyond


@dataclass(frozen=True, eq=False)
class Mix:
    """How the classes of areas differ from those of all."""

    counts: Ints
    """Areas by classes."""
    quotient: Floats
    """Share of a class in an area by its share in all (location quotient); 1 is as everywhere."""
    residual: Floats
    """Standardised residual: beyond ±3 it is not by chance."""


def class_mix(counts: ArrayLike) -> Mix:
    """Compare the classes (columns) of areas (rows) with those of all areas together."""
    counts = np.asarray(counts, np.int64)
    rows, columns = counts.sum(1, keepdims=True), counts.sum(0, keepdims=True)
    total = max(int(counts.sum()), 1)
    expected = rows * columns / total
    quotient = np.divide(counts, expected, out=np.ones(counts.shape), where=expected > 0)
    variance = expected * (1 - rows / total) * (1 - columns / total)
    below = np.sqrt(np.maximum(variance, 0))
    apart = counts - expected
    residual = np.divide(apart, below, out=np.zeros(counts.shape), where=below > 0)
    return Mix(counts, quotient, residual)


@dataclass(frozen=True, eq=False)
class Share:
    """A share with its bounds at 95 %."""

    hits: Ints
    of: Ints
    low: Floats
    high: Floats

    @property
    def value(self) -> Floats:
        """Not a number where there is nothing to be a share of."""
        nothing = np.full(len(self.of), np.nan)
        return np.divide(self.hits, self.of, out=nothing, where=self.of > 0)

    @property
    def enough(self) -> NDArray[np.bool_]:
        """Whether there are cases enough to rank by it."""
        return self.of >= FEWEST_OF_SHARE


def share(hits: ArrayLike, of: ArrayLike) -> Share:
    """A share of each row, with Wilson's bounds."""
    hits, of = np.asarray(hits, np.int64), np.asarray(of, np.int64)
    return Share(hits, of, *wilson(hits, of))
