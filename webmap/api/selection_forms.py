"""What the address of selections takes and gives."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _
from rest_framework import serializers

from spatial.basemap.reach import circle, corridor
from spatial.cases.stages import Stage
from webmap.api.component_forms import AreaField
from webmap.api.edit_forms import PlaceField
from webmap.api.forms import PolygonField, RegionForm
from webmap.api.grid_figures import GridComponentsForm
from webmap.api.params import finite

MOST_EDITIONS = 40
MOST_CORNERS = 500
WIDEST_M = 20_000
FARTHEST_LAT = 85


class GroundField(PlaceField):
    """A place that tiles reach; nearer to a pole a circle has no plain shape in degrees."""

    def to_internal_value(self, data: Any) -> list[float]:
        """The two numbers."""
        place = super().to_internal_value(data)
        if abs(place[1]) > FARTHEST_LAT:
            raise serializers.ValidationError(_("Give longitude and latitude, in this order."))
        return place


class CircleOrder(serializers.Serializer):
    """A circle."""

    center = GroundField()
    radius_m = serializers.FloatField(min_value=1, max_value=WIDEST_M, validators=[finite])


class CorridorOrder(serializers.Serializer):
    """The ground along a line."""

    line = serializers.ListField(child=GroundField(), min_length=2, max_length=MOST_CORNERS)
    width_m = serializers.FloatField(min_value=1, max_value=WIDEST_M, validators=[finite])


class SelectionOrder(serializers.Serializer):
    """One of a polygon, a circle and a corridor; and the editions whose grids are meant."""

    polygon = AreaField(required=False)
    circle = CircleOrder(required=False)
    corridor = CorridorOrder(required=False)
    editions = serializers.ListField(
        child=serializers.RegexField(r"^[0-9]{6}-e[0-9]{1,8}\Z"), max_length=MOST_EDITIONS,
        default=list, help_text="Such as 110101-e1; none for those in force.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one area."""
        if len({"polygon", "circle", "corridor"} & set(attrs)) != 1:
            raise serializers.ValidationError(_("Give one of polygon, circle and corridor."))
        return attrs

    @staticmethod
    def area(values: dict[str, Any]) -> GEOSGeometry:
        """The area in degrees."""
        if "circle" in values:
            return circle(values["circle"]["center"], values["circle"]["radius_m"])
        if "corridor" in values:
            return corridor(values["corridor"]["line"], values["corridor"]["width_m"])
        return values["polygon"]


class GridColumnsForm(serializers.Serializer):
    """The grids as columns: ordered by edition and ordinal."""

    edition = serializers.ListField(child=serializers.IntegerField(), help_text="In editions.")
    ordinal = serializers.ListField(child=serializers.IntegerField())
    code = serializers.ListField(child=serializers.CharField())
    community = serializers.ListField(child=serializers.IntegerField(), help_text="In communities.")
    area_m2 = serializers.ListField(child=serializers.FloatField())
    components = serializers.ListField(child=serializers.IntegerField())
    open = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    recent = serializers.ListField(child=serializers.IntegerField(), allow_null=True)


class SelectedEditionForm(serializers.Serializer):
    """An edition of which grids are selected."""

    version = serializers.CharField()
    district = RegionForm()
    count = serializers.IntegerField()


class SelectedGridsForm(serializers.Serializer):
    """Grids that the area meets, with what of them lies in it."""

    count = serializers.IntegerField()
    area_m2 = serializers.FloatField(help_text="Of the whole grids.")
    editions = SelectedEditionForm(many=True)
    communities = RegionForm(many=True)
    rows = GridColumnsForm()


class StageNumberForm(serializers.Serializer):
    """Open cases at a stage."""

    stage = serializers.ChoiceField(Stage.choices)
    stage_name = serializers.CharField()
    n = serializers.IntegerField()


class OpenCasesForm(serializers.Serializer):
    """Open cases by stage."""

    count = serializers.IntegerField()
    stages = StageNumberForm(many=True)


class RecentForm(serializers.Serializer):
    """Cases reported in the last days."""

    count = serializers.IntegerField()
    days = serializers.IntegerField()


class SelectedCasesForm(serializers.Serializer):
    """Cases in the area that the user may see."""

    open = OpenCasesForm()
    recent = RecentForm()


class SelectionForm(serializers.Serializer):
    """What lies in an area."""

    area_m2 = serializers.FloatField(help_text="Of the area that was drawn, on the ellipsoid.")
    polygon = PolygonField(help_text="The area as it was asked of the store.")
    grids = SelectedGridsForm()
    components = GridComponentsForm()
    cases = SelectedCasesForm(allow_null=True, help_text="Null where the user sees no cases.")
