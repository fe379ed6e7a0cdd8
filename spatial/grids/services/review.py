"""What is to be looked at in a plan before it is published, from its rows as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.core.cache import cache
from django.db import connection

import gridding
from spatial.basemap.models import Dataset, Region
from spatial.core.srid import STORE_SRID
from spatial.grids.models import GridPlan
from spatial.grids.selectors import grids_of
from spatial.grids.services.edit.derive import rules_of
from spatial.grids.services.inputs import features_in, regions_to_cut
from spatial.grids.services.metric import projected

SHAPE_POOR, FEATURE_POOR = 0.2, 0.5
"""Below this 4 π A / P² a shape is odd, below this share a border is said to be off features."""
KEPT_S = 24 * 3600

CHANGES = """
    SELECT new.ordinal, old.ordinal, COALESCE(new.code, old.code),
        CASE WHEN old.id IS NULL THEN 'new' WHEN new.id IS NULL THEN 'gone'
            WHEN ST_AsBinary(new.geom) = ST_AsBinary(old.geom) THEN 'kept' ELSE 'changed' END,
        COALESCE(new.area_m2, 0), COALESCE(old.area_m2, 0),
        ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
    FROM (SELECT * FROM grids_unitgrid WHERE plan_id = %(new)s) new
    FULL JOIN (SELECT * FROM grids_unitgrid WHERE plan_id = %(old)s) old USING (code)
    CROSS JOIN LATERAL (SELECT Box2D(COALESCE(new.geom, old.geom)) AS box) b
    ORDER BY 3
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """The grids of a plan in metres, and what they were cut from."""

    ordinals: list[int]
    codes: list[str]
    polygons: np.ndarray
    community: np.ndarray
    regions: tuple[Region, ...]


def review(plan: GridPlan) -> dict[str, Any]:
    """Return the problems of a plan, its areas by ordinal, and the bounds of its problems.

    Kept as long as neither the plan nor a base map changes.

    Returns
    -------
    dict
        ``problems``: each with ``kind`` (``large``, ``small``, ``shape``, ``off-features``,
        ``unit-cut``, ``border-cut``, ``no-grids``), its place in degrees, and what the kind needs;
        ``grids``: ordinals with area, share of the own target and whether it is in range.
    """
    datasets = sorted(Dataset.objects.values_list("pk", "version"))
    key = f"plan-review-{plan.pk}-{plan.revision}-{hash(tuple(datasets))}"
    found = cache.get(key)
    if found is None:
        found = _review(plan)
        cache.set(key, found, KEPT_S)
    return found


def _stored(plan: GridPlan) -> Stored:
    rows = list(grids_of(plan).values_list("ordinal", "code", "community_id", "geom"))
    ids = sorted({row[2] for row in rows})
    by_id = Region.objects.in_bulk(ids)
    return Stored(
        [row[0] for row in rows],
        [row[1] for row in rows],
        projected([row[3] for row in rows], plan.metric_srid),
        np.searchsorted(ids, [row[2] for row in rows]),
        tuple(by_id[i] for i in ids),
    )


def _review(plan: GridPlan) -> dict[str, Any]:
    stored = _stored(plan)
    if not stored.ordinals:
        return {"problems": list(_without_grids(plan, stored)), "grids": []}
    rules = rules_of(plan)
    communities = gridding.Communities(
        tuple(region.code for region in stored.regions),
        projected([region.geom for region in stored.regions], plan.metric_srid),
    )
    extent = plan.district.geom.extent
    features = features_in(extent, plan.metric_srid, land_use=bool(rules.land_use))
    found = gridding.review_grids(stored.polygons, stored.community, communities, features, rules)
    inside = shapely.point_on_surface(stored.polygons)
    places = gridding.project(inside, plan.metric_srid, STORE_SRID)
    xy = np.round(shapely.get_coordinates(places), 7).tolist()
    problems = [
        *_without_grids(plan, stored),
        *_cut_units(plan, stored, found.cut),
        *_sizes(stored, found.reasons, xy),
        *_shapes(stored, found, xy),
    ]
    reasons = found.reasons
    columns = (
        stored.ordinals,
        np.round(reasons.area_m2, 1).tolist(),
        np.round(reasons.share, 4).tolist(),
        reasons.in_range.tolist(),
    )
    return {"problems": problems, "grids": [list(row) for row in zip(*columns, strict=True)]}


def _without_grids(plan: GridPlan, stored: Stored) -> Iterator[dict[str, Any]]:
    held = {region.code for region in stored.regions}
    for region in regions_to_cut(plan.district):
        if region.code not in held:
            place = region.geom.point_on_surface
            yield {
                "kind": "no-grids",
                "region": region.code,
                "name": region.name,
                "name_en": region.name_en,
                "place": [round(place.x, 7), round(place.y, 7)],
            }


def _cut_units(plan: GridPlan, stored: Stored, cut: gridding.CutUnits) -> Iterator[dict[str, Any]]:
    points = gridding.project(shapely.points(cut.xy), plan.metric_srid, STORE_SRID)
    xy = np.round(shapely.get_coordinates(points), 7).tolist()
    for i, grid in enumerate(cut.grid.tolist()):
        yield {
            "kind": "border-cut" if cut.given[i] else "unit-cut",
            "ordinal": stored.ordinals[grid],
            "code": stored.codes[grid],
            "unit": "compound" if cut.is_compound[i] else "building",
            "place": xy[i],
        }


def _sizes(
    stored: Stored, reasons: gridding.Reasons, xy: list[list[float]]
) -> Iterator[dict[str, Any]]:
    for i in np.flatnonzero(~reasons.in_range).tolist():
        yield {
            "kind": "large" if reasons.share[i] > 1 else "small",
            "ordinal": stored.ordinals[i],
            "code": stored.codes[i],
            "area_m2": round(float(reasons.area_m2[i]), 1),
            "target_m2": round(float(reasons.own_target_m2[i]), 1),
            "reason": reasons.name(i),
            "unit": "compound" if reasons.largest_is_compound[i] else "building",
            "unit_m2": round(float(reasons.largest_m2[i])),
            "built_share": round(float(reasons.built_share[i]), 3),
            "place": xy[i],
        }


def _shapes(
    stored: Stored, found: gridding.Review, xy: list[list[float]]
) -> Iterator[dict[str, Any]]:
    for kind, values, least in (
        ("shape", found.shape, SHAPE_POOR),
        ("off-features", found.on_feature_share, FEATURE_POOR),
    ):
        for i in np.flatnonzero(values < least).tolist():
            yield {
                "kind": kind,
                "ordinal": stored.ordinals[i],
                "code": stored.codes[i],
                "value": round(float(values[i]), 3),
                "place": xy[i],
            }


def changes(plan: GridPlan, against: GridPlan) -> list[dict[str, Any]]:
    """Compare the grids of two plans by code, in the order of their codes.

    ``kept`` have the same code and the same shape to the bit, ``changed`` the same code only;
    ``new`` are in the first plan alone, ``gone`` in the second.
    """
    names = ("ordinal", "former_ordinal", "code", "state", "area_m2", "former_area_m2")
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, {"new": plan.pk, "old": against.pk})
        return [
            {**dict(zip(names, row, strict=False)), "bounds": list(row[6:])}
            for row in cursor.fetchall()
        ]
