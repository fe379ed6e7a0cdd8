"""Sends models to the database that was chosen for the request."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from spatial.core.reading import reading_alias, wrote

OF_THE_PRIMARY = frozenset(
    {"auth", "sessions", "contenttypes", "admin", "core", "otp_totp", "otp_static",
     "django_tasks_database"}
)  # fmt: skip
"""Apps of people, rights, sessions and jobs: who was locked out a moment ago stays out."""


class ReplicaRouter:
    """Reads go where the request reads, writes to the primary, and reads after them too."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        """The database that was chosen, but for people and jobs."""
        return DEFAULT_DB_ALIAS if model._meta.app_label in OF_THE_PRIMARY else reading_alias()

    def db_for_write(self, _model: Any, **_hints: Any) -> str:
        """The primary."""
        wrote()
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        """All databases hold the same rows."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        """A replica follows by itself."""
        return db == DEFAULT_DB_ALIAS
