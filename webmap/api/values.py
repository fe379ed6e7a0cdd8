"""Colours for the map: bytes by ordinal, what they mean, and cases day by day."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.errors import InputError
from spatial.evaluation.periods import period_of
from spatial.evaluation.services.daily import daily_sums
from spatial.evaluation.services.values import Values
from spatial.evaluation.services.values_narrowed import kinds_of_cases, only_of
from spatial.grids.selectors import plan_by_version
from webmap.api.base import DataView
from webmap.api.case_stream import event_stream
from webmap.api.params import read
from webmap.api.schema import answers
from webmap.api.values_forms import (
    ChoicesForm,
    DaysForm,
    DaysQuery,
    LegendForm,
    RegionValueForm,
    RegionValuesQuery,
    ValuesQuery,
)
from webmap.casestream import Listener
from webmap.expected import expected_of
from webmap.measured import measured, measured_regions
from webmap.tiles.caching import ask_again

MOST_DAYS = 800


def _values(request: Request, measure: str) -> tuple[Values, str]:
    asked = read(ValuesQuery, request)
    plan = plan_by_version(request.user, asked["edition"])
    period = period_of(asked["from"], asked["to"])
    return measured(request.user, measure, plan, period, only_of(asked)), asked["form"]


class MapValues(DataView):
    """Colours for the map."""

    @answers(
        OpenApiTypes.BINARY, 400, 403, 404, media="application/octet-stream",
        operation_id="values", summary="Values by grid", parameters=[ValuesQuery], tags=["values"],
    )  # fmt: skip
    def get(self, request: Request, measure: str) -> HttpResponse:
        """One byte a grid in the order of ordinals; ``legend`` says what it means."""
        found, form = _values(request, measure)
        if form == "json":
            text = json.dumps({**found.legend, "values": list(found.content)}).encode()
            return ask_again(request, HttpResponse(text, content_type="application/json"), text)
        answer = HttpResponse(found.content, content_type="application/octet-stream")
        answer["X-Step"] = str(found.step)
        return ask_again(request, answer, found.content)


class MapLegend(DataView):
    """What colours mean."""

    @answers(
        LegendForm, 400, 403, 404, operation_id="values_legend", summary="Legend of values",
        parameters=[ValuesQuery], tags=["values"],
    )  # fmt: skip
    def get(self, request: Request, measure: str) -> Response:
        """The step by which bytes are multiplied, the highest value, and what is left out."""
        told = _values(request, measure)[0].legend
        if measure == "forecast":
            plan = plan_by_version(request.user, read(ValuesQuery, request)["edition"])
            told["forecast"] = expected_of(plan).about
        return Response(told)


class RegionValues(DataView):
    """Colours of streets and districts, for a map that is seen from afar."""

    @answers(
        RegionValueForm(many=True), 400, 403, 404, operation_id="values_regions",
        summary="Values by street or district", parameters=[RegionValuesQuery], tags=["values"],
    )  # fmt: skip
    def get(self, request: Request, measure: str) -> Response:
        """Of the sums of their grids: shares and means are never means of means."""
        asked = read(RegionValuesQuery, request)
        plan = plan_by_version(request.user, asked["edition"])
        period = period_of(asked["from"], asked["to"])
        only = only_of(asked)
        found = measured_regions(request.user, measure, plan, period, only, asked["level"])
        return Response([asdict(one) for one in found])


class Days(DataView):
    """How many cases were filed day by day."""

    @answers(
        DaysForm, 400, 403, parameters=[DaysQuery], operation_id="values_days",
        summary="Filed cases day by day", tags=["values"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """One number for each day, both ends included."""
        asked = read(DaysQuery, request)
        period = period_of(asked["from"], asked["to"])
        if period.days > MOST_DAYS:
            text = _("Ask for at most %(most)s days at once.") % {"most": MOST_DAYS}
            raise InputError("E-EVAL-DAYS", text, most=MOST_DAYS)
        found = daily_sums(period.first, period.last, ("filed",), district=asked["district"])
        return Response({"first": period.first, "filed": [day["filed"] for day in found]})


class Choices(DataView):
    """By what measures of filed cases can be narrowed."""

    @answers(
        ChoicesForm, 403, operation_id="values_choices",
        summary="Classes, departments, sources and campaigns of cases", tags=["values"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Keys as the values take them, and names."""
        return Response({name: list(map(_choice, rows)) for name, rows in kinds_of_cases().items()})


def _choice(row: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(("key", "name", "name_en"), row, strict=True))


@require_GET
def values_stream(request: HttpRequest) -> StreamingHttpResponse | JsonResponse:
    """Server-sent events for maps in colour: ``changed`` when cases moved, nothing of them.

    The page asks for its colours again then. 503 ``E-STREAM-FULL`` as for the stream of cases.
    """
    return event_stream(Listener(request.user.pk, frozenset(), False, "", told_only_that=True))
