"""As what a user makes a move, and whether this very case is his to move."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from spatial.cases.models import Case, CaseEvent, Extension, Level, Task
from spatial.cases.models.trail import STEPS
from spatial.cases.moves import MOVES, Move, moves_at
from spatial.cases.services.given import Given
from spatial.cases.stages import RIGHTS, Role, Stage
from spatial.core.errors import ConflictError, ForbiddenError, InputError
from spatial.core.roles import role_names


def roles_of(user: Any) -> frozenset[Role]:
    """The roles and rights a user holds in the table of moves; nobody in person is the public."""
    if user is None or not user.is_authenticated:
        return frozenset({Role.PUBLIC})
    groups = role_names(user)
    held = {role for role in Role if role.value in groups}
    return frozenset(held | {role for role, right in RIGHTS.items() if user.has_perm(right)})


def holds(user: Any, role: Role) -> bool:
    """Whether a user holds one role or right; less is read than for all of them."""
    if user is None or not user.is_authenticated:
        return role == Role.PUBLIC
    return role.value in role_names(user) or (role in RIGHTS and user.has_perm(RIGHTS[role]))


def known_move(name: str) -> Move:
    """The move of a name.

    Raises
    ------
    InputError
        ``E-CASE-UNKNOWN``.
    """
    if name not in MOVES:
        text = _("There is no move %(move)s.") % {"move": name[:20]}
        raise InputError("E-CASE-UNKNOWN", text)
    return MOVES[name]


def acting_role(user: Any, case: Case, move: Move, given: Given) -> Role:
    """As what the user makes the move.

    Raises
    ------
    ForbiddenError
        ``E-CASE-ROLE`` when none of his roles may make it at any stage, ``E-CASE-NOTYOURS`` when
        another department or inspector has the case.
    ConflictError
        ``E-CASE-MOVE`` when nobody may make it at this stage.
    """
    held = [role for role in move.roles if role in roles_of(user)]
    facts = {"move": move.label, "number": case.number, "stage": case.get_stage_display()}
    if not held:
        text = _("Your role does not allow the move “%(move)s”.") % facts
        raise ForbiddenError("E-CASE-ROLE", text, move=move.name)
    if not any(move.allows(role, case.stage) for role in held):
        text = _("Case %(number)s is %(stage)s: “%(move)s” cannot be done now.") % facts
        raise ConflictError("E-CASE-MOVE", text, move=move.name, stage=case.stage, step=case.step)
    for role in held:
        if move.allows(role, case.stage) and _is_his(user, case, role, given):
            return role
    text = _("Case %(number)s is with somebody else.") % facts
    raise ForbiddenError("E-CASE-NOTYOURS", text, move=move.name)


def _is_his(user: Any, case: Case, role: Role, given: Given) -> bool:
    if role == Role.INSPECTOR:
        return user.pk == (case.checker_id if case.stage == Stage.CHECKING else case.verifier_id)
    if role == Role.DEPARTMENT:
        mine = set(user.departments.values_list("pk", flat=True))
        if case.stage == Stage.DIVIDED:
            return Task.objects.filter(case=case, pk=given.part, department__in=mine).exists()
        return case.department_id in mine
    return True


def allowed(user: Any, case: Case) -> list[Move]:
    """The moves a user may make of a case as it stands, in the table's order; what he is offered.

    Whether one may be made is decided by `acting_role` and the move's effect when it is made.
    """
    held = roles_of(user)
    mine = {role for role in held if _is_offered(user, case, role)}
    found = [move for move in moves_at(case.stage, held) if mine.intersection(move.roles)]
    names = _out_of_place(user, case)
    return [move for move in found if move.name not in names]


def _is_offered(user: Any, case: Case, role: Role) -> bool:
    if role == Role.DEPARTMENT and case.stage == Stage.DIVIDED:
        parts = case.tasks.filter(state=Task.State.OPEN)
        return parts.filter(department__in=user.departments.all()).exists()
    return _is_his(user, case, role, Given())


def _out_of_place(user: Any, case: Case) -> set[str]:
    """Moves of the table that wait for something else: a question, an answer, a higher level."""
    if case.stage == Stage.HANDLING:
        return _not_of_extension(user, case) | _top(case)
    if case.stage == Stage.CLOSED:
        waits = last_of_appeal(case) == "appeal"
        return {"appeal"} if waits else {"uphold_appeal", "dismiss_appeal"}
    return _top(case)


def _top(case: Case) -> set[str]:
    return {"escalate"} if case.level >= Level.CITY else set()


def _not_of_extension(user: Any, case: Case) -> set[str]:
    pending = (Extension.State.ASKED, Extension.State.AGREED)
    row = case.extension_rows.filter(state__in=pending).first()
    if row is None:
        return {"agree_extension", "grant_extension", "refuse_extension"}
    if row.state == Extension.State.ASKED:
        return {"ask_extension", "grant_extension"}
    his = {"grant_extension"} if row.agreed_by_id == user.pk else set()
    return {"ask_extension", "agree_extension"} | his


def last_of_appeal(case: Case) -> str | None:
    """The last move about an appeal since the case was closed, None for none."""
    first = case.pk * STEPS
    words = ("appeal", "uphold_appeal", "dismiss_appeal", "reopen")
    found = CaseEvent.objects.filter(pk__gt=first, pk__lt=first + STEPS, move__in=words)
    return found.order_by("-pk").values_list("move", flat=True).first()
