"""As what a user makes a move, and whether this very case is his to move."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from spatial.cases.models import Case, Task
from spatial.cases.moves import MOVES, Move
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
