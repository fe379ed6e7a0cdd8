"""What the addresses of analysis take and give."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from spatial.evaluation.analysis.downhill import REASONS
from spatial.evaluation.analysis.honesty import RULES
from spatial.evaluation.analysis.reading.counts import LEVELS
from spatial.evaluation.analysis.reading.selection import USUAL_DAYS, Selection

KEY = {"min_value": 1, "max_value": 2**31}
DEGREES_OF_BELIEF = {"min_value": 0.0001, "max_value": 0.5}


class DistrictQuery(serializers.Serializer):
    """Which district."""

    district = serializers.RegexField(r"^\d{6}$", help_text="Its code.")


class SpanQuery(DistrictQuery):
    """Which days; the last 28 whole ones when they are left out."""

    to = serializers.DateField(required=False, default=None, help_text="Last day, YYYY-MM-DD.")

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's."""
        first = serializers.DateField(required=False, default=None, help_text="First day.")
        return {**super().get_fields(), "from": first}


class ClustersQuery(SpanQuery):
    """Which cases, for clusters."""

    main = serializers.RegexField(
        r"^[CE]\d{2}$", default="", help_text="Main class: C and E for components and events."
    )


class SelectionQuery(ClustersQuery):
    """Which cases."""

    street = serializers.RegexField(r"^\d{9}$", default="", help_text="Code of a street.")
    case_class = serializers.IntegerField(**KEY, default=None)
    department = serializers.IntegerField(**KEY, default=None)
    campaign = serializers.IntegerField(**KEY, default=None)
    area = serializers.RegexField(
        r"^(\d{9}|\d{12}|\d{14,15}|\d{9}-\d{2,3})$", default="",
        help_text="Code of a street, community, unit grid or patrol area.",
    )  # fmt: skip
    department_code = serializers.CharField(default="", max_length=40, allow_blank=True)


class HotSpotsQuery(SelectionQuery):
    """How to look for hot spots."""

    per = serializers.ChoiceField(["area", "grid"], default="area")
    band_m = serializers.FloatField(
        min_value=0, max_value=5_000, default=0,
        help_text="Neighbours are so near; 0: those that touch.",
    )  # fmt: skip
    level = serializers.FloatField(
        **DEGREES_OF_BELIEF, default=0.05, help_text="Share of the spots that may be false."
    )


class MixQuery(SelectionQuery):
    """Areas of which level."""

    level = serializers.ChoiceField(sorted(LEVELS), default="street")


class BurstsQuery(DistrictQuery):
    """Areas of which level."""

    level = serializers.ChoiceField(sorted(LEVELS), default="community")


class ReportQuery(DistrictQuery):
    """Of which district; in the language of the request."""


def days_of(asked: dict[str, Any]) -> dict[str, Any]:
    """First and last day; the usual ones where they are left out."""
    last = asked.get("to") or timezone.localdate() - timedelta(days=1)
    return {"first": asked.get("from") or last - timedelta(days=USUAL_DAYS - 1), "last": last}


def selection(asked: dict[str, Any]) -> Selection:
    """The cases that a query asks for."""
    names = ("street", "main", "case_class", "department", "campaign", "area", "department_code",
             "weekday", "hour")  # fmt: skip
    told = {name: asked[name] for name in names if name in asked}
    return Selection(asked["district"], **days_of(asked), **told)


class HotSpotForm(serializers.Serializer):
    """A unit grid that is hot or cold."""

    grid = serializers.CharField()
    sign = serializers.ChoiceField([1, -1], help_text="1 hot, -1 cold.")
    z = serializers.FloatField(help_text="Gi*.")
    q = serializers.FloatField(help_text="Chance, adjusted for the number of grids.")
    cases = serializers.IntegerField()


class HotSpotsForm(serializers.Serializer):
    """Hot and cold grids, the clearest first; all others are neither."""

    edition = serializers.CharField()
    grids = serializers.IntegerField()
    cases = serializers.IntegerField()
    level = serializers.FloatField()
    spots = HotSpotForm(many=True)


class KeptForm(serializers.Serializer):
    """An answer that is made once a day: ready (200) or being made (202)."""

    ready = serializers.BooleanField()
    job = serializers.UUIDField(
        allow_null=True, help_text="Job that makes it; null when somebody else ordered it."
    )


class ClusterForm(serializers.Serializer):
    """Grids and days with more cases than places and days explain."""

    grids = serializers.ListField(child=serializers.CharField())
    to = serializers.DateField()
    cases = serializers.IntegerField()
    expected = serializers.FloatField()
    p = serializers.FloatField()

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's."""
        return {**super().get_fields(), "from": serializers.DateField()}


class ClustersAnswer(serializers.Serializer):
    """Clusters, the clearest first."""

    edition = serializers.CharField()
    cases = serializers.IntegerField()
    seed = serializers.IntegerField()
    permutations = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    clusters = ClusterForm(many=True)


class ClustersForm(KeptForm):
    """Clusters, when they are there."""

    answer = ClustersAnswer(allow_null=True)


class ScoreForm(serializers.Serializer):
    """How far off, over weeks it had not seen."""

    deviance = serializers.FloatField(help_text="Of Poisson, per area and week.")
    mae = serializers.FloatField(help_text="Absolute error of the median.")


class ExpectedClassForm(serializers.Serializer):
    """A main class, and whether its forecast is proven."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    level = serializers.ChoiceField(
        ["grid", "street"], allow_null=True, help_text="Null: it does not beat the baselines."
    )
    scores = serializers.DictField(child=ScoreForm())
    season = serializers.BooleanField(help_text="Whether the season of a year is minded.")
    expected = serializers.FloatField(required=False)


class ExpectedCellForm(serializers.Serializer):
    """Expected cases of an area."""

    area = serializers.CharField(help_text="Code of a unit grid or street.")
    expected = serializers.FloatField()

    def get_fields(self) -> dict[str, Any]:
        """``class`` is a word of Python's."""
        return {**super().get_fields(), "class": serializers.CharField()}


class ForecastAnswer(serializers.Serializer):
    """The coming week."""

    edition = serializers.CharField()
    to = serializers.DateField()
    tested_weeks = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    classes = ExpectedClassForm(many=True)
    cells = ExpectedCellForm(many=True)

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's."""
        return {**super().get_fields(), "from": serializers.DateField()}


class ForecastForm(KeptForm):
    """The forecast, when it is there."""

    answer = ForecastAnswer(allow_null=True)


class HotHourForm(serializers.Serializer):
    """A hot hour."""

    weekday = serializers.IntegerField(help_text="1 is Monday.")
    hour = serializers.IntegerField()


class HoursForm(serializers.Serializer):
    """Cases by weekday (Monday first) and hour."""

    cases = serializers.IntegerField()
    counts = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    hot = HotHourForm(many=True)


class AgeBandForm(serializers.Serializer):
    """Open cases of an age; it holds its beginning and not its end."""

    from_d = serializers.IntegerField()
    to_d = serializers.IntegerField(allow_null=True)
    open = serializers.IntegerField()
    late = serializers.IntegerField()


class AgeingForm(serializers.Serializer):
    """What waits now."""

    at = serializers.DateTimeField()
    open = serializers.IntegerField()
    late = serializers.IntegerField()
    bands = AgeBandForm(many=True)


class MixClassForm(serializers.Serializer):
    """A main class."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()


class MixAreaForm(serializers.Serializer):
    """Counts of an area in the order of the classes."""

    code = serializers.CharField()
    counts = serializers.ListField(child=serializers.IntegerField())
    quotients = serializers.ListField(
        child=serializers.FloatField(), help_text="Share here by share in all; 1 is as everywhere."
    )
    residuals = serializers.ListField(
        child=serializers.FloatField(), help_text="Beyond ±3 it is not by chance."
    )


class MixForm(serializers.Serializer):
    """Main classes by area."""

    level = serializers.CharField()
    classes = MixClassForm(many=True)
    areas = MixAreaForm(many=True)


class QualityForm(serializers.Serializer):
    """The work of a department; shares are null where there is nothing to be a share of."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    had = serializers.IntegerField()
    handled = serializers.IntegerField()
    settled = serializers.IntegerField(help_text="On time or late is known.")
    late = serializers.IntegerField()
    reworked = serializers.IntegerField()
    extended = serializers.IntegerField()
    reopened = serializers.IntegerField()
    open = serializers.IntegerField()
    median_h = serializers.FloatField(allow_null=True, help_text="From filing to done.")
    enough = serializers.BooleanField(help_text="Cases enough to be ranked.")

    def get_fields(self) -> dict[str, Any]:
        """Each share with its bounds at 95 %."""
        found = super().get_fields()
        for name in ("late", "reworked", "extended", "reopened"):
            found[f"{name}_share"] = serializers.FloatField(allow_null=True)
            found[f"{name}_low"] = serializers.FloatField()
            found[f"{name}_high"] = serializers.FloatField()
        return found


class BurstForm(serializers.Serializer):
    """More cases than chance explains."""

    area = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    cases = serializers.IntegerField()
    expected = serializers.FloatField()
    q = serializers.FloatField()

    def get_fields(self) -> dict[str, Any]:
        """``class`` is a word of Python's."""
        return {**super().get_fields(), "class": serializers.CharField()}


class BurstsForm(serializers.Serializer):
    """Bursts of the last sixty minutes."""

    at = serializers.DateTimeField()
    level = serializers.CharField()
    cases = serializers.IntegerField()
    bursts = BurstForm(many=True)


class DeclineForm(serializers.Serializer):
    """Why a grid goes downhill."""

    grid = serializers.CharField()
    reason = serializers.ChoiceField(REASONS)
    says = serializers.CharField(help_text="The reason in words.")
    now = serializers.FloatField()
    before = serializers.FloatField()
    cases = serializers.IntegerField()
    q = serializers.FloatField()


class DownhillForm(serializers.Serializer):
    """Grids that go downhill, the surest first."""

    edition = serializers.CharField()
    to = serializers.DateField()
    grids = DeclineForm(many=True)

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's."""
        return {**super().get_fields(), "from": serializers.DateField()}


class RuleForm(serializers.Serializer):
    """A pattern with its thresholds."""

    code = serializers.ChoiceField(sorted(RULES))
    limits = serializers.DictField(child=serializers.FloatField())


class FindingForm(serializers.Serializer):
    """A pattern that was found; it proves nothing."""

    rule = serializers.CharField()
    who = serializers.CharField(help_text="Empty where several persons are in it.")
    count = serializers.IntegerField()
    says = serializers.CharField(help_text="In words.")
    evidence = serializers.DictField()
    cases = serializers.ListField(child=serializers.CharField(), help_text="Numbers of cases.")


class HonestyAnswer(serializers.Serializer):
    """Patterns of faked ledgers in the moves of some days."""

    district = serializers.CharField()
    to = serializers.DateField()
    made_at = serializers.DateTimeField()
    photos_waiting = serializers.IntegerField(help_text="Photos that were not looked at yet.")
    rules = RuleForm(many=True)
    findings = FindingForm(many=True)

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's."""
        return {**super().get_fields(), "from": serializers.DateField()}


class HonestyForm(KeptForm):
    """Patterns, when they are there."""

    answer = HonestyAnswer(allow_null=True)
