"""From counts to scores and grades: pure, on arrays, one value for each object.

A score is the weighted mean of the scores of the indicators of a scheme. An indicator whose
denominator is zero is left out and the weights of the others are scaled up; where nothing is left
there is no score. An object with fewer things counted than its scheme asks for gets a score and no
grade: it is shown as too few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.evaluation.indicators import A_MONTH_D, BY_TIME, INDICATORS, LOW, SHARE, Indicator

Floats = NDArray[np.float64]
GRADED, FEW, NONE = "graded", "few", "none"
Z_95 = 1.959963984540054
DIGITS = 6
"""Scores are rounded so far before they are graded: 90 is 90 however it was added up."""


@dataclass(frozen=True, slots=True)
class Band:
    """Values from ``low`` on and below ``high`` get a score; no ``high`` means any above."""

    low: float
    high: float | None
    score: float


@dataclass(frozen=True, slots=True)
class Part:
    """An indicator with its weight, and bands where it is no share."""

    indicator: Indicator
    weight: float
    bands: tuple[Band, ...] = ()

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Part:
        """A part as a scheme keeps it."""
        bands = tuple(Band(*one) for one in told.get("bands", ()))
        return cls(INDICATORS[told["indicator"]], float(told["weight"]), bands)


@dataclass(frozen=True, eq=False)
class Scored:
    """An indicator of many objects."""

    part: Part
    numerator: Floats
    denominator: Floats
    value: Floats
    score: Floats
    weight: Floats
    """As it counted: scaled up where others were left out, 0 where it was left out itself."""
    low: Floats
    high: Floats
    """Wilson's bounds of a share at 95 %, in scores."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of many objects; not a number where there is none."""

    parts: list[Scored]
    score: Floats
    low: Floats
    high: Floats
    sample: NDArray[np.int64]
    grade: NDArray[np.object_]
    state: NDArray[np.object_]


def wilson(part: Any, whole: Any) -> tuple[Floats, Floats]:
    """Bounds within which a share lies at 95 %, by Wilson's formula."""
    n = np.asarray(whole, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.clip(np.asarray(part, float) / n, 0, 1)
        centre = p + Z_95**2 / (2 * n)
        spread = Z_95 * np.sqrt(p * (1 - p) / n + Z_95**2 / (4 * n**2))
        scale = 1 + Z_95**2 / n
        return (np.clip((centre - spread) / scale, 0, 1),
                np.clip((centre + spread) / scale, 0, 1))  # fmt: skip


def score_objects(
    parts: Sequence[Part],
    grades: Sequence[tuple[str, float]],
    counts: Mapping[str, Floats],
    days: int,
    least: int,
) -> Scores:
    """Score all objects by a scheme.

    Parameters
    ----------
    parts : sequence of Part
        Their weights sum to one.
    grades : sequence of (str, float)
        From which score on each is given, the best first.
    counts : mapping of str to array
        By the names that indicators use.
    days : int
        Length of the period.
    least : int
        Objects with fewer things counted get no grade.
    """
    found = [_scored(part, counts, days) for part in parts]
    there = np.array([~np.isnan(one.score) for one in found])
    weights = np.array([part.weight for part in parts])[:, None] * there
    total = weights.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(total > 0, weights / total, 0)
    scored = [
        Scored(one.part, one.numerator, one.denominator, one.value, one.score, weight, one.low,
               one.high)
        for one, weight in zip(found, weights, strict=True)
    ]  # fmt: skip
    score, low, high = (_mean(scored, name, total) for name in ("score", "low", "high"))
    sample = _sample(scored, len(total))
    state = np.where(np.isnan(score) | (sample == 0), NONE, np.where(sample < least, FEW, GRADED))
    grade = np.where(state == GRADED, graded(score, grades), "")
    return Scores(scored, score, low, high, sample, grade.astype(object), state.astype(object))


def _scored(part: Part, counts: Mapping[str, Floats], days: int) -> Scored:
    one = part.indicator
    numerator, denominator = (np.asarray(side, float) for side in one.parts(counts))
    value = one.value(counts)
    if part.bands:
        months = A_MONTH_D / days if one.key in BY_TIME else 1.0
        score = banded(value * months, part.bands)
        return Scored(part, numerator, denominator, value, score, score, score, score)
    low, high = wilson(numerator, denominator)
    sides = [np.clip(side, 0, 1) for side in (value, low, high)]
    if one.better == LOW:
        sides = [1 - sides[0], 1 - sides[2], 1 - sides[1]]
    score, low, high = (100 * side for side in sides)
    return Scored(part, numerator, denominator, value, score, score, low, high)


def banded(values: Floats, bands: Sequence[Band]) -> Floats:
    """The score of the band that each value lies in."""
    edges = np.array([band.low for band in bands])
    scores = np.array([band.score for band in bands], float)
    place = np.clip(np.searchsorted(edges, np.nan_to_num(values), side="right") - 1, 0, None)
    return np.where(np.isnan(values), np.nan, scores[place])


def _mean(parts: Sequence[Scored], name: str, total: Floats) -> Floats:
    sums = sum(one.weight * np.nan_to_num(getattr(one, name)) for one in parts)
    return np.where(total > 0, np.round(sums, DIGITS), np.nan)


def _sample(parts: Sequence[Scored], size: int) -> NDArray[np.int64]:
    """The largest number of things that a share of the object is of."""
    of = [one.denominator for one in parts if one.part.indicator.unit == SHARE]
    return np.max(of, axis=0).astype(np.int64) if of else np.zeros(size, np.int64)


def graded(score: Floats, grades: Sequence[tuple[str, float]]) -> NDArray[np.object_]:
    """The first grade whose threshold each score reaches."""
    found = np.full(len(score), grades[-1][0], object)
    for name, start in reversed(grades):
        found[np.nan_to_num(score, nan=-1) >= start] = name
    return found


def ranked(score: Floats, state: NDArray[np.object_]) -> NDArray[np.int64]:
    """Ranks from 1 among those that have a grade, equals alike; 0 for the others."""
    found = np.zeros(len(score), np.int64)
    rows = np.flatnonzero(state == GRADED)
    order = np.sort(-score[rows])
    found[rows] = np.searchsorted(order, -score[rows]) + 1
    return found
