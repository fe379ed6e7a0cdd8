"""The cases behind a number of a drawn polygon, which is sent along each time."""

from __future__ import annotations

import json
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.behind import Behind, cases_behind
from spatial.evaluation.services.objects import Asked, objects_of
from webmap.api.base import DataView
from webmap.api.evaluation_forms import BehindForm, PolygonBehindOrder
from webmap.api.params import read_body
from webmap.api.schema import answers


class PolygonCases(DataView):
    """Cases behind a number of a polygon."""

    @answers(
        BehindForm, 400, 403, request=PolygonBehindOrder,
        operation_id="evaluation_polygon_cases",
        summary="Cases behind a number of a drawn polygon", tags=["evaluation"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Cases that a counter counts in the period, the latest first."""
        order = read_body(PolygonBehindOrder, request)
        period = parse_period(order["period"])
        shape = json.dumps(order["polygon"])
        asked = Asked(ObjectKind.POLYGON, order["district"], "", shape)
        found = cases_behind(
            request.user, asked, ObjectKind.POLYGON.value, objects_of(asked, period),
            order["counter"], period, after=order["after"], limit=order["limit"],
        )  # fmt: skip
        return Response(behind_form(order["counter"], found))


def behind_form(counter: str, found: Behind) -> dict[str, Any]:
    """A page of cases as the API shows it."""
    shown = [
        {"number": one.number, "stage": one.stage, "grid": one.grid_code, "place": one.place,
         "reported_at": one.reported_at, "counts": n}
        for one, n in found.rows if one is not None
    ]  # fmt: skip
    return {"counter": counter, "cases": shown, "hidden": len(found.rows) - len(shown),
            "after": found.next_key}  # fmt: skip
