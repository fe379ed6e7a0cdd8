"""The answers of the API as serializers, for the OpenAPI description."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from spatial.basemap.models import Region
from spatial.core.models import Job
from spatial.grids.models import GridPlan
from webmap.search.ranking import TYPES

COORDINATE = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
POLYGON = {
    "type": "object",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"type": "string", "enum": ["Polygon"]},
        "coordinates": {"type": "array", "items": {"type": "array", "items": COORDINATE}},
    },
}
REGIONS = "The regions are invented, even where the base map is real."
GROUND = "The base map here is generated, not surveyed; null without a base map."


@extend_schema_field(POLYGON)
class PolygonField(serializers.JSONField):
    """A GeoJSON polygon in degrees."""

    def to_internal_value(self, data: Any) -> Any:
        """An object without a reference system of its own: no text is left to be interpreted."""
        value = super().to_internal_value(data)
        if not isinstance(value, dict) or "crs" in value:
            raise serializers.ValidationError(_("Give a GeoJSON polygon in degrees."))
        return value


class BoundsField(serializers.ListField):
    """West, south, east, north in degrees."""

    child = serializers.FloatField()
    min_length = max_length = 4


class CoordinateField(serializers.ListField):
    """Longitude and latitude in degrees."""

    child = serializers.FloatField()
    min_length = max_length = 2


class ErrorForm(serializers.Serializer):
    """Every error: a stable code, a sentence, and facts."""

    code = serializers.CharField()
    message = serializers.CharField()
    detail = serializers.JSONField()


class EditionForm(serializers.Serializer):
    """An edition of a district's grids."""

    version = serializers.CharField(help_text="Name in addresses, such as 110101-e1.")
    edition = serializers.IntegerField()
    state = serializers.ChoiceField(GridPlan.State.choices)
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    scheme = serializers.CharField()


class DistrictEditionForm(EditionForm):
    """An edition with its size and figures."""

    grid_count = serializers.IntegerField()
    target_area_m2 = serializers.FloatField()
    figures = serializers.DictField(help_text="Single measures of the whole edition by name.")


class SpanForm(serializers.Serializer):
    """An edition and the days it was in force, the last not counted."""

    version = serializers.CharField()
    edition = serializers.IntegerField()
    grid_count = serializers.IntegerField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class DistrictForm(serializers.Serializer):
    """A district."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    made_up = serializers.BooleanField(help_text=REGIONS)
    basemap_made_up = serializers.BooleanField(allow_null=True, help_text=GROUND)
    attribution = serializers.CharField()
    bounds = BoundsField()
    edition = DistrictEditionForm(allow_null=True)
    drafts = DistrictEditionForm(many=True)
    editions = SpanForm(many=True, help_text="All there were, the newest first.")


class RegionForm(serializers.Serializer):
    """Name and code of a region."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()


class LeafRegionForm(RegionForm):
    """The smallest region a grid lies in; a community unless the district has none."""

    level = serializers.ChoiceField(Region.Level.choices)


class NeighbourForm(serializers.Serializer):
    """A grid that shares a border."""

    code = serializers.CharField()
    ordinal = serializers.IntegerField()
    direction = serializers.ChoiceField(["N", "NE", "E", "SE", "S", "SW", "W", "NW"])


class RelativeForm(serializers.Serializer):
    """A grid of the edition before or after that has ground in common with this one."""

    code = serializers.CharField()
    version = serializers.CharField()
    ordinal = serializers.IntegerField()
    valid_from = serializers.DateField(help_text="First day of that edition.")
    shared_area_m2 = serializers.FloatField()
    components = serializers.IntegerField(help_text="How many components passed with the ground.")


class GridForm(serializers.Serializer):
    """A unit grid."""

    code = serializers.CharField()
    ordinal = serializers.IntegerField()
    area_m2 = serializers.FloatField()
    perimeter_m = serializers.FloatField()
    on_feature_share = serializers.FloatField()
    note = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    community = LeafRegionForm()
    street = RegionForm(allow_null=True)
    district = RegionForm()
    edition = EditionForm()
    neighbours = NeighbourForm(many=True)
    predecessors = RelativeForm(many=True, help_text="What gave it ground.")
    successors = RelativeForm(many=True, help_text="What its ground passed to.")
    made_up = serializers.BooleanField(help_text=REGIONS)
    basemap_made_up = serializers.BooleanField(allow_null=True, help_text=GROUND)
    bounds = BoundsField()
    center = CoordinateField(help_text="A point inside the grid.")
    geometry = PolygonField()


class FoundForm(serializers.Serializer):
    """One thing the search found."""

    type = serializers.ChoiceField(TYPES)
    label = serializers.CharField()
    detail = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    version = serializers.CharField(allow_null=True)
    ordinal = serializers.IntegerField(allow_null=True)
    center = CoordinateField()
    bounds = BoundsField(allow_null=True)


class SearchForm(serializers.Serializer):
    """What the search found, best first."""

    results = FoundForm(many=True)


class JobStateForm(serializers.Serializer):
    """How far a job is."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(Job.State.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    message = serializers.CharField()
    error_code = serializers.CharField()
    error_message = serializers.CharField()
    error_detail = serializers.JSONField(help_text="Facts of the error, such as places.")
    result = serializers.JSONField(help_text="What came of it, such as the counts of an import.")
    file = serializers.CharField(allow_null=True, help_text="Address of the result, once there.")


class JobForm(serializers.Serializer):
    """A job."""

    job = JobStateForm()


class VectorLayerForm(serializers.Serializer):
    """A layer inside a vector tile."""

    id = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField())
    minzoom = serializers.IntegerField()
    maxzoom = serializers.IntegerField()


class TileJsonForm(serializers.Serializer):
    """TileJSON 3.0."""

    tilejson = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField(help_text="Version of the layer, part of its addresses.")
    scheme = serializers.CharField()
    tiles = serializers.ListField(child=serializers.CharField())
    minzoom = serializers.IntegerField()
    maxzoom = serializers.IntegerField()
    bounds = BoundsField()
    center = serializers.ListField(child=serializers.FloatField())
    attribution = serializers.CharField(allow_blank=True)
    vector_layers = VectorLayerForm(many=True)
