"""What the public sends and gets, as serializers."""

from __future__ import annotations

from rest_framework import serializers

from spatial.cases.models import Kind
from spatial.cases.public import PublicStage
from spatial.cases.services.reporting import LONGEST
from webmap.api.forms import CoordinateField
from webmap.api.params import PointQuery


class ReportOrder(serializers.Serializer):
    """A report of somebody without an account, as parts of a form."""

    key = serializers.UUIDField(help_text="Made by the device; the same report twice is one.")
    case_class = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, help_text="Of `/api/v1/public/classes`."
    )
    lon = serializers.FloatField(required=False, default=None)
    lat = serializers.FloatField(required=False, default=None)
    description = serializers.CharField(
        max_length=LONGEST["description"], allow_blank=True, default=""
    )
    place = serializers.CharField(max_length=LONGEST["place"], allow_blank=True, default="")
    contact = serializers.CharField(max_length=LONGEST["contact"], allow_blank=True, default="")
    at = serializers.DateTimeField(
        required=False, default=None, help_text="When it was written, if it had to wait."
    )
    website = serializers.CharField(
        allow_blank=True, default="", help_text="Stays empty: only robots fill it in."
    )
    photos = serializers.ListField(
        child=serializers.FileField(), required=False, default=list, help_text="At most nine."
    )


class ReceivedForm(serializers.Serializer):
    """A report that was taken in."""

    number = serializers.CharField()
    token = serializers.CharField(help_text="Secret: who has it may answer and reopen.")
    url = serializers.CharField(help_text="The page that follows it, with the secret.")


class PublicClassForm(serializers.Serializer):
    """A class that everybody may report."""

    id = serializers.IntegerField()
    service_code = serializers.CharField(help_text="The same class in Open311.")
    kind = serializers.ChoiceField(Kind.choices)
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    main_name = serializers.CharField()
    main_name_en = serializers.CharField()
    symbol = serializers.CharField()


class SimilarQuery(PointQuery):
    """Where, and of which class."""

    on = None
    case_class = serializers.IntegerField(
        required=False, default=None, min_value=1, max_value=2**31 - 1
    )


class SimilarForm(serializers.Serializer):
    """An open report near by."""

    number = serializers.CharField()
    name = serializers.CharField(help_text="Of its class.")
    symbol = serializers.CharField()
    distance_m = serializers.FloatField()
    stage = serializers.ChoiceField(PublicStage.choices)
    stage_words = serializers.CharField()
    url = serializers.CharField()


class PublicChangeForm(serializers.Serializer):
    """A step that everybody may know."""

    stage = serializers.ChoiceField(PublicStage.choices)
    words = serializers.CharField()
    at = serializers.DateTimeField()
    department = serializers.CharField()


class OwnForm(serializers.Serializer):
    """What only the reporter sees."""

    description = serializers.CharField()
    score = serializers.IntegerField(allow_null=True)
    may_answer = serializers.BooleanField()
    may_reopen = serializers.BooleanField()
    reopen_until = serializers.DateTimeField(allow_null=True)


class ProgressForm(serializers.Serializer):
    """How a case goes on, for everybody who has its number."""

    number = serializers.CharField()
    name = serializers.CharField(help_text="Of its class.")
    symbol = serializers.CharField()
    place = serializers.CharField()
    center = CoordinateField()
    stage = serializers.ChoiceField(PublicStage.choices)
    stage_words = serializers.CharField()
    reported_at = serializers.DateTimeField()
    deadline = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    department = serializers.CharField()
    merged_into = serializers.CharField(allow_null=True)
    changes = PublicChangeForm(many=True)
    photos = serializers.ListField(child=serializers.CharField(), help_text="Of the result.")
    own = OwnForm(allow_null=True, help_text="Only with the secret.")


class TokenQuery(serializers.Serializer):
    """The secret of the reporter's link."""

    key = serializers.CharField(required=False, default="", max_length=64)


class AnswerOrder(serializers.Serializer):
    """How content the reporter is."""

    token = serializers.CharField(max_length=64)
    score = serializers.IntegerField(help_text="1 bad … 5 very good.")
    words = serializers.CharField(max_length=500, allow_blank=True, default="")


class ReopenOrder(serializers.Serializer):
    """Why the case has to be opened again."""

    token = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")
    key = serializers.UUIDField(
        required=False, default=None, help_text="Made by the device; twice is once."
    )
