"""Proves a draft plan from what the database holds, not from what the engine said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

import gridding
from spatial.basemap.models import Region
from spatial.core import audit
from spatial.core.errors import ConflictError
from spatial.grids.models import GridPlan
from spatial.grids.selectors import grids_of
from spatial.grids.services.metric import projected

AREA_NOISE_M2 = 0.01
"""Degrees in double precision carry a nanometre; this bound is far above it, far below a pixel."""


def check_plan(plan: GridPlan, user: Any = None) -> dict[str, Any]:
    """Measure a plan's exactness and mark a draft as checked when nothing is wrong.

    Returns
    -------
    dict
        ``ok`` and the counts and areas of every kind of fault, all zero when ``ok``.

    Raises
    ------
    ConflictError
        ``E-PLAN-EMPTY`` for a plan without grids.
    """
    found = measure(plan)
    if found is None:
        raise ConflictError("E-PLAN-EMPTY", _("The plan has no grids; make it again."))
    report = dict(found.report)
    report["code_wrong"] = _wrong_codes(plan, found.rows, found.parents)
    report["ok"] = all(not value for value in report.values())
    _keep(plan, report, user)
    return report


@dataclass(frozen=True, slots=True)
class Measured:
    """The grids of a plan, and what is wrong with the ground they cover."""

    rows: list[Any]
    """Code, area, community and outline of each grid."""
    parents: dict[int, str]
    """Codes of the communities."""
    report: dict[str, Any]
    """Counts and areas of every kind of fault."""
    bad: list[int]
    """Rows that have one."""


def measure(plan: GridPlan) -> Measured | None:
    """Measure how exactly the grids of a plan cover its district; None where it has none."""
    rows = list(grids_of(plan).values_list("code", "area_m2", "community_id", "geom"))
    if not rows:
        return None
    grids = projected([row[3] for row in rows], plan.metric_srid)
    community_ids = sorted({row[2] for row in rows})
    regions = list(Region.objects.filter(pk__in=community_ids).order_by("pk"))
    communities = projected([region.geom for region in regions], plan.metric_srid)
    found = gridding.check_coverage(grids, communities)
    areas = np.array([row[1] for row in rows])
    off = np.flatnonzero(np.abs(shapely.area(grids) - areas) > AREA_NOISE_M2)
    report = {**_report(found, communities, plan), "area_wrong": len(off)}
    bad = sorted({*found.bad.tolist(), *off.tolist()})
    return Measured(rows, {r.pk: r.code for r in regions}, report, bad)


def _report(
    found: gridding.CoverageReport, communities: np.ndarray, plan: GridPlan
) -> dict[str, Any]:
    district = projected([plan.district.geom], plan.metric_srid)[0]
    uncovered = float(district.area - shapely.area(communities).sum())
    return {
        "gap_area_m2": _noise_free(found.gap_area_m2 + max(uncovered, 0.0)),
        "overlap_area_m2": _noise_free(found.overlap_area_m2),
        "outside_area_m2": _noise_free(found.outside_area_m2),
        "invalid_edges": found.invalid_edges,
        "invalid_geometries": found.invalid_geometries,
        "multipart": found.multipart,
        "in_several_communities": found.in_several_communities,
    }


def _noise_free(area_m2: float) -> float:
    return 0.0 if area_m2 <= AREA_NOISE_M2 else area_m2


def _wrong_codes(plan: GridPlan, rows: list[Any], parents: dict[int, str]) -> int:
    wrong = 0
    for code, _area, community_id, _geom in rows:
        parts = gridding.parse_code(plan.scheme, code)
        wrong += parts.community_code != gridding.pad_community(parents[community_id])
    return wrong


@transaction.atomic
def _keep(plan: GridPlan, report: dict[str, Any], user: Any) -> None:
    held = GridPlan.objects.select_for_update().get(pk=plan.pk)
    held.check_report = report
    if held.state in (GridPlan.State.DRAFT, GridPlan.State.CHECKED):
        held.state = GridPlan.State.CHECKED if report["ok"] else GridPlan.State.DRAFT
    held.save(update_fields=["check_report", "state"])
    plan.state, plan.check_report = held.state, held.check_report
    audit.record(user, "plan.checked", "GridPlan", plan.version, ok=report["ok"])
