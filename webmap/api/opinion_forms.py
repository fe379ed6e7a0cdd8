"""What the addresses of opinions take and give."""

from __future__ import annotations

from rest_framework import serializers

from spatial.opinions.models import Poll


class PollsQuery(serializers.Serializer):
    """Of which district."""

    district = serializers.RegexField(r"^[0-9]{6}\Z", required=False, default="")


class FormOrder(serializers.Serializer):
    """A new version of a form."""

    key = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    questions = serializers.JSONField(
        help_text="List of {key, zh, en, kind: scale or yesno, weight}."
    )


class PollOrder(serializers.Serializer):
    """A poll to be made."""

    form = serializers.IntegerField(help_text="Key of a form.")
    name = serializers.CharField(max_length=80)
    district = serializers.RegexField(r"^[0-9]{6}\Z")
    level = serializers.ChoiceField(Poll.Level.choices, default=Poll.Level.STREET)
    first = serializers.DateField(help_text="Of the days that it judges.")
    last = serializers.DateField()
    closes_at = serializers.DateField(help_text="Last day of answers.")
    target = serializers.IntegerField(help_text="Answers wanted from each area.")
    open_share = serializers.FloatField(required=False, default=0.5)
    weights = serializers.DictField(
        child=serializers.FloatField(), required=False, default=dict, help_text="By code of area."
    )


class QuestionForm(serializers.Serializer):
    """A form of questions."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    questions = serializers.ListField(child=serializers.DictField())


class PollForm(serializers.Serializer):
    """A poll."""

    id = serializers.IntegerField()
    form = serializers.CharField()
    name = serializers.CharField()
    district = serializers.CharField()
    level = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()
    closes_at = serializers.DateField()
    target = serializers.IntegerField()
    open_share = serializers.FloatField()
    made_by = serializers.CharField()


class PollsForm(serializers.Serializer):
    """Polls, and forms to make more of."""

    forms = QuestionForm(many=True)
    polls = PollForm(many=True)


class LinkForm(serializers.Serializer):
    """A link of one who was drawn."""

    area = serializers.CharField()
    case = serializers.CharField()
    url = serializers.CharField()


class MadePollForm(PollForm):
    """A poll just made, with links that are told this once."""

    links = LinkForm(many=True)


class AreaResultForm(serializers.Serializer):
    """Results of an area."""

    area = serializers.CharField()
    name = serializers.CharField()
    asked = serializers.IntegerField()
    sampled = serializers.IntegerField()
    open = serializers.IntegerField()
    capped = serializers.IntegerField()
    flagged = serializers.IntegerField()
    counted = serializers.IntegerField()
    content = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True, help_text="Wilson's bounds at 95 %.")
    high = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField()
    url = serializers.CharField(help_text="Of the open link.")


class OnePollForm(PollForm):
    """A poll with its results."""

    areas = AreaResultForm(many=True)
    content = serializers.IntegerField(help_text="Of the whole, weighted by area.")
    counted = serializers.IntegerField()
    quality = serializers.DictField()
    words = serializers.ListField(child=serializers.DictField())


class OpinionOrder(serializers.Serializer):
    """An answer of a resident."""

    answers = serializers.DictField(child=serializers.IntegerField())
    words = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)
    seconds = serializers.IntegerField(min_value=0, max_value=86_400)
    website = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=200,
        help_text="Stays empty: people do not see it.",
    )  # fmt: skip


class ThanksForm(serializers.Serializer):
    """An answer was taken."""

    taken = serializers.BooleanField()
