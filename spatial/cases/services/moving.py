"""Every move of a case goes through here: lock, table, rights, what is required, effect, event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.errors import LockNotAvailable

from spatial.cases.models import Attachment, Case, CaseEvent
from spatial.cases.models.trail import STEPS
from spatial.cases.moves import Move
from spatial.cases.selectors import missing, visible_to
from spatial.cases.services import clocks, photos, sendings
from spatial.cases.services.announcing import announce
from spatial.cases.services.effects import EFFECTS
from spatial.cases.services.effects.work import Work
from spatial.cases.services.given import NOTHING, Given, digest
from spatial.cases.services.rights import acting_role, known_move
from spatial.cases.stages import ENDED, Role
from spatial.core import requests
from spatial.core.errors import ConflictError, InputError
from spatial.core.photos import Photo

LONGEST_REASON = 1000
WAIT_S = 3
"""How long a move waits for a case that is being moved."""


@dataclass(slots=True)
class Packed:
    """The photos of a move while it is made: as they are kept, and the files written so far."""

    made: Sequence[tuple[str, Photo]] = ()
    files: list[Attachment] = field(default_factory=list)


def make_move(
    user: Any,
    case_id: int,
    name: str,
    given: Given = NOTHING,
    *,
    seen: int | None = None,
    key: UUID | None = None,
) -> CaseEvent:
    """Make a move; its event is returned, and nothing at all is written when it fails.

    Parameters
    ----------
    user : user
        Who makes it.
    case_id : int
        Key of the case.
    name : str
        The move, as the table of moves names it.
    given : Given
        What comes with it: reason, photos, department …
    seen : int, optional
        The ``step`` of the case when the user looked at it; a case that has moved on is refused.
    key : UUID, optional
        Given by the device: the same move sent twice with it is made once.

    Raises
    ------
    InputError
        ``E-CASE-UNKNOWN``, ``E-CASE-REASON``, ``E-CASE-PHOTO``, ``E-CASE-NEEDS`` and what the
        effect of the move refuses.
    NotFoundError
        ``E-CASE-MISSING``, also for a case that the user may not see.
    ForbiddenError
        ``E-CASE-ROLE``, ``E-CASE-NOTYOURS``.
    ConflictError
        ``E-CASE-STALE``, ``E-CASE-MOVE``, ``E-CASE-KEY``, ``E-CASE-BUSY``.
    """
    move = known_move(name)
    made = photos.encoded(given.photos)
    with _told_when_busy(), photos.files_of_this() as files, transaction.atomic():
        asker = user.pk if user is not None and user.is_authenticated else None
        before = sendings.claim(key, digest(asker, given, case_id, name))
        if before is not None:
            return CaseEvent.objects.get(pk=before)
        case = _locked(user, case_id, given.into)
        if seen is not None and seen != case.step:
            raise _stale(case)
        role = acting_role(user, case, move, given)
        _require(move, given)
        event = perform(case, move, role, user, given, Packed(made, files))
        sendings.settle(key, event.pk)
    return event


def perform(
    case: Case, move: Move, role: Role, user: Any, given: Given, packed: Packed | None = None
) -> CaseEvent:
    """Do a move that is allowed, on a case that is locked: effect, stage, event, announcement."""
    packed = packed or Packed()
    now = timezone.now()
    work = Work(case=case, given=given, user=user, now=now)
    before, former = case.stage, case.department_id
    limit, due = case.stage_deadline, clocks.running(case)
    EFFECTS.get(move.name, _nothing)(work)
    after = move.steps[before]
    unit = ""
    if after != before or work.anew:
        if limit is not None:
            work.facts["stage_late"] = now > limit
        unit = clocks.enter_stage(case, after, now)
        if after in ENDED:
            clocks.end(case, now)
    _note_due(work, due, former)
    if move.counts:
        setattr(case, move.counts, getattr(case, move.counts) + work.count)
    if packed.made:
        work.facts["photos"] = photos.keep(case, packed.made, now, packed.files)
    clocks.show(case, unit=unit)
    event = write_event(work, move, role, before, after)
    case.save(force_update=True)
    announce(case, event, former)
    if work.then is not None:
        perform(case, known_move(work.then), Role.SYSTEM, None, NOTHING)
    return event


def _note_due(work: Work, before: datetime | None, former: int | None) -> None:
    """What is due to a department before the move and after it, where it is not the same.

    On a holiday the limit of the next department ends when that of the former one would have.
    """
    after = clocks.running(work.case)
    if before != after or (after is not None and former != work.case.department_id):
        work.facts["due"] = [moment and moment.isoformat() for moment in (before, after)]


def write_event(work: Work, move: Move, role: Role, before: str, after: str) -> CaseEvent:
    """The next event of a case."""
    case, user = work.case, work.user
    known = user is not None and user.is_authenticated
    case.step += 1
    return CaseEvent.objects.create(
        id=case.pk * STEPS + case.step,
        case=case,
        step=case.step,
        move=move.name,
        stage_before=before,
        stage_after=after,
        role=role,
        user=user if known else None,
        user_name=user.get_username() if known else "",
        department_id=case.department_id,
        reason=work.given.reason.strip(),
        evidence=work.facts,
        at=work.now,
        day=timezone.localdate(work.now),
        request_id=requests.current(),
    )


@contextmanager
def _told_when_busy() -> Iterator[None]:
    """Nobody waits long for a case that somebody else holds."""
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        text = _("The case is being changed by somebody else; try again in a moment.")
        raise ConflictError("E-CASE-BUSY", text) from error


def _nothing(work: Work) -> None:
    """Moves that change the stage and nothing else."""


def _locked(user: Any, case_id: int, other: int | None) -> Case:
    """The case, held until the transaction ends; a second one is held too, in one order for all."""
    wanted = sorted({case_id, other} - {None})
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_S}s"])
    rows = {row.pk: row for row in
            Case.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}  # fmt: skip
    if case_id not in rows or not visible_to(user).filter(pk=case_id).exists():
        raise missing(str(case_id))
    return rows[case_id]


def _stale(case: Case) -> ConflictError:
    last = CaseEvent.objects.get(pk=case.pk * STEPS + case.step)
    text = _("Somebody else moved case %(number)s meanwhile: it is %(stage)s now. Look again.")
    facts = {"number": case.number, "stage": case.get_stage_display()}
    told = {"step": case.step, "stage": case.stage, "move": last.move, "by": last.user_name}
    return ConflictError("E-CASE-STALE", text % facts, **told)


def _require(move: Move, given: Given) -> None:
    """Refuse a move that lacks what the table asks of it."""
    facts = {"move": move.label}
    if len(given.reason) > LONGEST_REASON:
        text = _("A reason has at most %(most)d characters.") % {"most": LONGEST_REASON}
        raise InputError("E-CASE-LONG", text)
    if move.reason and not given.reason.strip():
        text = _("“%(move)s” needs a reason in words.") % facts
        raise InputError("E-CASE-REASON", text, move=move.name)
    if move.photo and not given.photos:
        text = _("“%(move)s” needs a photo.") % facts
        raise InputError("E-CASE-PHOTO", text, move=move.name)
    if move.needs and not getattr(given, move.needs):
        text = _("“%(move)s” needs to be told: %(field)s.") % {**facts, "field": move.needs}
        raise InputError("E-CASE-NEEDS", text, move=move.name, field=move.needs)
