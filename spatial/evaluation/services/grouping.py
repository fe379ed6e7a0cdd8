"""Scores objects of mixed classes: each by the scheme of its class, ranked within its class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.evaluation.models import WeightScheme
from spatial.evaluation.scoring import (
    NONE,
    Floats,
    Marks,
    Part,
    Scored,
    Scores,
    mark_objects,
    ranked,
    score_objects,
)
from spatial.evaluation.services.schemes import grades_of

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Group:
    """The objects of a class, by the scheme of that class."""

    area_class: str
    scheme: WeightScheme
    rows: Ints
    scores: Scores
    rank: Ints


@dataclass(frozen=True, eq=False)
class Grouped:
    """All objects: what is said of each stands in one array, by whatever scheme it was found."""

    groups: list[Group]
    of: Ints
    """The group of each object, and its place there."""
    place: Ints
    scores: Scores
    rank: Ints

    def group(self, n: int) -> tuple[Group, int]:
        """The group of an object, and where it stands in it."""
        return self.groups[self.of[n]], int(self.place[n])


def score_grouped(
    scheme: WeightScheme | Mapping[str, WeightScheme],
    classes: NDArray[np.object_] | None,
    counts: Mapping[str, Floats],
    days: int,
    size: int,
) -> Grouped:
    """Score objects, each by the scheme of its class.

    Parameters
    ----------
    scheme : WeightScheme or mapping of str to WeightScheme
        One for all, or by class; a class without its own takes that without a class.
    classes : array of str, optional
        The class of each object.
    counts : mapping of str to array
        By the names that indicators use.
    days : int
        Length of the period.
    size : int
        How many objects there are.
    """
    classes = np.full(size, "", object) if classes is None else classes
    named = sorted(set(classes)) or [""]
    groups, of, place = [], np.zeros(size, np.int64), np.zeros(size, np.int64)
    for n, name in enumerate(named):
        rows = np.flatnonzero(classes == name)
        own = scheme if isinstance(scheme, WeightScheme) else scheme.get(name, scheme[""])
        groups.append(_scored(name, own, rows, counts, days))
        of[rows], place[rows] = n, np.arange(len(rows))
    if len(groups) == 1:
        return Grouped(groups, of, place, groups[0].scores, groups[0].rank)
    rank = np.zeros(size, np.int64)
    for one in groups:
        rank[one.rows] = one.rank
    return Grouped(groups, of, place, _merged(groups, size), rank)


def _scored(
    name: str, scheme: WeightScheme, rows: Ints, counts: Mapping[str, Floats], days: int
) -> Group:
    parts = [Part.read(one) for one in scheme.parts]
    own = {key: values[rows] for key, values in counts.items()}
    scores = score_objects(parts, grades_of(scheme), own, days, scheme.least_cases)
    return Group(name, scheme, rows, scores, ranked(scores.score, scores.state))


def _merged(groups: Sequence[Group], size: int) -> Scores:
    """What stands in the arrays of all groups, by object."""
    blank: dict[str, Any] = {
        "score": np.full(size, np.nan), "low": np.full(size, np.nan),
        "high": np.full(size, np.nan), "sample": np.zeros(size, np.int64),
        "grade": np.full(size, "", object), "state": np.full(size, NONE, object),
    }  # fmt: skip
    for one in groups:
        for name, values in blank.items():
            values[one.rows] = getattr(one.scores, name)
    parts: dict[str, Scored] = {}
    for one in groups:
        for part in one.scores.parts:
            whole = parts.setdefault(part.part.indicator.key, _empty(part.part, size))
            for name in ("numerator", "denominator", "value", "score", "weight", "low", "high"):
                getattr(whole, name)[one.rows] = getattr(part, name)
    return Scores(list(parts.values()), **blank)


def _empty(part: Part, size: int) -> Scored:
    nan = [np.full(size, np.nan) for _n in range(6)]
    numerator, denominator, value, score, low, high = nan
    return Scored(part, numerator, denominator, value, score, np.zeros(size), low, high)


def mark_classed(
    schemes: Mapping[str, WeightScheme],
    classes: NDArray[np.object_] | None,
    counts: Mapping[str, Floats],
    days: int,
    names: str,
) -> Marks:
    """Scores of objects in short, each by the scheme of its class.

    Grades are places in ``names``, -1 for one that is not there.
    """
    if classes is None:
        return _marks(schemes[""], counts, days, names)
    size = len(classes)
    found = Marks(np.empty(size), np.empty(size, np.int64), np.empty(size, bool),
                  np.empty(size, bool))  # fmt: skip
    for name in sorted(set(classes)):
        rows = np.flatnonzero(classes == name)
        own = {key: values[rows] for key, values in counts.items()}
        marks = _marks(schemes.get(name, schemes[""]), own, days, names)
        for whole, of in zip(found, marks, strict=True):
            whole[rows] = of
    return found


def _marks(scheme: WeightScheme, counts: Mapping[str, Floats], days: int, names: str) -> Marks:
    parts = [Part.read(one) for one in scheme.parts]
    grades = grades_of(scheme)
    marks = mark_objects(parts, grades, counts, days, scheme.least_cases)
    places = np.array([names.find(name) for name, _start in grades])
    return marks._replace(grade=places[marks.grade])
