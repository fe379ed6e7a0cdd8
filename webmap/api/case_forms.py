"""What the addresses of cases take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from spatial.cases.lists import PAGE, Asked, light_of
from spatial.cases.models import (
    Attachment,
    Case,
    CaseEvent,
    Channel,
    Extension,
    Kind,
    Level,
    Priority,
)
from spatial.cases.moves import MOVES, Move
from spatial.cases.services.suggesting import Suggestion
from spatial.cases.stages import Stage
from spatial.cases.worktime import Light
from spatial.core.masking import blotted
from webmap.api.component_forms import AreaField
from webmap.api.params import finite
from webmap.language import in_language

WAITING = [(one.value, one.label) for one in (Extension.State.ASKED, Extension.State.AGREED)]
KEY = {"min_value": 1, "max_value": 2**31}
MOST = 200


class CasesQuery(serializers.Serializer):
    """Which cases."""

    stage = serializers.CharField(
        max_length=200, default="", help_text="Stages with commas between them; empty for all."
    )
    kind = serializers.ChoiceField(Kind.choices, default="")
    main = serializers.RegexField(r"^\d{2}$", default="", help_text="Code of a main class.")
    case_class = serializers.IntegerField(**KEY, default=None)
    place = serializers.RegexField(
        r"^(\d{6}|\d{9}|\d{12}|\d{14,16})$", default="",
        help_text="Code of a district, street, community or unit grid.",
    )  # fmt: skip
    department = serializers.IntegerField(**KEY, default=None)
    channel = serializers.ChoiceField(Channel.choices, default="")
    level = serializers.ChoiceField(Level.choices, default=None)
    priority = serializers.ChoiceField(Priority.choices, default=None)
    light = serializers.ChoiceField([(one.value, one.value) for one in Light], default="")
    mine = serializers.BooleanField(default=False, help_text="Those the user is named in.")
    waiting = serializers.BooleanField(
        default=False, help_text="Those in hand that wait for the user himself to act."
    )
    extension = serializers.ChoiceField(
        WAITING, default="", help_text="More time waits: for command (asked), a leader (agreed)."
    )
    component = serializers.IntegerField(min_value=1, max_value=2**62, default=None)
    campaign = serializers.IntegerField(**KEY, default=None)
    text = serializers.CharField(
        max_length=100, default="", allow_blank=True,
        help_text="A case number, or part of the place or description.",
    )  # fmt: skip
    first = serializers.DateField(default=None, help_text="Reported on this day or later.")
    last = serializers.DateField(default=None)
    ended = serializers.BooleanField(
        default=False, help_text="Ended ones instead of those in hand; of 31 days unless said."
    )

    def validate_stage(self, value: str) -> tuple[str, ...]:
        """Stages that there are."""
        stages = tuple(one for one in value.split(",") if one)
        unknown = set(stages) - set(Stage.values)
        if unknown:
            raise serializers.ValidationError(f"{', '.join(sorted(unknown))[:60]}: not a stage.")
        return stages

    @staticmethod
    def asked(values: dict[str, Any], **more: Any) -> Asked:
        """What was asked for."""
        names = set(Asked.__dataclass_fields__) & set(values)
        return Asked(stages=values["stage"], **{name: values[name] for name in names}, **more)


class CasePageQuery(CasesQuery):
    """A page of cases."""

    order = serializers.ChoiceField(["due", "new"], default="due")
    after = serializers.RegexField(
        r"^([0-9.]{0,20}~)?[0-9]{1,18}$", default="", help_text="``next`` of the page before."
    )
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=PAGE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The place in the order has to be one of that order."""
        timed = attrs["order"] == "due" and not attrs["ended"]
        if attrs["after"] and timed != ("~" in attrs["after"]):
            raise serializers.ValidationError({"after": "Of another order."})
        return attrs


class BoxQuery(CasesQuery):
    """Cases in a box of degrees."""

    west = serializers.FloatField(min_value=-180, max_value=180, validators=[finite])
    south = serializers.FloatField(min_value=-90, max_value=90, validators=[finite])
    east = serializers.FloatField(min_value=-180, max_value=180, validators=[finite])
    north = serializers.FloatField(min_value=-90, max_value=90, validators=[finite])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A box has an inside."""
        if attrs["west"] >= attrs["east"] or attrs["south"] >= attrs["north"]:
            raise serializers.ValidationError({"west": "The box is empty."})
        return attrs


class AreaOrder(CasesQuery):
    """Cases in a polygon drawn on the map."""

    area = AreaField()
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=MOST)


class SimilarQuery(serializers.Serializer):
    """Around which point, and of which class."""

    lon = serializers.FloatField(min_value=-180, max_value=180, validators=[finite])
    lat = serializers.FloatField(min_value=-90, max_value=90, validators=[finite])
    case_class = serializers.IntegerField(**KEY, default=None)


class NamedForm(serializers.Serializer):
    """A key with a name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class CaseClassForm(NamedForm):
    """A class of cases."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    main = serializers.CharField()
    main_name = serializers.CharField()
    symbol = serializers.CharField()


class CaseRowForm(serializers.Serializer):
    """A case in a list."""

    number = serializers.CharField()
    step = serializers.IntegerField(help_text="What a move has to have seen.")
    case_class = CaseClassForm()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    place = serializers.CharField(help_text="In lists without numbers of telephones and cards.")
    description = serializers.CharField(help_text="In lists without such numbers, too.")
    grid = serializers.CharField()
    street = serializers.CharField()
    channel = serializers.ChoiceField(Channel.choices)
    stage = serializers.ChoiceField(Stage.choices)
    stage_since = serializers.DateTimeField()
    level = serializers.IntegerField()
    priority = serializers.IntegerField()
    department = NamedForm(allow_null=True)
    campaign = NamedForm(allow_null=True)
    reported_at = serializers.DateTimeField()
    due = serializers.DateTimeField(allow_null=True)
    light = serializers.CharField(help_text="green, yellow, red, or empty.")
    late = serializers.BooleanField(allow_null=True)
    presses = serializers.IntegerField()
    reworks = serializers.IntegerField()
    ended_at = serializers.DateTimeField(allow_null=True)
    away_m = serializers.FloatField(required=False)


class CasePageForm(serializers.Serializer):
    """A page of cases."""

    cases = CaseRowForm(many=True)
    next = serializers.CharField(help_text="Empty after the last page.")


class StageCountForm(serializers.Serializer):
    """How many cases stand at a stage."""

    stage = serializers.ChoiceField(Stage.choices)
    n = serializers.IntegerField()
    red = serializers.IntegerField()
    yellow = serializers.IntegerField()


class CaseMoveForm(serializers.Serializer):
    """A move that may be made now, and what it needs."""

    name = serializers.CharField()
    label = serializers.CharField()
    reason = serializers.BooleanField()
    photo = serializers.BooleanField()
    needs = serializers.CharField()


class CasePartForm(serializers.Serializer):
    """A part of a case that was split."""

    id = serializers.IntegerField()
    department = NamedForm()
    what = serializers.CharField()
    state = serializers.CharField()
    late = serializers.BooleanField(allow_null=True)


class CaseEventForm(serializers.Serializer):
    """A move that was made."""

    step = serializers.IntegerField()
    move = serializers.CharField()
    label = serializers.CharField()
    stage = serializers.ChoiceField(Stage.choices)
    role = serializers.CharField()
    by = serializers.CharField()
    department = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class CasePhotoForm(serializers.Serializer):
    """A photo of a case."""

    url = serializers.CharField()
    view = serializers.CharField()
    step = serializers.IntegerField()
    width_px = serializers.IntegerField()
    height_px = serializers.IntegerField()
    taken_at = serializers.DateTimeField(allow_null=True)


class SuggestionForm(serializers.Serializer):
    """The department a case should go to, and why."""

    department = NamedForm()
    reason = serializers.CharField()


class CaseForm(CaseRowForm):
    """All about a case."""

    component = serializers.CharField(help_text="Its code, or empty.")
    contact = serializers.CharField(
        help_text="Of the reporter, masked; for both centres only. In full: ``/reporter``."
    )
    erased_at = serializers.DateTimeField(
        allow_null=True, help_text="When the words of people were taken out for their age."
    )
    standard = serializers.CharField()
    closing = serializers.CharField()
    limit = serializers.CharField()
    limit_unit = serializers.CharField()
    deadline = serializers.DateTimeField(allow_null=True)
    person = serializers.CharField()
    outcome = serializers.CharField()
    exempt = serializers.BooleanField()
    on_site = serializers.BooleanField(allow_null=True)
    merged_into = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    events = CaseEventForm(many=True)
    photos = CasePhotoForm(many=True)
    parts = CasePartForm(many=True)
    moves = CaseMoveForm(many=True)
    suggestion = SuggestionForm(allow_null=True)


def named(one: Any) -> dict[str, Any] | None:
    """Key and name of a department or a campaign in the language of the reader."""
    return one and {"id": one.pk, "name": in_language(one.name, one.name_en)}


def class_form(one: Any) -> dict[str, Any]:
    """A class of cases."""
    return {
        "id": one.pk,
        "code": one.code,
        "kind": one.kind,
        "name": in_language(one.name, one.name_en),
        "main": one.main_code,
        "main_name": in_language(one.main_name, one.main_name_en),
        "symbol": one.symbol,
    }


def case_row(case: Case, now: datetime) -> dict[str, Any]:
    """A case in a list, without numbers of persons in its words."""
    names = ("number", "step", "channel", "stage", "stage_since")
    names += ("level", "priority", "reported_at", "late", "presses", "reworks")
    row = {name: getattr(case, name) for name in names}
    return row | {
        "place": blotted(case.place),
        "description": blotted(case.description),
        "case_class": class_form(case.case_class),
        "lon": round(case.point.x, 7),
        "lat": round(case.point.y, 7),
        "grid": case.grid_code,
        "street": case.street_code,
        "department": named(case.department),
        "campaign": named(case.campaign),
        "due": case.due_at,
        "light": light_of(case.due_at, case.warn_at, now),
        "ended_at": case.closed_at,
    }


def move_form(move: Move) -> dict[str, Any]:
    """A move of the table."""
    return {
        "name": move.name,
        "label": move.label,
        "reason": move.reason,
        "photo": move.photo,
        "needs": move.needs,
    }


def event_form(event: CaseEvent) -> dict[str, Any]:
    """A move that was made."""
    department = event.department
    return {
        "step": event.step,
        "move": event.move,
        "label": MOVES[event.move].label,
        "stage": event.stage_after,
        "role": event.role,
        "by": event.user_name,
        "department": in_language(department.name, department.name_en) if department else "",
        "reason": event.reason,
        "at": event.at,
    }


def photo_form(photo: Attachment, number: str) -> dict[str, Any]:
    """A photo of a case."""
    names = ("view", "step", "width_px", "height_px", "taken_at")
    url = reverse("case-photo", kwargs={"number": number, "key": photo.key})
    return {"url": url, **{name: getattr(photo, name) for name in names}}


def suggestion_form(found: Suggestion | None) -> dict[str, Any] | None:
    """A department with the reason."""
    return found and {"department": named(found.department), "reason": found.reason}
