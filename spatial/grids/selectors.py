"""Reads of grid plans and unit grids, each under the rights of the one who asks."""

from __future__ import annotations

from datetime import date

from django.contrib.gis.geos import Polygon
from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from spatial.core.errors import NotFoundError
from spatial.core.roles import DRAFT_READERS, role_names
from spatial.core.srid import STORE_SRID
from spatial.core.validity import valid_on
from spatial.grids.models import GridPlan, UnitGrid

PUBLIC_STATES = (GridPlan.State.PUBLISHED, GridPlan.State.SUPERSEDED)


def _plans() -> QuerySet[GridPlan]:
    """Plans with their district, without its outline of many vertices."""
    plans = GridPlan.objects.select_related("district")
    return plans.defer("district__geom", "district__geom3857")


def visible_plans(user) -> QuerySet[GridPlan]:
    """Plans a user may see: published and former ones for all, drafts for GIS staff."""
    plans = _plans()
    if user is not None and role_names(user) & DRAFT_READERS:
        return plans
    return plans.filter(state__in=PUBLIC_STATES)


def current_plan(district_code: str, on: date | None = None) -> GridPlan:
    """The edition of a district in force now, or on a past day.

    Raises
    ------
    NotFoundError
        ``E-EDITION-NONE`` for a day before the first edition; ``E-PLAN-MISSING`` when the
        district has none at all.
    """
    plan = _plans().filter(valid_on(on), district__code=district_code).first()
    if plan is None:
        raise _no_edition(district_code, on)
    return plan


def _no_edition(district_code: str, on: date | None) -> NotFoundError:
    started = GridPlan.objects.filter(district__code=district_code, valid_from__isnull=False)
    first = started.aggregate(first=Min("valid_from"))["first"]
    if on is None or first is None:
        message = _("No published grid plan for district %(code)s; make one with make_grids.")
        return NotFoundError(
            "E-PLAN-MISSING", message % {"code": district_code}, district=district_code
        )
    message = _(
        "District %(code)s has no edition on %(day)s; its first is in force from %(first)s."
    )
    return NotFoundError(
        "E-EDITION-NONE",
        message % {"code": district_code, "day": on, "first": first},
        district=district_code,
        on=str(on),
        first=str(first),
    )


def no_grid_of_code(code: str, on: date | None = None) -> NotFoundError:
    """Why no unit grid carries a code now, or on a past day.

    ``E-GRID-MISSING`` for a code that was never given, or was not in force then (``spans`` has the
    days it was); ``E-EDITION-NONE`` for a day before the first edition of its district.
    """
    ever = UnitGrid.objects.filter(code=code, valid_from__isnull=False).order_by("valid_from")
    spans = list(ever.values_list("valid_from", "valid_to", "plan__district__code"))
    if not spans:
        return NotFoundError("E-GRID-MISSING", _("There is no such unit grid."))
    district = spans[0][2]
    if on is not None and not _plans().filter(valid_on(on), district__code=district).exists():
        return _no_edition(district, on)
    message = _("Code %(code)s was in force from %(first)s to %(last)s only.")
    return NotFoundError(
        "E-GRID-MISSING",
        message % {"code": code, "first": spans[0][0], "last": spans[-1][1] or _("today")},
        spans=[[str(start), str(end) if end else None] for start, end, _district in spans],
    )


def plan_by_version(user, version: str) -> GridPlan:
    """The plan named like ``110101-e2`` if the user may see it.

    Raises
    ------
    NotFoundError
        ``E-PLAN-MISSING``, also when it exists but is not for this user.
    """
    return _named(visible_plans(user), version)


def plan_of_command(version: str) -> GridPlan:
    """The plan named by whoever runs a command on the server, drafts included."""
    return _named(_plans(), version)


def _named(plans: QuerySet[GridPlan], version: str) -> GridPlan:
    code, _dash, edition = version.rpartition("-e")
    if edition.isascii() and edition.isdigit() and len(edition) < 9:
        plan = plans.filter(district__code=code, edition=int(edition)).first()
        if plan is not None:
            return plan
    raise NotFoundError(
        "E-PLAN-MISSING", _("There is no grid plan %(version)s.") % {"version": version}
    )


def grids_in_box(
    plan: GridPlan, west: float, south: float, east: float, north: float
) -> QuerySet[UnitGrid]:
    """The unit grids of a plan that meet a box in degrees."""
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = STORE_SRID
    return grids_of(plan).filter(geom__intersects=box)


def grids_of(plan: GridPlan) -> QuerySet[UnitGrid]:
    """The unit grids of a plan in the order of their codes."""
    return UnitGrid.objects.filter(plan=plan).order_by("ordinal")
