"""Takes answers of residents without an account, guarded against stuffing.

A link that was sent to a reporter takes one answer. An open link takes many, and what looks stuffed
is kept with a remark and does not count: a second answer from the same address within a day, one
that was given faster than anybody reads. The share of open answers is capped when they are counted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from spatial.cases.following import hash_of
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.opinions.models import Answer, Invitation
from spatial.opinions.services.forms import score_of

SAME, FAST = "same", "fast"
LEAST_S_A_QUESTION = 1
SAME_WITHIN = timedelta(days=1)
LONGEST_WORDS = 500
LONGEST_S = 86_400
LOCK_OF_CALLER = 0x4F50494E


def invitation_of(token: str) -> Invitation:
    """The link that a token is of.

    Raises
    ------
    NotFoundError
        ``E-OPINION-LINK``.
    """
    rows = Invitation.objects.select_related("poll__form")
    found = rows.filter(token_hash=hash_of(token)).first()
    if found is None:
        text = _("This link is not known; scan the code or open the message again.")
        raise NotFoundError("E-OPINION-LINK", text)
    return found


def is_over(invitation: Invitation) -> bool:
    """Whether its poll takes no more answers."""
    return invitation.poll.closes_at < timezone.localdate()


def is_answered(invitation: Invitation) -> bool:
    """Whether a link that takes one answer has it."""
    return invitation.case_id is not None and invitation.answers.exists()


def answer(invitation: Invitation, given: Any, words: str, caller: str, seconds: int) -> Answer:
    """Take an answer.

    Raises
    ------
    ConflictError
        ``E-OPINION-CLOSED``, ``E-OPINION-TWICE``.
    InputError
        ``E-OPINION-ANSWER``.
    """
    if is_over(invitation):
        raise ConflictError("E-OPINION-CLOSED", _("This poll is over; thank you all the same."))
    questions = invitation.poll.form.questions
    if not isinstance(given, dict):
        raise InputError("E-OPINION-ANSWER", _("Answer every question."))
    score = score_of(questions, given)
    alone = invitation.case_id is not None
    hashed = salted_hmac("opinions", f"{invitation.poll_id} {caller}").hexdigest()
    kept = {one["key"]: given[one["key"]] for one in questions}
    try:
        with transaction.atomic():
            _one_at_a_time(hashed)
            flags = _flags(invitation, hashed, seconds, len(questions))
            return Answer.objects.create(
                invitation=invitation, alone=alone, given=kept, words=words[:LONGEST_WORDS],
                score=score, seconds=max(0, min(seconds, LONGEST_S)), caller=hashed, flags=flags,
            )  # fmt: skip
    except IntegrityError as error:
        text = _("This link was answered already; each takes one answer.")
        raise ConflictError("E-OPINION-TWICE", text) from error


def _one_at_a_time(caller: str) -> None:
    """Answers of one address follow one another, so that the second sees the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_OF_CALLER, int(caller[:7], 16)]
        )


def _flags(invitation: Invitation, caller: str, seconds: int, questions: int) -> list[str]:
    flags = []
    since = timezone.now() - SAME_WITHIN
    before = Answer.objects.filter(
        invitation__poll=invitation.poll_id, invitation__case=None, caller=caller, at__gte=since
    )
    if invitation.case_id is None and before.exists():
        flags.append(SAME)
    if seconds < LEAST_S_A_QUESTION * questions:
        flags.append(FAST)
    return flags
