"""Orders and answers about lists of addresses as serializers."""

from __future__ import annotations

from rest_framework import serializers

from spatial.addresses.models import BatchRow
from spatial.addresses.selectors import ALL, DOUBTFUL, SHOWN
from webmap.api.params import finite

MOST_ROWS = 500
CHOOSE, PUT, UNDO = "choose", "put", "undo"


class BatchOrder(serializers.Serializer):
    """Which list to find."""

    upload = serializers.UUIDField(help_text="One's own CSV or XLSX; it must have been inspected.")
    layer = serializers.CharField(
        default="", allow_blank=True, max_length=120, help_text="Sheet of a workbook."
    )
    field = serializers.CharField(
        default="", allow_blank=True, max_length=255, trim_whitespace=False,
        help_text="Column of the address; empty for one with a usual name.",
    )  # fmt: skip
    district = serializers.RegexField(
        r"^(?:\d{6})?\Z", default="", allow_blank=True, help_text="Only places of this district."
    )


class BatchForm(serializers.Serializer):
    """A list that was geocoded."""

    id = serializers.UUIDField()
    file = serializers.CharField()
    field = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    district = serializers.CharField()
    rows = serializers.IntegerField()
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Rows by verdict, as they were found."
    )
    decided = serializers.DictField(
        child=serializers.IntegerField(), help_text="Rows by state, as they are now."
    )
    rows_per_second = serializers.FloatField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    is_mine = serializers.BooleanField()


class BatchList(serializers.Serializer):
    """The latest lists."""

    batches = BatchForm(many=True)


class BatchCandidateForm(serializers.Serializer):
    """A candidate, or a place set by hand."""

    kind = serializers.CharField(help_text="As in /geocode; hand for a place set by hand.")
    level = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    score = serializers.FloatField()
    lon = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    district = serializers.CharField()
    street = serializers.CharField()
    community = serializers.CharField()
    grid = serializers.CharField(help_text="Empty where only a road or region is known.")
    place = serializers.IntegerField(allow_null=True)
    crs = serializers.CharField()


class BatchRowForm(serializers.Serializer):
    """A row of a list."""

    number = serializers.IntegerField()
    text = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())
    verdict = serializers.ChoiceField(BatchRow.Verdict.choices)
    code = serializers.CharField(help_text="Why the text is no address, or empty.")
    hint = serializers.CharField()
    candidates = BatchCandidateForm(many=True)
    state = serializers.ChoiceField(BatchRow.State.choices)
    choice = serializers.IntegerField(allow_null=True, help_text="Of the candidates, from 0.")
    hand = BatchCandidateForm(allow_null=True)
    learned = serializers.BooleanField(help_text="Whether the next list finds it so.")
    decided_by = serializers.CharField()


class BatchRowsForm(serializers.Serializer):
    """Some rows."""

    rows = BatchRowForm(many=True)
    more = serializers.BooleanField()


class RowsQuery(serializers.Serializer):
    """Which rows."""

    show = serializers.ChoiceField(list(SHOWN), default=ALL, help_text=f"{DOUBTFUL}, none or all.")
    after = serializers.IntegerField(default=0, min_value=0, help_text="Rows behind this number.")
    limit = serializers.IntegerField(default=100, min_value=1, max_value=MOST_ROWS)


class Decision(serializers.Serializer):
    """What is decided about a row."""

    action = serializers.ChoiceField([CHOOSE, PUT, UNDO])
    candidate = serializers.IntegerField(default=0, help_text="For choose: from 0.")
    lon = serializers.FloatField(
        required=False, min_value=-180, max_value=180, validators=[finite], help_text="For put."
    )
    lat = serializers.FloatField(
        required=False, min_value=-85, max_value=85, validators=[finite], help_text="For put."
    )

    def validate(self, attrs: dict) -> dict:
        """A place set by hand needs both."""
        if attrs["action"] == PUT and not {"lon", "lat"} <= attrs.keys():
            raise serializers.ValidationError({"lon": ["lon, lat"]})
        return attrs
