"""Takes a person out of an account; what was done with it stays, by a number."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from spatial.cases.models import CaseEvent, SavedSearch
from spatial.core.models import AuditEntry, Look
from spatial.notes.models import Note, SavedView
from spatial.patrol.models import Duty, Position
from spatial.privacy.services.of_people import ERASED, OF_PERSONS

_RENAME = """
UPDATE core_look SET whose = array_replace(whose, %(old)s, %(new)s)
WHERE whose @> ARRAY[%(old)s]::varchar[]
"""


def nameless(user: User) -> str:
    """What an account is called when nobody is to know whose it was."""
    return f"person-{user.pk}"


def counts(user: User) -> dict[str, int]:
    """How much there is of somebody's own."""
    return {
        "positions": Position.objects.filter(user=user).count(),
        "duties": Duty.objects.filter(user=user, last_point__isnull=False).count(),
        "notes": Note.objects.filter(owner=user).count(),
        "views_and_searches": SavedView.objects.filter(owner=user).count()
        + SavedSearch.objects.filter(user=user).count(),
    }


def erase_own(user: User) -> None:
    """Trails, and what he kept for himself.

    Days that he walked stay as counts: which grids were walked at all is counted from them.
    """
    Position.objects.filter(user=user).delete()
    Duty.objects.filter(user=user).update(last_point=None, last_at=None, last_accuracy_m=None)
    for model, owner in ((Note, "owner"), (SavedView, "owner"), (SavedSearch, "user"),
                         (TOTPDevice, "user"), (StaticDevice, "user")):  # fmt: skip
        model.objects.filter(**{owner: user}).delete()


def make_nameless(user: User) -> None:
    """Put a number in the place of the name, also where histories repeat it.

    Has to run within `erasing`.
    """
    old, new = user.username, nameless(user)
    CaseEvent.objects.filter(user=user).exclude(user_name=new).update(user_name=new)
    AuditEntry.objects.filter(actor=user).exclude(actor_name=new).update(actor_name=new)
    of_him = AuditEntry.objects.filter(object_type__in=OF_PERSONS)
    of_him.filter(object_key__in=(old, f"{user.pk} {old}")).update(object_key=new, detail=ERASED)
    Look.objects.filter(user=user).update(user_name=new)
    with connection.cursor() as cursor:
        cursor.execute(_RENAME, {"old": old, "new": new})
    LogEntry.objects.filter(user=user).update(object_repr="", change_message="")
    LogEntry.objects.filter(object_repr=old).update(object_repr=new, change_message="")
    user.username, user.first_name, user.last_name, user.email = new, "", "", ""
    user.set_unusable_password()
    user.save()
