"""The collections: what each holds, for whom, since when, and how it is asked by place and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import MultiPolygon
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from spatial.basemap.models import BaseFeature, Region
from spatial.cases.lists import first_key
from spatial.cases.models import InHand
from spatial.cases.models.words import Kind, Level, Outcome, Priority
from spatial.cases.selectors import DISTRICT_DIGITS, NUMBER_DIGITS, visible_to
from spatial.cases.stages import OPEN, Stage
from spatial.components.models import State
from spatial.components.selectors import visible_components
from spatial.core.errors import NotFoundError
from spatial.core.srid import STORE_SRID
from spatial.core.validity import valid_on
from spatial.grids.models import UnitGrid
from spatial.grids.selectors import visible_plans
from webmap.ogc.asking import Span
from webmap.ogc.properties import Property

FEW_GRIDS = 2_000
"""So many unit grids are looked up one by one; of more, a page of cases is soon full anyway."""


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of features."""

    name: str
    title: Any
    description: Any
    geometry_type: str
    properties: tuple[Property, ...]
    rows: Callable[[Any], QuerySet]
    """All that a user may see."""
    during: Callable[[QuerySet, Span | None], QuerySet]
    within: Callable[[QuerySet, MultiPolygon], QuerySet]
    geometry: Any = "geom"
    metric: str = ""
    """Field with the same in Web Mercator, where it is stored."""
    extent: str = "districts"
    """Tile layer whose bounds are its own."""
    is_counted: bool = False
    """Whether it has so few features that counting them costs nothing."""

    def of(self, name: str) -> Property:
        """The property of a name."""
        return next(one for one in self.properties if one.name == name)


def _in_force(rows: QuerySet, span: Span | None) -> QuerySet:
    """What is in force now, or was at any time of a span."""
    if span is None:
        return rows.filter(valid_on(None))
    start, end = span.days
    fits = Q(valid_from__isnull=False)
    if end is not None:
        fits &= Q(valid_from__lte=end)
    if start is not None:
        fits &= Q(valid_to__isnull=True) | Q(valid_to__gt=start)
    return rows.filter(fits)


def _always(rows: QuerySet, span: Span | None) -> QuerySet:  # noqa: ARG001 - it has no time
    return rows


def _reported(rows: QuerySet, span: Span | None) -> QuerySet:
    """Cases that were reported in a span; their keys say which months are read."""
    if span is None:
        return rows
    start, end = span.days
    fits = Q()
    if start is not None:
        fits &= Q(reported_at__gte=span.start, pk__gte=first_key(start))
    if end is not None:
        # What waited for a network is numbered by the day it was made.
        fits &= Q(reported_at__lte=span.end, pk__lt=first_key(end + timedelta(days=2)))
    return rows.filter(fits)


def _meets(rows: QuerySet, area: MultiPolygon) -> QuerySet:
    return rows.filter(geom__intersects=area)


def _point_in(rows: QuerySet, area: MultiPolygon) -> QuerySet:
    return rows.filter(point__intersects=area)


def _in_grids(rows: QuerySet, area: MultiPolygon) -> QuerySet:
    """Cases by their points, found through the unit grids: cases have no index of places."""
    grids = UnitGrid.objects.filter(geom__bboverlaps=area, valid_from__isnull=False)
    codes = list(grids.order_by().values_list("code", flat=True).distinct()[: FEW_GRIDS + 1])
    if len(codes) <= FEW_GRIDS:
        rows = rows.filter(grid_code__in=["", *codes])
    return rows.filter(point__intersects=area)


def _grids(user: Any) -> QuerySet:
    return UnitGrid.objects.filter(plan__in=visible_plans(user).order_by().values("pk"))


def _of_stage(stage: str) -> Q:
    """Cases of a stage; those in hand are few and stand in a table of their own."""
    fits = Q(stage=stage)
    if stage in OPEN:
        fits &= Q(pk__in=InHand.objects.filter(stage=stage).values("case_id"))
    return fits


def _of_number(number: str) -> Q:
    if not (number.isascii() and number.isdigit() and len(number) == NUMBER_DIGITS):
        return Q(pk__in=[])
    return Q(pk=int(number[DISTRICT_DIGITS:]), district_code=number[:DISTRICT_DIGITS])


def _of_edition(version: str) -> Q:
    code, _dash, edition = version.rpartition("-e")
    if not (edition.isascii() and edition.isdigit() and len(edition) < 9):
        return Q(pk__in=[])
    return Q(plan__district__code=code, plan__edition=int(edition))


VALIDITY = (
    Property("valid_from", "valid_from", "date", _("valid from")),
    Property("valid_to", "valid_to", "date", _("valid to")),
)
NAMED = (
    Property("code", "code", title=_("code")),
    Property("name", "name", title=_("name")),
    Property("name_en", "name_en", title=_("English name")),
)


def _regions(name: str, level: str, title: Any, description: Any) -> Collection:
    return Collection(
        name=name,
        title=title,
        description=description,
        geometry_type="MultiPolygon",
        properties=(
            *NAMED,
            Property("parent", "parent__code", title=_("region it is a part of")),
            Property("area_m2", "area_m2", "number", _("area (m²)"), unit="m2"),
            Property("dataset", "dataset__name", title=_("dataset")),
            *VALIDITY,
        ),
        rows=lambda _user: Region.objects.filter(level=level),
        during=_in_force,
        within=_meets,
        metric="geom3857",
        extent=name,
        is_counted=True,
    )


GRIDS = Collection(
    name="grids",
    title=_("Unit grids"),
    description=_("Unit grids of the editions in force; datetime asks for those of a day."),
    geometry_type="Polygon",
    properties=(
        Property("code", "code", title=_("code")),
        Property("ordinal", "ordinal", "whole", _("ordinal")),
        Property(
            "edition", "plan", title=_("edition"), where=_of_edition,
            expression=Concat(
                "plan__district__code", Value("-e"), Cast("plan__edition", CharField())
            ),
        ),
        Property("district", "plan__district__code", title=_("district")),
        Property("community", "community__code", title=_("community")),
        Property("area_m2", "area_m2", "number", _("area (m²)"), unit="m2"),
        Property("perimeter_m", "perimeter_m", "number", _("perimeter (m)"), unit="m"),
        Property(
            "on_feature_share", "on_feature_share", "number",
            _("share of border on features"), unit="1",
        ),
        *VALIDITY,
    ),
    rows=_grids,
    during=_in_force,
    within=_meets,
    metric="geom3857",
    is_counted=True,
)  # fmt: skip
BASEMAP = Collection(
    name="basemap",
    title=_("Base map"),
    description=_("Roads, railways, water, green, compounds, buildings and walls."),
    geometry_type="Geometry",
    properties=(
        Property("kind", "kind", title=_("kind"), values=tuple(BaseFeature.Kind.values)),
        Property("line_class", "line_class", "whole", _("line class")),
        Property("name", "name", title=_("name")),
        Property("subtype", "subtype", title=_("subtype")),
        Property("use", "use", title=_("land use")),
        Property("underground", "underground", "flag", _("underground")),
        Property("dataset", "dataset__name", title=_("dataset")),
        Property("attribution", "dataset__attribution", title=_("attribution")),
    ),
    rows=lambda _user: BaseFeature.objects.all(),
    during=_always,
    within=_meets,
    metric="geom3857",
    extent="basemap",
)
COMPONENTS = Collection(
    name="components",
    title=_("Components"),
    description=_("The register of components; a line or an area is found by its point."),
    geometry_type="Geometry",
    properties=(
        Property("code", "code", title=_("code")),
        Property("class", "kind__code", title=_("component class")),
        Property("class_name", "kind__name", title=_("name of the class")),
        Property("class_name_en", "kind__name_en", title=_("English name of the class")),
        Property("main_class", "kind__main__code", title=_("main class")),
        Property("catalogue", "kind__catalogue__version", title=_("catalogue")),
        Property("name", "name", title=_("name")),
        Property("district", "district_code", title=_("district")),
        Property("grid", "grid_code", title=_("unit grid")),
        Property("state", "state", title=_("state"), values=tuple(State.values)),
        Property("supervisor", "supervisor__name", title=_("responsible department")),
        Property("owner", "owner__name", title=_("owner")),
        Property("keeper", "keeper__name", title=_("keeper")),
        Property("position", "position", title=_("position in words")),
        Property("data_source", "data_source", title=_("data source")),
        Property("changed_on", "changed_on", "date", _("changed on")),
        *VALIDITY,
    ),
    rows=visible_components,
    during=_in_force,
    within=_point_in,
    geometry=Coalesce("shape", "point", output_field=GeometryField(srid=STORE_SRID)),
    extent="components",
)
CASES = Collection(
    name="cases",
    title=_("Cases"),
    description=_(
        "Cases that whoever asks may see, by the time of their report; no words of people, no names"
        " and no contacts."
    ),
    geometry_type="Point",
    properties=(
        Property(
            "number", "id", title=_("case number"), where=_of_number,
            expression=Concat("district_code", Cast("id", CharField())),
        ),
        Property("kind", "kind", title=_("kind"), values=tuple(Kind.values)),
        Property("class", "case_class__code", title=_("case class")),
        Property("class_name", "case_class__name", title=_("name of the class")),
        Property("class_name_en", "case_class__name_en", title=_("English name of the class")),
        Property("main_class", "case_class__main_code", title=_("main class")),
        Property(
            "stage", "stage", title=_("stage"), values=tuple(Stage.values), where=_of_stage
        ),
        Property("outcome", "outcome", title=_("outcome"), values=tuple(Outcome.values)),
        Property(
            "priority", "priority", "whole", _("priority"), values=tuple(Priority.values)
        ),
        Property("level", "level", "whole", _("level"), values=tuple(Level.values)),
        Property("district", "district_code", title=_("district")),
        Property("street", "street_code", title=_("street (subdistrict)")),
        Property("community", "community_code", title=_("community")),
        Property("grid", "grid_code", title=_("unit grid")),
        Property("department", "department__code", title=_("department")),
        Property("department_name", "department__name", title=_("name of the department")),
        Property("reported_at", "reported_at", "time", _("reported at")),
        Property("filed_at", "filed_at", "time", _("filed at")),
        Property("stage_since", "stage_since", "time", _("at this stage since")),
        Property("due_at", "due_at", "time", _("due")),
        Property("closed_at", "closed_at", "time", _("ended at")),
        Property("late", "late", "flag", _("late")),
        Property("reworks", "reworks", "whole", _("reworks"), unit="1"),
    ),
    rows=visible_to,
    during=_reported,
    within=_in_grids,
    geometry="point",
)  # fmt: skip
COLLECTIONS = {
    one.name: one
    for one in (
        _regions(
            "districts", Region.Level.DISTRICT, _("Districts"),
            _("Districts in force; datetime asks for those of a day."),
        ),
        _regions(
            "streets", Region.Level.STREET, _("Streets (subdistricts)"),
            _("Streets (subdistricts) in force; datetime asks for those of a day."),
        ),
        _regions(
            "communities", Region.Level.COMMUNITY, _("Communities"),
            _("Communities in force; datetime asks for those of a day."),
        ),
        GRIDS,
        BASEMAP,
        COMPONENTS,
        CASES,
    )
}  # fmt: skip


def collection_named(name: str) -> Collection:
    """The collection of a name.

    Raises
    ------
    NotFoundError
        ``E-OGC-COLLECTION``.
    """
    found = COLLECTIONS.get(name)
    if found is None:
        text = gettext("There is no such collection; /ogc/collections lists those there are.")
        raise NotFoundError("E-OGC-COLLECTION", text)
    return found
