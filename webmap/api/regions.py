"""The districts with their editions: what the map starts from."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.contrib.gis.db.models.functions import Envelope
from django.db.models import Case, Q, When

from spatial.basemap.models import Region
from spatial.core.validity import valid_on
from spatial.grids.models import GridPlan
from spatial.grids.selectors import visible_plans
from webmap.api.ground import made_up_ground

DRAFT_STATES = {GridPlan.State.DRAFT, GridPlan.State.CHECKED}
SPAN = ("version", "edition", "grid_count", "valid_from", "valid_to")
FORMER = GridPlan.State.SUPERSEDED
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


def district_forms(user, on: date | None = None) -> list[dict[str, Any]]:
    """Every district with all its editions, and its drafts for those who may see them.

    ``on`` asks for the outlines and the editions in force on a day. A district that is younger
    comes with its outline of today, without an edition.
    """
    districts = _districts(on)
    current, drafts, editions = _plans(user, on)
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
            "editions": editions[district.code],
        }
        for district in districts
    ]


def _districts(on: date | None) -> list[Region]:
    districts = (
        Region.objects.filter(level=Region.Level.DISTRICT)
        .select_related("dataset")
        .defer(*NO_SHAPES)
        .annotate(box=Envelope("geom"))
    )
    now = Q(valid_to__isnull=True)
    rows = districts.filter(now if on is None else now | valid_on(on)).order_by("valid_from")
    # Of two rows of one district the earlier is that of the day.
    chosen: dict[str, Region] = {}
    for row in rows:
        chosen.setdefault(row.code, row)
    return [chosen[code] for code in sorted(chosen)]


def _plans(user, on: date | None) -> tuple[dict[str, dict], dict[str, list], dict[str, list]]:
    """By district: the edition in force, the drafts, and all editions there were, newest first."""
    plans = (
        visible_plans(user)
        .defer("check_report", "figures", "district__geom", "district__geom3857")
        # Figures hold lists of problems: of former editions they would be read for nothing.
        .annotate(shown=Case(When(~Q(state=FORMER) | valid_on(on), then="figures")))
        .order_by("district__code", "-edition")
    )
    current: dict[str, dict] = {}
    drafts: dict[str, list[dict]] = defaultdict(list)
    editions: dict[str, list[dict]] = defaultdict(list)
    for plan in plans:
        plan.figures = plan.shown
        code = plan.district.code
        if plan.state in DRAFT_STATES:
            # A draft is of no day.
            if on is None:
                drafts[code].append(edition_form(plan))
            continue
        editions[code].append({name: getattr(plan, name) for name in SPAN})
        if _in_force(plan, on):
            current[code] = edition_form(plan)
    return current, drafts, editions


def _in_force(plan: GridPlan, on: date | None) -> bool:
    if on is None:
        return plan.valid_to is None
    return plan.valid_from <= on and (plan.valid_to is None or plan.valid_to > on)


def bounds(box) -> list[float]:
    """West, south, east, north of a geometry, to a centimetre or so."""
    return [round(value, 7) for value in box.extent]
