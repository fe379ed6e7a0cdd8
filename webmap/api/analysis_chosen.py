"""What somebody chose in a chart, on the map."""

from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.evaluation.analysis.reading import counts
from spatial.grids.models import UnitGrid
from spatial.grids.selectors import current_plan
from webmap.api.analysis_forms import SelectionQuery, selection
from webmap.api.base import DataView
from webmap.api.params import read
from webmap.api.schema import answers


class ChosenQuery(SelectionQuery):
    """Which cases of a chart are chosen."""

    weekday = serializers.IntegerField(
        min_value=1, max_value=7, default=None, help_text="Of the report; Monday is 1."
    )
    hour = serializers.IntegerField(min_value=0, max_value=23, default=None)
    age_from = serializers.FloatField(
        min_value=0, default=None, help_text="Cases in hand that have waited so many days."
    )
    age_to = serializers.FloatField(min_value=0, default=None, help_text="And less than these.")


class ChosenForm(serializers.Serializer):
    """Where the chosen cases are."""

    cases = serializers.IntegerField()
    edition = serializers.CharField()
    outside = serializers.IntegerField(help_text="Under codes that the edition has not.")
    ordinals = serializers.ListField(child=serializers.IntegerField())
    counts = serializers.ListField(
        child=serializers.IntegerField(), help_text="Of these grids, in their order."
    )
    departments = serializers.DictField(child=serializers.IntegerField())


class Chosen(DataView):
    """Cases of a part of a chart, by unit grid and department."""

    @answers(
        ChosenForm, 400, 403, 404, parameters=[ChosenQuery], operation_id="analysis_chosen",
        summary="Where chosen cases are", tags=["analysis"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """By ordinal of the edition in force; with an age, cases in hand now."""
        asked = read(ChosenQuery, request)
        plan = current_plan(asked["district"])
        ages = None if asked["age_from"] is None else (asked["age_from"], asked["age_to"])
        grids, departments = counts.chosen(selection(asked), ages, timezone.now())
        rows = UnitGrid.objects.filter(plan=plan, code__in=grids).order_by("ordinal")
        found = list(rows.values_list("ordinal", "code"))
        inside = [grids[code] for _ordinal, code in found]
        total = sum(grids.values())
        return Response({
            "cases": total,
            "edition": plan.version,
            "outside": total - sum(inside),
            "ordinals": [ordinal for ordinal, _code in found],
            "counts": inside,
            "departments": {code: n for code, n in departments.items() if code},
        })  # fmt: skip
