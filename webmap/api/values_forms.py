"""What is asked and answered of colours for the map."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

MOST_DIGITS = 15


class NumbersField(serializers.CharField):
    """Whole numbers with commas between them."""

    default_error_messages: ClassVar = {
        "invalid": _("Give whole numbers with commas between them.")
    }

    def to_internal_value(self, data: Any) -> list[int]:
        """The numbers."""
        parts = super().to_internal_value(data).split(",")
        if not all(
            part.isascii() and part.isdecimal() and len(part) <= MOST_DIGITS for part in parts
        ):
            self.fail("invalid")
        return [int(part) for part in parts]


class WordsField(serializers.CharField):
    """Names with commas between them."""

    def to_internal_value(self, data: Any) -> list[str]:
        """The names."""
        return super().to_internal_value(data).split(",")


class ValuesQuery(serializers.Serializer):
    """Days and edition, and which cases are counted."""

    edition = serializers.CharField(max_length=40)
    form = serializers.ChoiceField(["bytes", "json"], required=False, default="bytes")
    classes = NumbersField(required=False, max_length=800, help_text="Keys of classes of cases.")
    departments = NumbersField(required=False, max_length=800, help_text="Keys of departments.")
    channels = WordsField(required=False, max_length=200, help_text="Sources of reports.")
    campaigns = NumbersField(required=False, max_length=200, help_text="Keys of campaigns.")

    def get_fields(self) -> dict:
        """With the days, whose first has a name that Python keeps for itself."""
        return {"from": serializers.DateField(), "to": serializers.DateField(),
                **super().get_fields()}  # fmt: skip


class RegionValuesQuery(ValuesQuery):
    """The same, and of which regions."""

    form = None
    level = serializers.ChoiceField(["street", "district"])


class RegionValueForm(serializers.Serializer):
    """What a region has of a measure."""

    code = serializers.CharField()
    value = serializers.FloatField(
        allow_null=True, help_text="Null: nothing to be a part of, or too few to tell."
    )
    too_few = serializers.BooleanField()


class DaysQuery(serializers.Serializer):
    """A district and days."""

    district = serializers.RegexField(r"^\d{6}$")

    def get_fields(self) -> dict:
        """With the days, whose first has a name that Python keeps for itself."""
        return {"from": serializers.DateField(), "to": serializers.DateField(),
                **super().get_fields()}  # fmt: skip


class DaysForm(serializers.Serializer):
    """Cases of a district day by day."""

    first = serializers.DateField()
    filed = serializers.ListField(child=serializers.IntegerField(), help_text="One number a day.")


class ChoiceForm(serializers.Serializer):
    """One kind of cases."""

    key = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()


class ChoicesForm(serializers.Serializer):
    """Kinds of cases by what tells them apart."""

    classes = ChoiceForm(many=True)
    departments = ChoiceForm(many=True)
    channels = ChoiceForm(many=True)
    campaigns = ChoiceForm(many=True)


class ForecastAboutForm(serializers.Serializer):
    """The forecast that values are of."""

    made_at = serializers.DateTimeField()
    to = serializers.DateField()
    tested_weeks = serializers.IntegerField()
    classes = serializers.IntegerField(help_text="Main classes in it: it is proven by grid.")
    all_classes = serializers.IntegerField()
    better_by = serializers.FloatField(
        allow_null=True, help_text="Share by which it is less off than last week and last year."
    )

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's."""
        return {**super().get_fields(), "from": serializers.DateField()}


class LegendForm(serializers.Serializer):
    """What the bytes of a measure mean."""

    measure = serializers.CharField()
    unit = serializers.CharField()
    step = serializers.FloatField(help_text="A value is the byte times this.")
    highest = serializers.FloatField()
    total = serializers.FloatField()
    outside = serializers.IntegerField(help_text="Counted under codes of other editions.")
    nothing = serializers.IntegerField()
    too_few = serializers.IntegerField()
    grades = serializers.ListField(child=serializers.CharField())
    forecast = ForecastAboutForm(required=False, help_text="Of the measure forecast only.")
