"""Colours for the map: bytes by ordinal, what they mean, and cases day by day."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from drf_spectacular.types import OpenApiTypes
from isal import igzip
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.errors import InputError
from spatial.evaluation.periods import Period, period_of
from spatial.evaluation.services.daily import daily_sums
from spatial.evaluation.services.state import STATE, state
from spatial.evaluation.services.values import OF_COUNTS, Values
from spatial.evaluation.services.values_narrowed import Only, kinds_of_cases, only_of
from spatial.grids.models import GridPlan
from spatial.grids.selectors import PUBLIC_STATES, plan_by_version
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
from webmap.standing import Standing, stands
from webmap.tiles.caching import ask_again, packed_answer

MOST_DAYS = 800
FAST, GZIP_FORM = 1, 31


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose values of which days."""

    user: Any
    measure: str
    plan: GridPlan
    period: Period
    only: Only
    form: str

    @classmethod
    def read(cls, request: Request, measure: str) -> _Asked:
        asked = read(ValuesQuery, request)
        plan = plan_by_version(request.user, asked["edition"])
        period = period_of(asked["from"], asked["to"])
        return cls(request.user, measure, plan, period, only_of(asked), asked["form"])

    def values(self) -> Values:
        return measured(self.user, self.measure, self.plan, self.period, self.only)

    def standing(self) -> Standing | None:
        """The state they hang on, to be asked before they are made; None where on more than counts.

        That are components, deadlines that pass, schemes, and departments and sources of cases as
        they are now.
        """
        kinds = self.only.departments or self.only.channels or self.only.campaigns
        published = self.plan.state in PUBLIC_STATES
        if self.measure not in OF_COUNTS or kinds or not published:
            return None
        return Standing(statement=STATE, state=state())


class MapValues(DataView):
    """Colours for the map."""

    @answers(
        OpenApiTypes.BINARY, 400, 403, 404, media="application/octet-stream",
        operation_id="values", summary="Values by grid", parameters=[ValuesQuery], tags=["values"],
    )  # fmt: skip
    def get(self, request: Request, measure: str) -> HttpResponse:
        """One byte a grid in the order of ordinals; ``legend`` says what it means."""
        asked = _Asked.read(request, measure)
        standing = asked.standing()
        found = asked.values()
        if asked.form == "json":
            text = json.dumps({**found.legend, "values": list(found.content)}).encode()
            return ask_again(request, HttpResponse(text, content_type="application/json"), text)
        packed = _smallest(found.content)
        answer = packed_answer(request, packed, "application/octet-stream")
        answer["X-Step"] = str(found.step)
        # Bytes alone do not tell: of doubled numbers they may be the same.
        answer = ask_again(request, answer, f"{found.step} ".encode() + found.content)
        return stands(answer, standing) if standing else answer


def _smallest(content: bytes) -> bytes:
    """Gzipped in the better of two ways.

    Counts are nearly noise: to look for what repeats in them costs more than it saves. Grades and
    the few grids with something overdue do repeat.
    """
    noise = zlib.compressobj(FAST, zlib.DEFLATED, GZIP_FORM, strategy=zlib.Z_HUFFMAN_ONLY)
    ways = noise.compress(content) + noise.flush(), igzip.compress(content, FAST)
    return min(ways, key=len)


class MapLegend(DataView):
    """What colours mean."""

    @answers(
        LegendForm, 400, 403, 404, operation_id="values_legend", summary="Legend of values",
        parameters=[ValuesQuery], tags=["values"],
    )  # fmt: skip
    def get(self, request: Request, measure: str) -> Response:
        """The step by which bytes are multiplied, the highest value, and what is left out."""
        asked = _Asked.read(request, measure)
        told = asked.values().legend
        if measure == "forecast":
            told["forecast"] = expected_of(asked.plan).about
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
