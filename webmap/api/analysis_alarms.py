"""Bursts, grids that go downhill, patterns of faked ledgers."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.looks import look
from spatial.core.models import Look
from spatial.evaluation.analysis.findings import alarms
from spatial.evaluation.analysis.reading.selection import Selection
from spatial.reports.services.honesty import says
from webmap.analysis import yesterday
from webmap.api.analysis_forms import (
    BurstsForm,
    BurstsQuery,
    DistrictQuery,
    DownhillForm,
    HonestyForm,
    SpanQuery,
    days_of,
)
from webmap.api.analysis_kept import kept_or_ordered
from webmap.api.base import DataView
from webmap.api.params import read
from webmap.api.schema import answers

TAGS = {"tags": ["analysis"]}


class Bursts(DataView):
    """Bursts of the hour."""

    @answers(
        BurstsForm, 400, 403, parameters=[BurstsQuery], operation_id="analysis_bursts",
        summary="Bursts of the last sixty minutes", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Areas and main classes with more cases than chance explains."""
        asked = read(BurstsQuery, request)
        return Response(alarms.bursts(asked["district"], timezone.now(), asked["level"]))


class Downhill(DataView):
    """Grids that go downhill."""

    @answers(
        DownhillForm, 400, 403, 404, parameters=[DistrictQuery],
        operation_id="analysis_downhill", summary="Grids that go downhill", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The last four weeks against the twelve before, with reasons."""
        found = alarms.downhill(read(DistrictQuery, request)["district"], yesterday())
        found["grids"] = [one | {"says": _says(one)} for one in found["grids"]]
        return Response(found)


class Honesty(DataView):
    """Patterns of faked ledgers."""

    @answers(
        HonestyForm, 400, 403, 404, parameters=[SpanQuery], operation_id="analysis_honesty",
        summary="Patterns of faked ledgers", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """What cannot well be true in some days' moves: today's answer, or 202 while it is made."""
        asked = read(SpanQuery, request)
        chosen = Selection(asked["district"], **days_of(asked))
        days = {"first": chosen.first.isoformat(), "last": chosen.last.isoformat()}
        found = kept_or_ordered("honesty", {"district": chosen.district, **days}, request)
        findings = found.data["answer"]["findings"] if found.data["ready"] else ()
        look(request.user, Look.What.CONDUCT, [one["who"] for one in findings])
        for one in findings:
            one["says"] = says(one)
        return found


def _says(one: dict[str, Any]) -> str:
    """The reason in words."""
    if one["reason"] == "more":
        text = _("%(now).1f cases a week, %(before).1f before.")
        return text % {"now": one["now"], "before": one["before"]}
    texts = {
        "late": _("%(now)d %% were late, %(before)d %% before."),
        "rework": _("%(now)d %% had to be reworked, %(before)d %% before."),
    }
    shares = {name: round(100 * one[name]) for name in ("now", "before")}
    return texts[one["reason"]] % shares
