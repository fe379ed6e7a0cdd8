"""What the export addresses take and give."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers

from spatial.basemap.io.writers import ENCODINGS, FORMATS
from spatial.grids.mapbook import COLOURS, PAPERS
from webmap import exports
from webmap.api.forms import JobStateForm

EPSG_FORM = re.compile(r"(?:EPSG:)?([0-9]{4,6})", re.IGNORECASE)
MOST_FIELDS = 40
PDF = "pdf"
OF_BOOKS = ("paper", "colour")
NOT_OF_BOOKS = ("srid", "encoding", "fields")


class ExportOrder(serializers.Serializer):
    """What to export."""

    what = serializers.ChoiceField(
        [*exports.SOURCES, exports.BOOK],
        default=exports.GRIDS_NAME,
        help_text="A mapbook takes region (a district or street), paper, colour and on.",
    )
    region = serializers.RegexField(
        rf"^{exports.REGION_FORM.pattern}\Z",
        required=False,
        help_text="Code of a district, street or community.",
    )
    district = serializers.RegexField(
        r"^[0-9]{6}\Z", required=False, help_text="Older name of region."
    )
    format = serializers.ChoiceField(
        [*FORMATS, PDF], default="shp", help_text="A map book is a pdf; nothing else is."
    )
    fields_ = serializers.ListField(
        child=serializers.CharField(max_length=40), default=list, max_length=MOST_FIELDS,
        help_text="Fields in the order wanted; none for all.",
    )  # fmt: skip
    crs = serializers.CharField(default="EPSG:4490", max_length=12, help_text="EPSG:N or N")
    encoding = serializers.ChoiceField(list(ENCODINGS), default="UTF-8")
    on = serializers.DateField(
        allow_null=True, default=None, help_text="State of this day; null for now."
    )

    paper = serializers.ChoiceField(list(PAPERS), default="A3")
    colour = serializers.ChoiceField(list(COLOURS), default="none")

    def get_fields(self) -> dict[str, Any]:
        """Let the list be called ``fields``, a name the class itself needs."""
        made = super().get_fields()
        made["fields"] = made.pop("fields_")
        return made

    def validate_crs(self, value: str) -> int:
        """Only a number ever reaches the libraries, never a text they would interpret."""
        found = EPSG_FORM.fullmatch(value)
        if not found:
            raise serializers.ValidationError(_("Give the reference system as EPSG:4490."))
        return int(found[1])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of ``region`` and ``district`` must be there."""
        code = attrs.pop("district", None)
        attrs.setdefault("region", code)
        if not attrs["region"]:
            raise serializers.ValidationError({"region": _("Name a region.")})
        if attrs["what"] != exports.BOOK and attrs["format"] == PDF:
            raise serializers.ValidationError({"format": _("Only a map book is a PDF.")})
        return attrs

    def params(self) -> dict[str, Any]:
        """The order as a job keeps it."""
        asked = dict(self.validated_data)
        asked["srid"] = asked.pop("crs")
        asked["on"] = asked["on"] and asked["on"].isoformat()
        book = asked["what"] == exports.BOOK
        for name in NOT_OF_BOOKS if book else OF_BOOKS:
            del asked[name]
        return {**asked, "format": PDF, "language": get_language()} if book else asked


class ExportForm(JobStateForm):
    """An export and its job."""

    what = serializers.CharField()
    region = serializers.CharField()
    format = serializers.CharField()
    on = serializers.DateField(allow_null=True)
    crs = serializers.IntegerField(allow_null=True, help_text="EPSG number.")
    bytes = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(help_text="Name of the file, once it is made.")
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()


class ExportsForm(serializers.Serializer):
    """The latest exports."""

    exports = ExportForm(many=True)
