"""Polls of residents: made and read by planners, answered by everybody who has a link."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.basemap.models import Region
from spatial.components.labels.qr import svg
from spatial.core.errors import InputError, NotFoundError
from spatial.evaluation.scoring import wilson
from spatial.opinions.models import Answer, Form, Invitation, Poll
from spatial.opinions.selectors import AreaResult, poll_named, quality_of, results_of, whole
from spatial.opinions.services.answering import answer, invitation_of
from spatial.opinions.services.forms import save_form
from spatial.opinions.services.polling import make_poll
from webmap.api.base import DataView
from webmap.api.limits import AnswerThrottle, caller_of
from webmap.api.opinion_forms import (
    FormOrder,
    MadePollForm,
    OnePollForm,
    OpinionOrder,
    PollOrder,
    PollsForm,
    PollsQuery,
    QuestionForm,
    ThanksForm,
)
from webmap.api.params import read, read_body
from webmap.api.public import PublicView
from webmap.api.schema import answers
from webmap.language import in_language

TAGS = {"tags": ["opinions"]}
SHOWN_WORDS = 100


class Forms(DataView):
    """Forms of questions."""

    @answers(
        QuestionForm, 400, 403, status=201, request=FormOrder, operation_id="opinion_form",
        summary="Keep a new version of a form", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Polls that were made keep the version they were made with."""
        order = read_body(FormOrder, request)
        return Response(_form(save_form(**order, user=request.user)), status=201)


class Polls(DataView):
    """Polls."""

    @answers(
        PollsForm, 400, 403, parameters=[PollsQuery], operation_id="opinion_polls",
        summary="Polls and forms", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The latest poll first, and the newest version of every form."""
        district = read(PollsQuery, request)["district"]
        rows = Poll.objects.filter(district_code__startswith=district)
        forms = Form.objects.order_by("key", "-version").distinct("key")
        return Response({
            "forms": [_form(one) for one in forms],
            "polls": [_poll(one) for one in rows.select_related("form", "made_by")],
        })  # fmt: skip

    @answers(
        MadePollForm, 400, 403, 404, status=201, request=PollOrder, operation_id="opinion_poll",
        summary="Make a poll and draw who is asked", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """The links of those who were drawn are told here and never again."""
        order = read_body(PollOrder, request)
        form = Form.objects.filter(pk=order["form"]).first()
        if form is None:
            raise NotFoundError("E-OPINION-MISSING", _("There is no such form."))
        poll, links = make_poll(
            form, order["name"], order["district"], order["level"],
            (order["first"], order["last"]), order["closes_at"], order["target"], request.user,
            open_share=order["open_share"], weights=order["weights"],
        )  # fmt: skip
        told = [{"area": one["area"], "case": one["case"], "url": _url(request, one["token"])}
                for one in links]  # fmt: skip
        return Response({**_poll(poll), "links": told}, status=201)


class OnePoll(DataView):
    """A poll with what came back."""

    @answers(
        OnePollForm, 403, 404, operation_id="opinion_result", summary="Results of a poll", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, poll_id: int) -> Response:
        """By area, with what does not count and why."""
        poll = poll_named(poll_id)
        rows = results_of(poll)
        links = Invitation.objects.filter(poll=poll, case=None)
        tokens = dict(links.values_list("area_code", "token"))
        regions = Region.objects.filter(code__in=tokens, valid_to__isnull=True)
        names = {one.code: in_language(one.name, one.name_en) for one in regions}
        content, counted = whole(poll, rows)
        said = Answer.objects.filter(invitation__poll=poll).exclude(words="").order_by("-at")
        words = said.values("words", "score", "at", "invitation__area_code")[:SHOWN_WORDS]
        return Response({
            **_poll(poll),
            "areas": [_area(one, poll, names, _url(request, tokens[one.area])) for one in rows],
            "content": content,
            "counted": counted,
            "quality": quality_of(poll),
            "words": [
                {"words": one["words"], "score": one["score"], "at": one["at"],
                 "area": one["invitation__area_code"]}
                for one in words
            ],
        })  # fmt: skip


class PollCode(DataView):
    """The QR code of an open link."""

    @answers(
        OpenApiTypes.BINARY, 403, 404, media="image/svg+xml", operation_id="opinion_code",
        summary="QR code of the open link of an area", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, poll_id: int, area: str) -> HttpResponse:
        """As a drawing, to be printed and hung up."""
        row = Invitation.objects.filter(poll=poll_id, case=None, area_code=area).first()
        if row is None:
            raise NotFoundError("E-OPINION-MISSING", _("There is no such poll."))
        answer_ = HttpResponse(svg(_url(request, row.token)), content_type="image/svg+xml")
        answer_["Content-Disposition"] = f'inline; filename="poll-{poll_id}-{area}.svg"'
        return answer_


class PublicOpinion(PublicView):
    """An answer of a resident."""

    throttle_classes = [AnswerThrottle]

    @answers(
        ThanksForm, 400, 403, 404, 409, 429, status=201, request=OpinionOrder,
        operation_id="public_opinion", summary="Answer a poll", tags=["public"],
    )  # fmt: skip
    def post(self, request: Request, token: str) -> Response:
        """60 an hour from one address; whether it counts is not told."""
        order = read_body(OpinionOrder, request)
        if order["website"]:
            text = _("A field that people do not see was filled in; leave “website” empty.")
            raise InputError("E-REPORT-ROBOT", text)
        answer(invitation_of(token), order["answers"], order["words"], caller_of(request),
               order["seconds"])  # fmt: skip
        return Response({"taken": True}, status=201)


def _url(request: Request, token: str) -> str:
    return request.build_absolute_uri(reverse("opinion-page", kwargs={"token": token}))


def _form(one: Form) -> dict[str, Any]:
    names = ("id", "key", "version", "name", "name_en", "questions")
    return {name: getattr(one, name) for name in names}


def _poll(one: Poll) -> dict[str, Any]:
    names = ("id", "name", "level", "first", "last", "closes_at", "target", "open_share")
    return {
        **{name: getattr(one, name) for name in names},
        "form": str(one.form),
        "district": one.district_code,
        "made_by": one.made_by.get_username() if one.made_by else "",
    }


def _area(one: AreaResult, poll: Poll, names: dict[str, str], url: str) -> dict[str, Any]:
    low, high = wilson(one.content, one.counted) if one.counted else (None, None)
    plain = ("area", "asked", "sampled", "open", "capped", "flagged", "counted", "content")
    return {
        **{name: getattr(one, name) for name in plain},
        "name": names.get(one.area, one.area),
        "score": None if one.score is None else round(one.score, 1),
        "low": None if low is None else round(float(low), 4),
        "high": None if high is None else round(float(high), 4),
        "weight": float(poll.weights.get(one.area, 1)),
        "url": url,
    }
