"""Takes the words of people out of ended cases: the case, its events, parts, answers, photos.

Numbers, times, stages, order and counts stay, so that the store is proved as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from spatial.cases.lists import first_key
from spatial.cases.models import Attachment, Case, OutsideReport, Satisfaction
from spatial.cases.models.trail import STEPS
from spatial.cases.models.words import SEEN
from spatial.cases.stages import Role
from spatial.core.masking import BLOT, NUMBERS

_BLOTTED = "regexp_replace({0}, %(numbers)s, %(blot)s, 'g')"
# What residents wrote goes; of what staff wrote only what is a number of somebody.
_CASES = f"""
UPDATE cases_case SET erased_at = now(), contact = '', place = {_BLOTTED.format("place")},
    description = CASE WHEN channel = ANY(%(seen)s) THEN {_BLOTTED.format("description")}
        ELSE '' END
WHERE id = ANY(%(cases)s)
"""  # noqa: S608 - the expressions above
_EVENTS = f"""
UPDATE cases_caseevent e SET reason = CASE WHEN e.role = %(public)s THEN ''
    ELSE {_BLOTTED.format("e.reason")} END
FROM cases_case c, generate_series(1, c.step) s
WHERE c.id = ANY(%(cases)s) AND e.id = c.id * {STEPS} + s
    AND (e.role = %(public)s AND e.reason <> '' OR e.reason ~ %(numbers)s)
"""  # noqa: S608 - the expressions above
_TASKS = f"""
UPDATE cases_task SET what = {_BLOTTED.format("what")}
WHERE case_id = ANY(%(cases)s) AND what ~ %(numbers)s
"""  # noqa: S608 - the expressions above
_EXTENSIONS = f"""
UPDATE cases_extension SET reason = {_BLOTTED.format("reason")}
WHERE case_id = ANY(%(cases)s) AND reason ~ %(numbers)s
"""  # noqa: S608 - the expressions above
_STATEMENTS = (_CASES, _EVENTS, _TASKS, _EXTENSIONS)


def _newer(before: datetime) -> int:
    """The first key of a case that cannot have ended before a moment: its month is not read."""
    return first_key(timezone.localdate(before) + timedelta(days=1))


def _ended(before: datetime) -> QuerySet[Case]:
    return Case.objects.filter(closed_at__lt=before, pk__lt=_newer(before))


def with_contact(before: datetime) -> QuerySet[Case]:
    """Cases that ended before a moment and still tell how to reach who reported them."""
    return _ended(before).exclude(contact="")


def erase_contacts(keys: Sequence[int]) -> None:
    """Take the ways to reach reporters out of cases."""
    Case.objects.filter(pk__in=keys).update(contact="")


def with_accounts(before: datetime) -> QuerySet[OutsideReport]:
    """What other programs said of who reports, of cases that ended before a moment."""
    said = ~Q(account="") | ~Q(device="")
    return OutsideReport.objects.filter(
        said, case__closed_at__lt=before, case_id__lt=_newer(before)
    )


def erase_accounts(keys: Sequence[int]) -> None:
    """Take accounts and devices out."""
    OutsideReport.objects.filter(pk__in=keys).update(account="", device="")


def with_words(before: datetime) -> QuerySet[Case]:
    """Cases that ended before a moment and were not gone through yet."""
    return _ended(before).filter(erased_at__isnull=True)


def erase_words(keys: Sequence[int]) -> None:
    """Go through cases that have ended; has to run within `erasing`."""
    values = {
        "cases": list(keys), "seen": sorted(SEEN), "public": Role.PUBLIC.value,
        "numbers": NUMBERS, "blot": BLOT,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, values)
    Satisfaction.objects.filter(case__in=keys).exclude(words="").update(words="")
    OutsideReport.objects.filter(pk__in=keys).update(
        account="", device="", media_url="", attributes={}
    )


def with_photos(before: datetime) -> QuerySet[Attachment]:
    """Photos of cases that ended before a moment."""
    return Attachment.objects.filter(case__closed_at__lt=before, case_id__lt=_newer(before))


def erase_photos(keys: Sequence[int]) -> None:
    """Take photos out with their files, which go when the transaction is kept."""
    photos = list(Attachment.objects.filter(pk__in=keys))
    Attachment.objects.filter(pk__in=keys).delete()
    for photo in photos:
        transaction.on_commit(_deletion(photo))


def _deletion(photo: Attachment):
    storage, name = photo.file.storage, photo.file.name
    return lambda: storage.delete(name)
