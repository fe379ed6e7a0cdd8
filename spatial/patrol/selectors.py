"""Reads of areas, duty and trails; every one begins at what the user may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core import roles
from spatial.core.errors import NotFoundError
from spatial.core.validity import valid_on
from spatial.grids.models import GridPlan, UnitGrid
from spatial.grids.selectors import current_plan, no_grid_of_code
from spatial.patrol.keys import day_span, key_of
from spatial.patrol.models import (
    AreaGrid,
    Duty,
    GridResponsible,
    PatrolArea,
    PersonLevel,
    Position,
)
from spatial.patrol.models.duty import still_on

SEE_TRAILS = frozenset({roles.ADMINISTRATOR, roles.OPERATOR, roles.DISPATCHER})
"""Who sees all inspectors on duty and their trails; an inspector sees himself."""
SEE_AREAS = SEE_TRAILS | {roles.GIS_STAFF, roles.PLANNER}
"""Who sees all areas; an inspector sees his own."""
KEEP_AREAS = frozenset({roles.ADMINISTRATOR, roles.OPERATOR})
"""Who cuts and changes areas: inspectors belong to the supervision centre."""
LEVELS = {
    PersonLevel.DISTRICT: 6,
    PersonLevel.STREET: 9,
    PersonLevel.COMMUNITY: 12,
    PersonLevel.GRID: None,
}
"""How many digits of a grid's code name who answers on each level; all for the grid itself."""


def visible_areas(user: Any) -> QuerySet[PatrolArea]:
    """Areas in use that a user may see."""
    found = PatrolArea.objects.filter(in_use=True).select_related("team")
    held = roles.role_names(user)
    if held & SEE_AREAS:
        return found
    if roles.INSPECTOR in held:
        return found.filter(inspectors=user)
    return found.none()


def area_seen(user: Any, code: str) -> PatrolArea:
    """The area of a code if the user may see it.

    Raises
    ------
    NotFoundError
        ``E-PATROL-MISSING``.
    """
    found = visible_areas(user).filter(code=code).first()
    if found is None:
        text = _("There is no patrol area %(code)s, or it is not yours to see.")
        raise NotFoundError("E-PATROL-MISSING", text % {"code": code[:20]})
    return found


def grids_of_area(area: PatrolArea) -> list[str]:
    """Codes of its unit grids in force."""
    plan = current_plan(area.district_code)
    found = AreaGrid.objects.filter(area=area, plan=plan).order_by("grid_code")
    return list(found.values_list("grid_code", flat=True))


def members_by_ordinal(plan: GridPlan, areas: list[str]) -> list[int]:
    """Of each grid of an edition by ordinal the place of its area in a list; -1 for none."""
    place = {code: k for k, code in enumerate(areas)}
    found = AreaGrid.objects.filter(plan=plan, area__in_use=True)
    of = dict(found.values_list("grid_code", "area__code"))
    rows = list(UnitGrid.objects.filter(plan=plan).values_list("ordinal", "code"))
    members = [-1] * max((ordinal for ordinal, _code in rows), default=0)
    for ordinal, code in rows:
        members[ordinal - 1] = place.get(of.get(code, ""), -1)
    return members


def visible_duties(user: Any) -> QuerySet[Duty]:
    """Duties a user may see: all for both centres, an inspector his own."""
    found = Duty.objects.select_related("user", "shift")
    held = roles.role_names(user)
    if held & SEE_TRAILS:
        return found
    if roles.INSPECTOR in held:
        return found.filter(user=user)
    return found.none()


def on_duty(user: Any) -> QuerySet[Duty]:
    """Who is on duty now, as far as the user may see."""
    return visible_duties(user).filter(still_on(timezone.now())).order_by("user__username")


def open_duty(user: Any) -> Duty | None:
    """The user's own duty, None while he is off."""
    return Duty.objects.select_related("shift").filter(still_on(timezone.now()), user=user).first()


def trail_of(user: Any, name: str, day: date) -> QuerySet[Position]:
    """The positions of an inspector on a day, in order.

    Raises
    ------
    NotFoundError
        ``E-TRAIL-MISSING``, also for somebody who is not his to see.
    """
    walker = get_user_model().objects.filter(username=name).first()
    seen = walker is not None and (
        bool(roles.role_names(user) & SEE_TRAILS)
        or (walker.pk == user.pk and roles.INSPECTOR in roles.role_names(user))
    )
    if not seen:
        text = _("There is no trail of %(name)s, or it is not yours to see.")
        raise NotFoundError("E-TRAIL-MISSING", text % {"name": name[:60]})
    return positions_on(day).filter(user=walker)


def positions_on(day: date) -> QuerySet[Position]:
    """All positions of a day, by time."""
    first, after = day_span(day)
    return Position.objects.filter(id__gte=key_of(first, 0), id__lt=key_of(after, 0)).order_by("id")


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for a unit grid: persons by level, its patrol area and the inspectors there."""

    grid: str
    persons: dict[str, list[GridResponsible]]
    area: PatrolArea | None


def answering_for(grid_code: str, on: date | None = None) -> Answering:
    """Who answers for a unit grid in force, on the four levels from the district down.

    Raises
    ------
    NotFoundError
        ``E-GRID-MISSING``, ``E-EDITION-NONE``.
    """
    grid = UnitGrid.objects.filter(valid_on(on), code=grid_code).first()
    if grid is None:
        raise no_grid_of_code(grid_code, on)
    wanted = Q()
    for level, digits in LEVELS.items():
        wanted |= Q(level=level, code=grid_code[:digits])
    lines = GridResponsible.objects.filter(wanted, valid_on(on))
    persons: dict[str, list[GridResponsible]] = {level.value: [] for level in LEVELS}
    for line in lines:
        persons[line.level].append(line)
    member = AreaGrid.objects.filter(plan=grid.plan_id, grid_code=grid_code, area__in_use=True)
    found = member.select_related("area__team").first()
    return Answering(grid_code, persons, found and found.area)
