"""What is sent twice is done once: a key given by the device stands for its outcome."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from spatial.cases.models import Sending
from spatial.core.errors import ConflictError

# Of two that come at once the second waits here for the first, then finds its outcome.
_CLAIM = """
INSERT INTO cases_sending (key, digest, at) VALUES (%s, %s, now()) ON CONFLICT (key) DO NOTHING
"""


def claim(key: UUID | None, digest: str) -> int | None:
    """Take a key for this transaction; the event that came of it if it was sent before.

    Raises
    ------
    ConflictError
        ``E-CASE-KEY`` when the key came with something else before.
    """
    if key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [key, digest])
        if cursor.rowcount:
            return None
    before = Sending.objects.get(key=key)
    if before.digest != digest:
        text = _("This key was sent before with something else; send it with a new one.")
        raise ConflictError("E-CASE-KEY", text)
    return before.event_id


def settle(key: UUID | None, event_id: int) -> None:
    """Note what came of a key."""
    if key is not None:
        Sending.objects.filter(key=key).update(event_id=event_id)
