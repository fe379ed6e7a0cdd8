"""Requests and answers about components."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry, Polygon
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from spatial.cases.stages import Stage
from spatial.components.models import Component, ComponentChange, State
from spatial.components.selectors import Where
from spatial.core.srid import STORE_SRID
from webmap.api.edit_forms import PlaceField
from webmap.api.forms import POLYGON, CoordinateField
from webmap.language import in_language

CODE = {"min_length": 1, "max_length": 20}
MOST_VERTICES = 1_000
MOST_IN_POLYGON = 5_000


class WhereQuery(serializers.Serializer):
    """Which components."""

    region = serializers.RegexField(
        r"^\d{6}(\d{3}(\d{3})?)?$", default="", help_text="District, street or community."
    )
    grid = serializers.RegexField(r"^\d{14,15}$", default="", help_text="Code of a unit grid.")
    catalogue = serializers.CharField(max_length=40, default="")
    main = serializers.RegexField(r"^\d{2}$", default="", help_text="Code of a main class.")
    kind = serializers.RegexField(r"^\d{4,5}$", default="", help_text="Code of a class.")
    state = serializers.ChoiceField(State.choices, default="")
    supervisor = serializers.IntegerField(min_value=1, max_value=2**31, default=None)
    owner = serializers.IntegerField(min_value=1, max_value=2**31, default=None)
    keeper = serializers.IntegerField(min_value=1, max_value=2**31, default=None)
    text = serializers.CharField(
        max_length=60, default="", help_text="Beginning of a code; part of a name or position."
    )
    gone = serializers.BooleanField(default=False, help_text="Also those there no more.")

    FIELDS = tuple(Where.__dataclass_fields__)

    @classmethod
    def where(cls, values: dict[str, Any]) -> Where:
        """What was asked for."""
        return Where(**{name: values[name] for name in cls.FIELDS if name in values})


class ListQuery(WhereQuery):
    """A page of a list."""

    after = serializers.RegexField(r"^\d{16,17}$", default="", help_text="Last code of the page.")
    limit = serializers.IntegerField(min_value=1, max_value=500, default=50)


@extend_schema_field(POLYGON)
class AreaField(serializers.JSONField):
    """A polygon drawn on the map, as GeoJSON in degrees."""

    def to_internal_value(self, data: Any) -> GEOSGeometry:
        """The polygon, valid and small enough to be asked for."""
        value = super().to_internal_value(data)
        if not (isinstance(value, dict) and value.get("type") == "Polygon" and "crs" not in value):
            raise serializers.ValidationError(_("Give a GeoJSON polygon in degrees."))
        rings = value.get("coordinates")
        if not (isinstance(rings, list) and rings and all(map(_is_ring, rings))):
            raise serializers.ValidationError(_("Give a GeoJSON polygon in degrees."))
        try:
            area = Polygon(*rings, srid=STORE_SRID)
        except (GEOSException, ValueError, TypeError) as error:
            raise serializers.ValidationError(_("Give a GeoJSON polygon in degrees.")) from error
        if area.num_coords > MOST_VERTICES:
            raise serializers.ValidationError(_("The polygon has more than 1,000 vertices."))
        # A line drawn by hand crosses itself now and then.
        return area if area.valid else area.make_valid()


def _is_ring(ring: Any) -> bool:
    """Whether it is a list of places of finite numbers: GEOS would take others for something."""
    return isinstance(ring, list) and len(ring) > 0 and all(map(is_place, ring))


def is_place(place: Any) -> bool:
    """Whether something is a place of two or three finite numbers."""
    return (
        isinstance(place, list)
        and len(place) in (2, 3)
        and all(isinstance(one, int | float) and math.isfinite(one) for one in place)
    )


class WithinOrder(WhereQuery):
    """Components in a polygon."""

    polygon = AreaField()
    limit = serializers.IntegerField(min_value=1, max_value=MOST_IN_POLYGON, default=500)


class PartyForm(serializers.Serializer):
    """A department, owner or keeper."""

    id = serializers.IntegerField()
    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()


class AnswerForm(PartyForm):
    """Who answers for a component."""

    by_table = serializers.BooleanField(help_text="From the table of responsibility.")


class ComponentRowForm(serializers.Serializer):
    """A component in a list."""

    code = serializers.CharField()
    kind = serializers.CharField(help_text="Code of the class.")
    main = serializers.CharField(help_text="Code of the main class.")
    kind_name = serializers.CharField()
    symbol = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(State.choices)
    grid = serializers.CharField(allow_blank=True, help_text="Empty outside every unit grid.")
    owner = serializers.CharField(allow_blank=True)
    center = CoordinateField()


class ComponentListForm(serializers.Serializer):
    """A page of components."""

    count = serializers.IntegerField()
    more = serializers.BooleanField(help_text="Whether there are more than the count tells.")
    next = serializers.CharField(allow_null=True, help_text="Give it as ``after``.")
    results = ComponentRowForm(many=True)


class CountForm(serializers.Serializer):
    """How many of a class there are."""

    kind = serializers.CharField()
    kind_name = serializers.CharField()
    symbol = serializers.CharField()
    count = serializers.IntegerField()


class WithinForm(ComponentListForm):
    """Components in a polygon, counted by class."""

    classes = CountForm(many=True)


class LifeStepForm(serializers.Serializer):
    """A step in the life of a component."""

    kind = serializers.ChoiceField(ComponentChange.Kind.choices)
    day = serializers.DateField()
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_blank=True)
    before = serializers.JSONField()
    after = serializers.JSONField()


class PhotoForm(serializers.Serializer):
    """A photo of a component."""

    key = serializers.UUIDField()
    url = serializers.CharField()
    width_px = serializers.IntegerField()
    height_px = serializers.IntegerField()
    taken_at = serializers.DateTimeField(allow_null=True)
    added_at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True)


class NearForm(ComponentRowForm):
    """A component beside another."""

    away_m = serializers.FloatField()


class OpenCaseForm(serializers.Serializer):
    """An open case about a component."""

    number = serializers.CharField()
    name = serializers.CharField(help_text="What the class of the case is called.")
    stage = serializers.ChoiceField(Stage.choices)
    stage_name = serializers.CharField()
    reported_at = serializers.DateTimeField()
    deadline = serializers.DateTimeField(allow_null=True)


class ComponentForm(ComponentRowForm):
    """All about a component."""

    main_name = serializers.CharField()
    colour = serializers.CharField()
    catalogue = serializers.CharField()
    accuracy = serializers.CharField()
    district = serializers.CharField()
    supervisor = AnswerForm(allow_null=True)
    owner = AnswerForm(allow_null=True)
    keeper = AnswerForm(allow_null=True)
    position = serializers.CharField(allow_blank=True)
    data_source = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    dataset = serializers.CharField()
    made_up = serializers.BooleanField()
    valid_from = serializers.DateField()
    changed_on = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    revision = serializers.CharField(help_text="Give it back with a change.")
    geometry = serializers.JSONField()
    photos = PhotoForm(many=True)
    history = LifeStepForm(many=True)
    near = NearForm(many=True)
    cases = OpenCaseForm(many=True, help_text="Open ones that the user may see.")


class KeepOrder(serializers.Serializer):
    """What is to be changed on a component; what is left out stays."""

    revision = serializers.RegexField(r"^\d{1,18}$", required=False)
    name = serializers.CharField(max_length=100, allow_blank=True, required=False)
    position = serializers.CharField(max_length=200, allow_blank=True, required=False)
    data_source = serializers.CharField(max_length=30, allow_blank=True, required=False)
    note = serializers.CharField(max_length=1000, allow_blank=True, required=False)
    state = serializers.ChoiceField(State.choices, required=False)
    supervisor = serializers.CharField(max_length=100, allow_blank=True, required=False)
    owner = serializers.CharField(max_length=100, allow_blank=True, required=False)
    keeper = serializers.CharField(max_length=100, allow_blank=True, required=False)
    point = PlaceField(required=False)


class RegisterOrder(KeepOrder):
    """A new component."""

    catalogue = serializers.CharField(max_length=40, default="cjt214-2007")
    kind = serializers.RegexField(r"^\d{4,5}$")
    point = PlaceField()


class MainClassForm(serializers.Serializer):
    """A main class."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    colour = serializers.CharField()
    symbol = serializers.CharField()


class ClassForm(serializers.Serializer):
    """A class."""

    code = serializers.CharField()
    main = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    geometry = serializers.CharField()
    accuracy = serializers.CharField()
    symbol = serializers.CharField()
    local = serializers.BooleanField()


class CatalogueForm(serializers.Serializer):
    """A catalogue of classes."""

    version = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    main_classes = MainClassForm(many=True)
    classes = ClassForm(many=True)


def row_form(one: Component) -> dict[str, Any]:
    """A component in a list."""
    return {
        "code": one.code,
        "kind": one.kind.code,
        "main": one.kind.main.code,
        "kind_name": in_language(one.kind.name, one.kind.name_en),
        "symbol": one.kind.symbol,
        "name": one.name,
        "state": one.state,
        "grid": one.grid_code,
        "owner": str(one.owner or ""),
        "center": [round(value, 8) for value in one.point.coords],
    }
