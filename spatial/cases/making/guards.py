"""Sets the guards of the database aside while many cases are written, and proves them afterwards.

A dozen triggers look at every row, which costs more than all the rest. Where the role of the
database may, they rest meanwhile; what they keep is then written for all at once, and nothing is
committed unless the cases are proven sound. Other roles write with the guards on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from spatial.cases.models import InHand
from spatial.cases.services.checking import (
    MONTH,
    Checked,
    check_month,
    check_table,
    require_sound,
)

MAY = "SELECT has_parameter_privilege('session_replication_role', 'SET')"
COPIED = ", ".join(
    field.column for field in InHand._meta.fields if field.name not in ("case", "words")
)
IN_HAND = f"""
INSERT INTO cases_inhand (case_id, {COPIED}, words)
SELECT c.id, {COPIED}, concat_ws(' ', c.place, c.description) FROM {{cases}}
WHERE c.closed_at IS NULL ON CONFLICT (case_id) DO NOTHING
"""  # noqa: S608 - names of columns


@contextmanager
def unguarded_month(month: int) -> Iterator[None]:
    """While cases of a month, such as 202611, are written in this transaction."""
    low, high = month * MONTH, (month + 1) * MONTH
    cases = f"(SELECT * FROM cases_case WHERE id >= {low} AND id < {high}) c"  # noqa: S608
    with _unguarded(cases) as found:
        yield
    if found is not None:
        with connection.cursor() as cursor:
            check_month(cursor, month, found)
        require_sound(found)


@contextmanager
def unguarded_table(table: str) -> Iterator[None]:
    """While cases are written whose keys then stand in the column ``id`` of a table."""
    cases = f"(SELECT c.* FROM {table} o JOIN cases_case c ON c.id = o.id) c"  # noqa: S608
    with _unguarded(cases) as found:
        yield
    if found is not None:
        with connection.cursor() as cursor:
            check_table(cursor, table, found)
        require_sound(found)


@contextmanager
def _unguarded(cases: str) -> Iterator[Checked | None]:
    """Yields what a check shall be written into, None where the guards stay on."""
    with connection.cursor() as cursor:
        cursor.execute(MAY)
        if not cursor.fetchone()[0]:
            yield None
            return
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield Checked()
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(IN_HAND.format(cases=cases))
