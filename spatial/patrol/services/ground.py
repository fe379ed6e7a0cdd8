"""The unit grids of an edition as areas are made of them: neighbours, streets, what is to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

import gridding
from spatial.grids.models import GridPlan

STREET_DIGITS = 9
YEAR_D = 365
"""Past cases are those reported in so many days."""
DAY_OF_KEY = 10**6
"""A case's key is the day of its report times this and a number."""
_READ = """
SELECT g.code, g.ordinal, g.neighbours, g.area_m2, coalesce(c.n, 0), coalesce(k.n, 0)
FROM grids_unitgrid g
LEFT JOIN (
    SELECT grid_code, count(*) AS n FROM components_component
    WHERE district_code = %(district)s AND valid_to IS NULL AND grid_code <> '' GROUP BY grid_code
) c ON c.grid_code = g.code
LEFT JOIN (
    SELECT grid_code, count(*) AS n FROM cases_case
    WHERE id >= %(first)s AND district_code = %(district)s AND grid_code <> '' GROUP BY grid_code
) k ON k.grid_code = g.code
WHERE g.plan_id = %(plan)s ORDER BY g.ordinal
"""


@dataclass(frozen=True, slots=True)
class Walked:
    """Grids by ordinal: codes, pairs of neighbours (places in ``codes``), loads."""

    codes: list[str]
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    components: NDArray[np.float64]
    cases: NDArray[np.float64]

    @property
    def streets(self) -> list[str]:
        """The street of each grid, by its code."""
        return [code[:STREET_DIGITS] for code in self.codes]

    @property
    def burden(self) -> NDArray[np.float64]:
        """What each grid is to walk; 1 is that of a mean one."""
        return gridding.burden_of(self.area_m2, self.components, self.cases)


def walked(plan: GridPlan) -> Walked:
    """Read the grids of an edition with what lies in them today."""
    day = timezone.localdate() - timedelta(days=YEAR_D)
    values = {
        "plan": plan.pk,
        "district": plan.district.code,
        "first": int(f"{day:%Y%m%d}") * DAY_OF_KEY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_READ, values)
        rows = cursor.fetchall()
    place = {row[1]: k for k, row in enumerate(rows)}
    pairs = [(k, place[near]) for k, row in enumerate(rows) for near in row[2] if near in place]
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    loads = np.array([row[3:] for row in rows], float).reshape(-1, 3)
    return Walked([row[0] for row in rows], ends[:, 0], ends[:, 1], *loads.T)
