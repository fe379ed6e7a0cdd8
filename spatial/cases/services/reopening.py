"""When the reporter himself may have a closed case opened again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from spatial.cases.models import Case, CaseEvent, Following, Satisfaction
from spatial.cases.models.trail import STEPS
from spatial.cases.stages import Role, Stage
from spatial.core.errors import ConflictError, WanmiError

WITHIN_D = 14
BAD = 2
"""Scores up to this one let the reporter open the case again."""


def refusal(following: Following, case: Case, now: datetime) -> WanmiError | None:
    """Why the case may not be opened again by this link, None when it may."""
    if case.stage != Stage.CLOSED:
        return ConflictError("E-REPORT-NOTCLOSED", _("The case is not closed; wait for its end."))
    first = case.pk * STEPS
    again = CaseEvent.objects.filter(
        pk__gt=first, pk__lt=first + STEPS, move="reopen", role=Role.PUBLIC
    )
    if again.exists():
        text = _("The case was opened again by its reporter once; report anew what is still wrong.")
        return ConflictError("E-REPORT-REOPENED", text)
    if now > case.closed_at + timedelta(days=WITHIN_D):
        text = _("A case can be opened again for %(days)d days; report anew what is still wrong.")
        return ConflictError("E-REPORT-TOOLATE", text % {"days": WITHIN_D})
    answer = Satisfaction.objects.filter(following=following).first()
    if answer is None or answer.score > BAD:
        text = _("A case is opened again for those who are not content: answer with 1 or 2 first.")
        return ConflictError("E-REPORT-CONTENT", text)
    return None


def require(following: Following, case: Case, now: datetime) -> None:
    """Refuse an opening that may not be.

    Raises
    ------
    ConflictError
        ``E-REPORT-NOTCLOSED``, ``E-REPORT-REOPENED``, ``E-REPORT-TOOLATE``, ``E-REPORT-CONTENT``.
    """
    refused = refusal(following, case, now)
    if refused is not None:
        raise refused
