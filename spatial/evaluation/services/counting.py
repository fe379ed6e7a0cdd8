"""Counts events of many cases at once in arrays: the same table of counters, read by numpy.

The database tells for each event which conditions of the table hold; what they add up to is summed
here and written back as rows of counts. Grouping by fifty sums in SQL takes twice the time of all
of it (``scripts/bench/evaluation.py``); `check_counts` proves that both come to the same.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.core.binary_copy import END, EPOCH, START, read_rows
from spatial.evaluation import bookings
from spatial.evaluation.bookings import CREDITED_ROLES, PEOPLE_ROLES
from spatial.evaluation.counters import (
    BY_NAME,
    COUNTED_MOVES,
    CREDITED,
    MOVED,
    NAMES,
    POSTS,
    Counter,
)

# ruff: noqa: S608 - the statements are made of constants of this package
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
NO_DAY = -1_000_000
CONDITIONS = tuple(
    dict.fromkeys(part for one in MOVED if one.when for part in one.when.split(" AND "))
)
AMOUNTS = tuple(dict.fromkeys(one.amount for one in MOVED if one.amount != "1"))
WHO = tuple(dict.fromkeys(CREDITED.values()))
"""Whose the counters of people are that are not those of who makes the move."""


def _array(words: tuple[str, ...]) -> str:
    return "ARRAY[" + ", ".join(f"'{word}'" for word in words) + "]"


def _day(moment: str) -> str:
    return f"coalesce(({moment} AT TIME ZONE %(zone)s)::date - date '{EPOCH}', {NO_DAY})"


_BITS = " + ".join(
    f"CASE WHEN {condition} THEN {1 << n} ELSE 0 END" for n, condition in enumerate(CONDITIONS)
)
COLUMNS = {
    "area": (f"({bookings.AREA_BY_JOIN})", "i8"),
    "case_class": ("c.case_class_id", "i8"),
    "district": ("c.district_code", "i4"),
    "day": (f"e.day - date '{EPOCH}'", "i4"),
    "move": (f"coalesce(array_position({_array(COUNTED_MOVES)}, e.move::text), 0)", "i4"),
    "bits": (_BITS, "i4"),
    "department": (bookings.HAS, "i8"),
    "former": (bookings.FORMER, "i8"),
    "before": (_day(bookings.BEFORE), "i4"),
    "after": (_day(bookings.AFTER), "i4"),
    "user": ("coalesce(e.user_id, 0)", "i4"),
    "role": (f"coalesce(array_position({_array(PEOPLE_ROLES)}, e.role::text), 0)", "i4"),
    **{f"amount{n}": (f"coalesce({one}, 0)", "i4") for n, one in enumerate(AMOUNTS)},
    **{f"who{n}": (f"coalesce({one}, 0)", "i8") for n, one in enumerate(WHO)},
}
"""What is read of an event: an expression in SQL and the size of its whole number."""
_TYPES = {"i4": "int", "i8": "bigint"}
_SELECTED = ", ".join(f"({text})::{_TYPES[size]}" for text, size in COLUMNS.values())
_MOVES = ", ".join(f"'{move}'" for move in COUNTED_MOVES)
_COUNTED = f"(e.move IN ({_MOVES}) OR e.evidence ? 'due')"
EVENTS = f"""SELECT {_SELECTED} FROM cases_caseevent e
    JOIN (SELECT * FROM cases_case c WHERE c.id >= %(low)s AND c.id < %(high)s) c
        ON c.id = e.case_id
    LEFT JOIN relocated r ON r.case_id = c.id
WHERE e.id >= %(low)s * 10000::bigint AND e.id < %(high)s * 10000::bigint AND {_COUNTED}"""
"""To be preceded by the first relocations as ``relocated``."""
EVENTS_OF_CASES = f"""
WITH r AS MATERIALIZED (SELECT c.*, {bookings.FIRST_GRID} AS grid
    FROM cases_case c WHERE c.id = ANY(%(cases)s))
SELECT {_SELECTED} FROM r JOIN LATERAL (SELECT r.*) c ON true
    JOIN LATERAL (SELECT * FROM cases_caseevent e
        WHERE e.id > c.id * 10000 AND e.id < (c.id + 1) * 10000) e ON {_COUNTED}
WHERE e.id > %(low)s * 10000::bigint AND e.id < (%(high)s + 1) * 10000::bigint"""
"""Of some cases, the first and last of which are ``low`` and ``high``."""
ROW = np.dtype(
    [("fields", ">i2")]
    + [part for name, (_text, size) in COLUMNS.items()
       for part in ((f"{name}_length", ">i4"), (name, f">{size}"))]
)  # fmt: skip
A_CODE = 16


@dataclass(frozen=True, eq=False)
class Events:
    """Events of some cases, an array for each of `COLUMNS`."""

    table: dict[str, Ints]
    known: dict[str, Flags] = field(default_factory=dict)

    def holds(self, counter: Counter) -> Flags:
        """Which events a counter counts."""
        if counter.name not in self.known:
            self.known[counter.name] = self._holds(counter)
        return self.known[counter.name]

    def _holds(self, counter: Counter) -> Flags:
        numbers = [COUNTED_MOVES.index(move) + 1 for move in counter.moves]
        found: Flags = np.isin(self.table["move"], numbers)
        parts = counter.when.split(" AND ") if counter.when else []
        bits = sum(1 << CONDITIONS.index(part) for part in parts)
        return found & ((self.table["bits"] & bits) == bits)

    def amount(self, counter: Counter, which: Flags) -> Ints:
        """What each of them adds."""
        if counter.amount == "1":
            return np.ones(int(which.sum()), np.int64)
        return self.table[f"amount{AMOUNTS.index(counter.amount)}"][which]


def read(cursor: Any, statement: str, values: dict[str, Any]) -> Events:
    """The events of a statement that selects `COLUMNS`."""
    rows = read_rows(cursor, statement, values, ROW)
    return Events({name: rows[name].astype(np.int64) for name in COLUMNS})


def write_areas(cursor: Any, events: Events, cohort: int) -> int:
    """Write what events count of areas, classes and departments; how many rows."""
    keys, counts = area_rows(events)
    some = counts.any(axis=1)
    names = [name for name, any_ in zip(NAMES, some, strict=True) if any_]
    columns = ", ".join((*bookings.KEYS, *names))
    cursor.cursor.copy_expert(
        f"COPY evaluation_count ({columns}) FROM STDIN (FORMAT binary)",
        io.BytesIO(_binary(cohort, keys, counts[some])),
    )
    return len(keys[0])


def area_rows(events: Events) -> tuple[tuple[Ints, Ints, Ints, Ints], Ints]:
    """Days, areas, classes and departments, and for each of `NAMES` what is counted of them."""
    one = events.table
    due, begins = one["before"] != NO_DAY, one["after"] != NO_DAY
    moved = one["move"] > 0
    # A deadline that ends is taken back on its day, or met by what was overdue; see `bookings`.
    keys = {
        "day": np.concatenate([
            one["day"][moved], np.maximum(one["before"], one["day"])[due],
            np.maximum(one["after"], one["day"])[begins]]),
        "department": np.concatenate([
            one["department"][moved], one["former"][due], one["department"][begins]]),
    } | {
        name: np.concatenate([one[name][moved], one[name][due], one[name][begins]])
        for name in ("area", "case_class")
    }  # fmt: skip
    groups, at = grouped([keys[name] for name in ("area", "day", "case_class", "department")])
    counts = np.zeros((len(NAMES), len(groups[0])), np.int64)
    of_moved = at[: int(moved.sum())]
    for n, counter in enumerate(MOVED):
        which = events.holds(counter)
        added = np.bincount(of_moved[which[moved]], events.amount(counter, which), len(groups[0]))
        counts[n] = added.astype(np.int64)
    of_due = at[len(of_moved) : len(of_moved) + int(due.sum())]
    over = (one["before"] < one["day"])[due]
    fell, recovered = NAMES.index("fell_due"), NAMES.index("recovered")
    size = len(groups[0])
    counts[fell] -= np.bincount(of_due[~over], minlength=size)
    counts[recovered] += np.bincount(of_due[over], minlength=size)
    counts[fell] += np.bincount(at[len(of_moved) + len(of_due) :], minlength=size)
    there = counts.any(axis=0)
    area, day, case_class, department = (key[there] for key in groups)
    return (day, area, case_class, department), counts[:, there]


def grouped(keys: list[Ints]) -> tuple[list[Ints], Ints]:
    """Distinct combinations of keys, and which of them each row is."""
    total = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        own, at = np.unique(key, return_inverse=True)
        total = total * max(1, len(own)) + at
    _values, first, at = np.unique(total, return_index=True, return_inverse=True)
    return [key[first] for key in keys], at


def _binary(cohort: int, keys: tuple[Ints, Ints, Ints, Ints], counts: Ints) -> bytes:
    """Rows with nothing where a count is zero."""
    day, area, case_class, department = keys
    layout = np.dtype(
        [("fields", ">i2"), ("l0", ">i4"), ("cohort", ">i4"), ("l1", ">i4"), ("day", ">i4"),
         ("l2", ">i4"), ("area", f"S{A_CODE}"), ("l3", ">i4"), ("case_class", ">i8"),
         ("l4", ">i4"), ("department", ">i8"),
         ("counts", [("length", ">i4"), ("n", ">i4")], (len(counts),))]
    )  # fmt: skip
    rows = np.zeros(len(day), layout)
    codes = area.astype(f"S{A_CODE}")
    digits = np.char.str_len(codes)
    rows["fields"] = 5 + len(counts)
    rows["l0"] = rows["l1"] = 4
    rows["l3"] = rows["l4"] = 8
    rows["l2"], rows["area"] = digits, codes
    rows["cohort"], rows["day"] = cohort, day
    rows["case_class"], rows["department"] = case_class, department
    there = counts.T != 0
    rows["counts"]["length"] = np.where(there, 4, -1)
    rows["counts"]["n"] = counts.T
    fields = layout.fields
    assert fields is not None  # noqa: S101 - a dtype of named fields has them
    kept = np.ones((len(day), layout.itemsize), np.bool_)
    at = fields["area"][1]
    kept[:, at : at + A_CODE] = np.arange(A_CODE) < digits[:, None]
    cells = kept[:, fields["counts"][1] :].reshape(len(day), len(counts), 8)
    cells[:, :, 4:] = there[:, :, None]
    content = rows.view(np.uint8).reshape(len(day), layout.itemsize)[kept]
    return START + content.tobytes() + END


def post_rows(events: Events, cohort: int) -> list[tuple[Any, ...]]:
    """Rows of `bookings.POST_COLUMNS`."""
    found: list[tuple[Any, ...]] = []
    for keys, counts in post_counts(events):
        cells = np.where(counts == 0, None, counts.astype(object)).T.tolist()
        for day, user, role, district, told in zip(*keys, cells, strict=True):
            found.append((
                cohort, date.fromordinal(EPOCH.toordinal() + int(day)), int(user),
                PEOPLE_ROLES[role - 1], f"{district:06d}", *told,
            ))  # fmt: skip
    return found


def post_counts(events: Events) -> Iterator[tuple[list[Ints], Ints]]:
    """Of people: days, users, roles and districts, and for each of `POSTS` what is counted of them.

    Roles are numbered from 1 in the order of `PEOPLE_ROLES`. The same keys may come again.
    """
    one = events.table
    for n, who in enumerate(("e.user_id", *WHO)):
        person = one[f"who{n - 1}"] if n else one["user"]
        role = np.full(len(person), PEOPLE_ROLES.index(CREDITED_ROLES[who]) + 1) if n else (
            one["role"])  # fmt: skip
        there = (person > 0) & (role > 0)
        groups, at = grouped([one["day"][there], person[there], role[there],
                              one["district"][there]])  # fmt: skip
        counts = np.zeros((len(POSTS), len(groups[0])), np.int64)
        for place, name in enumerate(POSTS):
            if CREDITED.get(name, "e.user_id") == who:
                which = events.holds(BY_NAME[name])[there]
                counts[place] = np.bincount(at[which], minlength=len(groups[0]))
        some = counts.any(axis=0)
        yield [key[some] for key in groups], counts[:, some]
