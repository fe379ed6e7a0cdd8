"""Results that are taken out: of a period as counts stand now, or as they were published."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from spatial.basemap.services.exporting import Order
from spatial.components.models import DISTRICT_DIGITS
from spatial.core.errors import InputError
from spatial.evaluation.models import Correction, ObjectKind, Publication, WeightScheme
from spatial.evaluation.periods import Period, parse_period
from spatial.evaluation.scoring import Scores
from spatial.evaluation.selectors import kind_named
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.grouping import Grouped
from spatial.evaluation.services.objects import Asked, Objects, objects_of
from spatial.evaluation.services.publishing import (
    publication_named,
    published_schemes,
    scores_of,
    verify,
)
from spatial.evaluation.services.schemes import scheme_for, schemes_of

AREAS = ("grid", "community", "street", "district", "patrol", "cell")
"""Kinds of objects that have an outline."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which results: those of a publication, or a kind of object in a period by schemes."""

    kind: ObjectKind
    period: Period
    schemes: dict[str, WeightScheme]
    """By class of area; that of all others under the empty name."""
    region: str
    edition: str = ""
    publication: Publication | None = None

    @property
    def scheme(self) -> WeightScheme:
        """That of objects without a class of area, or the one that was asked for."""
        return self.schemes[""]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The indicators of all schemes, each once."""
        every = [part for scheme in self.schemes.values() for part in scheme.parts]
        return list({part["indicator"]: part for part in reversed(every)}.values())[::-1]

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
    grouped: Grouped
    score: list[float | None]
    rank: list[int | None]
    corrections: dict[str, Correction] = field(default_factory=dict)
    """The last one of each object that has one."""

    @property
    def scores(self) -> Scores:
        """Of each object by the scheme of its class."""
        return self.grouped.scores


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
        return Wanted(kind, parse_period(made.period), published_schemes(made), order.region, "",
                      made)  # fmt: skip
    if not only.get("period"):
        text = _("Say of which period, such as period=2026-10, or name a publication.")
        raise InputError("E-EVAL-PERIOD", text, period="")
    kind = _areal(str(only.get("object") or ObjectKind.GRID))
    named = str(only.get("scheme") or "")
    schemes = {"": scheme_for(kind, named)} if named else schemes_of(kind)
    edition = str(only.get("edition") or "")
    return Wanted(kind, parse_period(str(only["period"])), schemes, order.region, edition)


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
    one = wanted.scheme if len(wanted.schemes) == 1 else None
    run = evaluate(wanted.asked, wanted.period, one)
    score = [None if np.isnan(one) else float(one) for one in run.scores.score]
    rank = [int(one) or None for one in run.rank]
    return Results(
        run.inputs.codes, run.objects, run.inputs.counts["grids"], run.grouped, score, rank
    )


def _published(wanted: Wanted) -> Results:
    """As it was published: kept counts are scored again, which `verify` proves to be the same."""
    made = wanted.publication
    assert made is not None  # noqa: S101 - told by the caller
    verify(made)
    kept = list(made.rows.order_by("pk").prefetch_related("corrections"))
    late = {row.code: list(row.corrections.all()) for row in kept}
    return Results(
        codes=[row.code for row in kept],
        objects=objects_of(wanted.asked, wanted.period),
        grids=np.array([row.inputs.get("grids", 0) for row in kept], float),
        grouped=scores_of(made, kept),
        score=[row.score for row in kept],
        rank=[row.rank for row in kept],
        corrections={code: ones[-1] for code, ones in late.items() if ones},
    )
