"""What residents do: report with a secret link of their own, and say how content they are."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from spatial.cases.following import Follower, hash_of
from spatial.cases.models import Case, CaseEvent, Following, OutsideReport, ReportKey, Satisfaction
from spatial.cases.services.given import Given, Report
from spatial.cases.services.moving import make_move
from spatial.cases.services.reporting import report
from spatial.cases.stages import Stage
from spatial.core import audit
from spatial.core.errors import ConflictError, ForbiddenError, InputError

LONGEST_WORDS = 500
KEY_BYTES = 24


@dataclass(frozen=True, slots=True)
class Received:
    """A report that was taken in, and the secret that follows it."""

    case: Case
    token: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What another program said beside the report itself."""

    key: ReportKey | None = None
    account: str = ""
    device: str = ""
    media_url: str = ""
    attributes: dict[str, Any] | None = None


def take_in(sent: Report, key: UUID, beside: Beside | None = None) -> Received:
    """Take a report of the public in; the same one sent again gets the same number and secret.

    The secret comes from the key that the device made, so it can be told again and is not stored.

    Raises
    ------
    WanmiError
        Those of `spatial.cases.services.reporting.report`.
    """
    case = report(None, sent, key=key)
    token = _token(case, key)
    # After the report and not with it: what is missing here is made good when it is sent again.
    with transaction.atomic():
        Following.objects.get_or_create(
            token_hash=hash_of(token), defaults={"case": case, "channel": sent.channel}
        )
        if beside is not None:
            OutsideReport.objects.get_or_create(case=case, defaults=_facts(beside))
    return Received(case, token)


def _token(case: Case, key: UUID) -> str:
    made = salted_hmac("spatial.cases.follow", f"{case.pk} {key}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made[:18]).decode()


def _facts(beside: Beside) -> dict[str, Any]:
    return {
        "key": beside.key,
        "account": beside.account,
        "device": beside.device,
        "media_url": beside.media_url,
        "attributes": beside.attributes or {},
    }


def answer(follower: Follower, score: int, words: str = "") -> Satisfaction:
    """Keep how content the reporter is, once, after the case was closed.

    Raises
    ------
    InputError
        ``E-REPORT-SCORE``, ``E-CASE-LONG``.
    ConflictError
        ``E-REPORT-NOTCLOSED``, ``E-REPORT-ANSWERED``.
    """
    if not 1 <= score <= 5:
        raise InputError("E-REPORT-SCORE", _("Choose a score from 1 to 5."))
    if len(words) > LONGEST_WORDS:
        text = _("A text is longer than %(most)d characters.") % {"most": LONGEST_WORDS}
        raise InputError("E-CASE-LONG", text, field="words")
    with transaction.atomic():
        # Of two answers at once the second waits here, then finds the first.
        link = Following.objects.select_for_update().get(pk=follower.following.pk)
        if Satisfaction.objects.filter(following=link).exists():
            text = _("You have answered already; thank you.")
            raise ConflictError("E-REPORT-ANSWERED", text)
        if Case.objects.get(pk=link.case_id).stage != Stage.CLOSED:
            text = _("The case is not closed; wait for its end.")
            raise ConflictError("E-REPORT-NOTCLOSED", text)
        return Satisfaction.objects.create(
            case_id=link.case_id, following=link, score=score, words=words.strip()
        )


def reopen(follower: Follower, reason: str, key: UUID | None) -> CaseEvent:
    """Have a closed case opened again by its reporter.

    Raises
    ------
    WanmiError
        Those of the move, and of `spatial.cases.services.reopening.require`.
    """
    return make_move(follower, follower.case_id, "reopen", Given(reason=reason), key=key)


def make_key(name: str, contact: str, user: Any) -> tuple[ReportKey, str]:
    """A new key for a program, and the secret, which is shown this once."""
    secret = secrets.token_urlsafe(KEY_BYTES)
    made = ReportKey.objects.create(
        name=name, contact=contact, key_hash=hash_of(secret), made_by=user
    )
    audit.record(user, "report_key.made", "ReportKey", made.name)
    return made, secret


def key_of(secret: str) -> ReportKey:
    """The key in use that a program showed.

    Raises
    ------
    ForbiddenError
        ``E-OPEN311-KEY``.
    """
    found = ReportKey.objects.filter(key_hash=hash_of(secret), in_use=True).first()
    if found is None:
        text = _("This api_key is not known or no longer in use; ask the administrator for one.")
        raise ForbiddenError("E-OPEN311-KEY", text)
    return found
