"""Evaluates: objects, their counts, scores, grades and ranks, all at once."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from spatial.cases.models import Department
from spatial.evaluation.indicators import INDICATORS
from spatial.evaluation.models import ObjectKind, WeightScheme
from spatial.evaluation.periods import Period
from spatial.evaluation.scoring import Scores
from spatial.evaluation.services.classes import object_classes
from spatial.evaluation.services.grouping import Grouped, score_grouped
from spatial.evaluation.services.inputs import (
    OF_GRIDS,
    PEOPLE,
    Inputs,
    area_counts,
    counted_from_events,
    person_counts,
)
from spatial.evaluation.services.objects import (
    COMMAND,
    SUPERVISION,
    Asked,
    Objects,
    authorities,
    objects_of,
    people_names,
)
from spatial.evaluation.services.polled import asks_for_opinions, with_opinions
from spatial.evaluation.services.schemes import schemes_of
from spatial.evaluation.services.walked import asks_for_walks, with_walks
from spatial.patrol.models import AreaGrid

OF_COMMAND = ("dispatched", "dispatched_judged", "dispatched_on_time", "redispatched")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Results of all objects of a kind in a period; places agree in all arrays."""

    asked: Asked
    period: Period
    scheme: WeightScheme
    """That of objects without a class of area, or the one that was asked for."""
    objects: Objects
    inputs: Inputs
    grouped: Grouped

    @property
    def scores(self) -> Scores:
        """Scores of all objects, each by the scheme of its class."""
        return self.grouped.scores

    @property
    def rank(self) -> Any:
        """Ranks within the class of each object."""
        return self.grouped.rank

    def place(self, code: str) -> int | None:
        """Where an object stands."""
        return self.inputs.codes.index(code) if code in self.inputs.codes else None

    def result(self, place: int) -> dict[str, Any]:
        """The result of an object, for tables."""
        scores, code = self.scores, self.inputs.codes[place]
        group, _n = self.grouped.group(place)
        return {
            "code": code,
            "name": self.objects.names.get(code, code),
            "name_en": self.objects.names_en.get(code, ""),
            "score": _number(scores.score[place]),
            "low": _number(scores.low[place]),
            "high": _number(scores.high[place]),
            "grade": str(scores.grade[place]),
            "state": str(scores.state[place]),
            "sample": int(scores.sample[place]),
            "rank": int(self.rank[place]) or None,
            "area_class": group.area_class,
            "scheme": str(group.scheme),
            "values": {one.part.indicator.key: _number(one.value[place], 6)
                       for one in scores.parts},
        }  # fmt: skip

    def terms(self, place: int) -> list[dict[str, Any]]:
        """The sum that the score of an object is, with what would lift it most."""
        group, n = self.grouped.group(place)
        return [_term(one, n) for one in group.scores.parts]


def _number(value: Any, digits: int = 2) -> float | None:
    return None if np.isnan(value) else round(float(value), digits)


def _term(one: Any, place: int) -> dict[str, Any]:
    indicator, score, weight = one.part.indicator, one.score[place], one.weight[place]
    return {
        "indicator": indicator.key,
        "zh": indicator.zh,
        "en": indicator.en,
        "unit": indicator.unit,
        "better": indicator.better,
        "numerator": _number(one.numerator[place]),
        "denominator": _number(one.denominator[place]),
        "value": _number(one.value[place], 6),
        "score": _number(score),
        "weight": round(float(weight), 6),
        "scheme_weight": one.part.weight,
        "contribution": _number(weight * np.nan_to_num(score)),
        "to_gain": _number(weight * (100 - score)) if weight else 0.0,
        "low": _number(one.low[place]),
        "high": _number(one.high[place]),
        "counters": list(indicator.counters),
        "source": indicator.source,
        "status": indicator.status,
    }


def evaluate(
    asked: Asked, period: Period, scheme: WeightScheme | None = None, *, events: bool = False
) -> Evaluation:
    """Evaluate all objects of a kind.

    Parameters
    ----------
    asked : Asked
    period : Period
    scheme : WeightScheme, optional
        One for all; without it each object is scored by the usual one of its class of area.
    events : bool
        Count from raw events and not from the ledger: slower, and the same.

    Raises
    ------
    WanmiError
        Those of `objects_of` and `scheme_for`.
    """
    schemes = scheme or schemes_of(asked.kind)
    objects = objects_of(asked, period)
    with counted_from_events(period) if events else nullcontext():
        inputs = _inputs(asked, period, objects, events)
    weighed = [schemes] if isinstance(schemes, WeightScheme) else list(schemes.values())
    if asks_for_walks(weighed):
        inputs = with_walks(inputs, asked.kind, objects, period, asked.district)
    if asks_for_opinions(weighed):
        inputs = with_opinions(inputs, asked.kind, period, asked.district)
    inputs = _with_size(inputs, objects, period)
    classes = object_classes(asked.kind, inputs.codes, period.last)
    grouped = score_grouped(schemes, classes, inputs.counts, period.days, len(inputs.codes))
    usual = schemes if isinstance(schemes, WeightScheme) else schemes[""]
    return Evaluation(asked, period, usual, objects, inputs, grouped)


def _inputs(asked: Asked, period: Period, objects: Objects, events: bool) -> Inputs:
    if asked.kind in PEOPLE:
        found = person_counts(asked.kind, period, events=events, near=asked.district)
        objects.names = people_names(found.codes)
        return _missed(found, period, events) if asked.kind == ObjectKind.INSPECTOR else found
    if asked.kind == ObjectKind.CENTRE:
        return _centres(asked, period, events)
    found = area_counts(_base(asked.kind), period, events=events, near=asked.district)
    if asked.kind == ObjectKind.AUTHORITY:
        return _of_authorities(found, objects)
    if asked.kind == ObjectKind.DEPARTMENT:
        found = replace(found, codes=_department_codes(found.codes, objects))
    if asked.kind in (ObjectKind.PATROL, ObjectKind.CELL, ObjectKind.POLYGON):
        codes = sorted(objects.names)
        place = {code: n for n, code in enumerate(codes)}
        groups = {grid: [place[code] for code in into if code in place]
                  for grid, into in objects.of_grid.items()}  # fmt: skip
        return found.summed(groups, codes)
    return found.ordered(sorted({*objects.names, *found.codes}))


def _base(kind: str) -> str:
    """What the objects of a kind are made of."""
    if kind in OF_GRIDS:
        return ObjectKind.GRID
    return ObjectKind.DEPARTMENT if kind == ObjectKind.AUTHORITY else kind


def _of_authorities(found: Inputs, objects: Objects) -> Inputs:
    """Sums of departments over those that stand above them."""
    tops = authorities()
    names = objects.names | {tops[int(key)].code: tops[int(key)].name for key in found.codes}
    objects.names = names
    codes = sorted(names)
    place = {code: n for n, code in enumerate(codes)}
    groups = {key: [place[tops[int(key)].code]] for key in found.codes}
    return found.summed(groups, codes)


def _department_codes(keys: list[str], objects: Objects) -> list[str]:
    """Codes of departments in place of their keys; also of those that are not in use any more."""
    rows = Department.objects.in_bulk(map(int, keys))
    objects.names |= {row.code: row.name for row in rows.values()}
    return [rows[int(key)].code for key in keys]


def _centres(asked: Asked, period: Period, events: bool) -> Inputs:
    """Sums of all areas; each centre is asked for its own moves only."""
    found = area_counts(ObjectKind.DISTRICT, period, events=events, near=asked.district)
    counts = {}
    for name, values in found.counts.items():
        command = name in OF_COMMAND
        counts[name] = np.array([values.sum() * command, values.sum() * (not command)])
    return Inputs([COMMAND, SUPERVISION], counts)


def _missed(found: Inputs, period: Period, events: bool) -> Inputs:
    """With what the public found in the areas that an inspector walks, and what was filed there."""
    grids = area_counts(ObjectKind.GRID, period, events=events)
    place = {code: n for n, code in enumerate(found.codes)}
    rows = AreaGrid.objects.filter(area__in_use=True, area__inspectors__in=found.codes)
    groups: dict[str, list[int]] = {}
    for grid, user in rows.values_list("grid_code", "area__inspectors").distinct():
        if str(user) in place:
            groups.setdefault(grid, []).append(place[str(user)])
    own = grids.summed(groups, found.codes)
    counts = found.counts | {name: own.counts[name] for name in ("missed", "filed")}
    return replace(found, counts=counts)


def _with_size(inputs: Inputs, objects: Objects, period: Period) -> Inputs:
    grids = [objects.grids.get(code, 0) for code in inputs.codes]
    more = {"grids": np.array(grids, float), "days": np.full(len(grids), float(period.days))}
    zero = np.zeros(len(grids))
    wanted = {name for one in INDICATORS.values() for name in one.counters}
    missing = {name: zero for name in wanted if name not in inputs.counts and name not in more}
    return replace(inputs, counts={**inputs.counts, **missing, **more})
