"""Reports and moves: one at a time, or the same one for many cases."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.cases.models import Case, Channel, Priority, Unit
from spatial.cases.selectors import OF_A_CASE, case_of_number
from spatial.cases.services.given import Given, More, Part, Report, Shot
from spatial.cases.services.moving import make_move
from spatial.cases.services.reporting import report
from spatial.cases.services.suggesting import suggest
from spatial.core.errors import InputError, WanmiError
from spatial.core.photos import check_size
from webmap.api.base import DataView
from webmap.api.case_forms import KEY, CaseForm
from webmap.api.cases import TAGS, case_form, look_at_case
from webmap.api.params import finite, read_body
from webmap.api.parsers import ShallowJSONParser
from webmap.api.schema import answers

NUMBER = r"^[0-9]{20}$"
MOST_AT_ONCE = 200
MOST_PHOTOS = 10
"""More than the services take, so that theirs is the answer."""


class PhotosField(serializers.ListField):
    """Photos of a form, each of at most 20 MB."""

    child = serializers.FileField()


class SentSerializer(serializers.Serializer):
    """What every sending has: photos with what each shows, and a key made by the device."""

    photos = PhotosField(default=list, max_length=MOST_PHOTOS)
    views = serializers.CharField(
        max_length=100, default="", allow_blank=True,
        help_text="What each photo shows, with commas: near, far, before, after.",
    )  # fmt: skip
    key = serializers.UUIDField(default=None, help_text="Sent twice with it, it is done once.")

    @staticmethod
    def shots(values: dict[str, Any], usual: str) -> tuple[Shot, ...]:
        """The photos with what they show."""
        views = [one.strip() for one in values["views"].split(",") if one.strip()]
        made = []
        for place, file in enumerate(values["photos"]):
            check_size(file.size)
            made.append(Shot(file.read(), views[place] if place < len(views) else usual))
        return tuple(made)


class CaseReportOrder(SentSerializer):
    """A report."""

    case_class = serializers.IntegerField(**KEY)
    lon = serializers.FloatField(validators=[finite])
    lat = serializers.FloatField(validators=[finite])
    channel = serializers.ChoiceField(Channel.choices)
    description = serializers.CharField(max_length=2000, default="", allow_blank=True)
    place = serializers.CharField(max_length=200, default="", allow_blank=True)
    contact = serializers.CharField(max_length=100, default="", allow_blank=True)
    component = serializers.CharField(max_length=17, default="", allow_blank=True)
    priority = serializers.ChoiceField(Priority.choices, default=Priority.ORDINARY)
    at = serializers.DateTimeField(default=None, help_text="When it was made, if not now.")


class PartOrder(serializers.Serializer):
    """A part of a case that is split."""

    department = serializers.IntegerField(**KEY)
    what = serializers.CharField(max_length=300)


class PartsField(serializers.JSONField):
    """Parts as a list, also as JSON text in a form."""

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        """The parts."""
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except (ValueError, RecursionError) as error:
                raise serializers.ValidationError(_("Not JSON.")) from error
        form = PartOrder(data=data, many=True, max_length=20)
        form.is_valid(raise_exception=True)
        return form.validated_data


class GivenOrder(SentSerializer):
    """What comes with a move."""

    reason = serializers.CharField(max_length=1000, default="", allow_blank=True)
    department = serializers.IntegerField(**KEY, default=None)
    person = serializers.IntegerField(**KEY, default=None)
    inspector = serializers.IntegerField(**KEY, default=None)
    standard = serializers.IntegerField(**KEY, default=None)
    into = serializers.RegexField(NUMBER, default="", help_text="Number of the other case.")
    parts = PartsField(default=list)
    part = serializers.IntegerField(**KEY, default=None)
    more_n = serializers.DecimalField(6, 2, default=None)
    more_unit = serializers.ChoiceField(Unit.choices, default="")

    @classmethod
    def given(cls, values: dict[str, Any], user: Any) -> Given:
        """As the service takes it."""
        names = ("reason", "department", "person", "inspector", "standard", "part")
        more = More(values["more_n"], values["more_unit"]) if values["more_n"] else None
        return Given(
            **{name: values[name] for name in names},
            photos=cls.shots(values, "after"),
            into=case_of_number(user, values["into"]).pk if values["into"] else None,
            parts=tuple(Part(**part) for part in values["parts"]),
            more=more,
        )


class CaseMoveOrder(GivenOrder):
    """A move of one case."""

    seen = serializers.IntegerField(
        min_value=0, max_value=9_999, default=None,
        help_text="``step`` of the case when it was looked at; if it moved on since, 409.",
    )  # fmt: skip


class SeenOrder(serializers.Serializer):
    """A case of many, as it was seen."""

    number = serializers.RegexField(NUMBER)
    seen = serializers.IntegerField(min_value=0, max_value=9_999, default=None)


class ManyOrder(GivenOrder):
    """The same move for many cases."""

    move = serializers.CharField(max_length=20)
    cases = SeenOrder(many=True, min_length=1, max_length=MOST_AT_ONCE)
    suggested = serializers.BooleanField(
        default=False, help_text="Each to the department that is suggested for it."
    )


class CaseDoneForm(serializers.Serializer):
    """What became of one case of many."""

    number = serializers.CharField()
    done = serializers.BooleanField()
    code = serializers.CharField(help_text="Of the error, or empty.")
    message = serializers.CharField()


class Reports(DataView):
    """Reports."""

    parser_classes = [MultiPartParser, ShallowJSONParser]

    @answers(
        CaseForm, 400, 403, 409, 413, status=201, operation_id="case_report",
        request={"multipart/form-data": CaseReportOrder, "application/json": CaseReportOrder},
        summary="Report", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Report something; the same key again gives the same case.

        With ``Prefer: return=minimal`` the answer has the number, step and stage of the case only:
        for devices and programs that send many.
        """
        values = read_body(CaseReportOrder, request)
        shots = CaseReportOrder.shots(values, "near")
        names = set(Report.__dataclass_fields__) & set(values) - {"photos"}
        sent = Report(**{name: values[name] for name in names}, photos=shots)
        case = report(request.user, sent, key=values["key"])
        if "return=minimal" not in request.headers.get("Prefer", ""):
            return Response(case_form(request.user, case), status=201)
        told = {"number": case.number, "step": case.step, "stage": case.stage}
        return Response(told, status=201, headers={"Preference-Applied": "return=minimal"})


class CaseMove(DataView):
    """Moves of a case."""

    parser_classes = [MultiPartParser, ShallowJSONParser]

    @answers(
        CaseForm, 400, 403, 404, 409, 413, operation_id="case_move",
        request={"multipart/form-data": CaseMoveOrder, "application/json": CaseMoveOrder},
        summary="Make a move", **TAGS,
    )  # fmt: skip
    def post(self, request: Request, number: str, move: str) -> Response:
        """Make a move of the table; what it needs stands in ``moves`` of the case."""
        values = read_body(CaseMoveOrder, request)
        case = case_of_number(request.user, number)
        given = CaseMoveOrder.given(values, request.user)
        make_move(request.user, case.pk, move, given, seen=values["seen"], key=values["key"])
        moved = Case.objects.select_related(*OF_A_CASE).get(pk=case.pk)
        look_at_case(request.user, moved)
        return Response(case_form(request.user, moved))


class CaseMoves(DataView):
    """Moves of many cases."""

    @answers(
        CaseDoneForm(many=True), 400, 403, request=ManyOrder, operation_id="case_moves",
        summary="Make a move of many cases", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make the same move of each case by itself; what one refuses does not stop the others."""
        values = read_body(ManyOrder, request)
        given = ManyOrder.given(values, request.user)
        return Response([_one_of_many(request.user, one, values, given) for one in values["cases"]])


def _one_of_many(user: Any, one: dict[str, Any], values: dict[str, Any], given: Given) -> dict:
    try:
        case = case_of_number(user, one["number"])
        mine = _as_suggested(case, given) if values["suggested"] else given
        make_move(user, case.pk, values["move"], mine, seen=one["seen"], key=_key_of(values, case))
    except WanmiError as error:
        return {
            "number": one["number"],
            "done": False,
            "code": error.code,
            "message": str(error.message),
        }
    return {"number": one["number"], "done": True, "code": "", "message": ""}


def _key_of(values: dict[str, Any], case: Case) -> UUID | None:
    """A key for each case, made from that of all."""
    key = values["key"]
    return UUID(int=key.int ^ case.pk) if key else None


def _as_suggested(case: Case, given: Given) -> Given:
    found = suggest(case)
    if found is None:
        text = _("Nothing says who answers for case %(number)s; choose a department.")
        raise InputError("E-CASE-NOSUGGESTION", text % {"number": case.number})
    return Given(reason=given.reason, department=found.department.pk)
