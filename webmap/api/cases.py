"""Cases: lists of the desks, single ones with their trail, dots for the map, photos, words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Polygon
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.cases import lists
from spatial.cases.models import Case, CaseClass, Department, FilingStandard
from spatial.cases.models.words import SEEN
from spatial.cases.recent import recent_counts
from spatial.cases.selectors import case_of_number, events_of, similar
from spatial.cases.services.rights import allowed, roles_of
from spatial.cases.services.suggesting import suggest
from spatial.cases.stages import Role, Stage
from spatial.core.errors import InputError, NotFoundError
from spatial.core.looks import look
from spatial.core.masking import masked
from spatial.core.models import Look
from spatial.core.srid import STORE_SRID
from webmap.api.base import DataView
from webmap.api.case_forms import (
    AreaOrder,
    BoxQuery,
    CaseClassForm,
    CaseForm,
    CasePageForm,
    CasePageQuery,
    CaseRowForm,
    CasesQuery,
    NamedForm,
    SimilarQuery,
    StageCountForm,
    case_row,
    class_form,
    event_form,
    move_form,
    named,
    photo_form,
    suggestion_form,
)
from webmap.api.csvlines import csv_lines
from webmap.api.params import read, read_body
from webmap.api.schema import answers
from webmap.language import in_language

TAGS = {"tags": ["cases"]}
CENTRES = frozenset({Role.OPERATOR, Role.DISPATCHER})
COUNTED = (
    "declines", "redispatches", "escalations", "holds", "extensions", "reworks", "reopenings",
    "presses", "appeals",
)  # fmt: skip
MOST_DOTS = 4_000
MOST_CSV = 50_000
COLUMNS = (
    "number", "class", "main_class", "stage", "channel", "place", "description", "grid", "street",
    "department", "reported_at", "due", "light", "ended_at", "late", "lon", "lat",
)  # fmt: skip


class Cases(DataView):
    """Lists of cases."""

    @answers(
        CasePageForm, 400, 403, parameters=[CasePageQuery], operation_id="cases",
        summary="Cases", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Cases the user may see, those that are due first or the newest first."""
        values = read(CasePageQuery, request)
        asked = CasePageQuery.asked(values)
        try:
            page = lists.page(
                request.user, asked, values["order"], values["after"], values["limit"]
            )
        except (ValueError, OverflowError, OSError) as error:
            raise InputError("E-CASE-PAGE", _("Begin the list anew: this page is gone.")) from error
        now = timezone.now()
        return Response({"cases": [case_row(one, now) for one in page.cases], "next": page.next})


class CaseCounts(DataView):
    """Counts of cases."""

    @answers(
        StageCountForm(many=True), 400, 403, parameters=[CasesQuery],
        operation_id="case_counts", summary="Cases by stage", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """How many cases fit, by stage, and of them yellow and red ones.

        Without a filter, to those who see all, as it was up to two seconds ago; with
        ``Cache-Control: no-cache`` as it is.
        """
        asked = CasesQuery.asked(read(CasesQuery, request))
        fresh = "no-cache" in request.headers.get("Cache-Control", "")
        return Response(recent_counts(request.user, asked, fresh=fresh))


class DotForm(serializers.Serializer):
    """A case on the map."""

    number = serializers.CharField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    stage = serializers.ChoiceField(Stage.choices)
    light = serializers.CharField()


class HeapForm(serializers.Serializer):
    """Cases of a cell on the map."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    n = serializers.IntegerField()
    red = serializers.IntegerField()


class DotsForm(serializers.Serializer):
    """Cases of a box: dots, or heaps where there are too many for dots."""

    dots = DotForm(many=True)
    heaps = HeapForm(many=True)


class CaseDots(DataView):
    """Cases on the map."""

    @answers(
        DotsForm, 400, 403, parameters=[BoxQuery], operation_id="case_dots",
        summary="Cases in a box", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Places of the cases in a box; more than 4,000 come as counts by cell."""
        values = read(BoxQuery, request)
        box = Polygon.from_bbox([values[name] for name in ("west", "south", "east", "north")])
        box.srid = STORE_SRID
        asked = BoxQuery.asked(values)
        dots = lists.dots(request.user, asked, box, MOST_DOTS)
        heaps = lists.heaps(request.user, asked, box) if dots is None else []
        return Response({"dots": dots or [], "heaps": heaps})


class CasesWithin(DataView):
    """Cases in a polygon."""

    @answers(
        CasePageForm, 400, 403, request=AreaOrder, operation_id="cases_within",
        summary="Cases in a polygon", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Cases in a polygon drawn on the map, at most 200."""
        values = read_body(AreaOrder, request)
        page = lists.page(request.user, AreaOrder.asked(values), most=values["limit"])
        now = timezone.now()
        return Response({"cases": [case_row(one, now) for one in page.cases], "next": page.next})


class CasesTable(DataView):
    """Cases as a file."""

    @answers(
        OpenApiTypes.BINARY, 400, 403, media="text/csv", parameters=[CasesQuery],
        operation_id="cases_csv", summary="Cases as CSV", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> StreamingHttpResponse:
        """The cases of a list as CSV, at most 50,000."""
        asked = CasesQuery.asked(read(CasesQuery, request))
        rows = map(_table_row, lists.page(request.user, asked, most=MOST_CSV).cases)
        answer = StreamingHttpResponse(
            csv_lines(COLUMNS, rows), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = 'attachment; filename="cases.csv"'
        return answer


def _table_row(case: Case) -> tuple:
    row = case_row(case, timezone.now())
    kind = row["case_class"]
    department = row["department"]["name"] if row["department"] else ""
    return (
        row["number"], kind["name"], kind["main_name"], case.get_stage_display(),
        case.get_channel_display(), row["place"], row["description"], row["grid"], row["street"],
        department, row["reported_at"], row["due"] or "", row["light"], row["ended_at"] or "",
        "" if row["late"] is None else row["late"], row["lon"], row["lat"],
    )  # fmt: skip


class SimilarCases(DataView):
    """Cases that may be the same."""

    @answers(
        CaseRowForm(many=True), 400, 403, parameters=[SimilarQuery], operation_id="cases_similar",
        summary="Similar cases", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Open cases within 50 m that were reported in the last 24 hours."""
        asked, now = read(SimilarQuery, request), timezone.now()
        found = similar(request.user, asked["lon"], asked["lat"], now, asked["case_class"])
        rows = [case_row(one, now) | {"away_m": round(one.away.m, 1)} for one in found]
        return Response(rows)


class OneCase(DataView):
    """A case."""

    @answers(CaseForm, 403, 404, operation_id="case", summary="A case", **TAGS)
    def get(self, request: Request, number: str) -> Response:
        """All about a case: trail, photos, parts, what the user may do now."""
        case = case_of_number(request.user, number)
        look_at_case(request.user, case)
        return Response(case_form(request.user, case))


class ReporterForm(serializers.Serializer):
    """How whoever reported a case is reached."""

    contact = serializers.CharField()


class CaseReporter(DataView):
    """Who reported a case."""

    @answers(
        ReporterForm, 403, 404, operation_id="case_reporter",
        summary="Contact of the reporter in full", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """The contact unmasked, for both centres; it is remembered who asked."""
        case = case_of_number(request.user, number)
        look(request.user, Look.What.CONTACT, [case.number], whole=True)
        return Response({"contact": case.contact}, headers={"Cache-Control": "no-store"})


class CasePhoto(DataView):
    """A photo of a case."""

    @answers(
        OpenApiTypes.BINARY, 403, 404, media="image/jpeg", operation_id="case_photo",
        summary="A photo of a case", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, number: str, key: UUID) -> FileResponse:
        """The photo as JPEG, for those who may see the case."""
        case = case_of_number(request.user, number)
        photo = case.photos.filter(key=key).first()
        if photo is None:
            raise NotFoundError("E-PHOTO-MISSING", _("There is no such photo."))
        look_at_case(request.user, case)
        name = f"{number}-{photo.step}.jpg"
        answer = FileResponse(
            photo.file.open("rb"), content_type="image/jpeg", as_attachment=True, filename=name
        )
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, max-age=86400"
        return answer


class StandardForm(serializers.Serializer):
    """A filing standard: when a case is filed, its limit, and when it is closed."""

    id = serializers.IntegerField()
    condition = serializers.CharField()
    closing = serializers.CharField()
    area_class = serializers.CharField()
    limit = serializers.CharField()
    unit = serializers.CharField()


class CaseStandards(DataView):
    """Filing standards of a case."""

    @answers(
        StandardForm(many=True), 403, 404, operation_id="case_standards",
        summary="Filing standards", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """The standards by which a case of this class can be filed."""
        case = case_of_number(request.user, number)
        rows = FilingStandard.objects.filter(case_class=case.case_class_id, in_use=True)
        return Response([_standard_form(row) for row in rows])


def _standard_form(row: FilingStandard) -> dict[str, Any]:
    return {
        "id": row.pk,
        "condition": in_language(row.condition, row.condition_en),
        "closing": in_language(row.closing, row.closing_en),
        "area_class": row.area_class,
        "limit": f"{row.limit_n.normalize():f}",
        "unit": row.get_limit_unit_display(),
    }


class CaseClasses(DataView):
    """Classes of cases."""

    @answers(
        CaseClassForm(many=True), 403, operation_id="case_classes", summary="Classes", **TAGS
    )  # fmt: skip
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """The classes in use."""
        return Response([class_form(one) for one in CaseClass.objects.filter(in_use=True)])


class Departments(DataView):
    """Departments that handle cases."""

    @answers(NamedForm(many=True), 403, operation_id="departments", summary="Departments", **TAGS)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Departments in use, by code."""
        return Response([named(one) for one in Department.objects.filter(in_use=True)])


def look_at_case(user: Any, case: Case) -> None:
    """Remember that a user is shown the words and photos of a resident."""
    if case.channel not in SEEN or case.contact:
        look(user, Look.What.CASE, [case.number])


def case_form(user: Any, case: Case) -> dict[str, Any]:
    """All about a case, with what the user may do."""
    centre = bool(roles_of(user) & CENTRES)
    dispatchable = centre and case.stage in (Stage.FILED, Stage.DISPATCHED)
    standard = case.standard
    person = case.person
    tasks = case.tasks.select_related("department")
    events = events_of(case).select_related("department")
    return {
        **case_row(case, timezone.now()),
        "component": case.component.code if case.component else "",
        "place": case.place,
        "description": case.description,
        "contact": masked(case.contact) if centre else "",
        "erased_at": case.erased_at,
        "standard": in_language(standard.condition, standard.condition_en) if standard else "",
        "closing": in_language(standard.closing, standard.closing_en) if standard else "",
        "limit": "" if case.limit_n is None else f"{case.limit_n.normalize():f}",
        "limit_unit": case.get_limit_unit_display() if case.limit_unit else "",
        "deadline": case.deadline,
        "person": (person.get_full_name() or person.get_username()) if person else "",
        "outcome": case.outcome,
        "exempt": case.exempt,
        "on_site": case.on_site,
        "merged_into": case.merged_into.number if case.merged_into else "",
        "counts": {name: getattr(case, name) for name in COUNTED if getattr(case, name)},
        "events": [event_form(event) for event in events],
        "photos": [photo_form(photo, case.number) for photo in case.photos.all()],
        "parts": [_part_form(task) for task in tasks],
        "moves": [move_form(move) for move in allowed(user, case)],
        "suggestion": suggestion_form(suggest(case)) if dispatchable else None,
    }


def _part_form(task: Any) -> dict[str, Any]:
    facts = {name: getattr(task, name) for name in ("what", "state", "late")}
    return {"id": task.pk, "department": named(task.department), **facts}
