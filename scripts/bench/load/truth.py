"""Compares what clients were told with what is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from bench.load.client import Notes
from bench.load.store import Store

BY_KEY = """
SELECT replace(s.key::text, '-', ''), e.id, e.move, e.number
FROM (SELECT unnest(%s::uuid[]) AS key) k
JOIN cases_sending s ON s.key = k.key
LEFT JOIN LATERAL (
    SELECT e.id, e.move, c.district_code || c.id AS number
    FROM cases_caseevent e JOIN cases_case c ON c.id = e.case_id WHERE e.id = s.event_id
) e ON true
"""
MADE = "SELECT count(*) FROM cases_caseevent WHERE user_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Truth:
    """What became of everything that was sent."""

    acknowledged: int
    lost: int
    """Acknowledged, and not stored as what was acknowledged."""
    doubled: int
    """Events beyond one for each key."""
    unanswered: int
    """Sent and never answered: stored or not, both are honest."""
    unanswered_stored: int
    events: int
    """That are stored of these users since the start."""

    @property
    def holds(self) -> bool:
        """Nothing was lost and nothing doubled."""
        return self.lost == 0 and self.doubled == 0

    def lines(self) -> list[str]:
        """In words."""
        told = "equal" if self.holds else "NOT EQUAL"
        return [
            f"acknowledged {self.acknowledged:,}, stored {self.events:,}: {told} "
            f"(lost {self.lost}, doubled {self.doubled}; "
            f"never answered {self.unanswered}, of these stored {self.unanswered_stored})"
        ]


def events_of(store: Store) -> int:
    """Events that the people of the store have made so far."""
    return _rows(MADE, [[one.key for one in store.people]])[0][0]


def compared(store: Store, notes: Notes, events_before: int) -> Truth:
    """Look every key up, and count all events that these people made."""
    told = notes.acknowledged
    found = {row[0]: row[1:] for row in _rows(BY_KEY, [[*told, *notes.unknown]])}
    lost = 0
    for key, (number, move) in told.items():
        event, stored_move, stored_number = found.get(key, (None, None, None))
        lost += event is None or (stored_move, stored_number) != (move, number)
    events = events_of(store) - events_before
    kept = Counter(event for event, *_more in found.values() if event is not None)
    late = sum(1 for key in notes.unknown if key in found and found[key][0] is not None)
    return Truth(len(told), lost, events - len(kept), len(notes.unknown), late, events)


def _rows(statement: str, values: list[Any]) -> list[tuple]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    connection.close()
    return rows
