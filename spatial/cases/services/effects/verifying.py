"""Supervision after a case was handled: verified, closed, sent back, opened again, appealed."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from spatial.cases.following import Follower
from spatial.cases.models import Outcome, Task
from spatial.cases.services import clocks, reopening
from spatial.cases.services.effects import looking
from spatial.cases.services.effects.handling import end_extension, go_on
from spatial.cases.services.effects.work import Work
from spatial.cases.services.rights import last_of_appeal
from spatial.cases.stages import Stage
from spatial.core.errors import ConflictError


def ask_verify(work: Work) -> None:
    """Send an inspector to see whether it is done."""
    work.case.verifier = looking.inspector(work.given.inspector)
    work.anew = True
    work.facts["inspector"] = work.case.verifier_id


def rework(work: Work) -> None:
    """The department goes on with what was left of its limit; what was late stays late."""
    go_on(work)


def close(work: Work) -> None:
    """Result and verification agree; how long it was handled, and whether in time, is noted."""
    case = work.case
    case.outcome = Outcome.DONE
    if case.late is not None:
        work.facts["late"] = case.late and not case.exempt
    if case.clock_from is not None and case.handed_on_at is not None:
        work.facts["minutes"] = int((case.handed_on_at - case.clock_from) / timedelta(minutes=1))


def force_close(work: Work) -> None:
    """Ended as it is, by a right of its own."""
    end_extension(work)
    undone = work.case.tasks.filter(state__in=[Task.State.OPEN, Task.State.DECLINED])
    undone.update(state=Task.State.DROPPED)
    work.case.outcome = Outcome.FORCED


def reopen(work: Work) -> None:
    """A closed case is dispatched anew; one that was not filed is looked at again."""
    case = work.case
    if isinstance(work.user, Follower):
        reopening.require(work.user.following, case, work.now)
    work.facts["outcome"] = case.outcome
    case.closed_at, case.outcome, case.exempt = None, "", False
    # What is written from now on has a time of its own.
    case.erased_at = None
    if case.stage == Stage.CLOSED:
        case.department, case.person, case.verifier = None, None, None
        clocks.stop(case, work.now)


def appeal(work: Work) -> None:
    """The department says that the verdict is wrong."""
    if last_of_appeal(work.case) == "appeal":
        raise ConflictError("E-CASE-APPEALED", _("An appeal waits for its answer already."))


def uphold_appeal(work: Work) -> None:
    """The lateness stays a fact, and does not count."""
    _require_appeal(work)
    work.case.exempt = True


def dismiss_appeal(work: Work) -> None:
    """The verdict stands."""
    _require_appeal(work)


def _require_appeal(work: Work) -> None:
    if last_of_appeal(work.case) != "appeal":
        raise ConflictError("E-CASE-NOAPPEAL", _("No appeal waits for an answer."))
