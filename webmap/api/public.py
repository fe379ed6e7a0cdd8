"""Reports of the public and how they go on: addresses for everybody, without an account."""

from __future__ import annotations

import math
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.cases.following import Follower, follower_of
from spatial.cases.models import Case, Channel
from spatial.cases.public import public_case, public_classes, similar_to_all
from spatial.cases.selectors import missing
from spatial.cases.services import public as services
from spatial.cases.services.given import Report, Shot
from spatial.cases.services.photos import MOST_AT_ONCE
from spatial.cases.services.placing import require_point
from spatial.core.errors import ForbiddenError, InputError
from spatial.core.photos import MOST_BYTES, check_size
from webmap.api.base import DataView
from webmap.api.limits import AnswerThrottle, ReportThrottle, refuse_large
from webmap.api.params import read, read_body
from webmap.api.public_forms import (
    AnswerOrder,
    ProgressForm,
    PublicClassForm,
    ReceivedForm,
    ReopenOrder,
    ReportOrder,
    SimilarForm,
    SimilarQuery,
    TokenQuery,
)
from webmap.api.schema import answers
from webmap.public import page_of, progress_form, service_code, similar_form

TAGS = {"tags": ["public"]}
MOST_BODY_BYTES = MOST_AT_ONCE * MOST_BYTES + 1024**2


class PublicView(DataView):
    """A view for nobody in person, whoever is logged in; what changes comes from our own pages."""

    authentication_classes: list = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask for the token against forged requests."""
        try:
            SessionAuthentication().enforce_csrf(request)
        except PermissionDenied as error:
            text = _("Reload the page and try again.")
            raise ForbiddenError("E-REQUEST-CSRF", text) from error
        super().initial(request, *args, **kwargs)


class PublicClasses(PublicView):
    """What can be reported."""

    throttle_scope = "search"

    @answers(
        PublicClassForm(many=True), 429, operation_id="public_classes",
        summary="Classes that everybody may report", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """All classes with their symbols, events first."""
        rows = public_classes().order_by("-kind", "main_code", "code")
        names = ("id", "kind", "code", "name", "name_en", "main_name", "main_name_en", "symbol")
        forms = [{name: getattr(row, name) for name in names} for row in rows]
        return Response(
            [
                form | {"service_code": service_code(row)}
                for form, row in zip(forms, rows, strict=True)
            ]
        )


class Similar(PublicView):
    """Open reports near by."""

    throttle_scope = "search"

    @answers(
        SimilarForm(many=True), 400, 429, operation_id="public_similar",
        summary="Open reports within 50 m of the last 24 hours", parameters=[SimilarQuery], **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The nearest ones first; nothing that is private."""
        values = read(SimilarQuery, request)
        now = timezone.now()
        found = similar_to_all(values["lon"], values["lat"], now, values["case_class"])
        return Response([similar_form(case) for case in found])


class Reports(PublicView):
    """Reports of the public."""

    parser_classes = [MultiPartParser, FormParser]
    throttle_classes = [ReportThrottle]

    @answers(
        ReceivedForm, 400, 403, 409, 413, 429, status=201, operation_id="public_report",
        summary="Report something", request={"multipart/form-data": ReportOrder}, **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Take a report in; 60 an hour from one address."""
        refuse_large(request, MOST_BODY_BYTES)
        order = read_body(ReportOrder, request)
        if order["website"]:
            text = _("A field that people do not see was filled in; leave “website” empty.")
            raise InputError("E-REPORT-ROBOT", text)
        for axis in ("lon", "lat"):
            order[axis] = math.nan if order[axis] is None else order[axis]
        require_point(order["lon"], order["lat"])
        sent = Report(
            **{name: order[name] for name in _PLAIN},
            channel=Channel.WEB,
            photos=_shots(order["photos"]),
        )
        found = services.take_in(sent, order["key"])
        url = request.build_absolute_uri(page_of(found.case, found.token))
        form = {"number": found.case.number, "token": found.token, "url": url}
        return Response(form, status=201)


_PLAIN = ("case_class", "lon", "lat", "description", "place", "contact", "at")


def _shots(files: list[Any]) -> tuple[Shot, ...]:
    if len(files) > MOST_AT_ONCE:
        text = _("At most %(most)d photos come with one move.") % {"most": MOST_AT_ONCE}
        raise InputError("E-CASE-PHOTOS", text)
    for file in files:
        check_size(file.size)
    return tuple(Shot(file.read()) for file in files)


class Progress(PublicView):
    """How a case goes on."""

    throttle_scope = "search"

    @answers(
        ProgressForm, 404, 429, operation_id="public_progress",
        summary="How a case goes on", parameters=[TokenQuery], **TAGS,
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """The stages in plain words; with the reporter's secret what is for him alone."""
        case = public_case(number)
        token = read(TokenQuery, request)["key"]
        return Response(progress_form(case, follower_of(case, token) if token else None))


class Answer(PublicView):
    """How content the reporter is."""

    throttle_classes = [AnswerThrottle]

    @answers(
        ProgressForm, 400, 403, 404, 409, 429, status=201, operation_id="public_answer",
        summary="Say how content you are", request=AnswerOrder, **TAGS,
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Keep the answer, once for each link."""
        order = read_body(AnswerOrder, request)
        case, follower = _followed(number, order["token"])
        services.answer(follower, order["score"], order["words"])
        return Response(progress_form(case, follower), status=201)


class Reopen(PublicView):
    """Opening a case again."""

    throttle_classes = [AnswerThrottle]

    @answers(
        ProgressForm, 400, 403, 404, 409, 429, operation_id="public_reopen",
        summary="Have a case opened again", request=ReopenOrder, **TAGS,
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """After a bad answer, within 14 days, once."""
        order = read_body(ReopenOrder, request)
        _case, follower = _followed(number, order["token"])
        services.reopen(follower, order["reason"], order["key"])
        return Response(progress_form(public_case(number), follower))


def _followed(number: str, token: str) -> tuple[Case, Follower]:
    """The case and its reporter; a wrong secret is told like a wrong number."""
    case = public_case(number)
    found = follower_of(case, token)
    if found is None:
        raise missing(number)
    return case, found
