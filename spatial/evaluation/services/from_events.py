"""Counts of a period straight from raw events: what the ledger must come to.

Only cases that may have moved in the period are read: those that were closed before it had their
events before it, and what was due of them had ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.conf import settings

from spatial.cases.lists import first_key
from spatial.components.models import DISTRICT_DIGITS
from spatial.core.binary_copy import EPOCH, read_rows
from spatial.core.reading import reader
from spatial.evaluation import bookings
from spatial.evaluation.counters import NAMES, POSTS
from spatial.evaluation.periods import ONE_D, Period
from spatial.evaluation.services import counting, sheets

# ruff: noqa: S608 - the statements are made of constants of this package
Ints = counting.Ints
AT_ONCE = 100_000
"""Cases whose events are held in memory at once: about 120 MB."""
MEANWHILE = "(c.closed_at IS NULL OR c.closed_at >= %(begin)s OR c.appeals > 0)"
CASES = f"SELECT c.id FROM cases_case c WHERE c.id < %(high)s AND {MEANWHILE} ORDER BY c.id"
CASE = np.dtype([("fields", ">i2"), ("length", ">i4"), ("id", ">i8")])
ANSWERS = f"""{bookings.answer_row(bookings.AREA_BY_LOOKING)} FROM cases_satisfaction s
    JOIN cases_case c ON c.id = s.case_id WHERE s.at >= %(begin)s AND s.at < %(end)s"""


Table = tuple[Ints, Ints]
"""Keys, one row each of a matrix with the columns of a key, and a row of counts for each."""


@dataclass(frozen=True, eq=False)
class Counted:
    """Sums by area, by department in a district, and by person."""

    areas: Table
    departments: Table
    people: Table
    """Keys: role as in `counting.post_counts`, key of the user, district."""

    def side(self, side: str) -> tuple[Ints, dict[str, Ints]]:
        """Keys as in `sheets`, and for each of `NAMES` and ``overdue`` the sums of each."""
        keys, table = self.areas if side == sheets.AREA else self.departments
        return keys[:, 0], {name: table[:, n] for n, name in enumerate((*NAMES, "overdue"))}


def count(period: Period) -> Counted:
    """Count a period from the events of all cases that may have moved in it."""
    span = _Span.of(period)
    parts: dict[str, list[Table]] = {"areas": [], "departments": [], "people": []}
    with reader().cursor() as cursor:
        # Compiling so long a statement takes longer than it saves.
        cursor.execute("SET jit = off")
        try:
            cases = read_rows(cursor, CASES, span.values, CASE)["id"].astype(np.int64)
            for begin in range(0, len(cases), AT_ONCE):
                _add(parts, _events_of(cursor, cases[begin : begin + AT_ONCE], span), span)
            _add_answers(parts, cursor, span)
        finally:
            cursor.execute("RESET jit")
    return Counted(**{name: _total(tables) for name, tables in parts.items()})


@dataclass(frozen=True)
class _Span:
    """The days of a period, counted from `EPOCH`, and what statements are given of them."""

    first: int
    last: int
    until: int
    due: int
    values: dict[str, Any]

    @classmethod
    def of(cls, period: Period) -> _Span:
        begin, end = period.moments
        values = {
            "begin": begin, "end": end, "high": first_key(period.last + ONE_D),
            "zone": settings.TIME_ZONE,
        }  # fmt: skip
        days = (period.first, period.last, period.until, period.due_until)
        return cls(*map(_number, days), values)


def _number(day: date) -> int:
    return (day - EPOCH).days


def _events_of(cursor: Any, cases: Ints, span: _Span) -> counting.Events:
    values = {"cases": cases.tolist(), "low": int(cases[0]), "high": int(cases[-1])}
    return counting.read(cursor, counting.EVENTS_OF_CASES, span.values | values)


def _add(parts: dict[str, list[Table]], events: counting.Events, span: _Span) -> None:
    keys, counts = counting.area_rows(events)
    _add_areas(parts, keys, counts, span)
    for (day, user, role, district), of_people in counting.post_counts(events):
        there = (day >= span.first) & (day <= span.last)
        parts["people"].append(
            _summed([role[there], user[there], district[there]], of_people[:, there])
        )


def _add_areas(
    parts: dict[str, list[Table]], keys: tuple[Ints, Ints, Ints, Ints], counts: Ints, span: _Span
) -> None:
    day, area, _case_class, department = keys
    fell, recovered = (counts[NAMES.index(name)] for name in ("fell_due", "recovered"))
    overdue = np.where(day <= span.due, fell, 0) - np.where(day <= span.until, recovered, 0)
    flows = np.where((day >= span.first) & (day <= span.until), counts, 0)
    table = np.vstack([flows, overdue])
    some = table.any(axis=0)
    table, area, department = table[:, some], area[some], department[some]
    district = area // 10 ** (sheets.digits_of(area) - DISTRICT_DIGITS)
    parts["areas"].append(_summed([area], table))
    parts["departments"].append(_summed([district * sheets.A_DISTRICT + department], table))


def _add_answers(parts: dict[str, list[Table]], cursor: Any, span: _Span) -> None:
    cursor.execute(ANSWERS, span.values)
    rows = cursor.fetchall()
    if not rows:
        return
    keys = [(_number(row[1]), int(row[2]), row[3], row[4]) for row in rows]
    counts = np.array([[n or 0 for n in row[5:]] for row in rows], np.int64).T
    day, area, case_class, department = (np.array(key, np.int64) for key in zip(*keys, strict=True))
    _add_areas(parts, (day, area, case_class, department), counts, span)


def _summed(keys: list[Ints], counts: Ints) -> Table:
    groups, at = counting.grouped(keys)
    table = np.zeros((len(groups[0]), len(counts)), np.int64)
    for n, values in enumerate(counts):
        table[:, n] = np.bincount(at, values, len(table))
    return np.stack(groups, axis=1), table


def _total(tables: list[Table]) -> Table:
    if not tables:
        return np.zeros((0, 3), np.int64), np.zeros((0, max(len(NAMES) + 1, len(POSTS))), np.int64)
    keys = np.vstack([one[0] for one in tables])
    return _summed(list(keys.T), np.vstack([one[1] for one in tables]).T)
