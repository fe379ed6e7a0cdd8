"""Departments at work: accepting, declining, more time, holds, and being done."""

from __future__ import annotations

from django.utils.translation import gettext as _

from spatial.cases.models import Extension, Hold, Task, Unit
from spatial.cases.services import clocks
from spatial.cases.services.effects import looking
from spatial.cases.services.effects.work import Work
from spatial.core.errors import ConflictError, ForbiddenError, InputError

PENDING = (Extension.State.ASKED, Extension.State.AGREED)


def accept(work: Work) -> None:
    """The department takes the case; whoever accepts is in charge unless somebody was named."""
    if work.case.person_id is None:
        work.case.person = work.user


def decline(work: Work) -> None:
    """The department says that the case is not its own; it stays noted as the last one."""
    end_extension(work)
    clocks.stop(work.case, work.now)
    work.case.person = None


def hold(work: Work) -> None:
    """The clock stands still."""
    clocks.stand_still(work.case, Hold.Why.HELD, work.now)


def go_on(work: Work) -> None:
    """The clock goes on with what was left."""
    clocks.go_on(work.case, work.now)
    _note_deadline(work)


def answer(work: Work) -> None:
    """The department is done: the clock stops, and on time or late is settled."""
    end_extension(work)
    clocks.hand_on(work.case, work.now)
    work.facts["late"] = work.case.late


def answer_part(work: Work) -> None:
    """A part is done; with the last one the whole is."""
    task, case = looking.part(work), work.case
    if task.state != Task.State.OPEN:
        raise ConflictError("E-CASE-PART", _("The case has no such part to be done."))
    task.state, task.answered_at = Task.State.ANSWERED, work.now
    task.late = case.deadline is not None and work.now > case.deadline
    task.save(update_fields=["state", "answered_at", "late"])
    work.facts.update(part=task.pk, late=task.late)
    if not case.tasks.filter(state__in=[Task.State.OPEN, Task.State.DECLINED]).exists():
        work.then = "parts_done"


def decline_part(work: Work) -> None:
    """A department says that a part is not its own; command gives it to another one."""
    task = looking.part(work)
    if task.state != Task.State.OPEN:
        raise ConflictError("E-CASE-PART", _("The case has no such part to be done."))
    task.state = Task.State.DECLINED
    task.save(update_fields=["state"])
    work.facts["part"] = task.pk


def ask_extension(work: Work) -> None:
    """Ask for more time, once at a time."""
    more = work.given.more
    if more is None or more.n <= 0 or more.unit not in Unit.values:
        text = _("Say how much more time is wanted: a number above zero and a unit.")
        raise InputError("E-CASE-MORE", text)
    if work.case.extension_rows.filter(state__in=PENDING).exists():
        text = _("More time was asked for already; wait for the answer.")
        raise ConflictError("E-CASE-ASKED", text)
    Extension.objects.create(
        case=work.case,
        more_n=more.n,
        more_unit=more.unit,
        reason=work.given.reason.strip(),
        asked_by=work.user,
        asked_at=work.now,
    )
    work.facts["more"] = [str(more.n), more.unit]


def agree_extension(work: Work) -> None:
    """The first level: command agrees."""
    row = _pending(work, Extension.State.ASKED)
    row.state, row.agreed_by, row.agreed_at = Extension.State.AGREED, work.user, work.now
    row.save()


def grant_extension(work: Work) -> None:
    """The second level: a leader grants what command agreed to; not the same person."""
    row = _pending(work, Extension.State.AGREED)
    if row.agreed_by_id == work.user.pk:
        text = _("You agreed to it yourself; somebody else has to grant it.")
        raise ForbiddenError("E-CASE-SECOND", text)
    _settle(row, Extension.State.GRANTED, work)
    clocks.prolong(work.case, row.more_n, row.more_unit)
    _note_deadline(work)


def refuse_extension(work: Work) -> None:
    """Either level says no."""
    _settle(_pending(work, *PENDING), Extension.State.REFUSED, work)


def end_extension(work: Work) -> None:
    """What was asked and not answered falls away when the case leaves the department."""
    row = work.case.extension_rows.filter(state__in=PENDING).first()
    if row is not None:
        _settle(row, Extension.State.REFUSED, work)


def _pending(work: Work, *states: str) -> Extension:
    row = work.case.extension_rows.filter(state__in=states).first()
    if row is None:
        text = _("No extension waits for this answer.")
        raise ConflictError("E-CASE-NOEXTENSION", text)
    return row


def _settle(row: Extension, state: str, work: Work) -> None:
    row.state, row.settled_by, row.settled_at = state, work.user, work.now
    row.save()


def _note_deadline(work: Work) -> None:
    deadline = work.case.deadline
    work.facts["deadline"] = deadline.isoformat() if deadline else None
