"""Writes the audit log."""

from __future__ import annotations

from typing import Any

from django.db import models

from spatial.core import requests
from spatial.core.models import AuditEntry

PLAIN = (str, int, bool, type(None))


def record(actor, action: str, object_type: str, object_key: str, **detail: Any) -> AuditEntry:
    """Add one entry; ``actor`` is a user, or None for a command run on the server."""
    known = actor is not None and actor.is_authenticated
    return AuditEntry.objects.create(
        actor=actor if known else None,
        actor_name=actor.get_username() if known else "",
        action=action,
        object_type=object_type,
        object_key=object_key,
        detail=detail,
        request_id=requests.current(),
    )


def record_change(
    actor, action: str, object_type: str, object_key: str, before: dict, after: dict
) -> AuditEntry:
    """Add one entry with what differs between two states of an object, each side for itself.

    A state that is empty stands for an object that was not there, or is no longer.
    """
    names = [name for name in before | after if before.get(name) != after.get(name)]
    sides = {
        side: {name: state[name] for name in names if name in state}
        for side, state in (("before", before), ("after", after))
    }
    return record(actor, action, object_type, object_key, **sides)


def values_of(row: models.Model, hidden: tuple[str, ...] = ()) -> dict[str, Any]:
    """All values of a row as text and numbers, also what it is tied to; for `record_change`."""
    found = {}
    for field in row._meta.concrete_fields:
        value = field.value_from_object(row)
        plain = value if isinstance(value, PLAIN) else field.value_to_string(row)
        found[field.name] = plain if field.name not in hidden else HIDDEN_SIGN
    for field in row._meta.many_to_many:
        keys = getattr(row, field.name).order_by("pk").values_list("pk", flat=True)
        found[field.name] = list(keys)
    return found


HIDDEN_SIGN = "*"
