"""Whom to send: inspectors for a case, the nearest first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.gis.db.models.functions import Distance
from django.db.models import Count
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.cases.models import Case, InHand
from spatial.cases.selectors import case_of_number
from spatial.cases.stages import Stage
from spatial.core.looks import look
from spatial.core.models import Look
from spatial.core.roles import INSPECTOR
from spatial.patrol.models import PatrolArea
from spatial.patrol.selectors import on_duty
from webmap.api.base import DataView
from webmap.api.case_forms import NamedForm
from webmap.api.cases import TAGS
from webmap.api.schema import answers

FRESH = timedelta(hours=1)
"""An older position says nothing about where somebody is."""


class CaseInspectorForm(NamedForm):
    """An inspector who may be sent out."""

    tasks = serializers.IntegerField(help_text="Checks and verifications that wait for him.")
    on_duty = serializers.BooleanField()
    own_area = serializers.BooleanField(help_text="The case lies in his patrol area.")
    away_m = serializers.IntegerField(
        allow_null=True, help_text="From his last position of this hour."
    )


class CaseInspectors(DataView):
    """Whom to send."""

    @answers(
        CaseInspectorForm(many=True), 403, 404, operation_id="case_inspectors",
        summary="Inspectors for a case", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Inspectors who may check or verify a case.

        Those on duty come first, of these the nearest, then those whose area it is, then those
        with the fewest tasks.
        """
        case = case_of_number(request.user, number)
        return Response(sorted(_rows(request.user, case), key=_rank))


def _rank(row: dict[str, Any]) -> tuple:
    away = row["away_m"]
    unknown = away is None
    return (not row["on_duty"], unknown, away or 0, not row["own_area"], row["tasks"], row["name"])


def _rows(user: Any, case: Case) -> list[dict[str, Any]]:
    people = list(get_user_model().objects.filter(is_active=True, groups__name=INSPECTOR))
    load, now = _load(), timezone.now()
    duties = on_duty(user).annotate(away=Distance("last_point", case.point))
    walking = {one.user_id: one for one in duties}
    near = [one.user.get_username() for one in walking.values() if _away_m(one, now) is not None]
    look(user, Look.What.POSITIONS, near)
    areas = PatrolArea.objects.filter(in_use=True, grids__grid_code=case.grid_code)
    own = set(areas.values_list("inspectors", flat=True)) if case.grid_code else set()
    return [
        {
            "id": one.pk,
            "name": one.get_full_name() or one.get_username(),
            "tasks": load.get(one.pk, 0),
            "on_duty": one.pk in walking,
            "own_area": one.pk in own,
            "away_m": _away_m(walking.get(one.pk), now),
        }
        for one in people
    ]


def _away_m(duty: Any, now: datetime) -> int | None:
    """Metres from the last position of somebody on duty, None where it is old or unknown."""
    known = duty is not None and duty.last_at is not None and duty.last_at >= now - FRESH
    return round(duty.away.m) if known and duty.away is not None else None


def _load() -> dict[int, int]:
    """Tasks that wait, by inspector."""
    told: dict[int, int] = {}
    for stage, name in ((Stage.CHECKING, "checker"), (Stage.VERIFYING, "verifier")):
        waits = InHand.objects.filter(stage=stage).order_by().values(name)
        for row in waits.annotate(n=Count("pk")):
            told[row[name]] = told.get(row[name], 0) + row["n"]
    return told
