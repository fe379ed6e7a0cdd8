"""Supervision before a case is filed: checked on site, filed, refused, merged."""

from __future__ import annotations

from django.utils.translation import gettext as _

from spatial.cases.models import Case, Outcome
from spatial.cases.models.words import SEEN
from spatial.cases.services.campaigns import limit_of
from spatial.cases.services.effects import looking
from spatial.cases.services.effects.work import Work
from spatial.core.errors import ConflictError, InputError


def ask_check(work: Work) -> None:
    """Send an inspector to see whether it is so."""
    work.case.checker = looking.inspector(work.given.inspector)
    work.anew = True
    work.case.on_site = None
    work.facts["inspector"] = work.case.checker_id


def confirm(work: Work) -> None:
    """The inspector found it on site."""
    work.case.on_site = True


def deny(work: Work) -> None:
    """The inspector did not find it."""
    work.case.on_site = False


def file(work: Work) -> None:
    """Make it a case with a limit; what the public says has to be found on site before.

    What an inspector looked for and did not find is not filed, whoever reported it.
    """
    case = work.case
    seen = case.channel in SEEN if case.on_site is None else case.on_site
    if not seen:
        text = _("Have case %(number)s checked on site before it is filed.")
        raise ConflictError("E-CASE-UNCHECKED", text % {"number": case.number})
    case.standard = looking.standard(work)
    case.limit_n = limit_of(case, case.standard.limit_n)
    case.limit_unit = case.standard.limit_unit
    if case.filed_at is not None:
        work.facts["again"] = True
    case.filer, case.filed_at = work.user, work.now
    work.facts["standard"] = case.standard_id
    work.facts["limit"] = [str(case.limit_n), case.limit_unit]


def send_back(work: Work) -> None:
    """Command says that it should not have been filed so; who filed it is noted."""
    work.facts["filer"] = work.case.filer_id


def refuse(work: Work) -> None:
    """It does not meet any standard."""
    work.case.outcome = Outcome.REFUSED


def reject(work: Work) -> None:
    """It is no report at all."""
    work.case.outcome = Outcome.REJECTED


def merge(work: Work) -> None:
    """It is the same as another open case."""
    case = work.case
    other = Case.objects.filter(pk=work.given.into, closed_at__isnull=True).first()
    if other is None or other.pk == case.pk:
        raise InputError("E-CASE-INTO", _("A case is merged into another one that is open."))
    case.merged_into, case.outcome = other, Outcome.MERGED
    work.facts["into"] = other.number
