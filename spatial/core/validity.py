"""Which rows are in force: those without an end now, or those of a past day.

Rows carry a half-open span of days ``[valid_from, valid_to)``; an edition that was never published
has no ``valid_from`` and is never in force.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def valid_on(day: date | None) -> Q:
    """Rows in force now, or on a past day."""
    if day is None:
        return Q(valid_from__isnull=False, valid_to__isnull=True)
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def valid_on_sql(table: str) -> str:
    """The same as a condition in SQL on a table or its alias; the day is the value ``on``."""
    return (
        f"({table}.valid_from <= coalesce(%(on)s::date, 'infinity') "
        f"AND coalesce({table}.valid_to, 'infinity') > coalesce(%(on)s::date, '9999-12-31'))"
    )
