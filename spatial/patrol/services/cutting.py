"""Cuts a district into patrol areas; people stay with the ground they know."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

import gridding
from gridding.rules import GRIDS_PER_AREA
from spatial.core import audit
from spatial.core.errors import ConflictError, InputError
from spatial.core.jobs import Progress, silent
from spatial.grids.models import GridPlan
from spatial.grids.selectors import current_plan, grids_of
from spatial.grids.services.inputs import district_now
from spatial.grids.services.metric import projected
from spatial.patrol.models import PatrolArea
from spatial.patrol.services.figures import refresh
from spatial.patrol.services.ground import Walked, walked
from spatial.patrol.services.members import hold_areas, members_of, next_codes, store_members

LEAST_GRIDS, MOST_GRIDS = 2.0, 200.0


def make_areas(
    district_code: str,
    grids_per_area: float = GRIDS_PER_AREA,
    *,
    user: Any = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Put the unit grids in force together to patrol areas; figures of what was made.

    A new area that has most of its ground from one there was is that area: code, name, team and
    inspectors stay. Areas of which nothing is left are taken out of use.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``, ``E-PLAN-MISSING``.
    InputError
        ``E-PATROL-SIZE``, and what the engine refuses.
    ConflictError
        ``E-PATROL-STALE`` when an edition was published while areas were made.
    """
    if not LEAST_GRIDS <= grids_per_area <= MOST_GRIDS:
        text = _("An area has %(least)d to %(most)d unit grids; choose a number between.")
        raise InputError("E-PATROL-SIZE", text % {"least": LEAST_GRIDS, "most": MOST_GRIDS})
    progress(0, 1, _("reading grids"))
    district_now(district_code)
    plan = current_plan(district_code)
    ground = walked(plan)
    made = _made(plan, ground, grids_per_area, progress)
    with transaction.atomic():
        hold_areas()
        if current_plan(district_code).pk != plan.pk:
            text = _("An edition of the grids was published meanwhile; cut the areas again.")
            raise ConflictError("E-PATROL-STALE", text)
        kept = _settle(plan, ground, made)
        refresh(plan, ground=ground)
        summary = _summary(plan, made, kept)
        audit.record(user, "patrol.cut", "district", district_code, **summary)
    return summary


def _made(
    plan: GridPlan, ground: Walked, grids_per_area: float, progress: Progress
) -> gridding.PatrolAreas:
    polygons = projected(grids_of(plan).values_list("geom", flat=True), plan.metric_srid)
    streets = np.array(ground.streets, object)
    told = _("putting grids together")
    try:
        return gridding.make_patrol_areas(
            polygons, ground.components, ground.cases, streets, grids_per_area,
            lambda done, total: progress(done, total + 1, told),
        )  # fmt: skip
    except gridding.GridError as error:
        raise InputError(error.code, error.message) from error


def _settle(plan: GridPlan, ground: Walked, made: gridding.PatrolAreas) -> int:
    """Store the areas; how many of those there were go on."""
    before = members_of(plan)
    known = {area.pk: area for area in PatrolArea.objects.filter(district_code=plan.district.code)}
    heirs = _heirs(ground, made, {code: key for code, key in before.items() if key in known})
    fresh: dict[str, Any] = defaultdict()
    taken = [area.code for area in known.values()]
    keys = []
    for number, street in enumerate(made.label):
        area = known.get(heirs.get(number, -1))
        if area is None:
            codes = fresh.setdefault(street, next_codes(street, taken))
            area = PatrolArea(code=next(iter(codes)), district_code=plan.district.code)
        area.street_code, area.in_use = street, True
        area.island = bool(made.island[number])
        area.save()
        keys.append(area.pk)
    store_members(plan, {code: keys[n] for code, n in
                         zip(ground.codes, made.area.tolist(), strict=True)})  # fmt: skip
    gone = PatrolArea.objects.filter(district_code=plan.district.code).exclude(pk__in=keys)
    gone.update(in_use=False)
    return len(heirs)


def _heirs(ground: Walked, made: gridding.PatrolAreas, before: dict[str, int]) -> dict[int, int]:
    """Which former area each new one is: pairs with most ground in common first."""
    shared: Counter[tuple[int, int]] = Counter()
    for code, number, area_m2 in zip(ground.codes, made.area.tolist(), ground.area_m2, strict=True):
        if code in before:
            shared[number, before[code]] += area_m2
    heirs: dict[int, int] = {}
    used: set[int] = set()
    for (number, key), area_m2 in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
        enough = 2 * area_m2 >= made.loads[number, 0]
        if enough and number not in heirs and key not in used:
            heirs[number] = key
            used.add(key)
    return heirs


def _summary(plan: GridPlan, made: gridding.PatrolAreas, kept: int) -> dict[str, Any]:
    return {
        "edition": plan.version,
        "areas": len(made.units),
        "grids": int(made.units.sum()),
        "kept": kept,
        "islands": [str(name) for name, alone in
                    zip(made.label, made.island, strict=True) if alone],
        "mean_area_m2": round(float(made.loads[:, 0].mean())),
        "mean_components": round(float(made.loads[:, 1].mean())),
        "most_by_mean": round(made.most_by_mean, 3),
        "variation": round(made.variation, 3),
    }  # fmt: skip
