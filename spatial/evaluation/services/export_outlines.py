"""Outlines of what is graded: those that were in force last in a period."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from spatial.basemap.models import Region
from spatial.basemap.services.exporting import gathered
from spatial.components.models import DISTRICT_DIGITS
from spatial.core.errors import InputError
from spatial.core.jobs import Progress
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.services.export_results import Wanted
from spatial.evaluation.services.objects import plans_of
from spatial.grids.models import GridPlan, UnitGrid
from spatial.patrol.models import PatrolArea
from spatial.schemes.models import SchemeEdition
from spatial.schemes.selectors import edition_named

Outlines = dict[str, Any]


def outlines_of(wanted: Wanted, codes: Iterable[str], progress: Progress) -> Outlines:
    """The outline of each object that has one, by code."""
    if wanted.kind == ObjectKind.GRID:
        return _grids(wanted, set(codes), progress)
    if wanted.kind == ObjectKind.PATROL:
        areas = PatrolArea.objects.filter(code__startswith=wanted.region, geom__isnull=False)
        return _read(areas.order_by("code"), progress)
    if wanted.kind == ObjectKind.CELL:
        return _read(edition_of(wanted).cells.order_by("ordinal"), progress)
    return _regions(wanted, progress)


def edition_of(wanted: Wanted) -> SchemeEdition:
    """The edition whose cells are graded; drafts are not for everybody.

    Raises
    ------
    InputError
        ``E-EVAL-OBJECT`` where it is not one of the district, or no district as a whole.
    NotFoundError
        ``E-SCHEME-EDITION``.
    """
    published = SchemeEdition.objects.exclude(state=SchemeEdition.State.DRAFT)
    found = edition_named(wanted.edition, published.select_related("scheme", "district"))
    if wanted.region != found.district.code:
        text = _("Cells are taken out for the whole district of their edition, %(code)s.")
        raise InputError("E-EVAL-OBJECT", text % {"code": found.district.code}, field="region")
    return found


def _grids(wanted: Wanted, codes: set[str], progress: Progress) -> Outlines:
    """A grid that was cut anew in the period has the outline of its last edition in it."""
    district = wanted.region[:DISTRICT_DIGITS]
    found = _read(_of(plans_of(wanted.period, district), wanted), progress)
    if codes - set(found):
        # Counts of a code that was in force before or after.
        known = GridPlan.objects.filter(valid_from__isnull=False, district__code=district)
        found = _read(_of(known, wanted), progress) | found
    return found


def _of(plans: QuerySet[GridPlan], wanted: Wanted) -> QuerySet[UnitGrid]:
    rows = UnitGrid.objects.filter(plan__in=plans, code__startswith=wanted.region)
    return rows.order_by("plan__edition", "ordinal")


def _read(rows: QuerySet, progress: Progress) -> Outlines:
    """By code; of several rows with one code the last counts."""
    read, shapes = gathered(rows, ("code",), progress)
    return dict(zip(read["code"], shapes, strict=True))


def _regions(wanted: Wanted, progress: Progress) -> Outlines:
    rows = Region.objects.filter(level=wanted.kind, code__startswith=wanted.region)
    read, shapes = gathered(rows.order_by("valid_from", "pk"), ("code", "valid_from"), progress)
    found: Outlines = {}
    for code, since, shape in zip(read["code"], read["valid_from"], shapes, strict=True):
        if code not in found or _begun(since, wanted.period.last):
            found[code] = shape
    return found


def _begun(since: date | None, last: date) -> bool:
    return since is None or since <= last
