"""Reads of grid plans and unit grids, each under the rights of the one who asks."""

from __future__ import annotations

from datetime import date

from django.contrib.gis.geos import Polygon
from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext as _

from spatial.core.errors import NotFoundError
from spatial.core.roles import DRAFT_READERS, role_names
from spatial.core.srid import STORE_SRID
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


def valid_on(day: date | None) -> Q:
    """Rows in force now, or on a past day."""
    if day is None:
        return Q(valid_from__isnull=False, valid_to__isnull=True)
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def current_plan(district_code: str, on: date | None = None) -> GridPlan:
    """The edition of a district in force now, or on a past day.

    Raises
    ------
    NotFoundError
        ``E-PLAN-MISSING`` when there was none, ``E-PLAN-EARLY`` for a day before the first.
    """
    plan = _plans().filter(valid_on(on), district__code=district_code).first()
    if plan is None:
        _refuse_early(district_code, on)
        raise NotFoundError(
            "E-PLAN-MISSING",
            _("No published grid plan for district %(code)s; make one with make_grids.")
            % {"code": district_code},
            district=district_code,
        )
    return plan


def _refuse_early(district_code: str, on: date | None) -> None:
    dated = GridPlan.objects.filter(district__code=district_code, valid_from__isnull=False)
    first = dated.aggregate(first=Min("valid_from"))["first"]
    if on is not None and first is not None and on < first:
        text = _(
            "The first edition of %(district)s holds from %(first)s; there is none of %(day)s."
        )
        facts = {"district": district_code, "first": first.isoformat(), "day": on.isoformat()}
        raise NotFoundError("E-PLAN-EARLY", text % facts, **facts)


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
