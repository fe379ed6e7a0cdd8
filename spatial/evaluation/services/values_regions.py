"""Measures of streets and districts: sums of what their grids have, never means of means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import Period
from spatial.evaluation.scoring import FEW, NONE
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.values import (
    GRADED,
    GRADES,
    Fraction,
    check_measure,
    fraction_of,
)
from spatial.evaluation.services.values_grids import grids_of
from spatial.evaluation.services.values_narrowed import Only
from spatial.grids.models import GridPlan

DIGITS = {"street": 9, "district": 6}
"""How many digits of a grid's code name its region."""
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class OfRegion:
    """What a region has of a measure."""

    code: str
    value: float | None
    """None where there is nothing to be a part of."""
    too_few: bool = False


def region_values(
    measure: str, plan: GridPlan, period: Period, only: Only, level: str
) -> list[OfRegion]:
    """The values of the streets of an edition, or of its district, by code.

    Shares, means and densities are made of the sums of the region's grids. Grade and score are
    those of the region itself, as the evaluation ranks it.

    Raises
    ------
    NotFoundError
        ``E-EVAL-MEASURE``.
    InputError
        ``E-EVAL-NARROW``.
    """
    check_measure(measure, only)
    if measure in GRADED:
        return _graded(measure, plan, period, level)
    return summed_by_region(grids_of(plan).codes, fraction_of(measure, plan, period, only), level)


def summed_by_region(codes: list[str], found: Fraction, level: str) -> list[OfRegion]:
    """The values of regions from what their grids are made of, by ordinal."""
    names, group = np.unique([code[: DIGITS[level]] for code in codes], return_inverse=True)
    sums = found.summed(group, len(names))
    return [
        OfRegion(str(name), round(float(value), DECIMALS) if there else None)
        for name, value, there in zip(names, sums.values, sums.there, strict=True)
    ]


def _graded(measure: str, plan: GridPlan, period: Period, level: str) -> list[OfRegion]:
    kind = ObjectKind.STREET if level == "street" else ObjectKind.DISTRICT
    run = evaluate(Asked(kind, plan.district.code), period)
    scores = run.scores
    found = []
    for n, code in enumerate(run.inputs.codes):
        is_few = scores.state[n] == FEW
        value = None
        if scores.state[n] != NONE and not is_few:
            grade = str(scores.grade[n])
            score = round(float(scores.score[n]), DECIMALS)
            value = score if measure == "score" else float(GRADES.index(grade) + 1)
        found.append(OfRegion(code, value, bool(is_few)))
    return found
