"""Forgets one person who asks for it: by telephone or e-mail address, or by the name of an account.

What is of ended cases goes at once. Open cases are named and stay as they are: who works on them
has to reach whoever reported. The night after their end is early enough to ask again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.cases.models import Attachment, Case, CaseEvent, InHand, OutsideReport
from spatial.cases.models.trail import STEPS
from spatial.cases.models.words import SEEN
from spatial.cases.stages import Role
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.core.models import AuditEntry
from spatial.opinions.models import Answer
from spatial.patrol.models import GridResponsible
from spatial.privacy.services import accounts, of_cases, of_people
from spatial.privacy.services.erasing import BATCH, alone, erasing, told
from spatial.reports.models import Subscription

FEWEST_DIGITS = 7
"""Shorter ones are parts of others' numbers."""
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]*[0-9]")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_COUNTRY = "86"


@dataclass(slots=True)
class Forgotten:
    """What was erased, and what could not be yet."""

    counts: dict[str, int] = field(default_factory=dict)
    open_cases: list[str] = field(default_factory=list)
    in_charge: list[str] = field(default_factory=list)
    """Codes for which the person answers today: somebody else has to be named first."""

    def summary(self) -> dict[str, Any]:
        """For a command."""
        return {**self.counts, "open_cases": self.open_cases, "in_charge": self.in_charge}


def forget(who: str, *, dry_run: bool = False) -> Forgotten:
    """Erase what is known of a person.

    Parameters
    ----------
    who : str
        A telephone number, an e-mail address, or the name of an account.

    Raises
    ------
    InputError
        ``E-PERSONAL-WHO`` for what is none of the three.
    NotFoundError
        ``E-PERSONAL-NONE`` where nothing is known of that person.
    ConflictError
        ``E-PERSONAL-ACTIVE`` for an account that is still switched on, ``E-PERSONAL-BUSY``.
    """
    account = User.objects.filter(username=who).first()
    with alone():
        if account is not None:
            return _forget_account(account, dry_run)
        return _forget_reachable(Reach.of(who), dry_run)


@dataclass(frozen=True, slots=True)
class Reach:
    """By what somebody is reached: the digits of a number, or an address."""

    text: str
    is_number: bool

    @classmethod
    def of(cls, who: str) -> Reach:
        """Read a number or an address."""
        said = who.strip()
        if _ADDRESS.fullmatch(said):
            return cls(said.lower(), False)
        digits = re.sub(r"[^0-9]", "", said)
        if _NUMBER.fullmatch(said) and len(digits) >= FEWEST_DIGITS:
            home = said.startswith("+" + _COUNTRY)
            return cls(digits[len(_COUNTRY) :] if home else digits, True)
        text = _("Name a telephone number, an e-mail address or an account that there is.")
        raise InputError("E-PERSONAL-WHO", text)

    def within(self, rows: QuerySet, column: str) -> QuerySet:
        """Rows in whose text it stands, however it is written there, and nothing longer."""
        if self.is_number:
            gap = "[ ()-]*"
            pattern = f"(?<![0-9])(?:86{gap})?{gap.join(self.text)}(?![0-9])"
        else:
            edge = "[a-z0-9._%+-]"
            pattern = f"(?<!{edge}){re.escape(self.text)}(?!{edge})"
        return rows.filter(**{f"{column}__iregex": pattern})


def reported_by(reach: Reach) -> QuerySet[Case]:
    """Cases that name a way to reach somebody."""
    contacts = reach.within(Case.objects.exclude(contact=""), "contact")
    beside = OutsideReport.objects.filter(Q(account=reach.text) | Q(device=reach.text))
    return Case.objects.filter(
        Q(pk__in=contacts.values("pk")) | Q(pk__in=beside.values("pk"))
    ).order_by("pk")


def _forget_reachable(reach: Reach, dry_run: bool) -> Forgotten:
    cases = reported_by(reach)
    ended = list(cases.filter(closed_at__isnull=False).values_list("pk", flat=True))
    still = cases.filter(closed_at__isnull=True)
    persons = reach.within(GridResponsible.objects.all(), "phone")
    now = Q(valid_to=None) | Q(valid_to__gt=timezone.localdate())
    subscriptions = Subscription.objects.filter(email__iexact=reach.text)
    words = Cast(F("detail"), TextField())
    entries = reach.within(AuditEntry.objects.annotate(words=words), "words")
    photos = _own_photos(ended)
    answers = Answer.objects.filter(invitation__case__in=ended).exclude(words="")
    found = Forgotten(
        {
            "cases": len(ended),
            "photos": len(photos),
            "answers": answers.count(),
            "persons": persons.exclude(now).count(),
            "subscriptions": subscriptions.count(),
            "audit_entries": entries.count(),
        },
        [case.number for case in still],
        sorted(set(persons.filter(now).values_list("code", flat=True))),
    )
    if not any(found.counts.values()) and not found.open_cases and not found.in_charge:
        raise NotFoundError("E-PERSONAL-NONE", _("Nothing is known of that person."))
    if dry_run:
        return found
    for k in range(0, len(ended), BATCH):
        _erase_reporter(ended[k : k + BATCH])
    with erasing():
        of_cases.erase_photos(photos)
        answers.update(words="")
        persons.exclude(now).delete()
        subscriptions.delete()
        of_people.erase_entries(list(entries.values_list("pk", flat=True)))
        told("personal.forgotten", "reporter", found.counts)
    return found


def _own_photos(cases: list[int]) -> list[int]:
    """Photos that came with what residents themselves sent in: the report, or a reopening."""
    public = CaseEvent.objects.filter(role=Role.PUBLIC)
    rows = Attachment.objects.filter(case__in=cases).values_list("pk", "case_id", "step")
    steps = {case * STEPS + step: pk for pk, case, step in rows}
    return [steps[key] for key in public.filter(pk__in=steps).values_list("pk", flat=True)]


def _erase_reporter(cases: list[int]) -> None:
    """Take out all that was said by whoever reported, also where a telephonist wrote it down."""
    with erasing():
        # A case that is opened again in this moment is locked by that, and asked for again later.
        ended = Case.objects.filter(pk__in=cases, closed_at__isnull=False)
        keys = list(ended.select_for_update().values_list("pk", flat=True))
        of_cases.erase_words(keys)
        Case.objects.filter(pk__in=keys).exclude(channel__in=SEEN).update(place="")


def _forget_account(user: User, dry_run: bool) -> Forgotten:
    if user.is_active:
        text = _("Switch the account %(name)s off first: whoever works here is not forgotten.")
        raise ConflictError("E-PERSONAL-ACTIVE", text % {"name": user.username})
    named = Q(reporter=user) | Q(person=user) | Q(checker=user) | Q(verifier=user)
    still = [one.case.number for one in InHand.objects.filter(named).select_related("case")]
    found = Forgotten(accounts.counts(user), sorted(still))
    if dry_run:
        return found
    with erasing():
        accounts.erase_own(user)
        if not still:
            accounts.make_nameless(user)
        told("personal.forgotten", f"person-{user.pk}", found.counts)
    return found
