"""The unit grids that findings lie on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray
from scipy import sparse

import gridding
from spatial.core.srid import STORE_SRID
from spatial.evaluation.analysis.neighbours import queen
from spatial.grids.models import GridPlan
from spatial.grids.selectors import current_plan

STREET = 9
TOUCH_DEGREES = 1e-9
"""Edges of one edition are the same numbers; a little is left for those that were projected."""
GRIDS = """
SELECT code, area_m2, st_asbinary(geom) FROM grids_unitgrid WHERE plan_id = %s ORDER BY ordinal
"""


@dataclass(frozen=True, eq=False)
class Ground:
    """The grids of the edition in force, by ordinal."""

    plan: GridPlan
    codes: NDArray[np.object_]
    area_m2: NDArray[np.float64]
    shapes: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def place(self) -> dict[str, int]:
        """Place of each code."""
        return {code: n for n, code in enumerate(self.codes)}

    @cached_property
    def xy_m(self) -> NDArray[np.float64]:
        """Centres in metres."""
        points = gridding.project(shapely.centroid(self.shapes), STORE_SRID, self.plan.metric_srid)
        return shapely.get_coordinates(points)

    @cached_property
    def street(self) -> tuple[list[str], NDArray[np.int64]]:
        """Codes of the streets, and the place of each grid's street among them."""
        names, places = np.unique([code[:STREET] for code in self.codes], return_inverse=True)
        return names.tolist(), places

    def touching(self) -> sparse.csr_array:
        """Grids that share an edge or a corner."""
        return queen(self.shapes, TOUCH_DEGREES)

    def spread(self, counts: dict[str, float]) -> NDArray[np.float64]:
        """Values by ordinal; codes of other editions are left out."""
        found = np.zeros(len(self))
        for code, value in counts.items():
            place = self.place.get(code)
            if place is not None:
                found[place] = value
        return found


def read_ground(district: str) -> Ground:
    """The grids in force of a district.

    Raises
    ------
    NotFoundError
        ``E-PLAN-MISSING``.
    """
    return ground_of(current_plan(district))


def ground_of(plan: GridPlan) -> Ground:
    """The grids of an edition."""
    with connection.cursor() as cursor:
        cursor.execute(GRIDS, [plan.pk])
        found = cursor.fetchall()
    codes, areas, shapes = zip(*found, strict=True) if found else ((), (), ())
    return Ground(
        plan,
        np.array(codes, object),
        np.array(areas, float),
        shapely.from_wkb([bytes(one) for one in shapes]),
    )
