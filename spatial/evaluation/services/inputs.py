"""What objects are scored by: sums of counts over a period, from the ledger or from the events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.core.reading import reader
from spatial.evaluation import bookings
from spatial.evaluation.counters import NAMES, POSTS
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import Period
from spatial.evaluation.services import sheets
from spatial.evaluation.services.from_events import Counted, count
from spatial.evaluation.services.ledger import first_day

# ruff: noqa: S608 - the statements are made of constants of this package
Floats = NDArray[np.float64]
OF_A_GRID = 13
"""Digits that the code of a grid has at least."""
LENGTH = {ObjectKind.COMMUNITY: 12, ObjectKind.STREET: 9, ObjectKind.DISTRICT: 6}
ROLES = {
    ObjectKind.INSPECTOR: "inspector",
    ObjectKind.OPERATOR: "operator",
    # Who files and closes: in the platform a matter of the operator's role, in the field of 值班长.
    ObjectKind.SHIFT_LEADER: "operator",
    ObjectKind.DISPATCHER: "dispatcher",
}
PEOPLE = frozenset(ROLES)
OF_SHIFT_LEADERS = ("filed", "sent_back", "closings_judged")
"""Who has any of these is graded as a shift leader."""
OF_GRIDS = frozenset({ObjectKind.GRID, ObjectKind.PATROL, ObjectKind.CELL, ObjectKind.POLYGON})
"""Kinds that are made of whole unit grids."""
POST_SUMS = ", ".join(f"coalesce(sum({name}), 0)" for name in POSTS)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Counts of objects: one array for each name, in the order of ``codes``."""

    codes: list[str]
    counts: dict[str, Floats]

    def row(self, place: int) -> dict[str, int]:
        """Counts of one object that are not zero."""
        return {name: int(values[place]) for name, values in self.counts.items() if values[place]}

    def ordered(self, codes: Sequence[str]) -> Inputs:
        """The same for other objects in another order; what is not there is zero."""
        place = {code: n for n, code in enumerate(self.codes)}
        rows = np.array([place.get(code, len(self.codes)) for code in codes], np.int64)
        counts = {name: np.append(values, 0.0)[rows] for name, values in self.counts.items()}
        return Inputs(list(codes), counts)

    def summed(self, groups: dict[str, list[int]], codes: Sequence[str]) -> Inputs:
        """Sums of objects over groups: for each code, the groups that it is in."""
        pairs = [(n, group) for n, code in enumerate(self.codes) for group in groups.get(code, ())]
        rows, into = (np.array(one, np.int64) for one in zip(*pairs, strict=True)) if pairs else (
            np.zeros(0, np.int64), np.zeros(0, np.int64))  # fmt: skip
        counts = {
            name: np.bincount(into, values[rows], minlength=len(codes))
            for name, values in self.counts.items()
        }
        return Inputs(list(codes), counts)


BOTH_POSTS = f"""(SELECT {bookings.POST_COLUMNS} FROM evaluation_post WHERE {{where}}
    UNION ALL SELECT {bookings.POST_COLUMNS} FROM evaluation_postdelta WHERE {{where}}) t"""
_FROM_EVENTS: ContextVar[tuple[Period, Counted] | None] = ContextVar("counted", default=None)


@contextmanager
def counted_from_events(period: Period) -> Iterator[Counted]:
    """Count a period from raw events, once for all kinds that are asked for inside."""
    known = _FROM_EVENTS.get()
    if known and known[0] == period:
        yield known[1]
        return
    counted = count(period)
    token = _FROM_EVENTS.set((period, counted))
    try:
        yield counted
    finally:
        _FROM_EVENTS.reset(token)


def area_counts(kind: str, period: Period, *, events: bool = False, near: str = "") -> Inputs:
    """Counts of areas or departments, with ``overdue``; ``near`` begins the codes that matter."""
    side = sheets.DEPARTMENT if kind == ObjectKind.DEPARTMENT else sheets.AREA
    if events:
        with counted_from_events(period) as counted:
            return _grouped(kind, *counted.side(side), near)
    wanted = wanted_of(period, NAMES)
    if not wanted:
        return Inputs([], {name: np.zeros(0) for name in (*NAMES, "overdue")})
    found = sheets.sums(side, *wanted)
    return _grouped(kind, found.keys, with_overdue(found.found), near)


def wanted_of(period: Period, names: Sequence[str]) -> tuple[sheets.Wanted, ...]:
    """What is summed for counters of a period and what was overdue; nothing before all cases."""
    begin = first_day()
    if begin is None or begin > period.until:
        return ()
    return (
        sheets.Wanted(names, max(period.first, begin), period.until),
        sheets.Wanted(("fell_due",), begin, period.due_until),
        sheets.Wanted(("recovered",), begin, period.until),
    )


def with_overdue(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The counters that were found by `wanted_of`, and ``overdue``."""
    flows, due, recovered = found
    return {**flows, "overdue": due["fell_due"] - recovered["recovered"]}


def _grouped(kind: str, codes: NDArray[np.int64], counts: dict[str, Any], near: str) -> Inputs:
    """Of areas by places, or departments by keys, those objects that have any count."""
    keys = codes
    if kind == ObjectKind.DEPARTMENT:
        keys = codes % sheets.A_DISTRICT
        wanted = keys > 0
        if near:
            wanted &= codes // sheets.A_DISTRICT == int(near)
    else:
        digits = sheets.digits_of(codes)
        size = OF_A_GRID if kind in OF_GRIDS else LENGTH[ObjectKind(kind)]
        wanted = digits >= size
        if kind not in OF_GRIDS:
            keys = codes // 10 ** np.maximum(digits - size, 0)
        if near:
            wanted &= codes // 10 ** np.maximum(digits - len(near), 0) == int(near)
    names, at = np.unique(keys[wanted], return_inverse=True)
    sums = {name: np.bincount(at, values[wanted], len(names)) for name, values in counts.items()}
    there = np.any([values != 0 for values in sums.values()], axis=0)
    sums = {name: values[there] for name, values in sums.items()}
    sums["overdue"] = np.maximum(sums["overdue"], 0)
    # In the order of texts, as everywhere.
    order = np.argsort(names[there].astype("U16"))
    texts = [str(name) for name in names[there][order]]
    return Inputs(texts, {name: values[order] for name, values in sums.items()})


def person_counts(kind: str, period: Period, *, events: bool = False, near: str = "") -> Inputs:
    """Counts of people of a kind, by the keys of users."""
    role = ROLES[ObjectKind(kind)]
    if events:
        with counted_from_events(period) as counted:
            found = _people(counted, role, near)
    else:
        found = _kept_people(role, period, near)
    return _shift_leaders(found) if kind == ObjectKind.SHIFT_LEADER else found


def _kept_people(role: str, period: Period, near: str) -> Inputs:
    values = {"first": period.first, "last": period.last, "role": role, "near": f"{near}%"}
    where = "day BETWEEN %(first)s AND %(last)s AND role = %(role)s"
    if near:
        where += " AND district_code LIKE %(near)s"
    with reader().cursor() as cursor:
        cursor.execute(
            f"SELECT user_id::text, {POST_SUMS} FROM {BOTH_POSTS.format(where=where)}"
            " GROUP BY 1 ORDER BY 1",
            values,
        )
        return _read(cursor.fetchall(), POSTS)


def _people(counted: Counted, role: str, near: str) -> Inputs:
    keys, table = counted.people
    wanted = keys[:, 0] == bookings.PEOPLE_ROLES.index(role) + 1
    if near:
        wanted &= np.char.startswith(np.char.zfill(keys[:, 2].astype("U6"), 6), near)
    users, at = np.unique(keys[wanted, 1], return_inverse=True)
    sums = np.zeros((len(users), len(POSTS)), np.int64)
    np.add.at(sums, at, table[wanted])
    rows = [(str(user), *row) for user, row in zip(users, sums.tolist(), strict=True)]
    return _read(sorted(rows), POSTS)


def _shift_leaders(found: Inputs) -> Inputs:
    there = np.any([found.counts[name] > 0 for name in OF_SHIFT_LEADERS], axis=0)
    codes = [code for code, any_ in zip(found.codes, there, strict=True) if any_]
    return Inputs(codes, {name: values[there] for name, values in found.counts.items()})


def _read(rows: list[tuple[Any, ...]], names: Sequence[str]) -> Inputs:
    codes = [row[0] for row in rows]
    table = np.array([[value or 0 for value in row[1:]] for row in rows], float)
    table = table.reshape(len(rows), len(names))
    # What was booked and taken back leaves a row of nothing.
    there = table.any(axis=1)
    codes = [code for code, any_ in zip(codes, there, strict=True) if any_]
    table = table[there]
    counts = {name: table[:, n] for n, name in enumerate(names)}
    if "overdue" in counts:
        counts["overdue"] = np.maximum(counts["overdue"], 0)
    return Inputs(codes, counts)
