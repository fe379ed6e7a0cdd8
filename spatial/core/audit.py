"""Writes the audit log."""

from typing import Any

from spatial.core.models import AuditEntry


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
    )
