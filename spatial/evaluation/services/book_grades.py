"""Grades of unit grids as a map book shows them."""

from __future__ import annotations

from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.schemes import grades_of, scheme_for
from spatial.grids.mapbook import Grades


def check_grades_of_book(period: str, scheme: str = "") -> None:
    """Refuse a period or a scheme that there is not.

    Raises
    ------
    WanmiError
        Those of `parse_period` and `scheme_for`.
    """
    parse_period(period)
    scheme_for(ObjectKind.GRID, scheme)


def grades_of_book(district: str, period: str, scheme: str = "") -> Grades:
    """Grades of all unit grids of a district in a period, by code.

    Raises
    ------
    WanmiError
        Those of `parse_period`, `scheme_for` and `evaluate`.
    """
    span, used = parse_period(period), scheme_for(ObjectKind.GRID, scheme)
    run = evaluate(Asked(ObjectKind.GRID, district), span, used if scheme else None)
    scores = run.scores
    told = [grade or state for grade, state in zip(scores.grade, scores.state, strict=True)]
    of = {code: one for code, one in zip(run.inputs.codes, told, strict=True) if one != "none"}
    return Grades(of, grades_of(used), span.name, str(used))
