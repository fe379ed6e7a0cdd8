"""Values of the map by measure: those that are counted, and those that the analysis makes."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils import timezone

from spatial.core.roles import role_names
from spatial.evaluation.periods import Period
from spatial.evaluation.services.values import (
    ANALYSED,
    Fraction,
    Values,
    refuse_narrowed,
    values_of,
)
from spatial.evaluation.services.values_grids import grids_of
from spatial.evaluation.services.values_hot import hot_values
from spatial.evaluation.services.values_narrowed import Only
from spatial.evaluation.services.values_regions import OfRegion, region_values, summed_by_region
from spatial.grids.models import GridPlan
from spatial.reports.access import SEE_ANALYSIS
from webmap.api.errors import RoleError
from webmap.expected import expected_sums, expected_values

HOT_FROM = 6
"""Class from which a grid is hot with 95 %."""


def measured(user: Any, measure: str, plan: GridPlan, period: Period, only: Only) -> Values:
    """The values of a measure for all grids of an edition, if the user may see them.

    Raises
    ------
    RoleError
        Where the measure is of the analysis and the user sees none.
    """
    if measure not in ANALYSED:
        return values_of(measure, plan, period, only)
    _check_analysed(user, measure, only)
    if measure == "forecast":
        return expected_values(plan)
    return hot_values(plan, period, timezone.localdate())


def measured_regions(
    user: Any, measure: str, plan: GridPlan, period: Period, only: Only, level: str
) -> list[OfRegion]:
    """The values of a measure for the streets of an edition, or for its district.

    Of hot spots it is the share of the grids that are hot, 95 % sure.

    Raises
    ------
    RoleError
        As `measured`.
    """
    if measure not in ANALYSED:
        return region_values(measure, plan, period, only, level)
    _check_analysed(user, measure, only)
    codes = grids_of(plan).codes
    if measure == "forecast":
        found = Fraction(expected_sums(plan), None, 0.0)
    else:
        content = hot_values(plan, period, timezone.localdate()).content
        is_hot = np.frombuffer(content, np.uint8) >= HOT_FROM
        found = Fraction(is_hot.astype(float), np.ones(len(codes)), 0.0)
    return summed_by_region(codes, found, level)


def _check_analysed(user: Any, measure: str, only: Only) -> None:
    if not role_names(user) & SEE_ANALYSIS:
        raise RoleError(sorted(SEE_ANALYSIS))
    refuse_narrowed(measure, only)
