"""Orders and answers about imports as serializers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from spatial.basemap.io.layermap import LEVELS, MAX_CLASS, OWN, OWN_KINDS, shipped
from spatial.basemap.models import ImportRun
from spatial.cases.making.plan import CATALOGUE as CASE_CATALOGUE
from spatial.cases.models import Channel
from spatial.components.services.survey import CATALOGUE
from webmap.imports import BASEMAP, CASES, COMPONENTS, PLACES, own_layer_map


class OwnRuleForm(serializers.Serializer):
    """What a layer, or a part of it, becomes."""

    layer = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(OWN_KINDS)
    line_class = serializers.IntegerField(
        default=0, min_value=0, max_value=MAX_CLASS,
        help_text="1 motorway, primary, river … 7 path; 0 where a class makes no sense.",
    )  # fmt: skip
    name = serializers.CharField(
        default="", allow_blank=True, max_length=120, help_text="Column of the name."
    )
    column = serializers.CharField(
        default="", allow_blank=True, max_length=120,
        help_text="Column that decides which features are meant; empty for all of the layer.",
    )  # fmt: skip
    values = serializers.ListField(
        child=serializers.CharField(max_length=120), default=list, max_length=200,
        help_text="Its values, each may end in *; empty for any that is not empty.",
    )  # fmt: skip


class ImportOrder(serializers.Serializer):
    """What to make of an upload."""

    upload = serializers.UUIDField(help_text="One's own; it must have been inspected.")
    what = serializers.ChoiceField([BASEMAP, PLACES, COMPONENTS, CASES, *LEVELS])
    layers = serializers.ChoiceField(
        [*(rules.name for rules in shipped()), OWN], default="", allow_blank=True,
        help_text="Layer map of a base map: a shipped one, or own for that of own_map; "
        "empty: chosen by driver and layer names.",
    )  # fmt: skip
    own_map = OwnRuleForm(
        many=True, default=list, max_length=500,
        help_text="Lines of an own layer map; the first that fits a feature counts.",
    )  # fmt: skip
    layer = serializers.CharField(
        default="", allow_blank=True, max_length=120,
        help_text="Layer of regions or places; empty where there is one, or one has a usual name.",
    )  # fmt: skip
    code_field = serializers.CharField(default="", allow_blank=True, max_length=120)
    name_field = serializers.CharField(default="", allow_blank=True, max_length=120)
    name_en_field = serializers.CharField(default="", allow_blank=True, max_length=120)
    mend = serializers.BooleanField(
        default=False, help_text="Mend overlaps and holes of regions instead of refusing them."
    )
    skip_bad = serializers.BooleanField(
        default=False,
        help_text="Leave rows of places, components or cases with a fault out, not refusing all.",
    )
    valid_from = serializers.DateField(allow_null=True, default=None)
    catalogue = serializers.CharField(
        default=CATALOGUE, max_length=40, help_text="Version of the classes of components."
    )
    kind = serializers.CharField(
        default="", allow_blank=True, max_length=80,
        help_text="Class, by code or name, of components that name none.",
    )  # fmt: skip
    columns = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=120), default=dict,
        help_text="Column of an attribute of components; empty: not read. Others by their names.",
    )  # fmt: skip
    only_layers = serializers.ListField(
        child=serializers.CharField(max_length=120), default=list, max_length=1000,
        help_text="Layers of components to read; none for all.",
    )  # fmt: skip
    whole = serializers.BooleanField(
        default=False, help_text="What is missing of the file's classes in its districts is gone."
    )
    day = serializers.DateField(
        allow_null=True, default=None, help_text="Day of the survey; null for today."
    )
    case_catalogue = serializers.CharField(
        default=CASE_CATALOGUE, max_length=40, help_text="Version of the classes of cases."
    )
    case_columns = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=120), default=dict,
        help_text="Column of an attribute of past cases; empty: not read. Others by their names.",
    )  # fmt: skip
    zone = serializers.CharField(
        default="", allow_blank=True, max_length=40,
        help_text="Time zone of times of past cases that name none; empty: that of the site.",
    )  # fmt: skip
    channel = serializers.ChoiceField(
        Channel.choices, default=Channel.HOTLINE, help_text="Source of cases that name none."
    )
    dataset = serializers.CharField(
        default="", allow_blank=True, max_length=120, help_text="Empty: the file's name."
    )
    attribution = serializers.CharField(default="", allow_blank=True, max_length=300)
    made_up = serializers.BooleanField(default=False)
    dry_run = serializers.BooleanField(default=False, help_text="Do all, write nothing.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Say what is wrong with an own layer map before a job is made of it."""
        if attrs["what"] == BASEMAP and attrs["layers"] == OWN:
            own_layer_map(attrs["own_map"])
        return attrs


class ImportRunForm(serializers.Serializer):
    """A run of an import."""

    id = serializers.IntegerField()
    what = serializers.CharField(
        help_text="basemap, places, components, cases, regions-district, -street, -community."
    )
    file = serializers.CharField()
    dataset = serializers.CharField()
    state = serializers.ChoiceField(ImportRun.State.choices)
    crs = serializers.IntegerField(allow_null=True, help_text="EPSG number it was moved from.")
    encoding = serializers.CharField()
    counts = serializers.JSONField(help_text="Counts by layer, reason, kind and change.")
    issues = serializers.IntegerField(help_text="How many notes the report has.")
    error_code = serializers.CharField()
    error_message = serializers.CharField()
    created_by = serializers.CharField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class ImportJobForm(serializers.Serializer):
    """An import that waits or is at work."""

    id = serializers.UUIDField()
    file = serializers.CharField()
    what = serializers.CharField()
    state = serializers.CharField()
    is_mine = serializers.BooleanField()


class ImportsForm(serializers.Serializer):
    """The latest imports."""

    runs = ImportRunForm(many=True)
    running = ImportJobForm(many=True)
