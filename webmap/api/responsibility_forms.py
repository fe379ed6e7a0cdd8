"""What the addresses of the table of responsibility take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from spatial.components.services.survey import CATALOGUE

MOST = 500


class LinePartyForm(serializers.Serializer):
    """An organisation."""

    code = serializers.CharField(allow_blank=True, default="", max_length=30)
    name = serializers.CharField(allow_blank=True, default="", max_length=100)


class LineOrder(serializers.Serializer):
    """A line to be added; on PATCH only what is to change."""

    region = serializers.RegexField(
        r"^[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?\Z",
        help_text="Code of a district, street or community.",
    )
    catalogue = serializers.CharField(default=CATALOGUE, max_length=40, allow_blank=True)
    kind = serializers.CharField(
        default="", allow_blank=True, max_length=80,
        help_text="Class or main class, by code or name; empty for all classes.",
    )  # fmt: skip
    supervisor = LinePartyForm(allow_null=True, default=None, help_text="Responsible department.")
    owner = LinePartyForm(allow_null=True, default=None)
    keeper = LinePartyForm(allow_null=True, default=None)
    note = serializers.CharField(default="", allow_blank=True, max_length=200)


class LinesQuery(serializers.Serializer):
    """Which lines."""

    region = serializers.RegexField(
        r"^[0-9]{6,12}\Z", required=False, default="", help_text="And all that lies in it."
    )
    q = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=100,
        help_text="Part of a code, of the name of a class or an organisation, or of the remark.",
    )  # fmt: skip
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=MOST)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=10**6)


class LineClassForm(serializers.Serializer):
    """A class or main class."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()


class LineForm(serializers.Serializer):
    """A line of the table."""

    id = serializers.IntegerField()
    region = serializers.CharField()
    region_name = serializers.CharField(help_text="Empty for one no longer in force.")
    region_name_en = serializers.CharField()
    catalogue = serializers.CharField(allow_blank=True)
    main = LineClassForm(allow_null=True)
    kind = LineClassForm(allow_null=True)
    supervisor = LinePartyForm(allow_null=True)
    owner = LinePartyForm(allow_null=True)
    keeper = LinePartyForm(allow_null=True)
    note = serializers.CharField()


class LinesForm(serializers.Serializer):
    """Lines by region and class."""

    count = serializers.IntegerField()
    lines = LineForm(many=True)


class TableImport(serializers.Serializer):
    """A file of lines."""

    file = serializers.FileField(help_text="CSV or XLSX, up to 5 MB.")
    catalogue = serializers.CharField(default=CATALOGUE, max_length=40)
    dry_run = serializers.BooleanField(default=False, help_text="Do all, write nothing.")


class TableImported(serializers.Serializer):
    """What an import did."""

    state = serializers.ChoiceField(["done", "dry run"])
    read = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unmodified = serializers.IntegerField()


def class_form(row: Any) -> dict[str, str] | None:
    """A class or main class, None for none."""
    return row and {name: getattr(row, name) for name in ("code", "name", "name_en")}
