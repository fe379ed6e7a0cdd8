"""What goes by time beside cases: answers, persons in charge, accounts, trails, logs, looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from spatial.cases.models import ReportKey
from spatial.core.models import AuditEntry, Look
from spatial.opinions.models import Answer
from spatial.patrol.models import Duty, GridResponsible, Walk
from spatial.patrol.models.duty import LONGEST_DUTY
from spatial.reports.models import KeptAnswer, SentReport, Subscription

ERASED = {"erased": True}
"""What stands in an audit entry for what was changed."""
OF_PERSONS = ("User", "GridResponsible", "Subscription", "ReportKey")
"""Audit entries that repeat what a person is called and how to reach him."""


def answers_with_caller(before: datetime) -> QuerySet[Answer]:
    """Answers to polls that still know the hash of an address."""
    return Answer.objects.filter(at__lt=before).exclude(caller="")


def erase_callers(keys: Sequence[int]) -> None:
    """Take the hashes out."""
    Answer.objects.filter(pk__in=keys).update(caller="")


def answers_with_words(before: datetime) -> QuerySet[Answer]:
    """Answers to polls with words of the resident."""
    return Answer.objects.filter(at__lt=before).exclude(words="")


def erase_answers(keys: Sequence[int]) -> None:
    """Take the words out; scales and scores stay."""
    Answer.objects.filter(pk__in=keys).update(words="")


def persons_out(before: datetime) -> QuerySet[GridResponsible]:
    """Persons who no longer answer for a grid."""
    return GridResponsible.objects.filter(valid_to__lt=timezone.localdate(before))


def delete_persons(keys: Sequence[int]) -> None:
    """Take them out."""
    GridResponsible.objects.filter(pk__in=keys).delete()


def subscriptions_out(before: datetime) -> QuerySet[Subscription]:
    """Subscriptions out of use that got nothing since a moment."""
    sent = SentReport.objects.filter(subscription=OuterRef("pk"), sent_at__gte=before)
    return Subscription.objects.filter(~Exists(sent), in_use=False, made_at__lt=before)


def delete_subscriptions(keys: Sequence[int]) -> None:
    """Take them out, with the list of what was sent."""
    Subscription.objects.filter(pk__in=keys).delete()


def keys_out(before: datetime) -> QuerySet[ReportKey]:
    """Keys of programs out of use that still name somebody."""
    return ReportKey.objects.filter(in_use=False, made_at__lt=before).exclude(contact="")


def erase_key_contacts(keys: Sequence[int]) -> None:
    """Take the contacts out."""
    ReportKey.objects.filter(pk__in=keys).update(contact="")


def accounts_out(before: datetime) -> QuerySet[User]:
    """Accounts that are switched off, were not used since a moment and still tell a name."""
    told = ~Q(first_name="") | ~Q(last_name="") | ~Q(email="")
    found = User.objects.annotate(seen=Coalesce("last_login", "date_joined"))
    return found.filter(told, is_active=False, seen__lt=before)


def erase_accounts(keys: Sequence[int]) -> None:
    """Take names and addresses out; the account stays, since what it did hangs on it."""
    User.objects.filter(pk__in=keys).update(first_name="", last_name="", email="")


def duties_with_place(before: datetime) -> QuerySet[Duty]:
    """Duties that ended before a moment and still know where."""
    over = Q(ended_at__lt=before) | Q(ended_at=None, started_at__lt=before - LONGEST_DUTY)
    return Duty.objects.filter(over, last_point__isnull=False)


def erase_places(keys: Sequence[int]) -> None:
    """Take the last positions out."""
    Duty.objects.filter(pk__in=keys).update(last_point=None, last_at=None, last_accuracy_m=None)


def walks(before: datetime) -> QuerySet[Walk]:
    """What an inspector walked on a day; which grids were walked at all is kept elsewhere."""
    return Walk.objects.filter(day__lt=timezone.localdate(before))


def delete_walks(keys: Sequence[int]) -> None:
    """Take them out."""
    Walk.objects.filter(pk__in=keys).delete()


def kept_answers(before: datetime) -> QuerySet[KeptAnswer]:
    """Analyses of a day that nobody asked for again; some tell of the conduct of staff."""
    return KeptAnswer.objects.filter(day__lt=timezone.localdate(before))


def delete_kept_answers(keys: Sequence[int]) -> None:
    """Take them out."""
    KeptAnswer.objects.filter(pk__in=keys).delete()


def entries_with_address(before: datetime) -> QuerySet[AuditEntry]:
    """Entries of log-ins that tell an address."""
    found = AuditEntry.objects.filter(at__lt=before, action__startswith="login.")
    return found.filter(detail__has_key="address")


def entries_of_persons(before: datetime) -> QuerySet[AuditEntry]:
    """Entries that repeat what was changed of a person."""
    found = AuditEntry.objects.filter(at__lt=before, object_type__in=OF_PERSONS)
    return found.exclude(detail={}).exclude(detail=ERASED)


def erase_entries(keys: Sequence[int]) -> None:
    """Who did what and when stays; what it was goes. Has to run within `erasing`."""
    AuditEntry.objects.filter(pk__in=keys).update(detail=ERASED)


def admin_log(before: datetime) -> QuerySet[LogEntry]:
    """The list of the administration's own, which the audit log repeats."""
    return LogEntry.objects.filter(action_time__lt=before)


def delete_admin_log(keys: Sequence[int]) -> None:
    """Take it out."""
    LogEntry.objects.filter(pk__in=keys).delete()


def looks(before: datetime) -> QuerySet[Look]:
    """Looks at personal data."""
    return Look.objects.filter(at__lt=before)


def delete_looks(keys: Sequence[Any]) -> None:
    """Take them out; has to run within `erasing`."""
    Look.objects.filter(pk__in=keys).delete()
