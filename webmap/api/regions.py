"""The districts with their editions: what the map starts from."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.gis.db.models.functions import Envelope

from spatial.basemap.models import Region
from spatial.grids.models import GridPlan
from spatial.grids.selectors import visible_plans
from webmap.api.ground import made_up_ground

DRAFT_STATES = {GridPlan.State.DRAFT, GridPlan.State.CHECKED}
NO_SHAPES = ("geom", "geom3857")


def edition_form(plan: GridPlan) -> dict[str, Any]:
    """A plan as the API shows it."""
    return {
        "version": plan.version,
        "edition": plan.edition,
        "state": plan.state,
        "grid_count": plan.grid_count,
        "valid_from": plan.valid_from,
        "valid_to": plan.valid_to,
        "scheme": plan.scheme,
        "target_area_m2": plan.target_area_m2,
        # The list of problems with their places is for the review of a plan, and long.
        "figures": {k: v for k, v in plan.figures.items() if isinstance(v, int | float | str)},
    }


def district_forms(user) -> list[dict[str, Any]]:
    """Every district with its edition in force, and its drafts for those who may see them."""
    districts = (
        Region.objects.filter(level=Region.Level.DISTRICT, valid_to__isnull=True)
        .select_related("dataset")
        .defer(*NO_SHAPES)
        .annotate(box=Envelope("geom"))
        .order_by("code")
    )
    current, drafts = _plans(user)
    ground = made_up_ground()
    return [
        {
            "code": district.code,
            "name": district.name,
            "name_en": district.name_en,
            "made_up": district.dataset.made_up,
            "basemap_made_up": ground.get(district.code),
            "attribution": district.dataset.attribution,
            "bounds": bounds(district.box),
            "edition": current.get(district.code),
            "drafts": drafts[district.code],
        }
        for district in districts
    ]


def _plans(user) -> tuple[dict[str, dict], dict[str, list[dict]]]:
    plans = (
        visible_plans(user)
        .exclude(state=GridPlan.State.SUPERSEDED)
        .defer("check_report", "district__geom", "district__geom3857")
        .order_by("district__code", "-edition")
    )
    current: dict[str, dict] = {}
    drafts: dict[str, list[dict]] = defaultdict(list)
    for plan in plans:
        if plan.state in DRAFT_STATES:
            drafts[plan.district.code].append(edition_form(plan))
        else:
            current[plan.district.code] = edition_form(plan)
    return current, drafts


def bounds(box) -> list[float]:
    """West, south, east, north of a geometry, to a centimetre or so."""
    return [round(value, 7) for value in box.extent]
