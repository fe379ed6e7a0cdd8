"""What everybody may know of a case: its stage in plain words, never who, and never why.

Nothing here depends on a user. Descriptions, contacts, photos of the reporter, reasons and names
of persons stay inside; the name of the department and the photos of the result do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from spatial.cases.models import Attachment, Case, CaseClass, CaseEvent, Department, FilingStandard
from spatial.cases.models.words import OF_PUBLIC
from spatial.cases.selectors import (
    DISTRICT_DIGITS,
    NUMBER_DIGITS,
    events_of,
    missing,
    nearest_of,
)
from spatial.cases.stages import Stage

RESULTS = ("answer", "answer_part", "verify")
"""Moves whose photos show what came of it."""
MOST_SIMILAR = 5
CHOICE = 2
"""Fewer conditions are no choice."""


class PublicStage(TextChoices):
    """Where a case stands, for those outside."""

    RECEIVED = "received", _("Received: it is being looked at")
    ACCEPTED = "accepted", _("Accepted: it goes to the department in charge")
    HANDLING = "handling", _("Being handled")
    WAITING = "waiting", _("Waiting: it cannot be done at once")
    CHECKING = "checking", _("Done: the result is being checked")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Not taken up")
    MERGED = "merged", _("Known already: followed under another number")
    REOPENED = "reopened", _("Opened again")


_SHOWN = {
    Stage.REPORTED: PublicStage.RECEIVED,
    Stage.CHECKING: PublicStage.RECEIVED,
    Stage.CHECKED: PublicStage.RECEIVED,
    Stage.FILED: PublicStage.ACCEPTED,
    Stage.DISPATCHED: PublicStage.HANDLING,
    Stage.HANDLING: PublicStage.HANDLING,
    Stage.DIVIDED: PublicStage.HANDLING,
    Stage.HELD: PublicStage.WAITING,
    Stage.ANSWERED: PublicStage.CHECKING,
    Stage.TO_VERIFY: PublicStage.CHECKING,
    Stage.VERIFYING: PublicStage.CHECKING,
    Stage.VERIFIED: PublicStage.CHECKING,
    Stage.FAILED: PublicStage.CHECKING,
    Stage.CLOSED: PublicStage.CLOSED,
    Stage.REFUSED: PublicStage.DECLINED,
    Stage.REJECTED: PublicStage.DECLINED,
    Stage.MERGED: PublicStage.MERGED,
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the public stage."""

    stage: PublicStage
    at: datetime
    department: Department | None


def public_stage(case: Case) -> PublicStage:
    """Where the case stands, for those outside."""
    return _SHOWN[Stage(case.stage)]


def public_case(number: str) -> Case:
    """The case of a number, for anybody who has the number.

    Raises
    ------
    NotFoundError
        ``E-CASE-MISSING``.
    """
    found = None
    if number.isascii() and number.isdigit() and len(number) == NUMBER_DIGITS:
        rows = Case.objects.select_related("case_class", "department", "merged_into")
        key, district = int(number[DISTRICT_DIGITS:]), number[:DISTRICT_DIGITS]
        found = rows.filter(pk=key, district_code=district).first()
    if found is None:
        raise missing(number[:NUMBER_DIGITS])
    return found


def progress_of(case: Case) -> list[Change]:
    """How the case went on, the first change first; steps that are internal leave no trace."""
    changes: list[Change] = []
    for event in events_of(case).select_related("department"):
        stage = _stage_after(event)
        if changes and changes[-1].stage == stage:
            continue
        told = event.department if stage == PublicStage.HANDLING else None
        changes.append(Change(stage, event.at, told))
    return changes


def _stage_after(event: CaseEvent) -> PublicStage:
    if event.move == "reopen":
        return PublicStage.REOPENED
    return _SHOWN[Stage(event.stage_after)]


def result_photos(cases: list[Case]) -> dict[int, list[Attachment]]:
    """Photos of the result by key of the case: of closed cases only, never of the reporter's."""
    closed = [case.pk for case in cases if case.stage == Stage.CLOSED]
    found: dict[int, list[Attachment]] = {}
    if closed:
        for photo in _results(closed):
            found.setdefault(photo.case_id, []).append(photo)
    return found


def result_photo(case: Case, key: UUID) -> Attachment | None:
    """One photo of the result, None where it is not for everybody."""
    if case.stage != Stage.CLOSED:
        return None
    return _results([case.pk]).filter(key=key).first()


def _results(keys: list[int]) -> QuerySet[Attachment]:
    """Photos that came with a move of `RESULTS` after the case was last opened again."""
    # An event's key is its case's with its step behind: the photo's event is named by both.
    events = CaseEvent.objects.filter(case_id=OuterRef("case_id"))
    came = events.filter(step=OuterRef("step"), move__in=RESULTS)
    undone = events.filter(step__gt=OuterRef("step"), move__in=("reopen", "fail", "return_answer"))
    shown = Attachment.objects.filter(case__in=keys).exclude(view=Attachment.View.BEFORE)
    return shown.filter(Exists(came), ~Exists(undone)).order_by("case", "-step", "id")


def similar_to_all(lon: float, lat: float, now: datetime, case_class: int | None) -> list[Case]:
    """Open cases near a point, whoever reported them (`spatial.cases.selectors.similar`)."""
    return nearest_of(Q(), lon, lat, now, case_class)[:MOST_SIMILAR]


def public_classes() -> QuerySet[CaseClass]:
    """Classes that everybody may report."""
    return CaseClass.objects.filter(in_use=True, public=True)


def with_conditions(rows: QuerySet[CaseClass]) -> QuerySet[CaseClass]:
    """Classes with ``conditions``: how many standards each has that say what may be wrong."""
    told = Q(standards__in_use=True, standards__area_class="")
    return rows.annotate(conditions=Count("standards", filter=told))


def conditions_of(kind: CaseClass) -> list[FilingStandard]:
    """What may be wrong, by the filing standards of a class; one alone is no choice."""
    found = list(kind.standards.filter(in_use=True, area_class="").order_by("number"))
    return found if len(found) >= CHOICE else []


def of_public() -> QuerySet[Case]:
    """Cases that residents reported, for lists that are open to all."""
    rows = Case.objects.select_related("case_class", "department", "merged_into")
    return rows.filter(channel__in=OF_PUBLIC)
