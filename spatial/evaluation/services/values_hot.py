"""Hot and cold unit grids as values of the map."""

from __future__ import annotations

from datetime import date

from spatial.evaluation.analysis.findings.confidence import confidence
from spatial.evaluation.analysis.reading.selection import Selection
from spatial.evaluation.periods import Period
from spatial.evaluation.services.values import Values
from spatial.grids.models import GridPlan

HOTTEST = 7.0


def hot_values(plan: GridPlan, period: Period, today: date) -> Values:
    """Classes of confidence by ordinal, of the cases reported in the days until today.

    Raises
    ------
    InputError
        ``E-ANALYSIS-SPAN``.
    """
    # Of days to come there is nothing to read; days that are all to come are refused.
    last = max(period.first, min(period.last, today))
    asked = Selection(plan.district.code, period.first, last)
    classes, cases = confidence(plan, asked)
    return Values("hotspots", classes.tobytes(), 1.0, HOTTEST, float(cases), 0)
