"""What the addresses of evaluation take and give."""

from __future__ import annotations

from rest_framework import serializers

from spatial.evaluation.models import ObjectKind
from webmap.api.component_forms import AreaField

SORTS = ("rank", "code", "-score", "score")
MOST = 1000


class PeriodQuery(serializers.Serializer):
    """A period by name, or from one day to another."""

    period = serializers.CharField(
        required=False, default="", max_length=24,
        help_text="2026-10, 2026-W44, 2026-Q4, 2026, 2026-10-05, 2026-10-01..2026-10-09; without "
        "it the running month.",
    )  # fmt: skip
    scheme = serializers.CharField(
        required=False, default="", max_length=60, help_text="Such as grid-2 or grid-v1."
    )
    district = serializers.RegexField(r"^[0-9]{6}\Z", required=False, default="")
    edition = serializers.CharField(
        required=False, default="", max_length=60, help_text="Of a grid scheme, for cells."
    )


class ResultsQuery(PeriodQuery):
    """Which results, and in what order."""

    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    grade = serializers.CharField(required=False, default="", max_length=1)
    area_class = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=20,
        help_text="Objects of a class of area; “none”: those without.",
    )  # fmt: skip
    codes = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=4000,
        help_text="Only these objects, with commas between.",
    )  # fmt: skip
    sort = serializers.ChoiceField(SORTS, required=False, default="rank")
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=MOST)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=10**6)


class PolygonOrder(PeriodQuery):
    """A polygon drawn on the map."""

    polygon = AreaField(help_text="GeoJSON geometry, degrees.")


class TrendQuery(PeriodQuery):
    """How many periods back."""

    count = serializers.IntegerField(required=False, default=12, min_value=1, max_value=24)


class BehindQuery(PeriodQuery):
    """Which number, and which page of its cases."""

    counter = serializers.CharField(max_length=40)
    after = serializers.IntegerField(required=False, default=None, allow_null=True)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)


class PolygonBehindOrder(BehindQuery):
    """Which number of a drawn polygon."""

    period = serializers.CharField(max_length=24)
    polygon = serializers.JSONField(help_text="GeoJSON geometry, degrees.")


class FreezeOrder(PeriodQuery):
    """What is to be frozen."""

    kind = serializers.ChoiceField(ObjectKind.choices)


class CorrectOrder(serializers.Serializer):
    """A correction."""

    code = serializers.CharField(max_length=40)
    reason = serializers.CharField(max_length=1000)


class AppealOrder(serializers.Serializer):
    """Which published result is to be corrected."""

    code = serializers.CharField(max_length=40)


class ProposalsQuery(serializers.Serializer):
    """Of which district."""

    district = serializers.RegexField(r"^[0-9]{6}\Z", required=False, default="")


class ProposalForm(serializers.Serializer):
    """A published result, and what it is with the appeals upheld since."""

    publication = serializers.IntegerField()
    kind = serializers.CharField()
    period = serializers.CharField()
    code = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    grade = serializers.CharField()
    corrected_score = serializers.FloatField(allow_null=True)
    corrected_grade = serializers.CharField()
    cases = serializers.ListField(child=serializers.CharField())


class ResultForm(serializers.Serializer):
    """The result of an object."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True, help_text="Wilson's bounds at 95 %.")
    high = serializers.FloatField(allow_null=True)
    grade = serializers.CharField(help_text="A to E; empty without a grade.")
    state = serializers.ChoiceField(["graded", "few", "none"])
    sample = serializers.IntegerField()
    rank = serializers.IntegerField(allow_null=True, help_text="Within its class of area.")
    area_class = serializers.CharField()
    scheme = serializers.CharField(help_text="That it was scored by.")
    values = serializers.DictField(child=serializers.FloatField(allow_null=True))


class PeriodForm(serializers.Serializer):
    """A period."""

    name = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()
    running = serializers.BooleanField()
    clock_changes = serializers.ListField(
        child=serializers.DateField(), help_text="Days with an hour less or more; each is one day."
    )


class ResultsForm(serializers.Serializer):
    """A page of results."""

    kind = serializers.CharField()
    period = PeriodForm()
    scheme = serializers.CharField()
    classes = serializers.ListField(
        child=serializers.DictField(), help_text="Classes of area with their schemes, if any."
    )
    count = serializers.IntegerField()
    grades = serializers.DictField(child=serializers.IntegerField())
    indicators = serializers.ListField(child=serializers.DictField())
    results = ResultForm(many=True)
    terms = serializers.ListField(
        child=serializers.DictField(), required=False, help_text="The sum, of a polygon."
    )
    counts = serializers.DictField(child=serializers.IntegerField(), required=False)


class ExplanationForm(serializers.Serializer):
    """A result as the sum it is."""

    period = PeriodForm()
    result = ResultForm()
    terms = serializers.ListField(child=serializers.DictField())
    lifts = serializers.ListField(child=serializers.DictField())
    counts = serializers.DictField(child=serializers.IntegerField())
    before = serializers.DictField()
    year_before = serializers.DictField()
    scheme = serializers.CharField()
    running = serializers.BooleanField()
    succession = serializers.ListField(child=serializers.DictField())
    published = serializers.DictField(allow_null=True)


class BehindForm(serializers.Serializer):
    """Cases behind a number."""

    counter = serializers.CharField()
    cases = serializers.ListField(child=serializers.DictField())
    hidden = serializers.IntegerField(help_text="Counted, and not for this user.")
    after = serializers.IntegerField(allow_null=True, help_text="For the next page.")


class WalkedForm(serializers.Serializer):
    """A unit grid behind patrol coverage."""

    grid = serializers.CharField()
    walked = serializers.IntegerField(help_text="Days on which it was walked.")
    due = serializers.IntegerField(help_text="Days on which it was to be walked.")


class TrendPointForm(serializers.Serializer):
    """A period of a trend."""

    period = serializers.CharField()
    result = ResultForm(allow_null=True)


class PublicationForm(serializers.Serializer):
    """A published evaluation."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    period = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()
    district = serializers.CharField()
    scheme = serializers.CharField()
    digest = serializers.CharField()
    results = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField()


class PeriodsForm(serializers.Serializer):
    """Periods that have cases, and what is published."""

    first = serializers.DateField(allow_null=True)
    months = serializers.ListField(child=serializers.CharField())
    published = PublicationForm(many=True)


class CorrectionForm(serializers.Serializer):
    """A correction beside a published result."""

    code = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    grade = serializers.CharField()
    reason = serializers.CharField()
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField()


class OnePublicationForm(PublicationForm):
    """A published evaluation with its results and corrections."""

    verified = serializers.BooleanField()
    rows = serializers.ListField(child=serializers.DictField())
    corrections = CorrectionForm(many=True)


class WeightSchemeForm(serializers.Serializer):
    """A scheme of weights."""

    name = serializers.CharField(help_text="Such as grid-v1.")
    kind = serializers.CharField()
    title = serializers.CharField()
    title_en = serializers.CharField()
    area_class = serializers.CharField()
    state = serializers.CharField()
    parts = serializers.ListField(child=serializers.DictField())
    grades = serializers.ListField()
    least_cases = serializers.IntegerField()
