"""Orders and answers of grid schemes."""

from __future__ import annotations

from rest_framework import serializers

from spatial.schemes.models import SchemeEdition
from spatial.schemes.services.crosswalk import KINDS
from webmap.api.params import OnDay, finite
from webmap.schemes import BY

MOST_VALUES = 100_000


class SchemeOrder(serializers.Serializer):
    """A new scheme."""

    key = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=60)
    name_en = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    purpose = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class EditionOrder(serializers.Serializer):
    """An edition: of an upload with its columns, or of so many groups of unit grids."""

    district = serializers.CharField(max_length=12)
    upload = serializers.UUIDField(required=False, allow_null=True, default=None)
    layer = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    code_field = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    name_field = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    groups = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=9_999
    )

    def validate(self, attrs: dict) -> dict:
        """Either a file with its column of codes, or a number of groups."""
        if bool(attrs["upload"] and attrs["code_field"]) == bool(attrs["groups"]):
            raise serializers.ValidationError("Give upload and code_field, or groups.")
        return attrs


class PublishSchemeOrder(serializers.Serializer):
    """From when an edition is in force."""

    valid_from = serializers.DateField(required=False, allow_null=True, default=None)


class SchemeEditionForm(serializers.Serializer):
    """An edition of a scheme in a district."""

    version = serializers.CharField()
    scheme = serializers.CharField()
    district = serializers.CharField()
    edition = serializers.IntegerField()
    state = serializers.ChoiceField(SchemeEdition.State.choices)
    origin = serializers.ChoiceField(SchemeEdition.Origin.choices)
    source = serializers.DictField(help_text="File and layer, or plan and number of groups.")
    cell_count = serializers.IntegerField()
    covered_share = serializers.FloatField()
    created_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    may_publish = serializers.BooleanField()


class SchemeForm(SchemeOrder):
    """A scheme with its editions, the newest of each district first."""

    editions = SchemeEditionForm(many=True)


class CrosswalkQuery(OnDay):
    """Two schemes of a district; ``unit`` are the unit grids."""

    to = serializers.CharField(max_length=20)
    district = serializers.CharField(max_length=12)
    by = serializers.ChoiceField(
        BY, default="area", help_text="What is in common: ground, or the components on it."
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        """The fields; ``from`` is no name in Python."""
        return {"from": serializers.CharField(max_length=20), **super().get_fields()}


class PairForm(serializers.Serializer):
    """Two cells with ground in common."""

    code = serializers.CharField()
    other_code = serializers.CharField()
    shared_area_m2 = serializers.FloatField(required=False, help_text="By area.")
    components = serializers.FloatField(required=False, help_text="By components: their number.")
    share = serializers.FloatField(help_text="Of the cell of the first scheme.")
    other_share = serializers.FloatField(help_text="Of the cell of the second.")


class CrosswalkForm(serializers.Serializer):
    """What two schemes have in common."""

    one = serializers.CharField(help_text="Edition of the first.")
    other = serializers.CharField(help_text="Edition of the second.")
    pairs = PairForm(many=True)


class ValuesOrder(CrosswalkQuery):
    """Numbers by the codes of the first scheme."""

    kind = serializers.ChoiceField(KINDS, required=False, default="sum")
    values = serializers.DictField(child=serializers.FloatField(validators=[finite]))


class ValuesForm(serializers.Serializer):
    """The same numbers by the codes of the second scheme."""

    one = serializers.CharField()
    other = serializers.CharField()
    total = serializers.FloatField(help_text="Of the numbers given.")
    outside = serializers.FloatField(help_text="What of a sum has no cell in the second scheme.")
    values = serializers.DictField(child=serializers.FloatField())
