"""The big screen: all its numbers in one answer, and a case on which it stands still."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from spatial.basemap.models import Region
from spatial.cases.models import Attachment, Case
from spatial.cases.moves import MOVES
from spatial.cases.selectors import case_of_number, events_of
from webmap.api.base import DataView
from webmap.api.params import read
from webmap.api.schema import answers
from webmap.api.wall_forms import WallCaseForm, WallForm, WallQuery
from webmap.language import in_language
from webmap.tiles.caching import ask_again
from webmap.version import served_version
from webmap.wall import case_line, usual_centre, wall_numbers

TAGS = {"tags": ["wall"]}
MOST_STEPS = 8
VIEWS = (Attachment.View.BEFORE, Attachment.View.NEAR, Attachment.View.FAR)
"""Photos that show what is wrong, the best first."""


class Wall(DataView):
    """The numbers of the wall."""

    @answers(
        WallForm, 400, 403, 404, parameters=[WallQuery], operation_id="wall",
        summary="Everything that the big screen shows", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """Of what the user may see; 304 while nothing has changed."""
        asked = read(WallQuery, request)
        centre = asked["centre"] or usual_centre(request.user)
        found = wall_numbers(request.user, centre, asked["district"])
        text = json.dumps({"version": served_version(), **found}, cls=JSONEncoder).encode()
        return ask_again(request, HttpResponse(text, content_type="application/json"), text)


class WallCase(DataView):
    """A case on the wall."""

    @answers(
        WallCaseForm, 403, 404, operation_id="wall_case",
        summary="A case as the big screen shows it", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Class, place, stage, clock and photo; no persons."""
        return Response(_case_form(case_of_number(request.user, number)))


def _case_form(case: Case) -> dict[str, Any]:
    street = Region.objects.filter(code=case.street_code, valid_to__isnull=True).first()
    steps = list(events_of(case).order_by("-pk")[:MOST_STEPS])
    one = case.case_class
    return case_line(case) | {
        "main": in_language(one.main_name, one.main_name_en),
        "street_name": in_language(street.name, street.name_en) if street else "",
        "grid": case.grid_code,
        "stage_since": case.stage_since,
        "presses": case.presses,
        "reworks": case.reworks,
        "photo": _photo(case),
        "steps": [
            {"label": MOVES[event.move].label, "stage": event.stage_after, "at": event.at}
            for event in reversed(steps)
        ],
    }


def _photo(case: Case) -> str:
    found = {photo.view: photo for photo in case.photos.order_by("-step", "-id")}
    for view in (*VIEWS, *found):
        if view in found:
            return reverse("case-photo", kwargs={"number": case.number, "key": found[view].key})
    return ""
