"""What the panel of a unit grid asks for part by part: components, cases, editions."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.cases.of_grid import months_of_grid, open_in_grid, sees_some
from spatial.cases.selectors import sees_all
from spatial.cases.stages import Stage
from spatial.components.selectors import Where, components_where
from spatial.core.roles import role_names
from spatial.evaluation.selectors import SEE_RESULTS
from spatial.grids.models import UnitGrid
from spatial.grids.selectors import no_grid_of_code
from webmap.api.base import DataView
from webmap.api.component_forms import CountForm
from webmap.api.schema import answers
from webmap.language import in_language

TAGS = {"tags": ["grids"]}


class GridComponentsForm(serializers.Serializer):
    """Components of a grid by class, the most first."""

    count = serializers.IntegerField()
    classes = CountForm(many=True)


class GridStageForm(serializers.Serializer):
    """Open cases at a stage, of them yellow and red ones."""

    stage = serializers.ChoiceField(Stage.choices)
    stage_name = serializers.CharField()
    n = serializers.IntegerField()
    yellow = serializers.IntegerField()
    red = serializers.IntegerField()


class MonthCountForm(serializers.Serializer):
    """Cases reported in a month."""

    month = serializers.CharField(help_text="YYYY-MM")
    n = serializers.IntegerField()


class GridCasesForm(serializers.Serializer):
    """Cases of a grid; a part that the user may not see is null."""

    open = GridStageForm(many=True, allow_null=True)
    months = MonthCountForm(many=True, allow_null=True)


class GridEditionForm(serializers.Serializer):
    """An edition in which a code was in force."""

    version = serializers.CharField()
    edition = serializers.IntegerField()
    ordinal = serializers.IntegerField()
    area_m2 = serializers.FloatField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class GridComponents(DataView):
    """Components of a grid."""

    @answers(
        GridComponentsForm, operation_id="grid_components", summary="Components of a grid", **TAGS
    )
    def get(self, request: Request, code: str) -> Response:
        """How many components of each class are in a unit grid now."""
        found = components_where(request.user, Where(grid=code)).order_by()
        return Response(class_counts(found))


def class_counts(found: Any) -> dict[str, Any]:
    """Components of a query, which has no order, counted by class."""
    names = ("kind__code", "kind__name", "kind__name_en", "kind__symbol")
    rows = found.values_list(*names).annotate(n=Count("pk")).order_by("-n", "kind__code")
    classes = [
        {"kind": code, "kind_name": in_language(name, name_en), "symbol": symbol, "count": n}
        for code, name, name_en, symbol, n in rows
    ]
    return {"count": sum(one["count"] for one in classes), "classes": classes}


class GridCases(DataView):
    """Cases of a grid."""

    @answers(GridCasesForm, operation_id="grid_cases", summary="Cases of a grid", **TAGS)
    def get(self, request: Request, code: str) -> Response:
        """Open cases by stage and cases of the last 12 months, as far as the user sees them."""
        user = request.user
        judges = bool(role_names(user) & SEE_RESULTS)
        seen = sees_some(user)
        months = None
        if seen or judges:
            counted = judges or sees_all(user)
            months = months_of_grid(user, code, timezone.localdate(), all_counted=counted)
        stages = [stage_form(row) for row in open_in_grid(user, code)] if seen else None
        return Response({"open": stages, "months": months})


def stage_form(row: dict[str, Any]) -> dict[str, Any]:
    """Open cases at a stage as the API shows them."""
    return {**row, "stage_name": Stage(row["stage"]).label}


class GridEditions(DataView):
    """Editions of a grid."""

    @answers(
        GridEditionForm(many=True), 404, operation_id="grid_editions",
        summary="Editions in which a code was in force", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:  # noqa: ARG002
        """The newest first, each with the grid's area in it."""
        rows = UnitGrid.objects.filter(code=code, valid_from__isnull=False)
        names = ("plan__district__code", "plan__edition", "ordinal", "area_m2", "valid_from")
        found = rows.order_by("-valid_from").values_list(*names, "valid_to")
        if not found:
            raise no_grid_of_code(code)
        return Response([
            {"version": f"{district}-e{edition}", "edition": edition, "ordinal": ordinal,
             "area_m2": area, "valid_from": first, "valid_to": last}
            for district, edition, ordinal, area, first, last in found
        ])  # fmt: skip
