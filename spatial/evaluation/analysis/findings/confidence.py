"""How sure it is that a unit grid is hot or cold, as classes for a map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spatial.evaluation.analysis.findings.places import KM2
from spatial.evaluation.analysis.hotspots import gi_star
from spatial.evaluation.analysis.reading.counts import cases_by_grid
from spatial.evaluation.analysis.reading.ground import ground_of
from spatial.evaluation.analysis.reading.selection import Selection
from spatial.grids.models import GridPlan

LEVELS = (0.10, 0.05, 0.01)
"""Shares of the grids named that may be so by chance: 90, 95 and 99 % are sure."""
NEITHER = len(LEVELS) + 1
"""The middle class; each level below it is colder, above it hotter."""


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """What Gi* has to know of the grids of an edition."""

    codes: list[str]
    area_km2: NDArray[np.float64]
    touching: sparse.csr_array


def confidence(plan: GridPlan, asked: Selection) -> tuple[NDArray[np.uint8], int]:
    """The class of each grid by ordinal, and how many cases they have.

    1, 2, 3 are cold at 99, 95 and 90 %, 4 is neither, 5, 6, 7 are hot at 90, 95 and 99 %: by Gi* of
    cases per km² among grids that touch, adjusted for the number of grids (Benjamini and Hochberg).
    """
    around = _neighbourhood(plan.pk, plan.input_digest, plan.published_at)
    found = cases_by_grid(asked)
    counts = np.array([found.get(code, 0) for code in around.codes], float)
    star = gi_star(counts / around.area_km2, around.touching)
    steps = sum(star.signs(level).astype(np.int64) for level in LEVELS)
    return np.asarray(steps + NEITHER).astype(np.uint8), int(counts.sum())


@lru_cache(maxsize=32)
def _neighbourhood(plan_id: int, _digest: str, _at: Any) -> Neighbourhood:
    ground = ground_of(GridPlan.objects.get(pk=plan_id))
    return Neighbourhood(ground.codes.tolist(), ground.area_m2 / KM2, ground.touching())
