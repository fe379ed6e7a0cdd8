"""Values of the map by measure: those that are counted, and those that the analysis makes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from spatial.core.roles import role_names
from spatial.evaluation.periods import Period
from spatial.evaluation.services.values import ANALYSED, Values, refuse_narrowed, values_of
from spatial.evaluation.services.values_hot import hot_values
from spatial.evaluation.services.values_narrowed import Only
from spatial.grids.models import GridPlan
from spatial.reports.access import SEE_ANALYSIS
from webmap.api.errors import RoleError
from webmap.expected import expected_values


def measured(user: Any, measure: str, plan: GridPlan, period: Period, only: Only) -> Values:
    """The values of a measure for all grids of an edition, if the user may see them.

    Raises
    ------
    RoleError
        Where the measure is of the analysis and the user sees none.
    """
    if measure not in ANALYSED:
        return values_of(measure, plan, period, only)
    if not role_names(user) & SEE_ANALYSIS:
        raise RoleError(sorted(SEE_ANALYSIS))
    refuse_narrowed(measure, only)
    if measure == "forecast":
        return expected_values(plan)
    return hot_values(plan, period, timezone.localdate())
