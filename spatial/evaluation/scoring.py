"""From counts to scores and grades: pure, on arrays, one value for each object.

A score is the weighted mean of the scores of the indicators of a scheme. An indicator whose
denominator is zero is left out and the weights of the others are scaled up; where nothing is left
there is no score. An object with fewer things counted than its scheme asks for gets a score and no
grade: it is shown as too few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.evaluation.indicators import A_MONTH_D, BY_TIME, INDICATORS, LOW, SHARE, Indicator

Floats = NDArray[np.float64]
GRADED, FEW, NONE = "graded", "few", "none"
Z_95 = 1.959963984540054
BLOCK = 8_192
"""Objects at once: their arrays stay near the processor, where those of a city do not."""
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


class Marks(NamedTuple):
    """What `Scores` says of many objects, without what it is made of, bounds and words."""

    score: Floats
    grade: NDArray[np.int64]
    """Places among the grades of the scheme; meant only where there are enough."""
    none: NDArray[np.bool_]
    few: NDArray[np.bool_]


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
    weights, total = _weights(parts, [one.score for one in found])
    scored = [
        Scored(one.part, one.numerator, one.denominator, one.value, one.score, weight, one.low,
               one.high)
        for one, weight in zip(found, weights, strict=True)
    ]  # fmt: skip
    score, low, high = (
        _mean(weights, [getattr(one, name) for one in scored], total)
        for name in ("score", "low", "high")
    )
    sample = _sample(parts, [one.denominator for one in scored], len(total))
    state = np.where(np.isnan(score) | (sample == 0), NONE, np.where(sample < least, FEW, GRADED))
    grade = np.where(state == GRADED, graded(score, grades), "")
    return Scores(scored, score, low, high, sample, grade.astype(object), state.astype(object))


def mark_objects(
    parts: Sequence[Part],
    grades: Sequence[tuple[str, float]],
    counts: Mapping[str, Floats],
    days: int,
    least: int,
) -> Marks:
    """The scores and grades of `score_objects`, in a small part of its time: of a whole city."""
    size = len(next(iter(counts.values())))
    blocks = [
        _marked(
            parts, grades, {name: of[n : n + BLOCK] for name, of in counts.items()}, days, least
        )
        for n in range(0, max(size, 1), BLOCK)
    ]
    return Marks(*(np.concatenate(of) for of in zip(*blocks, strict=True)))


def _marked(
    parts: Sequence[Part],
    grades: Sequence[tuple[str, float]],
    counts: Mapping[str, Floats],
    days: int,
    least: int,
) -> Marks:
    sides = [part.indicator.parts(counts) for part in parts]
    values = [part.indicator.quotient(*side) for part, side in zip(parts, sides, strict=True)]
    scores = [_score(part, value, days) for part, value in zip(parts, values, strict=True)]
    weights, total = _weights(parts, scores)
    score = _mean(weights, scores, total)
    sample = _sample(parts, [whole for _part, whole in sides], len(total))
    none = np.isnan(score) | (sample == 0)
    return Marks(score, grade_places(score, grades), none, ~none & (sample < least))


def _weights(parts: Sequence[Part], scores: Sequence[Floats]) -> tuple[list[Floats], Floats]:
    """Weights as they count, and what they were scaled by."""
    own = [part.weight * ~np.isnan(score) for part, score in zip(parts, scores, strict=True)]
    total = np.sum(own, axis=0)
    divisor = np.where(total > 0, total, 1)
    return [weight / divisor for weight in own], total


def _score(part: Part, value: Floats, days: int) -> Floats:
    """Of a value alone."""
    one = part.indicator
    if part.bands:
        return banded(value * (A_MONTH_D / days if one.key in BY_TIME else 1.0), part.bands)
    share = np.clip(value, 0, 1)
    return 100 * (1 - share if one.better == LOW else share)


def _scored(part: Part, counts: Mapping[str, Floats], days: int) -> Scored:
    one = part.indicator
    numerator, denominator = (np.asarray(side, float) for side in one.parts(counts))
    value = one.quotient(numerator, denominator)
    score = _score(part, value, days)
    if part.bands:
        return Scored(part, numerator, denominator, value, score, score, score, score)
    low, high = wilson(numerator, denominator)
    if one.better == LOW:
        low, high = 1 - high, 1 - low
    return Scored(part, numerator, denominator, value, score, score, 100 * low, 100 * high)


def banded(values: Floats, bands: Sequence[Band]) -> Floats:
    """The score of the band that each value lies in."""
    edges = np.array([band.low for band in bands])
    scores = np.array([band.score for band in bands], float)
    place = np.clip(np.searchsorted(edges, np.nan_to_num(values), side="right") - 1, 0, None)
    return np.where(np.isnan(values), np.nan, scores[place])


def _mean(weights: Sequence[Floats], scores: Sequence[Floats], total: Floats) -> Floats:
    sums = np.zeros(len(total))
    for weight, score in zip(weights, scores, strict=True):
        np.add(sums, weight * score, out=sums, where=weight > 0)
    return np.where(total > 0, np.round(sums, DIGITS), np.nan)


def _sample(parts: Sequence[Part], wholes: Sequence[Floats], size: int) -> NDArray[np.int64]:
    """The largest number of things that a share of the object is of."""
    of = [whole for part, whole in zip(parts, wholes, strict=True) if part.indicator.unit == SHARE]
    return np.max(of, axis=0).astype(np.int64) if of else np.zeros(size, np.int64)


def grade_places(score: Floats, grades: Sequence[tuple[str, float]]) -> NDArray[np.int64]:
    """The place of the first grade whose threshold each score reaches, else that of the last."""
    starts = -np.array([start for _name, start in grades], float)
    return np.minimum(np.searchsorted(starts, -score), len(grades) - 1)


def graded(score: Floats, grades: Sequence[tuple[str, float]]) -> NDArray[np.object_]:
    """The first grade whose threshold each score reaches."""
    return np.array([name for name, _start in grades], object)[grade_places(score, grades)]


def ranked(score: Floats, state: NDArray[np.object_]) -> NDArray[np.int64]:
    """Ranks from 1 among those that have a grade, equals alike; 0 for the others."""
    found = np.zeros(len(score), np.int64)
    rows = np.flatnonzero(state == GRADED)
    order = np.sort(-score[rows])
    found[rows] = np.searchsorted(order, -score[rows]) + 1
    return found
