"""Cases to be expected in the coming week as values of the map, from the forecast that was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from spatial.core.errors import NotFoundError
from spatial.evaluation.services.values import Floats, Values, packed
from spatial.evaluation.services.values_grids import grids_of
from spatial.grids.models import GridPlan
from spatial.reports.services.keeping import newest

BASELINES = ("last_week", "last_year")


@dataclass(frozen=True)
class Expected:
    """The newest forecast of a district."""

    answer: dict[str, Any]

    @property
    def by_grid(self) -> list[dict[str, Any]]:
        """Main classes that are told by grid: only there it has proven itself."""
        return [one for one in self.answer["classes"] if one["level"] == "grid"]

    @property
    def better_by(self) -> float | None:
        """How much less it was off than the better of last week and last year, in the mean."""
        gains = []
        for one in self.by_grid:
            scores = one["scores"]
            rivals = [scores[name]["deviance"] for name in BASELINES if name in scores]
            if rivals and min(rivals) > 0:
                gains.append(1 - scores["model"]["deviance"] / min(rivals))
        return round(sum(gains) / len(gains), 3) if gains else None

    @property
    def about(self) -> dict[str, Any]:
        """When it was made, of which days it tells, and how good it is."""
        answer = self.answer
        return {
            "made_at": answer["made_at"], "from": answer["from"], "to": answer["to"],
            "tested_weeks": answer["tested_weeks"], "classes": len(self.by_grid),
            "all_classes": len(answer["classes"]), "better_by": self.better_by,
        }  # fmt: skip


def expected_of(plan: GridPlan) -> Expected:
    """The newest forecast for the district of an edition, which may be of a former day.

    Raises
    ------
    NotFoundError
        ``E-ANALYSIS-NOFORECAST``.
    """
    found = newest("forecast", plan.district.code)
    if found is None:
        text = _(
            "No forecast has been made for this district yet. Have it made now, or leave the "
            "worker running: it makes one every night."
        )
        raise NotFoundError("E-ANALYSIS-NOFORECAST", text, district=plan.district.code)
    return Expected(found)


def expected_values(plan: GridPlan) -> Values:
    """Expected cases of each grid by ordinal, of all main classes that are told by grid.

    Raises
    ------
    NotFoundError
        ``E-ANALYSIS-NOFORECAST``.
    """
    found = expected_of(plan)
    inside = _sums(found, plan)
    there = np.full(len(inside), bool(found.by_grid))
    return packed("forecast", inside, there, float(inside.sum()), 0)


def expected_sums(plan: GridPlan) -> Floats:
    """The same as numbers.

    Raises
    ------
    NotFoundError
        ``E-ANALYSIS-NOFORECAST``.
    """
    return _sums(expected_of(plan), plan)


def _sums(found: Expected, plan: GridPlan) -> Floats:
    told = {one["code"] for one in found.by_grid}
    sums: dict[str, float] = {}
    for cell in found.answer["cells"]:
        if cell["class"] in told:
            sums[cell["area"]] = sums.get(cell["area"], 0.0) + cell["expected"]
    return grids_of(plan).filled(sums)[0]
