"""What the export addresses take and give."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers

from spatial.basemap.io.writers import ENCODINGS, FORMATS
from spatial.cases.models import Kind
from spatial.components.labels import LAYOUTS
from spatial.components.models import State
from spatial.components.services.picking import MOST_CODES
from spatial.core.srid import STORE_SRID
from spatial.evaluation.services.export_results import AREAS
from spatial.grids.mapbook import COLOURS, GRADE, PAPERS
from webmap import exports
from webmap.api.forms import JobStateForm, PolygonField

EPSG_FORM = re.compile(r"(?:EPSG:)?([0-9]{4,6})", re.IGNORECASE)
LOCAL_FORM = re.compile(r"LOCAL:[a-z0-9-]{1,12}")
MOST_FIELDS = 160
PDF = "pdf"
OF_PLAIN_BOOKS = ("paper", "colour")
OF_BOOKS = (*OF_PLAIN_BOOKS, "period", "scheme")
OF_LABELS = ("layout", "first", "only")
OF_FILES = ("srid", "system", "encoding", "fields", "only")


class Only(serializers.Serializer):
    """Which components, cases or results; what is left out or empty leaves a side open."""

    catalogue = serializers.CharField(required=False, allow_blank=True, max_length=40)
    main = serializers.CharField(
        required=False, allow_blank=True, max_length=2, help_text="Code of a main class."
    )
    kind = serializers.CharField(
        required=False, allow_blank=True, max_length=5, help_text="Code of a class."
    )
    state = serializers.ChoiceField(State.choices, required=False, allow_blank=True)
    supervisor = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    owner = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    keeper = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    polygon = PolygonField(
        required=False, allow_null=True, help_text="GeoJSON in degrees; up to 1,000 vertices."
    )
    codes = serializers.ListField(
        child=serializers.RegexField(r"^[0-9]{16,17}\Z"), required=False, max_length=MOST_CODES
    )
    of = serializers.ChoiceField(
        Kind.choices, required=False, allow_blank=True, help_text="Cases: of components or events."
    )
    stage = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Cases: stages with commas."
    )
    first = serializers.DateField(
        required=False, allow_null=True, help_text="Cases reported on this day or later."
    )
    last = serializers.DateField(required=False, allow_null=True)
    object = serializers.ChoiceField(
        AREAS, required=False, allow_blank=True, help_text="Results: of what."
    )
    period = serializers.CharField(
        required=False, allow_blank=True, max_length=24,
        help_text="Results: 2026-10, 2026-W44, 2026-Q4, 2026, a day, or DAY..DAY.",
    )  # fmt: skip
    scheme = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="Results: such as grid-v1."
    )
    edition = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="Results of cells: of what."
    )
    publication = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=10**9,
        help_text="Published results, in place of object, period and scheme.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only what is given, in a form that a job can keep."""
        given = {name: value for name, value in attrs.items() if value not in ("", None, [])}
        days = {name: given[name].isoformat() for name in ("first", "last") if name in given}
        return given | days


class ExportOrder(serializers.Serializer):
    """What to export."""

    what = serializers.ChoiceField(
        [*exports.SOURCES, exports.BOOK, exports.LABELS],
        default=exports.GRIDS_NAME,
        help_text="A mapbook takes region (a district or street), paper, colour and on; labels"
        " take region or codes, only, layout and first.",
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
        [*FORMATS, PDF], default="shp", help_text="Map books and labels are pdf; nothing else is."
    )
    fields_ = serializers.ListField(
        child=serializers.CharField(max_length=40), default=list, max_length=MOST_FIELDS,
        help_text="Fields in the order wanted; none for all.",
    )  # fmt: skip
    crs = serializers.CharField(
        default="EPSG:4490", max_length=18,
        help_text="EPSG:N or N, or LOCAL:NAME for a city's own system.",
    )  # fmt: skip
    encoding = serializers.ChoiceField(list(ENCODINGS), default="UTF-8")
    on = serializers.DateField(
        allow_null=True, default=None, help_text="State of this day; null for now."
    )

    only = Only(required=False, help_text="Filters of components, labels, cases, results.")
    paper = serializers.ChoiceField(list(PAPERS), default="A3")
    colour = serializers.ChoiceField(list(COLOURS), default="none")
    period = serializers.CharField(
        default="", allow_blank=True, max_length=24, help_text="Of a map book's grades: 2026-10."
    )
    scheme = serializers.CharField(
        default="", allow_blank=True, max_length=60, help_text="Of a map book's grades: grid-v1."
    )
    layout = serializers.ChoiceField(list(LAYOUTS), default="3x8", help_text="Labels on a sheet.")
    first = serializers.IntegerField(
        default=1, min_value=1, max_value=1000, help_text="First free place of the first sheet."
    )

    def get_fields(self) -> dict[str, Any]:
        """Let the list be called ``fields``, a name the class itself needs."""
        made = super().get_fields()
        made["fields"] = made.pop("fields_")
        return made

    def validate_crs(self, value: str) -> tuple[int, str]:
        """Only a number or a known name reaches the libraries, no text they would interpret."""
        if LOCAL_FORM.fullmatch(value):
            return STORE_SRID, value
        found = EPSG_FORM.fullmatch(value)
        if not found:
            raise serializers.ValidationError(_("Give the reference system as EPSG:4490."))
        return int(found[1]), ""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of ``region`` and ``district`` must be there, but for labels of given codes."""
        code = attrs.pop("district", None)
        attrs.setdefault("region", code or "")
        attrs.setdefault("only", {})
        by_codes = attrs["what"] == exports.LABELS and "codes" in attrs["only"]
        if not (attrs["region"] or by_codes):
            raise serializers.ValidationError({"region": _("Name a region.")})
        if attrs["what"] == exports.BOOK and attrs["only"]:
            raise serializers.ValidationError({"only": _("A map book has no filters.")})
        if attrs["what"] not in exports.PRINTS and attrs["format"] == PDF:
            raise serializers.ValidationError({"format": _("Only what is for print is a PDF.")})
        return attrs

    def params(self, site: str) -> dict[str, Any]:
        """The order as a job keeps it; ``site`` is the address that labels lead to."""
        asked = dict(self.validated_data)
        asked["srid"], asked["system"] = asked.pop("crs")
        asked["on"] = asked["on"] and asked["on"].isoformat()
        own = {exports.BOOK: OF_BOOKS, exports.LABELS: OF_LABELS}.get(asked["what"], OF_FILES)
        if asked["what"] == exports.BOOK and asked["colour"] != GRADE:
            own = OF_PLAIN_BOOKS
        for name in {*OF_BOOKS, *OF_LABELS, *OF_FILES} - {*own}:
            del asked[name]
        if asked["what"] not in exports.PRINTS:
            return asked
        printed = {**asked, "format": PDF, "language": get_language()}
        return printed | ({"site": site} if asked["what"] == exports.LABELS else {})


class ExportForm(JobStateForm):
    """An export and its job."""

    what = serializers.CharField()
    region = serializers.CharField()
    format = serializers.CharField()
    on = serializers.DateField(allow_null=True)
    crs = serializers.CharField(help_text="EPSG:N or LOCAL:NAME, or empty.")
    bytes = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(help_text="Name of the file, once it is made.")
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()


class ExportsForm(serializers.Serializer):
    """The latest exports."""

    exports = ExportForm(many=True)
