"""When cases are reported: the hours of the week of a drawn area and of a unit grid."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.cases.hours import HOURS, WEEKDAYS, cases_by_hour, days_of_hours, grids_of_hour
from spatial.cases.of_grid import sees_some
from spatial.evaluation.analysis.tables import hot_hours
from webmap.api.analysis_forms import HotHourForm, HoursForm
from webmap.api.base import DataView
from webmap.api.params import read_body
from webmap.api.schema import answers
from webmap.api.selection_forms import SelectionOrder

FEWEST = 168
"""One case to each hour of a week; with fewer, single hours differ by chance for the most part."""


class HoursOfWeekForm(HoursForm):
    """Cases of some weeks by weekday and hour; null where the user sees no cases."""

    cases = serializers.IntegerField(allow_null=True)
    counts = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()), allow_null=True
    )
    enough = serializers.BooleanField(help_text="Enough cases to compare hours.")
    hot = HotHourForm(many=True, help_text="Empty while there are not enough.")
    to = serializers.DateField()

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's."""
        return {**super().get_fields(), "from": serializers.DateField()}


class HourOrder(SelectionOrder):
    """An area, and an hour of the week in the time of the site."""

    weekday = serializers.IntegerField(min_value=1, max_value=WEEKDAYS, help_text="1 is Monday.")
    hour = serializers.IntegerField(min_value=0, max_value=HOURS - 1)


class GridOfHourForm(serializers.Serializer):
    """A grid with its cases of an hour of the week."""

    code = serializers.CharField()
    n = serializers.IntegerField()


class CasesOfHourForm(serializers.Serializer):
    """Cases of an hour of the week by grid; null where the user sees no cases."""

    cases = serializers.IntegerField(allow_null=True, help_text="Also those that are in no grid.")
    grids = GridOfHourForm(many=True, allow_null=True, help_text="The most first.")
    to = serializers.DateField()

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's."""
        return {**super().get_fields(), "from": serializers.DateField()}


def _days(today: date) -> dict[str, date]:
    first, last = days_of_hours(today)
    return {"from": first, "to": last}


def _told(user: Any, **where: Any) -> dict[str, Any]:
    today = timezone.localdate()
    days = _days(today)
    if not sees_some(user):
        return {**days, "cases": None, "counts": None, "enough": False, "hot": []}
    found = hot_hours(cases_by_hour(user, today, **where))
    enough = found.total >= FEWEST
    hot = np.argwhere(found.hot) if enough else []
    return {
        **days,
        "cases": found.total,
        "counts": found.counts.tolist(),
        "enough": enough,
        "hot": [{"weekday": int(day) + 1, "hour": int(hour)} for day, hour in hot],
    }


class SelectionHours(DataView):
    """Hours of the week of an area."""

    throttle_scope = "search"

    @answers(
        HoursOfWeekForm, 400, 413, 429, request=SelectionOrder, operation_id="selection_hours",
        summary="Cases of a drawn area by weekday and hour", tags=["selection"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Cases reported in the last 13 whole weeks, without invalid and merged ones."""
        area = SelectionOrder.area(read_body(SelectionOrder, request))
        return Response(_told(request.user, area=area))


class SelectionHour(DataView):
    """One hour of the week of an area."""

    throttle_scope = "search"

    @answers(
        CasesOfHourForm, 400, 413, 429, request=HourOrder, operation_id="selection_hour",
        summary="Cases of a drawn area in one hour of the week, by grid", tags=["selection"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """The cases that ``selection/hours`` counts in that hour, by the grid they are in."""
        values = read_body(HourOrder, request)
        today = timezone.localdate()
        days = _days(today)
        if not sees_some(request.user):
            return Response({**days, "cases": None, "grids": None})
        area = HourOrder.area(values)
        found = grids_of_hour(request.user, today, area, values["weekday"], values["hour"])
        grids = [{"code": code, "n": n} for code, n in found.items() if code]
        return Response({**days, "cases": sum(found.values()), "grids": grids})


class GridHours(DataView):
    """Hours of the week of a grid."""

    @answers(
        HoursOfWeekForm, operation_id="grid_hours",
        summary="Cases of a grid by weekday and hour", tags=["grids"],
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """Cases reported in the last 13 whole weeks, without invalid and merged ones."""
        return Response(_told(request.user, grid=code))
