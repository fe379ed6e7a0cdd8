"""Takes indexes and constraints off a table while much is added to it, and puts them back.

Building an index once is several times faster than keeping it up row by row, and a foreign key is
checked by one join instead of one trigger per row. All in the caller's transaction: should it
fail, the table is as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg2 import sql


@dataclass(frozen=True, slots=True)
class LaidBy:
    """What was taken off a table."""

    table: str
    indexes: tuple[str, ...]
    """Statements that make them again, from PostgreSQL's own catalogue."""
    constraints: tuple[tuple[str, str], ...]
    """(name, definition)."""


def lay_by(cursor: Any, table: str) -> LaidBy:
    """Drop the secondary indexes, unique and foreign keys of a table and return what they were.

    Locks the table against readers until the transaction ends.
    """
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('u', 'f') ORDER BY contype DESC, conname",
        [table],
    )
    constraints = tuple(cursor.fetchall())
    for name, _definition in constraints:
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        cursor.execute(drop.format(sql.Identifier(table), sql.Identifier(name)))
    cursor.execute(
        "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c"
        " ON c.oid = i.indexrelid WHERE i.indrelid = %s::regclass AND NOT i.indisprimary"
        " ORDER BY 1",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return LaidBy(table, tuple(definition for _name, definition in indexes), constraints)


def put_back(cursor: Any, laid_by: LaidBy) -> None:
    """Make the indexes and constraints again under their old names."""
    for definition in laid_by.indexes:
        cursor.execute(definition)
    for name, definition in laid_by.constraints:
        add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
        words = (sql.Identifier(laid_by.table), sql.Identifier(name), sql.SQL(definition))
        cursor.execute(add.format(*words))
