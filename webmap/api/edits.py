"""Editing of draft plans: one edit a request, history, undo and redo."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from spatial.core.errors import InputError
from spatial.grids.models import GridEdit, GridPlan, UnitGrid
from spatial.grids.selectors import grids_in_box, grids_of, plan_by_version
from spatial.grids.services.edit import history
from spatial.grids.services.edit.cuts import new_cuts
from webmap.api.base import DataView
from webmap.api.edit_forms import (
    BoxQuery,
    DoneForm,
    EditOrder,
    HistoryForm,
    PlanGridsForm,
    TurnOrder,
)
from webmap.api.grid_form import DEGREE_DIGITS
from webmap.api.params import read, read_body
from webmap.api.schema import answers

SHOWN_EDITS = 200
MOST_IN_BOX = 600
GRID_NAMES = (
    "ordinal",
    "code",
    "area_m2",
    "perimeter_m",
    "on_feature_share",
    "neighbours",
    "left_alone",
    "revision",
)


def _changes(order: type[Serializer], operation_id: str, summary: str) -> Callable:
    """Describe an address that changes a plan."""
    return answers(
        DoneForm,
        400,
        403,
        404,
        409,
        request=order,
        operation_id=operation_id,
        summary=summary,
        tags=["editing"],
    )


class Edits(DataView):
    """The edits of a plan."""

    @answers(
        HistoryForm,
        403,
        404,
        operation_id="edits",
        summary="The edits of a plan",
        tags=["editing"],
    )
    def get(self, request: Request, version: str) -> Response:
        """The last 200 edits of a plan, and where it stands."""
        plan = plan_by_version(request.user, version)
        edits = history.edits_of(plan)[:SHOWN_EDITS]
        return Response({**_standing(plan), "edits": [_edit_form(edit) for edit in edits]})

    @_changes(EditOrder, "edit", "Edit a plan")
    def post(self, request: Request, version: str) -> Response:
        """Edit a draft; the grids stay an exact coverage, or nothing changes."""
        asked = read_body(EditOrder, request)
        plan = plan_by_version(request.user, version)
        kind, revision = asked.pop("kind"), asked.pop("revision")
        return _answer(history.edit_plan(plan, kind, asked, revision, request.user))


class Undo(DataView):
    """Takes the last edit back."""

    @_changes(TurnOrder, "edit_undo", "Undo the last edit")
    def post(self, request: Request, version: str) -> Response:
        """Undo the last edit of the plan; only who has seen the present revision may."""
        return _answer(history.undo(*_turn(request, version), request.user))


class Redo(DataView):
    """Does an undone edit again."""

    @_changes(TurnOrder, "edit_redo", "Redo an edit")
    def post(self, request: Request, version: str) -> Response:
        """Do the edit again that was undone last."""
        return _answer(history.redo(*_turn(request, version), request.user))


class PlanGrids(DataView):
    """Grids of a plan in a box, with their vertices."""

    @answers(
        PlanGridsForm,
        400,
        403,
        404,
        operation_id="plan_grids",
        summary="Grids in a box",
        tags=["editing"],
        parameters=[BoxQuery],
    )
    def get(self, request: Request, version: str) -> Response:
        """Every grid that meets the box, at most 600."""
        plan = plan_by_version(request.user, version)
        grids = _grid_forms(grids_in_box(plan, **read(BoxQuery, request))[: MOST_IN_BOX + 1])
        if len(grids) > MOST_IN_BOX:
            raise InputError(
                "E-EDIT-BOX",
                _("More than %(most)s grids are in this box; choose a smaller one.")
                % {"most": MOST_IN_BOX},
            )
        return Response({"revision": plan.revision, "grids": grids})


def _turn(request: Request, version: str) -> tuple[GridPlan, int]:
    order = read_body(TurnOrder, request)
    return plan_by_version(request.user, version), order["revision"]


def _answer(done: history.Done) -> Response:
    changed = grids_of(done.plan).filter(ordinal__in=done.grids)
    return Response(
        {
            **_standing(done.plan),
            "edit": _edit_form(done.edit),
            "grids": _grid_forms(changed),
            "gone": done.gone,
            "cuts": new_cuts(done.plan, done.edit, done.edit.state != GridEdit.State.DONE),
        }
    )


def _standing(plan: GridPlan) -> dict[str, Any]:
    states = set(plan.edits.order_by().values_list("state", flat=True).distinct())
    editable = plan.state in (GridPlan.State.DRAFT, GridPlan.State.CHECKED)
    return {
        "version": plan.version,
        "state": plan.state,
        "revision": plan.revision,
        "grid_count": plan.grid_count,
        "can_undo": editable and GridEdit.State.DONE in states,
        "can_redo": editable and GridEdit.State.UNDONE in states,
        "pins": [pin.coords for pin in plan.pins.order_by("pk").values_list("geom", flat=True)],
    }


def _edit_form(edit: GridEdit) -> dict[str, Any]:
    return {
        "number": edit.number,
        "kind": edit.kind,
        "state": edit.state,
        "made_by": edit.made_by.get_username() if edit.made_by else "",
        "made_at": edit.made_at,
    }


def _grid_forms(grids: QuerySet[UnitGrid]) -> list[dict[str, Any]]:
    shaped = grids.annotate(geometry=AsGeoJSON("geom", precision=DEGREE_DIGITS))
    rows = shaped.values(*GRID_NAMES, "geometry")
    return [{**row, "geometry": json.loads(row["geometry"])} for row in rows]
