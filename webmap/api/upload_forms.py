"""The answers about uploads as serializers, for the OpenAPI description."""

from __future__ import annotations

from rest_framework import serializers

from spatial.basemap.models import Upload
from webmap.api.forms import BoundsField, ErrorForm


class UploadForm(serializers.Serializer):
    """An upload."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.ChoiceField(Upload.State.choices)
    sha256 = serializers.CharField(help_text="Empty until it has been inspected.")
    crs = serializers.CharField(help_text="What the user gave: EPSG:N, GCJ-02, BD-09, or empty.")
    encoding = serializers.CharField(help_text="What the user gave, or auto.")
    created_at = serializers.DateTimeField()
    bytes = serializers.IntegerField()
    received_bytes = serializers.IntegerField()
    piece_bytes = serializers.IntegerField(help_text="The largest piece that is taken.")
    error = ErrorForm(allow_null=True)
    content = serializers.CharField(help_text="Address for the bytes.")
    inspection = serializers.CharField(help_text="Address of what was found.")


class UploadList(serializers.Serializer):
    """Uploads, the newest first."""

    uploads = UploadForm(many=True)


class FieldForm(serializers.Serializer):
    """A column."""

    name = serializers.CharField()
    type = serializers.ChoiceField(["text", "number", "date", "other"])


class CrsForm(serializers.Serializer):
    """A reference system and how it was found."""

    epsg = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    how = serializers.CharField(help_text="given, prj, file, format; empty when missing.")
    note = serializers.CharField(help_text="What is uncertain about the datum shift.")


class EncodingForm(serializers.Serializer):
    """An encoding and how it was found."""

    name = serializers.CharField()
    how = serializers.CharField(help_text="given, cpg, language, declared, tried, format.")


class InspectedLayerForm(serializers.Serializer):
    """A layer."""

    name = serializers.CharField()
    geometry_type = serializers.CharField()
    features = serializers.IntegerField(allow_null=True, help_text="Null when not counted yet.")
    fields_ = FieldForm(many=True)
    crs = CrsForm()
    encoding = EncodingForm()
    samples = serializers.ListField(child=serializers.CharField(), max_length=20)
    bounds = BoundsField(allow_null=True, help_text="In the layer's own coordinates.")
    bounds_wgs84 = BoundsField(allow_null=True)
    problems = ErrorForm(many=True, help_text="To be answered or mended before an import.")

    def get_fields(self) -> dict:
        """``fields`` is a name that serializers keep for themselves."""
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


class SurveyLayerForm(serializers.Serializer):
    """A layer read as components."""

    columns = serializers.DictField(help_text="Column of each attribute that is recognised.")
    classes = serializers.DictField(
        help_text="Class that the layer is named after, by version of the catalogue."
    )


class SurveyForm(serializers.Serializer):
    """A file read as a survey of components."""

    likely = serializers.BooleanField(help_text="Its columns are those of a survey.")
    layers = serializers.DictField(child=SurveyLayerForm(), help_text="By name of the layer.")


class FeedLayerForm(serializers.Serializer):
    """A layer read as past cases."""

    columns = serializers.DictField(
        child=serializers.CharField(), help_text="Recognised column by attribute."
    )


class FeedForm(serializers.Serializer):
    """A file read as past cases."""

    likely = serializers.BooleanField(help_text="Its columns are those of past cases.")
    layers = serializers.DictField(child=FeedLayerForm(), help_text="By name of the layer.")


class InspectedForm(serializers.Serializer):
    """What is in a file."""

    file = serializers.CharField()
    driver = serializers.CharField()
    layers = InspectedLayerForm(many=True)
    bounds_wgs84 = BoundsField(allow_null=True)
    layer_map = serializers.CharField(
        allow_null=True, help_text="The shipped layer map an import would choose; null for none."
    )
    survey = SurveyForm(help_text="What an import of components would make of it.")
    feed = FeedForm(help_text="What an import of past cases would make of it.")
