"""What a check of the store found, and how rows are judged set-wise; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connection, transaction

EXAMPLES = 5
"""So many keys are told of each fault."""

# ruff: noqa: S608 - the statements are constants of the modules that call


@dataclass(slots=True)
class Proof:
    """How many things were looked at, what is wrong with how many, and some of them."""

    looked_at: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def fault(self, name: str, count: int, keys: Iterable[Any] = ()) -> None:
        """So many things have a fault."""
        if count:
            self.broken[name] = self.broken.get(name, 0) + count
            told = self.examples.setdefault(name, [])
            told += map(str, islice(keys, EXAMPLES - len(told)))

    def add(self, other: Proof) -> None:
        """Take in what was found elsewhere."""
        self.looked_at += other.looked_at
        for name, count in other.broken.items():
            self.fault(name, count, other.examples[name])


@contextmanager
def one_state() -> Iterator[Any]:
    """A cursor that sees the database as it is now, whatever others commit meanwhile."""
    begun = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not begun:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield cursor


def judge(cursor: Any, rows: str, faults: Iterable[str], values: dict[str, Any]) -> Proof:
    """Count the faults of rows.

    Parameters
    ----------
    rows : str
        A SELECT with a column ``key`` and one of truth values for each fault.
    """
    names = tuple(faults)
    counts = ", ".join(f'count(*) FILTER (WHERE j."{name}")' for name in names)
    keys = ", ".join(
        f'(array_agg(j.key ORDER BY j.key) FILTER (WHERE j."{name}"))[1:{EXAMPLES}]'
        for name in names
    )
    cursor.execute(f"SELECT count(*), {counts}, {keys} FROM ({rows}) j", values)
    looked_at, *found = cursor.fetchone()
    proof = Proof(looked_at)
    for name, count, some in zip(names, found, found[len(names) :], strict=False):
        proof.fault(name, count, some or ())
    return proof
