"""What an edit means for the rows: shapes, figures, neighbours, codes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

import gridding
from gridding.adjacency import neighbours
from gridding.edits import NEW, Change, EditError, measure
from spatial.core.srid import STORE_SRID
from spatial.grids.models import GridPlan
from spatial.grids.services.edit.codes import codes_after, parents_of
from spatial.grids.services.edit.rows import GRIDS, Near, Row, fresh_ids, with_shape
from spatial.grids.services.edit.rows import shapes as rows_shapes
from spatial.grids.services.former import in_degrees as as_stored
from spatial.grids.services.inputs import features_in

FIGURES = """
    SELECT count(*), avg(area_m2), min(area_m2), max(area_m2),
        COALESCE(stddev_pop(area_m2) / NULLIF(avg(area_m2), 0), 0),
        avg((area_m2 BETWEEN 0.5 * %(target)s AND 1.5 * %(target)s)::int)::float8,
        avg((area_m2 BETWEEN 0.75 * %(target)s AND 1.25 * %(target)s)::int)::float8,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY 4 * pi() * area_m2 / perimeter_m ^ 2),
        avg((4 * pi() * area_m2 / perimeter_m ^ 2 < 0.2)::int)::float8
    FROM grids_unitgrid WHERE plan_id = %(plan)s
"""
FIGURE_NAMES = (
    "grids",
    "area_mean_m2",
    "area_min_m2",
    "area_max_m2",
    "area_cv",
    "share_in_range",
    "share_near_target",
    "shape_median",
    "shape_poor_share",
)


def rows_after(plan: GridPlan, near: Near, change: Change) -> dict[int, Row]:
    """Return every row of the patch that the edit changes, by ordinal, as it becomes."""
    born = _next_ordinal(plan)
    shapes = {k: p for k, p in near.patch.polygons.items() if k not in change.gone}
    shapes |= {k if k != NEW else born: p for k, p in change.polygons.items()}
    rows = {k: row for k, row in near.rows.items() if k not in change.gone}
    if NEW in change.polygons:
        parent = near.rows[change.parent or 0]
        rows[born] = {**parent, "id": fresh_ids(GRIDS, 1)[0], "ordinal": born, "note": ""}
    for key, polygon in zip(change.polygons, _stored(plan, near, change), strict=True):
        own = key if key != NEW else born
        rows[own] = with_shape(rows[own], polygon)
    fresh = sorted((change.reshaped - change.gone) | ({born} if NEW in change.polygons else set()))
    _measure(plan, near, rows, shapes, fresh, change.reshaped)
    _link(rows, shapes, set(fresh), set(change.gone) | set(fresh))
    return {k: row for k, row in rows.items() if row != near.rows.get(k)}


def _stored(plan: GridPlan, near: Near, change: Change) -> NDArray[np.object_]:
    """The changed polygons in degrees; every vertex that is in the store has the degrees there.

    Drawn in metres, since a border that is straight there is not so in degrees: a vertex put on
    a border of a community must lie on it as the check measures it.
    """
    polygons = np.array(list(change.polygons.values()), object)
    degrees = as_stored(polygons, plan.metric_srid, near.stored)
    if not shapely.is_valid(degrees).all():
        raise EditError("E-EDIT-INVALID")
    return degrees


def _next_ordinal(plan: GridPlan) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(ordinal) + 1 FROM grids_unitgrid WHERE plan_id = %s", [plan.pk])
        return int(cursor.fetchone()[0])


def rules_of(plan: GridPlan) -> gridding.GridRules:
    """The rules a plan was cut by; plans of earlier versions have kept the target only."""
    if plan.rules:
        return gridding.GridRules.restored(plan.rules)
    return gridding.GridRules(target_area_m2=plan.target_area_m2, scheme=plan.scheme)


def _measure(
    plan: GridPlan,
    near: Near,
    rows: dict[int, Row],
    shapes: Mapping[int, shapely.Polygon],
    fresh: list[int],
    reshaped: frozenset[int],
) -> None:
    """Give the changed grids their figures, fingerprints and codes."""
    keys = sorted(shapes)
    metres = np.array([shapes[k] for k in keys], object)
    community = np.array([rows[k]["community_id"] for k in keys])
    wanted = np.searchsorted(keys, fresh)
    extent = tuple(shapely.total_bounds(rows_shapes([rows[k] for k in fresh])).tolist())
    rules = rules_of(plan)
    features = features_in(extent, plan.metric_srid, land_use=bool(rules.land_use))
    found = measure(metres, community, wanted, features, rules)
    codes = codes_after(
        plan,
        metres[wanted],
        extent,
        parents_of([rows[k]["community_id"] for k in fresh]),
        [near.rows[k]["code"] if k in near.rows else None for k in fresh],
        {near.rows[k]["code"] for k in reshaped},
    )
    for i, key in enumerate(fresh):
        rows[key] |= {
            "area_m2": float(found.area_m2[i]),
            "perimeter_m": float(found.perimeter_m[i]),
            "on_feature_share": float(found.on_feature_share[i]),
            "fingerprint": found.fingerprints[i],
            "code": codes[i],
        }


def _link(
    rows: dict[int, Row],
    shapes: Mapping[int, shapely.Polygon],
    fresh: set[int],
    loose: set[int],
) -> None:
    """Bring the lists of neighbours up to date.

    Of a grid at the edge of the patch only some neighbours are in it: the others stay as they are.
    """
    keys = sorted(shapes)
    beside = neighbours(np.array([shapes[k] for k in keys], object))
    for i, key in enumerate(keys):
        found = {keys[j] for j in beside.of(i).tolist()}
        if key not in fresh:
            found = (found & fresh) | (set(rows[key]["neighbours"]) - loose)
        if sorted(found) != rows[key]["neighbours"]:
            rows[key] = {**rows[key], "neighbours": sorted(found)}


def refresh_figures(plan: GridPlan) -> None:
    """Measure the plan anew; what the cut alone knows of it stays as it was."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"plan": plan.pk, "target": plan.target_area_m2})
        found = dict(zip(FIGURE_NAMES, cursor.fetchone(), strict=True))
    plan.figures = {**plan.figures, **found}
    plan.grid_count = found["grids"]


def in_metres(points: NDArray[np.float64], srid: int) -> NDArray[np.float64]:
    """Points in degrees in a metric reference system."""
    return shapely.get_coordinates(gridding.project(shapely.points(points), STORE_SRID, srid))
