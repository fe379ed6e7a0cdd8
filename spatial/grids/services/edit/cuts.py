"""Buildings and compounds that a new border passes through: told with the edit, not refused.

A planner may have a reason to cut one; the review lists it until the plan is published.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

import gridding
from spatial.core.srid import STORE_SRID
from spatial.grids.models import GridEdit, GridPlan
from spatial.grids.services.edit.rows import shapes
from spatial.grids.services.inputs import features_in

SAME_M = 0.05
"""A border this near a former one was there before."""
SKIN_M = 0.5
"""A border along a wall, or this far inside it, cuts nothing (accuracy of a large-scale map)."""
MARGIN_M = 20.0


def new_cuts(plan: GridPlan, edit: GridEdit, back: bool = False) -> list[dict[str, Any]]:
    """What the borders that an edit drew cut: kind of thing and a place in degrees each.

    ``back`` is for an edit that was taken back, whose former borders are drawn again.
    """
    old, new = (edit.after, edit.before) if back else (edit.before, edit.after)
    if not new["grids"]:
        return []
    stored = shapes(new["grids"])
    drawn = _borders(stored, plan.metric_srid)
    former = _borders(shapes(old["grids"]), plan.metric_srid) if old["grids"] else None
    fresh = drawn if former is None else drawn.difference(former.buffer(SAME_M))
    if fresh.is_empty:
        return []
    extent = tuple(shapely.total_bounds(stored).tolist())
    found = features_in(extent, plan.metric_srid, margin_m=MARGIN_M)
    units = (("building", found.buildings), ("compound", found.compounds))
    return [cut for unit, areas in units for cut in _cut(unit, areas, fresh, plan.metric_srid)]


def _borders(stored: NDArray[np.object_], srid: int) -> shapely.Geometry:
    metric = gridding.project(stored, STORE_SRID, srid)
    return shapely.union_all(shapely.boundary(metric))


def _cut(
    unit: str, areas: NDArray[np.object_], fresh: shapely.Geometry, srid: int
) -> list[dict[str, Any]]:
    """The areas whose inside the borders reach."""
    if not len(areas):
        return []
    inner = shapely.buffer(areas, -SKIN_M)
    inside = shapely.intersection(inner, fresh)
    hit = inside[~shapely.is_empty(inside)]
    points = gridding.project(shapely.line_interpolate_point(_longest(hit), 0.5, True),
                              srid, STORE_SRID)  # fmt: skip
    xy = np.round(shapely.get_coordinates(points), 7).tolist()
    return [{"unit": unit, "place": place} for place in xy]


def _longest(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """One line of each: the longest of its pieces."""
    return np.array(
        [max(shapely.get_parts(line), key=shapely.length) for line in lines], dtype=object
    )
