"""Orders and answers of plans."""

from __future__ import annotations

from rest_framework import serializers

from gridding import DEFAULT_SCHEME, REASON_NAMES, scheme_names
from webmap.api.forms import BoundsField, CoordinateField, DistrictEditionForm

LEAST_M2, MOST_M2 = 1_000, 1_000_000
MOST_PARTS = 500
PROBLEMS = (
    "no-grids",
    "unit-cut",
    "border-cut",
    "large",
    "small",
    "shape",
    "off-features",
)


class CutOrder(serializers.Serializer):
    """How a district is to be cut."""

    district = serializers.CharField(max_length=12)
    target_area_m2 = serializers.FloatField(
        min_value=LEAST_M2, max_value=MOST_M2, required=False, default=10_000.0
    )
    scheme = serializers.ChoiceField(scheme_names(), required=False, default=DEFAULT_SCHEME)
    land_use = serializers.ChoiceField(
        ["", "default"],
        required=False,
        default="",
        help_text="Rules by land use: none, or those that come with the engine.",
    )
    cut_compounds = serializers.BooleanField(
        required=False, default=False, help_text="Compounds above the target may be cut."
    )
    afresh = serializers.BooleanField(
        required=False, default=False, help_text="Keep nothing of the edition in force."
    )
    only = serializers.ListField(
        child=serializers.RegexField(r"^\d{6,12}$"),
        required=False,
        max_length=MOST_PARTS,
        default=list,
        help_text="Codes of the streets or communities to cut; all else stays. Empty for all.",
    )


class PublishOrder(serializers.Serializer):
    """From when a plan is in force."""

    valid_from = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Today when it is left out."
    )


class AgainstQuery(serializers.Serializer):
    """The plan to compare with."""

    against = serializers.CharField(max_length=40)


class CheckField(serializers.DictField):
    """What the check found: counts and areas of faults, and ``ok``; empty before it."""


class PlanForm(DistrictEditionForm):
    """A plan with what may be done with it."""

    district = serializers.CharField()
    revision = serializers.IntegerField()
    created_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    former = serializers.CharField(
        allow_null=True, help_text="The edition of which unchanged grids were kept."
    )
    check_report = CheckField()
    may_edit = serializers.BooleanField()
    may_publish = serializers.BooleanField()
    needs_second = serializers.BooleanField(
        help_text="You cut or edited it, so that someone else has to publish it."
    )


class CutJobForm(serializers.Serializer):
    """A district that is being cut."""

    id = serializers.UUIDField()
    district = serializers.CharField()
    state = serializers.CharField()
    is_mine = serializers.BooleanField()


class PlansForm(serializers.Serializer):
    """Plans, the newest of each district first, and what is being cut."""

    plans = PlanForm(many=True)
    cutting = CutJobForm(many=True)


class ProblemForm(serializers.Serializer):
    """Something to look at; which fields there are depends on the kind."""

    kind = serializers.ChoiceField(PROBLEMS)
    place = CoordinateField()
    ordinal = serializers.IntegerField(required=False)
    code = serializers.CharField(required=False)
    area_m2 = serializers.FloatField(required=False)
    target_m2 = serializers.FloatField(required=False)
    reason = serializers.ChoiceField(REASON_NAMES, required=False)
    unit = serializers.ChoiceField(["building", "compound"], required=False)
    unit_m2 = serializers.FloatField(required=False)
    built_share = serializers.FloatField(required=False)
    value = serializers.FloatField(required=False)
    region = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    name_en = serializers.CharField(required=False)


class ReviewForm(serializers.Serializer):
    """What is to be looked at, and the areas of all grids."""

    revision = serializers.IntegerField()
    problems = ProblemForm(many=True)
    grids = serializers.ListField(
        child=serializers.ListField(),
        help_text="Ordinal, area (m²), share of the own target, whether it is in its range.",
    )


class ChangeForm(serializers.Serializer):
    """A grid in one plan or in both."""

    state = serializers.ChoiceField(["kept", "changed", "new", "gone"])
    code = serializers.CharField()
    ordinal = serializers.IntegerField(allow_null=True)
    former_ordinal = serializers.IntegerField(allow_null=True)
    area_m2 = serializers.FloatField(help_text="0 where it is gone.")
    former_area_m2 = serializers.FloatField(help_text="0 where it is new.")
    bounds = BoundsField()


class ChangesForm(serializers.Serializer):
    """All grids of two plans by code."""

    version = serializers.CharField()
    against = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    grids = ChangeForm(many=True)
