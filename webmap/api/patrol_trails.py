"""Duty, positions, trails and coverage."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.looks import look
from spatial.core.models import Look
from spatial.patrol.coverage import coverage
from spatial.patrol.keys import day_span
from spatial.patrol.models import Duty
from spatial.patrol.selectors import on_duty, open_duty, trail_of
from spatial.patrol.services.duties import end_duty, start_duty
from spatial.patrol.services.judging import Sent
from spatial.patrol.services.positions import take_positions
from spatial.patrol.trails import length_m
from webmap.api.base import DataView
from webmap.api.grid_form import DEGREE_DIGITS
from webmap.api.params import read, read_body
from webmap.api.patrol import inspector_form
from webmap.api.patrol_forms import (
    CoverageForm,
    CoverageQuery,
    DutyForm,
    DutyOrder,
    PatrolDayQuery,
    PositionsOrder,
    PositionsTakenForm,
    TrailForm,
    WalkerForm,
)
from webmap.api.schema import answers

TAGS = {"tags": ["patrol"]}


class OwnDuty(DataView):
    """Whether one is on duty."""

    @answers(DutyForm, 403, operation_id="patrol_duty", summary="My duty", **TAGS)
    def get(self, request: Request) -> Response:
        """The duty of the inspector who asks."""
        return Response(_duty_form(open_duty(request.user)))

    @answers(
        DutyForm, 400, 403, 404, 409, request=DutyOrder, operation_id="patrol_duty_change",
        summary="Go on duty or off it", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Start, which also switches the trail on or off while on duty; or stop."""
        order = read_body(DutyOrder, request)
        if order["action"] == "stop":
            end_duty(request.user)
            return Response(_duty_form(None))
        return Response(_duty_form(start_duty(request.user, order["shift"], trail=order["trail"])))


class Positions(DataView):
    """Where inspectors are."""

    @answers(
        WalkerForm(many=True), 403, operation_id="patrol_positions",
        summary="Inspectors on duty", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Those on duty with their last position; an inspector sees himself."""
        walkers = list(on_duty(request.user))
        placed = [one.user.get_username() for one in walkers if one.last_point]
        look(request.user, Look.What.POSITIONS, placed)
        return Response([_walker_form(duty) for duty in walkers])

    @answers(
        PositionsTakenForm, 400, 403, 409, request=PositionsOrder,
        operation_id="patrol_positions_send", summary="Send positions", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Take a batch; what was sent before is not doubled, what cannot be true is named."""
        order = read_body(PositionsOrder, request)
        taken = take_positions(request.user, [Sent(**one) for one in order["positions"]])
        return Response({"taken": taken.taken, "known": taken.known, "refused": taken.refused})


class Trail(DataView):
    """Where an inspector walked."""

    @answers(
        TrailForm, 400, 403, 404, parameters=[PatrolDayQuery], operation_id="patrol_trail",
        summary="Trail of a day", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, name: str) -> Response:
        """The positions of a day in order."""
        day = read(PatrolDayQuery, request)["day"] or timezone.localdate()
        start = day_span(day)[0].timestamp()
        rows = [
            [round(one.point.x, DEGREE_DIGITS), round(one.point.y, DEGREE_DIGITS),
             round(one.at.timestamp() - start, 1), one.accuracy_m]
            for one in trail_of(request.user, name, day)
        ]  # fmt: skip
        look(request.user, Look.What.TRAIL, [name])
        walked = np.array(rows, float).reshape(-1, 4)
        length = round(length_m(walked[:, 0], walked[:, 1]), 1)
        return Response({"user": name, "day": day, "length_m": length, "points": rows})


class DayCoverage(DataView):
    """Which grids were walked."""

    @answers(
        CoverageForm, 400, 403, 404, parameters=[CoverageQuery], operation_id="patrol_coverage",
        summary="Coverage of patrol", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Grids walked on a day, and the share of each area."""
        asked = read(CoverageQuery, request)
        found = coverage(request.user, asked["district"], asked["day"] or timezone.localdate())
        return Response(
            {
                "district": asked["district"],
                "edition": found.plan.version,
                "day": found.day,
                "grids": found.grids,
                "share": found.share,
                "visits": [
                    {"grid": code, "first": one.first, "last": one.last, "walkers": one.walkers}
                    for code, one in sorted(found.visits.items())
                ],
                "areas": [
                    {"code": area.code, "walked": walked, "grids": every,
                     "share": walked / every if every else 0.0}
                    for area, walked, every in found.areas
                ],
            }
        )  # fmt: skip


def _duty_form(duty: Duty | None) -> dict[str, Any]:
    if duty is None:
        return {"on_duty": False, "trail": False, "shift": "", "started_at": None}
    return {
        "on_duty": True,
        "trail": duty.trail_on,
        "shift": str(duty.shift) if duty.shift else "",
        "started_at": duty.started_at,
    }


def _walker_form(duty: Duty) -> dict[str, Any]:
    point = duty.last_point
    return {
        **inspector_form(duty.user),
        "started_at": duty.started_at,
        "shift": str(duty.shift) if duty.shift else "",
        "trail": duty.trail_on,
        "at": duty.last_at,
        "lon": point and point.x,
        "lat": point and point.y,
        "accuracy_m": duty.last_accuracy_m,
    }
