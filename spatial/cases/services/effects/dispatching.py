"""Command: which department has a case, or each of its parts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from spatial.cases.models import Case, CaseEvent, Level, Task
from spatial.cases.models.trail import STEPS
from spatial.cases.services import clocks
from spatial.cases.services.effects import looking
from spatial.cases.services.effects.handling import end_extension
from spatial.cases.services.effects.work import Work
from spatial.core.errors import ConflictError, InputError

GIVING = ("dispatch", "redispatch", "transfer", "split")
"""Moves by which a department gets a case."""


def dispatch(work: Work) -> None:
    """Give the case to a department; to another one after it was declined, that is improper."""
    former = work.case.department_id
    _give(work)
    if former is not None and former != work.case.department_id:
        work.case.redispatches += 1


def redispatch(work: Work) -> None:
    """Take the case from a department and give it to another one."""
    if work.given.department == work.case.department_id:
        text = _("The case is with this department already; choose another one.")
        raise InputError("E-CASE-SAME", text)
    _give(work)


def transfer(work: Work) -> None:
    """Give the case to a department of the city."""
    if looking.department(work.given.department).level != Level.CITY:
        text = _("A case is transferred to a department of the city; dispatch it instead.")
        raise InputError("E-CASE-NOTCITY", text)
    _give(work)


def _give(work: Work) -> None:
    case = work.case
    work.facts["former"] = case.department_id
    if case.department_id is not None:
        work.facts["former_by"] = dispatcher_of(case)
    case.department = looking.department(work.given.department)
    work.anew = True
    case.person = None
    if work.given.person is not None:
        case.person = looking.member(case.department, work.given.person)
    case.level = case.department.level
    end_extension(work)
    clocks.start(case, work.now)
    work.facts["deadline"] = case.deadline.isoformat() if case.deadline else None


def dispatcher_of(case: Case) -> int | None:
    """Who dispatched a case last."""
    own = CaseEvent.objects.filter(pk__gt=case.pk * STEPS, pk__lte=case.pk * STEPS + case.step)
    last = own.filter(move__in=GIVING).order_by("-pk")
    return last.values_list("user", flat=True).first()


def split(work: Work) -> None:
    """Give parts to several departments; the first one has the case as a whole."""
    case, parts = work.case, work.given.parts
    if len({part.department for part in parts}) < 2 or not all(p.what.strip() for p in parts):
        text = _("A case is split among two departments or more, each told what to do.")
        raise InputError("E-CASE-PARTS", text)
    found = [looking.department(part.department) for part in parts]
    case.department, case.person, case.level = found[0], None, found[0].level
    clocks.start(case, work.now)
    Task.objects.bulk_create(
        Task(case=case, department=one, what=part.what.strip(), made_at=work.now)
        for one, part in zip(found, parts, strict=True)
    )
    work.facts["parts"] = [[one.pk, part.what] for one, part in zip(found, parts, strict=True)]


def redirect_part(work: Work) -> None:
    """Give a part that is not done to another department."""
    task = looking.part(work)
    other = looking.department(work.given.department)
    if other == task.department and task.state == Task.State.OPEN:
        text = _("The case is with this department already; choose another one.")
        raise InputError("E-CASE-SAME", text)
    work.facts.update(part=task.pk, former=task.department_id, department=other.pk)
    work.count = int(other != task.department)
    task.department, task.state, task.made_at = other, Task.State.OPEN, work.now
    task.save(update_fields=["department", "state", "made_at"])


def escalate(work: Work) -> None:
    """Hand the case to the next level, where it is dispatched anew."""
    case = work.case
    if case.level >= Level.CITY:
        text = _("Case %(number)s is on the highest level; transfer it to a department.")
        raise ConflictError("E-CASE-TOP", text % {"number": case.number})
    work.facts.update(level=[case.level, case.level + 1], former=case.department_id)
    case.level, case.department, case.person = case.level + 1, None, None
    work.anew = True
    end_extension(work)
    clocks.stop(case, work.now)
