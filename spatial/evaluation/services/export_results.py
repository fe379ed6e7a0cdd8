"""Results that are taken out: of a period as counts stand now, or as they were published."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from spatial.basemap.services.exporting import Order
from spatial.core.errors import InputError
from spatial.evaluation.models import Correction, ObjectKind, Publication, WeightScheme
from spatial.evaluation.periods import Period, parse_period
from spatial.evaluation.scoring import Part, Scores, score_objects
from spatial.evaluation.selectors import kind_named
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.objects import Asked, Objects, objects_of
from spatial.evaluation.services.publishing import publication_named, verify
from spatial.evaluation.services.schemes import grades_of, scheme_for

AREAS = ("grid", "community", "street", "district", "patrol", "cell")
"""Kinds of objects that have an outline."""
DISTRICT_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which results: those of a publication, or a kind of object in a period by a scheme."""

    kind: ObjectKind
    period: Period
    scheme: WeightScheme
    region: str
    edition: str = ""
    publication: Publication | None = None

    @property
    def asked(self) -> Asked:
        """The objects among which the results were ranked."""
        made = self.publication
        district = made.district_code if made else self.region[:DISTRICT_DIGITS]
        return Asked(self.kind, district, self.edition)


@dataclass(frozen=True, eq=False)
class Results:
    """Results by place; all arrays agree."""

    codes: list[str]
    objects: Objects
    grids: Any
    scores: Scores
    score: list[float | None]
    rank: list[int | None]
    corrections: dict[str, Correction] = field(default_factory=dict)
    """The last one of each object that has one."""


def wanted_of(order: Order) -> Wanted:
    """What an order asks for.

    Raises
    ------
    InputError
        ``E-EVAL-OBJECT`` for a kind without outline, ``E-EVAL-PERIOD``, ``E-EVAL-FUTURE``,
        ``E-EXPORT-FILTER``.
    NotFoundError
        ``E-EVAL-KIND``, ``E-EVAL-SCHEME``, ``E-EVAL-MISSING``.
    """
    only = order.only
    if "publication" in only:
        made = publication_named(_key(only["publication"]))
        kind = _areal(made.kind)
        return Wanted(kind, parse_period(made.period), made.scheme, order.region, "", made)
    if not only.get("period"):
        text = _("Say of which period, such as period=2026-10, or name a publication.")
        raise InputError("E-EVAL-PERIOD", text, period="")
    kind = _areal(str(only.get("object") or ObjectKind.GRID))
    scheme = scheme_for(kind, str(only.get("scheme") or ""))
    edition = str(only.get("edition") or "")
    return Wanted(kind, parse_period(str(only["period"])), scheme, order.region, edition)


def _key(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        words = _("%(name)s cannot be %(value)s.") % {"name": "publication", "value": text[:60]}
        raise InputError("E-EXPORT-FILTER", words, name="publication")
    return int(text)


def _areal(name: str) -> ObjectKind:
    kind = kind_named(name)
    if kind not in AREAS:
        text = _("%(kind)s has no outline to be taken out; there are %(all)s.")
        facts = {"kind": name, "all": ", ".join(AREAS)}
        raise InputError("E-EVAL-OBJECT", text % facts, field="object")
    return kind


def results_of(wanted: Wanted) -> Results:
    """The results, in the order of evaluation.

    Raises
    ------
    WanmiError
        Those of `evaluate`; ``E-EVAL-HASH`` where a publication is not what it was.
    """
    return _published(wanted) if wanted.publication else _computed(wanted)


def _computed(wanted: Wanted) -> Results:
    run = evaluate(wanted.asked, wanted.period, wanted.scheme)
    score = [None if np.isnan(one) else float(one) for one in run.scores.score]
    rank = [int(one) or None for one in run.rank]
    return Results(
        run.inputs.codes, run.objects, run.inputs.counts["grids"], run.scores, score, rank
    )


def _published(wanted: Wanted) -> Results:
    """As it was published: kept counts are scored again, which `verify` proves to be the same."""
    made = wanted.publication
    assert made is not None  # noqa: S101 - told by the caller
    verify(made)
    kept = list(made.rows.order_by("pk").prefetch_related("corrections"))
    scores = _scored(wanted, [row.inputs for row in kept])
    late = {row.code: list(row.corrections.all()) for row in kept}
    return Results(
        codes=[row.code for row in kept],
        objects=objects_of(wanted.asked, wanted.period),
        grids=np.array([row.inputs.get("grids", 0) for row in kept], float),
        scores=scores,
        score=[row.score for row in kept],
        rank=[row.rank for row in kept],
        corrections={code: ones[-1] for code, ones in late.items() if ones},
    )


def _scored(wanted: Wanted, inputs: list[dict[str, int]]) -> Scores:
    parts = [Part.read(one) for one in wanted.scheme.parts]
    names = {name for part in parts for name in part.indicator.counters} | {"grids", "days"}
    counts = {name: np.array([row.get(name, 0) for row in inputs], float) for name in names}
    grades, least = grades_of(wanted.scheme), wanted.scheme.least_cases
    return score_objects(parts, grades, counts, wanted.period.days, least)
