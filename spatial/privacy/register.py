"""What is personal in the store: whose, who may see it, how long it stays, what becomes of it.

A test compares this with every field of every model, so that a new one is not forgotten;
``docs/privacy.md`` says the same in words. What is not personal stands in `plain`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from spatial.core.roles import (
    ADMINISTRATOR,
    CASE_WORKERS,
    DISPATCHER,
    IMPORTERS,
    INSPECTOR,
    OPERATOR,
    ROLES,
)
from spatial.evaluation.selectors import SEE_RESULTS
from spatial.patrol.selectors import SEE_TRAILS
from spatial.reports.access import SEE_HONESTY


class Whose(StrEnum):
    """Whom something is about."""

    RESIDENT = "resident"
    RESPONSIBLE = "responsible"
    """Somebody who answers for a grid, a report or a program, with or without an account."""
    STAFF = "staff"
    """Whoever has an account."""


class Erasing(StrEnum):
    """What becomes of it when its time is over."""

    BLANK = "blank"
    DELETE = "delete"
    """The whole row, or the file."""
    COARSEN = "coarsen"
    """Telephone numbers and identity cards are blotted out, or a name becomes a number."""
    ELSEWHERE = "elsewhere"
    """What made it clears it away: ``note`` says when."""
    STAYS = "stays"
    """A record of an act of the administration; ``note`` says what is done for who asks."""


@dataclass(frozen=True, slots=True)
class Personal:
    """A field that is personal."""

    field: str
    """Application, model and field."""
    whose: Whose
    seen_by: frozenset[str]
    erasing: Erasing
    keep: str = ""
    """The setting with its days; empty where the field does not go by time."""
    note: str = ""


NOBODY: frozenset[str] = frozenset()
ADMINS = frozenset({ADMINISTRATOR})
CENTRES = frozenset({OPERATOR, DISPATCHER})
WALKERS = SEE_TRAILS | {INSPECTOR}
"""Both centres, administrators, and the inspector himself."""
KNOWN = frozenset(ROLES)
"""Whoever is logged in."""
PUBLIC = "public"
EVERYBODY = KNOWN | {PUBLIC}
"""Visitors too, while the map is open to them."""
_R, _P, _S = Whose.RESIDENT, Whose.RESPONSIBLE, Whose.STAFF
_BLANK, _DELETE, _COARSEN = Erasing.BLANK, Erasing.DELETE, Erasing.COARSEN
_ELSEWHERE, _STAYS = Erasing.ELSEWHERE, Erasing.STAYS
CONTACT, WORDS, PHOTOS = "KEEP_CONTACT_D", "KEEP_WORDS_D", "KEEP_PHOTOS_D"
TRAILS, WALKS, PERSONS = "KEEP_TRAILS_D", "KEEP_WALKS_D", "KEEP_PERSONS_D"
ADDRESSES, LOOKS = "KEEP_ADDRESSES_D", "KEEP_LOOKS_D"
_ACT = "who made an act of the administration; becomes a number for who asks"
_CASE = "from the end of the case"
_IDLE = "switched off, from the last log-in"
_OWN_NOTE = "its writer says who sees it; deleted for who asks"
_OUT = "from the day it went out of use"

REGISTER = (
    # What residents say of themselves and in their words.
    Personal("cases.Case.contact", _R, CENTRES, _BLANK, CONTACT, _CASE),
    Personal("cases.Case.description", _R, CASE_WORKERS, _BLANK, WORDS,
             f"{_CASE}; of a source that saw the place itself only numbers are blotted out"),
    Personal("cases.Case.place", _R, CASE_WORKERS, _COARSEN, WORDS, _CASE),
    Personal("cases.InHand.words", _R, NOBODY, _ELSEWHERE, note="gone when the case ends"),
    Personal("cases.CaseEvent.reason", _R, CASE_WORKERS, _BLANK, WORDS,
             f"{_CASE}; of staff only numbers are blotted out"),
    Personal("cases.Task.what", _R, CASE_WORKERS, _COARSEN, WORDS, _CASE),
    Personal("cases.Extension.reason", _R, CASE_WORKERS, _COARSEN, WORDS, _CASE),
    Personal("cases.Satisfaction.words", _R, ADMINS, _BLANK, WORDS, _CASE),
    Personal("cases.OutsideReport.account", _R, ADMINS, _BLANK, CONTACT, _CASE),
    Personal("cases.OutsideReport.device", _R, ADMINS, _BLANK, CONTACT, _CASE),
    Personal("cases.OutsideReport.media_url", _R, ADMINS, _BLANK, WORDS, _CASE),
    Personal("cases.OutsideReport.attributes", _R, ADMINS, _BLANK, WORDS, _CASE),
    Personal("cases.Attachment.file", _R, CASE_WORKERS, _DELETE, PHOTOS,
             f"{_CASE}; those of the result of a closed case are public"),
    Personal("opinions.Answer.words", _R, ADMINS, _BLANK, WORDS, "from the answer"),
    Personal("opinions.Answer.given", _R, ADMINS, _STAYS,
             note="numbers of the scales; without words and caller nobody's"),
    Personal("opinions.Answer.caller", _R, NOBODY, _BLANK, CONTACT, "from the answer"),
    Personal("core.Calls.caller", _R, NOBODY, _ELSEWHERE, note="keyed hash, an hour"),
    Personal("addresses.BatchRow.text", _R, IMPORTERS, _ELSEWHERE, "BATCH_KEEP_D",
             "the list goes when nobody touches it"),
    Personal("addresses.BatchRow.values", _R, IMPORTERS, _ELSEWHERE, "BATCH_KEEP_D",
             "the list goes when nobody touches it"),
    Personal("components.ComponentPhoto.file", _R, EVERYBODY, _STAYS,
             note="of things; whoever keeps the register takes one out by hand"),
    # Who answers for something.
    Personal("patrol.GridResponsible.name", _P, EVERYBODY, _DELETE, PERSONS, _OUT),
    Personal("patrol.GridResponsible.post", _P, EVERYBODY, _DELETE, PERSONS, _OUT),
    Personal("patrol.GridResponsible.phone", _P, KNOWN, _DELETE, PERSONS, _OUT),
    Personal("patrol.GridResponsible.organisation", _P, EVERYBODY, _DELETE, PERSONS, _OUT),
    Personal("reports.Subscription.email", _P, ADMINS, _DELETE, PERSONS,
             "out of use, from the last report that was sent"),
    Personal("cases.ReportKey.contact", _P, ADMINS, _BLANK, PERSONS,
             "out of use, from the day it was made"),
    # Staff.
    Personal("auth.User.username", _S, KNOWN, _STAYS, note=_ACT),
    Personal("auth.User.first_name", _S, KNOWN, _BLANK, PERSONS, _IDLE),
    Personal("auth.User.last_name", _S, KNOWN, _BLANK, PERSONS, _IDLE),
    Personal("auth.User.email", _S, ADMINS, _BLANK, PERSONS, _IDLE),
    Personal("otp_totp.TOTPDevice.key", _S, NOBODY, _ELSEWHERE, note="turned off or reset"),
    Personal("otp_static.StaticToken.token", _S, NOBODY, _ELSEWHERE,
             note="used, turned off or reset"),
    Personal("sessions.Session.session_data", _S, NOBODY, _ELSEWHERE, note="clearsessions"),
    Personal("patrol.Position.point", _S, WALKERS, _DELETE, TRAILS),
    Personal("patrol.Duty.last_point", _S, WALKERS, _BLANK, TRAILS, "from the end of the duty"),
    Personal("patrol.Walk.grids", _S, WALKERS, _DELETE, WALKS, "from the day"),
    Personal("cases.CaseEvent.user_name", _S, CASE_WORKERS, _STAYS, note=_ACT),
    Personal("cases.CaseEvent.evidence", _S, NOBODY, _STAYS, note="keys of users and photos"),
    Personal("core.AuditEntry.actor_name", _S, ADMINS, _STAYS, note=_ACT),
    Personal("core.AuditEntry.object_key", _S, ADMINS, _STAYS, note=_ACT),
    Personal("core.AuditEntry.detail", _S, ADMINS, _BLANK, ADDRESSES,
             "addresses of log-ins; what was changed of persons after KEEP_WORDS_D"),
    Personal("core.Look.user_name", _S, ADMINS, _DELETE, LOOKS),
    Personal("core.Look.whose", _R, ADMINS, _DELETE, LOOKS),
    Personal("admin.LogEntry.object_repr", _S, ADMINS, _DELETE, WORDS),
    Personal("admin.LogEntry.change_message", _S, ADMINS, _DELETE, WORDS),
    Personal("reports.KeptAnswer.answer", _S, SEE_HONESTY, _DELETE, TRAILS,
             "from the day it was made for"),
    Personal("notes.Note.text", _S, EVERYBODY, _STAYS, note=_OWN_NOTE),
    Personal("notes.Note.geom", _S, EVERYBODY, _STAYS, note=_OWN_NOTE),
    Personal("notes.SavedView.address", _S, NOBODY, _STAYS,
             note="its owner's own; deleted for who asks"),
    Personal("cases.SavedSearch.query", _S, NOBODY, _STAYS,
             note="its owner's own; deleted for who asks"),
    Personal("evaluation.PublishedResult.inputs", _S, SEE_RESULTS, _STAYS,
             note="results of a period are frozen; persons stand there by their key"),
    Personal("evaluation.Correction.reason", _S, SEE_RESULTS, _STAYS,
             note="an act of the administration"),
)  # fmt: skip
