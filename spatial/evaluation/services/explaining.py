"""Explains a result: the sum it is, what changed, what would lift it, and how it went before."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from spatial.core.errors import NotFoundError
from spatial.evaluation.models import ObjectKind, WeightScheme
from spatial.evaluation.periods import Period
from spatial.evaluation.services.evaluating import Evaluation, evaluate
from spatial.evaluation.services.objects import Asked
from spatial.grids.models import UnitGrid

MOST_TREND = 24


def explain(asked: Asked, code: str, period: Period, scheme: WeightScheme | None) -> dict[str, Any]:
    """All about the result of an object.

    Raises
    ------
    NotFoundError
        ``E-EVAL-NOOBJECT``.
    """
    run = evaluate(asked, period, scheme)
    place = _place(run, code)
    before, year = (evaluate(asked, one, scheme) for one in
                    (period.before(), period.year_before()))  # fmt: skip
    terms = run.terms(place)
    former = _terms(before, code)
    for term in terms:
        was = former.get(term["indicator"])
        term["before"] = was and {
            name: was[name]
            for name in ("value", "score", "contribution", "numerator", "denominator")
        }
        term["change"] = _change(term["contribution"], was and was["contribution"])
    lifts = sorted((one for one in terms if one["to_gain"]), key=lambda one: -one["to_gain"])
    return {
        "result": run.result(place),
        "terms": terms,
        "lifts": [{"indicator": one["indicator"], "to_gain": one["to_gain"]} for one in lifts],
        "counts": run.inputs.row(place),
        "before": {"period": before.period.name, "result": _result(before, code)},
        "year_before": {"period": year.period.name, "result": _result(year, code)},
        "scheme": str(run.grouped.group(place)[0].scheme),
        "running": period.running,
        "succession": _succession(code, period) if asked.kind == ObjectKind.GRID else [],
    }


def _place(run: Evaluation, code: str) -> int:
    place = run.place(code)
    if place is None:
        text = _("There is no object %s of this kind in this period.")
        raise NotFoundError("E-EVAL-NOOBJECT", text % code[:40], object=code[:40])
    return place


def _terms(run: Evaluation, code: str) -> dict[str, dict[str, Any]]:
    place = run.place(code)
    return {} if place is None else {one["indicator"]: one for one in run.terms(place)}


def _result(run: Evaluation, code: str) -> dict[str, Any] | None:
    place = run.place(code)
    return None if place is None else run.result(place)


def _change(now: float | None, was: float | None) -> float | None:
    return None if now is None or was is None else round(now - was, 2)


def _succession(code: str, period: Period) -> list[dict[str, str]]:
    """Editions in which the code was in force for a part of the period only."""
    rows = UnitGrid.objects.filter(code=code, valid_from__isnull=False).order_by("valid_from")
    spans = list(rows.values_list("valid_from", "valid_to"))
    if not spans:
        return []
    first, last = spans[0][0], spans[-1][1]
    whole = first <= period.first and (last is None or last > period.last)
    return [] if whole else [{"valid_from": str(first), "valid_to": str(last or "")}]


def trend(
    asked: Asked, code: str, period: Period, count: int, scheme: WeightScheme | None
) -> list[dict[str, Any]]:
    """Results of an object in so many periods, the earliest first.

    Raises
    ------
    NotFoundError
        ``E-EVAL-NOOBJECT`` where it is in none of them.
    """
    found: list[dict[str, Any]] = []
    for _n in range(min(count, MOST_TREND)):
        run = evaluate(asked, period, scheme)
        found.append({"period": period.name, "result": _result(run, code)})
        period = period.before()
    if all(one["result"] is None for one in found):
        text = _("There is no object %s of this kind in this period.")
        raise NotFoundError("E-EVAL-NOOBJECT", text % code[:40], object=code[:40])
    return found[::-1]
