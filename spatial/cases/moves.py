"""The one table of moves: at which stage who may do what, and where the case stands then.

Nothing else decides whether a move is allowed. ``docs/cases.md`` is drawn from this table by
``scripts/case_moves.py``. Supervision (operators) files, verifies and closes and never
dispatches; command (dispatchers) dispatches and never closes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from spatial.cases.stages import OPEN, Role, Stage

NEW = ""
"""The stage of a case that is not there yet."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move with everything the table says of it.

    Parameters
    ----------
    name : str
        As it stands in events, addresses and tests.
    label : str
        For people, translated.
    roles : tuple of Role
        Who may make it; the first that a user holds is written into the event.
    steps : mapping of Stage to Stage
        From where to where.
    reason, photo : bool
        Whether words or a photo have to be given.
    needs : str
        What else has to be given: a field of `spatial.cases.services.given.Given`.
    counts : str
        The field of the case that counts it.
    only : mapping of Role to tuple of Stage
        Roles that may make it at some of these stages only.
    """

    name: str
    label: Any
    roles: tuple[Role, ...]
    steps: Mapping[str, Stage]
    reason: bool = False
    photo: bool = False
    needs: str = ""
    counts: str = ""
    only: Mapping[Role, tuple[Stage, ...]] = field(default_factory=dict)

    def allows(self, role: Role, stage: str) -> bool:
        """Whether the table lets a role make the move at a stage."""
        return role in self.roles and stage in self.only.get(role, self.steps)


def _to(after: Stage, *before: str) -> Mapping[str, Stage]:
    return MappingProxyType(dict.fromkeys(before, after))


def _stays(*stages: Stage) -> Mapping[str, Stage]:
    return MappingProxyType({stage: stage for stage in stages})


_R, _S = Role, Stage
_BY_COMMAND, _BY_SUPERVISION = (_R.DISPATCHER,), (_R.OPERATOR,)
_BY_INSPECTOR, _BY_DEPARTMENT = (_R.INSPECTOR,), (_R.DEPARTMENT,)
_SENT = (_S.DISPATCHED, _S.HANDLING)
_FORCEABLE = OPEN[OPEN.index(_S.FILED) :]
_PRESSED = (_S.FILED, *_SENT, _S.DIVIDED, _S.HELD, _S.ANSWERED)
_REPORTERS = (_R.INSPECTOR, _R.OPERATOR, _R.DEPARTMENT, _R.PUBLIC)
_REOPENED = MappingProxyType(
    {_S.CLOSED: _S.FILED, _S.REFUSED: _S.REPORTED, _S.REJECTED: _S.REPORTED}
)

_ALL = (
    # Supervision: what comes in, and whether it becomes a case.
    Move("report", pgettext_lazy("move", "report"), _REPORTERS, _to(_S.REPORTED, NEW)),
    Move("ask_check", _("send to check"), _BY_SUPERVISION,
         _to(_S.CHECKING, _S.REPORTED, _S.CHECKING, _S.CHECKED), needs="inspector"),
    Move("confirm", _("check: it is so"), _BY_INSPECTOR, _to(_S.CHECKED, _S.CHECKING), photo=True),
    Move("deny", _("check: it is not so"), _BY_INSPECTOR, _to(_S.CHECKED, _S.CHECKING),
         reason=True),
    Move("file", pgettext_lazy("move", "file"), _BY_SUPERVISION,
         _to(_S.FILED, _S.REPORTED, _S.CHECKED), needs="standard"),
    Move("refuse", _("do not file"), _BY_SUPERVISION, _to(_S.REFUSED, _S.REPORTED, _S.CHECKED),
         reason=True),
    Move("reject", _("mark invalid"), _BY_SUPERVISION, _to(_S.REJECTED, _S.REPORTED),
         reason=True),
    Move("merge", _("merge into another"), _BY_SUPERVISION,
         _to(_S.MERGED, _S.REPORTED, _S.CHECKED), needs="into"),
    # Command: who has to do it.
    Move("dispatch", _("dispatch"), _BY_COMMAND, _to(_S.DISPATCHED, _S.FILED),
         needs="department"),
    Move("split", _("split into parts"), _BY_COMMAND, _to(_S.DIVIDED, _S.FILED), needs="parts"),
    Move("send_back", _("send back to filing"), _BY_COMMAND, _to(_S.CHECKED, _S.FILED),
         reason=True),
    Move("redispatch", _("dispatch anew"), _BY_COMMAND, _to(_S.DISPATCHED, *_SENT),
         reason=True, needs="department", counts="redispatches"),
    Move("redirect_part", _("give a part to another"), _BY_COMMAND, _stays(_S.DIVIDED),
         reason=True, needs="department", counts="redispatches"),
    Move("escalate", _("escalate one level"), _BY_COMMAND, _to(_S.FILED, _S.FILED, *_SENT),
         reason=True, counts="escalations"),
    Move("transfer", _("transfer to the city"), _BY_COMMAND,
         _to(_S.DISPATCHED, _S.FILED, *_SENT), reason=True, needs="department"),
    Move("hold", _("put on hold"), _BY_COMMAND, _to(_S.HELD, _S.HANDLING), reason=True,
         counts="holds"),
    Move("resume", _("go on"), (_R.DISPATCHER, _R.DEPARTMENT), _to(_S.HANDLING, _S.HELD)),
    Move("pass_on", _("pass on to be verified"), _BY_COMMAND, _to(_S.TO_VERIFY, _S.ANSWERED)),
    Move("return_answer", _("return to the department"), _BY_COMMAND,
         _to(_S.HANDLING, _S.ANSWERED), reason=True),
    # Departments: doing it.
    Move("accept", _("accept"), _BY_DEPARTMENT, _to(_S.HANDLING, _S.DISPATCHED)),
    Move("decline", _("decline"), _BY_DEPARTMENT, _to(_S.FILED, *_SENT), reason=True,
         counts="declines"),
    Move("answer", _("report done"), _BY_DEPARTMENT, _to(_S.ANSWERED, _S.HANDLING), photo=True),
    Move("answer_part", _("report a part done"), _BY_DEPARTMENT, _stays(_S.DIVIDED), photo=True),
    Move("decline_part", _("decline a part"), _BY_DEPARTMENT, _stays(_S.DIVIDED), reason=True,
         counts="declines"),
    Move("parts_done", _("all parts are done"), (_R.SYSTEM,), _to(_S.ANSWERED, _S.DIVIDED)),
    Move("ask_extension", _("ask for more time"), _BY_DEPARTMENT, _stays(_S.HANDLING),
         reason=True, needs="more"),
    Move("agree_extension", _("agree to more time"), _BY_COMMAND, _stays(_S.HANDLING)),
    Move("grant_extension", _("grant more time"), (_R.LEADER,), _stays(_S.HANDLING),
         counts="extensions"),
    Move("refuse_extension", _("refuse more time"), (_R.DISPATCHER, _R.LEADER),
         _stays(_S.HANDLING), reason=True),
    # Supervision again: whether it is done.
    Move("ask_verify", _("send to verify"), _BY_SUPERVISION,
         _to(_S.VERIFYING, _S.TO_VERIFY, _S.VERIFYING, _S.FAILED), needs="inspector"),
    Move("verify", _("verify: done"), _BY_INSPECTOR, _to(_S.VERIFIED, _S.VERIFYING), photo=True),
    Move("fail", _("verify: not done"), _BY_INSPECTOR, _to(_S.FAILED, _S.VERIFYING),
         reason=True, photo=True),
    Move("rework", _("send back to rework"), _BY_SUPERVISION,
         _to(_S.HANDLING, _S.FAILED, _S.VERIFIED), reason=True, counts="reworks"),
    Move("close", pgettext_lazy("move", "close"), _BY_SUPERVISION, _to(_S.CLOSED, _S.VERIFIED)),
    Move("force_close", _("close by force"), (_R.FORCER,), _to(_S.CLOSED, *_FORCEABLE),
         reason=True),
    # The reporter too, by the secret link: once, soon after the end, and not content with it.
    Move("reopen", _("reopen"), (_R.OPERATOR, _R.PUBLIC), _REOPENED, reason=True,
         counts="reopenings", only=MappingProxyType({_R.PUBLIC: (_S.CLOSED,)})),
    # Beside the way.
    Move("press", pgettext_lazy("move", "press"), (_R.OPERATOR, _R.DISPATCHER, _R.LEADER),
         _stays(*_PRESSED), reason=True, counts="presses"),
    Move("appeal", _("appeal"), _BY_DEPARTMENT, _stays(_S.CLOSED), reason=True,
         counts="appeals"),
    Move("uphold_appeal", _("uphold the appeal"), _BY_SUPERVISION, _stays(_S.CLOSED),
         reason=True),
    Move("dismiss_appeal", _("dismiss the appeal"), _BY_SUPERVISION, _stays(_S.CLOSED),
         reason=True),
    Move("relocate", _("follow the unit grids"), (_R.SYSTEM,), _stays(*OPEN)),
)  # fmt: skip

MOVES: Mapping[str, Move] = MappingProxyType({move.name: move for move in _ALL})


def moves_at(stage: str, held: frozenset[Role]) -> list[Move]:
    """The moves that somebody with these roles may make at a stage, in the table's order."""
    return [move for move in _ALL if any(move.allows(role, stage) for role in held)]
