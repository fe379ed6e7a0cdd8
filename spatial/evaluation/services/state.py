"""Names the state of the counts, so that what was made of them can be kept until it changes.

Marks only ever come until they are folded, and whoever folds or rebuilds says so: so the number of
foldings and that of marks that wait name a state.
"""

from __future__ import annotations

from typing import Any

from spatial.core.reading import reader

STATE = "(SELECT changes FROM evaluation_state), (SELECT count(*) FROM evaluation_mark)"
"""Columns of a SELECT."""
MAKE_TABLE = """
CREATE TABLE evaluation_state (id integer PRIMARY KEY, changes bigint NOT NULL);
INSERT INTO evaluation_state VALUES (1, 0);
"""
DROP_TABLE = "DROP TABLE evaluation_state;"
CHANGED = """INSERT INTO evaluation_state VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET changes = evaluation_state.changes + 1"""


def state() -> tuple[Any, ...]:
    """The state that the counts are in now."""
    with reader().cursor() as cursor:
        cursor.execute(f"SELECT {STATE}")
        return cursor.fetchone()


def changed(cursor: Any) -> None:
    """Say that counts were folded or made anew, in the transaction that does it.

    It waits for whoever else says so, so that it stands at the end, under the lock of sheets.
    """
    cursor.execute(CHANGED)
