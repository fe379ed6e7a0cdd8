"""Edits one after the other: done, undone, done again; two editors cannot lose each other's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

import gridding
from gridding.edits import EditError
from spatial.core import audit
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.grids.models import GridEdit, GridPlan, UnitGrid
from spatial.grids.services.edit.derive import refresh_figures
from spatial.grids.services.edit.rows import Row, prove, write_grids, write_pins
from spatial.grids.services.edit.steps import Step, step_of
from spatial.grids.services.edit.texts import TEXTS, coded

STATE = GridEdit.State


@dataclass(frozen=True, slots=True)
class Done:
    """What an edit, or taking one back, did.

    Attributes
    ----------
    plan : GridPlan
        With its new revision.
    edit : GridEdit
    grids : list of int
        Ordinals of grids that are new or not as they were.
    gone : list of int
        Ordinals of grids that are no more.
    """

    plan: GridPlan
    edit: GridEdit
    grids: list[int]
    gone: list[int]


def edit_plan(
    plan: GridPlan, kind: str, asked: Mapping[str, Any], revision: int, user: Any
) -> Done:
    """Edit a draft plan; the coverage stays exact, or nothing has changed.

    Parameters
    ----------
    plan : GridPlan
    kind : str
        One of `GridEdit.Kind`.
    asked : mapping
        As in `step_of`.
    revision : int
        Of the plan as the editor saw it. Edits of others since then do not matter as long as
        they changed none of the grids this one concerns.
    user : User

    Raises
    ------
    ConflictError
        ``E-EDIT-FIXED`` for a plan that is no draft, ``E-EDIT-STALE`` when someone else changed
        the grids, ``E-EDIT-ALONE``, ``E-EDIT-PINNED``, ``E-EDIT-SAME``.
    NotFoundError
        ``E-GRID-MISSING``.
    InputError
        Other ``E-EDIT-…`` for what cannot be; ``E-CODE-FULL``.
    """
    try:
        with transaction.atomic():
            held = _held(plan, revision)
            # First, so that nobody is told of grids that are not what they were.
            _refuse_stale(held, asked.get("grids", ()), revision)
            step = _step(held, kind, asked, revision)
            _refuse_stale(held, step.concerned, revision)
            return _keep(held, kind, asked, step, user)
    except EditError as error:
        raise coded(error) from error
    except gridding.GridError as error:
        raise InputError(error.code, error.message) from error
    except IntegrityError as error:
        raise _unproved(error) from error


def undo(plan: GridPlan, revision: int, user: Any) -> Done:
    """Take the last edit back; rows return to the bytes they had.

    Parameters
    ----------
    plan : GridPlan
    revision : int
        Of the plan as the editor saw it; must be the present one.
    user : User

    Raises
    ------
    ConflictError
        ``E-EDIT-FIXED``, ``E-EDIT-STALE``; ``E-EDIT-NOUNDO`` when nothing is left to undo.
    """
    return _turn(plan, revision, user, back=True)


def redo(plan: GridPlan, revision: int, user: Any) -> Done:
    """Do the edit again that was taken back last.

    Arguments and errors are those of `undo`, with ``E-EDIT-NOREDO``.
    """
    return _turn(plan, revision, user, back=False)


def edits_of(plan: GridPlan) -> QuerySet[GridEdit]:
    """The history of a plan, the last edit first, without the rows it holds."""
    edits = GridEdit.objects.filter(plan=plan).select_related("made_by")
    return edits.defer("before", "after").order_by("-number")


def _held(plan: GridPlan, revision: int) -> GridPlan:
    """The plan, locked: edits of one plan wait for each other."""
    plans = GridPlan.objects.select_for_update(of=("self",)).select_related("district")
    held = plans.defer("district__geom", "district__geom3857").get(pk=plan.pk)
    if held.state not in (GridPlan.State.DRAFT, GridPlan.State.CHECKED):
        raise ConflictError(
            "E-EDIT-FIXED", _("A published plan never changes; edit a draft of the next edition.")
        )
    if revision > held.revision:
        raise _stale(held, [])
    return held


def _step(plan: GridPlan, kind: str, asked: Mapping[str, Any], revision: int) -> Step:
    try:
        return step_of(plan, kind, asked)
    except NotFoundError as error:
        if revision == plan.revision:
            raise
        raise _stale(plan, error.detail["grids"]) from error


def _stale(plan: GridPlan, grids: list[int]) -> ConflictError:
    return ConflictError(
        "E-EDIT-STALE",
        _("Someone else has edited here meanwhile; look at the plan as it is now, then edit."),
        revision=plan.revision,
        grids=grids,
    )


def _refuse_stale(plan: GridPlan, ordinals: Collection[int], revision: int) -> None:
    if revision == plan.revision:
        return
    grids = UnitGrid.objects.filter(
        plan=plan, ordinal__in=ordinals, revision__gt=revision
    ).values_list("ordinal", flat=True)
    if grids:
        raise _stale(plan, sorted(grids))


def _keep(plan: GridPlan, kind: str, asked: Mapping[str, Any], step: Step, user: Any) -> Done:
    GridEdit.objects.filter(plan=plan, state=STATE.UNDONE).update(state=STATE.DROPPED)
    last = GridEdit.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0
    edit = GridEdit(
        plan=plan,
        number=last + 1,
        kind=kind,
        request=dict(asked),
        before={"grids": step.before, "pins": step.pins_before},
        after={"grids": step.after, "pins": step.pins_after, "changed": sorted(step.changed)},
        made_by=user if user is not None and user.is_authenticated else None,
    )
    return _turn_to(plan, edit, "plan.edited", user, back=False)


def _turn(plan: GridPlan, revision: int, user: Any, *, back: bool) -> Done:
    try:
        with transaction.atomic():
            held = _held(plan, revision)
            if revision != held.revision:
                raise _stale(held, [])
            edit = _next(held, back)
            action = "plan.edit-undone" if back else "plan.edit-redone"
            return _turn_to(held, edit, action, user, back=back)
    except IntegrityError as error:
        raise _unproved(error) from error


def _next(plan: GridPlan, back: bool) -> GridEdit:
    edits = GridEdit.objects.filter(plan=plan)
    if back:
        edit = edits.filter(state=STATE.DONE).order_by("-number").first()
        nothing = ConflictError("E-EDIT-NOUNDO", _("There is no edit to undo."))
    else:
        edit = edits.filter(state=STATE.UNDONE).order_by("number").first()
        nothing = ConflictError("E-EDIT-NOREDO", _("There is no edit to do again."))
    if edit is None:
        raise nothing
    return edit


def _turn_to(plan: GridPlan, edit: GridEdit, action: str, user: Any, *, back: bool) -> Done:
    """Write one side of an edit, prove it, and record it."""
    old, new = (edit.after, edit.before) if back else (edit.before, edit.after)
    plan.revision += 1
    write_grids(old["grids"], new["grids"], frozenset(edit.after["changed"]), plan.revision)
    write_pins(old["pins"], new["pins"])
    prove()
    edit.state = STATE.UNDONE if back else STATE.DONE
    edit.save()
    refresh_figures(plan)
    plan.state, plan.check_report = GridPlan.State.DRAFT, {}
    plan.save(update_fields=["revision", "state", "check_report", "figures", "grid_count"])
    audit.record(
        user,
        action,
        "GridPlan",
        plan.version,
        number=edit.number,
        kind=edit.kind,
        revision=plan.revision,
        before=_codes(old["grids"]),
        after=_codes(new["grids"]),
    )
    there = {row["ordinal"] for row in new["grids"]}
    gone = {row["ordinal"] for row in old["grids"]} - there
    return Done(plan, edit, sorted(there), sorted(gone))


def _codes(rows: list[Row]) -> list[str]:
    return sorted(row["code"] for row in rows)


def _unproved(error: IntegrityError) -> Exception:
    """The database's refusal as that of an edit; anything else stays what it is."""
    if "E-EDIT-GUARD" not in str(error):
        return error
    return InputError("E-EDIT-INEXACT", TEXTS["E-EDIT-INEXACT"])
