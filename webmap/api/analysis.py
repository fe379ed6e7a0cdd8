"""Sums of cases: hot hours, ages, classes, departments, and the monthly report."""

from __future__ import annotations

import base64

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.evaluation.analysis.findings import sums
from spatial.reports.monthly.facts import month_of
from spatial.reports.monthly.making import MEDIA, check_form, file_name
from webmap.api.analysis_forms import (
    AgeingForm,
    HoursForm,
    KeptForm,
    MixForm,
    MixQuery,
    QualityForm,
    ReportQuery,
    SelectionQuery,
    selection,
)
from webmap.api.analysis_kept import kept_or_ordered
from webmap.api.base import DataView
from webmap.api.params import read
from webmap.api.schema import answers

TAGS = {"tags": ["analysis"]}


class Hours(DataView):
    """Hot hours."""

    @answers(
        HoursForm, 400, 403, parameters=[SelectionQuery], operation_id="analysis_hours",
        summary="Cases by weekday and hour", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The matrix, and which hours are hot."""
        return Response(sums.hours(selection(read(SelectionQuery, request))))


class Ageing(DataView):
    """What waits."""

    @answers(
        AgeingForm, 400, 403, parameters=[SelectionQuery], operation_id="analysis_ageing",
        summary="Ages of open cases", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Open cases now by age; days do not narrow it."""
        asked = selection(read(SelectionQuery, request))
        return Response(sums.ageing(asked, timezone.now()))


class Mix(DataView):
    """Classes by area."""

    @answers(
        MixForm, 400, 403, parameters=[MixQuery], operation_id="analysis_mix",
        summary="Main classes by area", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Counts, and how they differ from those of all areas."""
        asked = read(MixQuery, request)
        return Response(sums.mix(selection(asked), asked["level"]))


class Departments(DataView):
    """The work of departments."""

    @answers(
        QualityForm(many=True), 400, 403, parameters=[SelectionQuery],
        operation_id="analysis_departments", summary="Quality of departments", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Shares with their bounds, of the filed cases that a department has or ended with."""
        return Response(sums.departments(selection(read(SelectionQuery, request))))


class ReportPage(DataView):
    """The monthly report, to be shown."""

    @answers(
        KeptForm, 400, 403, 404, parameters=[ReportQuery], operation_id="analysis_report_page",
        summary="Monthly report as figures and words", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, month: str) -> Response:
        """Of today (200), or the job that makes it (202); in the language of the reader."""
        asked = _report_asked(request, month)
        return kept_or_ordered("report", asked, request)


class MonthlyReport(DataView):
    """The monthly report as a file."""

    @answers(
        OpenApiTypes.BINARY, 400, 403, 404, 409, media=MEDIA["pdf"], parameters=[ReportQuery],
        operation_id="analysis_report", summary="Monthly report", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, month: str, form: str) -> HttpResponse | Response:
        """The report of a month (2026-10) as pdf or xlsx, or the job that makes it (202)."""
        check_form(form)
        asked = _report_asked(request, month) | {"form": form}
        found = kept_or_ordered("report_file", asked, request)
        if not found.data["ready"]:
            return found
        made = base64.b64decode(found.data["answer"]["file"])
        answer = HttpResponse(made, content_type=MEDIA[form])
        name = file_name(month, asked["district"], form)
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _report_asked(request: Request, month: str) -> dict[str, str]:
    month_of(month)
    district = read(ReportQuery, request)["district"]
    return {"district": district, "month": month, "language": get_language() or "zh-hans"}
