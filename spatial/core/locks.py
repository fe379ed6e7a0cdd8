"""PostgreSQL's session locks: they end with the process that holds them, whatever kills it."""

from __future__ import annotations

from typing import Any

from django.db import connection


def try_lock(group: int, key: int) -> bool:
    """Take a lock if nobody has it; both numbers name it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [group, key % 2**31])
        return cursor.fetchone()[0]


def transaction_lock(cursor: Any, group: int) -> None:
    """Wait for a lock that is held until the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [group])


def shared_transaction_lock(cursor: Any, group: int) -> None:
    """Wait until nobody holds a transaction's lock alone, and keep them out until this one ends."""
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [group])


def unlock(group: int, key: int) -> None:
    """Give a lock back; a lost connection has done so already."""
    if connection.connection is None or connection.connection.closed:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [group, key % 2**31])
