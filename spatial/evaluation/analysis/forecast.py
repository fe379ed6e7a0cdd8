"""Cases to be expected in the coming week, by area and main class, and the proof of the model.

The rate of a cell is a mean of its past weeks in which old ones count less and less, shrunk to the
cells of its group (empirical Bayes, gamma and Poisson); the level of the group follows its last
weeks more closely than that. Where the year before moved on from such weeks to other levels, and
minding that was nearer in weeks before those of the test, so does the forecast. It is shown only
where, over weeks it had not seen, it was nearer than both "as last week" and "as in the same week
a year ago".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.evaluation.analysis.chance import gamma_prior

Floats = NDArray[np.floating]
Ints = NDArray[np.int64]
Model = Callable[[Floats, Ints, Ints], Floats]
"""Expected cases of each cell, of counts, groups and main classes."""
MEMORY_WEEKS = 26.0
"""After so many weeks a week counts for half, for the differences between cells."""
LEVEL_MEMORY_WEEKS = 2.0
"""The same for the level of a group."""
LEVEL_PRIOR_CASES = 20.0
"""So many cases as usual stand beside those of the last weeks of a group."""
SEASON_PRIOR_CASES = 10.0
"""So many cases a week stand on both sides of what a season brings."""
YEAR_WEEKS = 52
FLOORS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
TESTED_WEEKS = 8
FEWEST_WEEKS = 6
"""With a shorter past nothing is expected and nothing proven."""


def _faded(counts: Floats, half: float) -> tuple[Floats, float, float]:
    """Sum of weeks by weight, sum of weights, sum of their squares."""
    weeks = counts.shape[1]
    weight = 0.5 ** (np.arange(weeks)[::-1] / half)
    return counts @ weight, float(weight.sum()), float((weight**2).sum())


def expected_cases(counts: Floats, group: Ints, level_group: Ints) -> Floats:
    """Cases of each cell in the week after the last column.

    Parameters
    ----------
    counts : array of cells by weeks
    group : array of int
        Cells that are alike: one main class in one street.
    level_group : array of int
        Cells whose level rises and falls together: one main class.
    """
    faded, weights, squares = _faded(counts, MEMORY_WEEKS)
    # Weighted sums are of fewer cases than they seem: brought to the scale of true counts.
    scale = weights / squares
    prior = gamma_prior(faded * scale, weights * scale, group)
    rate = (prior.shape + faded * scale) / (prior.per_exposure + weights * scale)
    return rate * _level(counts, rate, level_group)


def _level(counts: Floats, rate: Floats, group: Ints) -> Floats:
    """How much more or less than its rate a group has had lately."""
    lately, weights, _squares = _faded(counts, LEVEL_MEMORY_WEEKS)
    groups = int(group.max()) + 1
    seen = np.bincount(group, lately, groups)
    usual = np.bincount(group, rate, groups) * weights
    return ((seen + LEVEL_PRIOR_CASES) / (usual + LEVEL_PRIOR_CASES))[group]


def seasonal_cases(counts: Floats, group: Ints, main: Ints, *, year: int = YEAR_WEEKS) -> Floats:
    """The same, moved on as the weeks of a year ago moved on: what the season brings.

    The level of each main class is multiplied by its three weeks round the coming one a year ago,
    by its weeks before that one; without a past of a year and more it stays as it is.
    """
    plain = expected_cases(counts, group, main)
    then = counts.shape[1] - year
    if then < FEWEST_WEEKS:
        return plain
    mains = int(main.max()) + 1
    weekly = np.array([np.bincount(main, column, mains) for column in counts.T])
    around = weekly[then - 1 : then + 2].mean(axis=0)
    faded, weights, _squares = _faded(weekly[:then].T, LEVEL_MEMORY_WEEKS)
    before = faded / weights
    return plain * ((around + SEASON_PRIOR_CASES) / (before + SEASON_PRIOR_CASES))[main]


def seasonal_mains(
    counts: Floats, group: Ints, main: Ints, *, weeks: int = TESTED_WEEKS, year: int = YEAR_WEEKS
) -> NDArray[np.bool_]:
    """Of which main classes the season is minded: where that was nearer before the tested weeks.

    The weeks by which the model is proven take no part in the choice.
    """
    none = np.zeros(int(main.max()) + 1 if len(main) else 0, bool)
    past = counts[:, : max(counts.shape[1] - weeks, 0)]
    if past.shape[1] - weeks - year < FEWEST_WEEKS:
        return none

    def with_season(known: Floats, alike: Ints, level: Ints) -> Floats:
        return seasonal_cases(known, alike, level, year=year)

    plain, minded = (back_test(past, group, main, weeks=weeks, year=year, model=one)
                     for one in (expected_cases, with_season))  # fmt: skip
    if plain is None or minded is None:
        return none
    for n, score in minded.model.items():
        none[n] = score.deviance < plain.model[n].deviance
    return none


def minding(season: NDArray[np.bool_], *, year: int = YEAR_WEEKS) -> Model:
    """The model that minds the season of some main classes."""

    def model(counts: Floats, group: Ints, main: Ints) -> Floats:
        plain = expected_cases(counts, group, main)
        if not season.any():
            return plain
        return np.where(season[main], seasonal_cases(counts, group, main, year=year), plain)

    return model


def deviance(seen: Floats, expected: Floats) -> Floats:
    """Poisson deviance of each cell; 0 where they are the same."""
    expected = np.maximum(expected, 1e-12)
    log = np.where(seen > 0, seen * np.log(np.maximum(seen, 1e-12) / expected), 0.0)
    return 2 * (log - seen + expected)


def median(expected: Floats) -> Floats:
    """Median of Poisson, near enough: a whole number stays what it is.

    The absolute error is smallest for the median, not for the mean that is expected.
    """
    expected = np.asarray(expected, float)
    third = np.floor(expected + 1 / 3 - 0.02 / np.maximum(expected, 1e-6))
    return np.where(expected < np.log(2), 0.0, np.maximum(third, 1.0))


@dataclass(frozen=True, slots=True)
class Score:
    """How far a forecast was off: means over cells and weeks."""

    deviance: float
    mae: float
    """Of the median."""


@dataclass(frozen=True, eq=False)
class BackTest:
    """Scores by main class (its place) of model and baselines, over the same weeks and cells."""

    model: dict[int, Score]
    last_week: dict[int, Score]
    last_year: dict[int, Score]
    """Empty where the past is too short."""
    weeks: int

    def better(self, main: int) -> bool:
        """Whether the model beats both baselines, by deviance and by absolute error."""
        if main not in self.model:
            return False
        own = self.model[main]
        others = [table[main] for table in (self.last_week, self.last_year) if main in table]
        return all(own.deviance < one.deviance and own.mae <= one.mae for one in others)


def back_test(
    counts: Floats,
    group: Ints,
    main: Ints,
    *,
    weeks: int = TESTED_WEEKS,
    year: int = YEAR_WEEKS,
    model: Model = expected_cases,
) -> BackTest | None:
    """Forecast each of the last weeks from those before it only, and compare; None if too short.

    A baseline that says 0 is infinitely wrong when a case comes; to be fair, each is lifted to the
    floor of `FLOORS` with which it would have done best in these very weeks.
    """
    total = counts.shape[1]
    weeks = min(weeks, total - FEWEST_WEEKS)
    if weeks < 1 or not len(counts):
        return None
    origins = range(total - weeks, total)
    seen = [counts[:, n] for n in origins]
    own = [model(counts[:, :n], group, main) for n in origins]
    last = [counts[:, n - 1] for n in origins]
    yearly = [counts[:, n - year] for n in origins] if total - weeks >= year else []
    return BackTest(
        _scores(seen, own, main, (0.0,)),
        _scores(seen, last, main, FLOORS),
        _scores(seen, yearly, main, FLOORS) if yearly else {},
        weeks,
    )


def _scores(
    seen: list[Floats], said: list[Floats], main: Ints, floors: tuple[float, ...]
) -> dict[int, Score]:
    mains = int(main.max()) + 1
    size = np.bincount(main, minlength=mains) * len(seen)
    best = np.full(mains, np.inf)
    for floor in floors:
        off = sum(
            np.bincount(main, deviance(one, np.maximum(two, floor)), mains)
            for one, two in zip(seen, said, strict=True)
        )
        best = np.minimum(best, off / np.maximum(size, 1))
    apart = sum(
        np.bincount(main, np.abs(one - median(two)), mains)
        for one, two in zip(seen, said, strict=True)
    ) / np.maximum(size, 1)
    return {n: Score(float(best[n]), float(apart[n])) for n in range(mains) if size[n]}
