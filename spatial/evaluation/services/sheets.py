"""Counts of all areas and departments as arrays, by day, month and year: what periods are sums of.

A sheet holds the counts of one span: for each counter an array with a place for each key, which is
an area or a department in a district. It is made of the counts when it is first asked for; whoever
folds moves adds them to the sheets that are there, whoever rebuilds takes sheets away.
What is not folded yet is added when sheets are read, in the same statement, so that a sum is never
a move behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection, transaction
from isal import isal_zlib as zlib
from numpy.typing import NDArray
from psycopg2.extras import execute_values

from spatial.components.models import DISTRICT_DIGITS
from spatial.core.binary_copy import EPOCH, read_rows
from spatial.core.locks import shared_transaction_lock, transaction_lock
from spatial.core.reading import reader, wrote
from spatial.evaluation.counters import NAMES
from spatial.evaluation.spans import ADDED, Span, begin_of, end_of, spans_of

# ruff: noqa: S608 - the statements are made of constants of this package
Ints = NDArray[np.int64]
_Use = dict[tuple[str, date, str], list[tuple[int, int]]]
"""Which sums a counter of a span goes into, and whether it is added or taken away."""
AREA, DEPARTMENT = "a", "d"
SHEETS = 25462
"""Lock of who changes counts, until that is kept; shared by who makes sheets of them."""
PLACES = 25463
"""Lock of who gives places to new keys: a place is the same in every sheet, for ever."""
A_DISTRICT = 10**DISTRICT_DIGITS
"""The key of a department in a district is the code of the district times this and its own key."""
AT_ONCE = 500
UNITS = {"m": "month", "d": "day"}
PLACES_ROW = "places"
THERE = ""
"""Counter of a row that says that the sheet was made, though nothing may have been counted."""
SIZES = (np.int8, np.int16, np.int32, np.int64)
MAKE_TABLES = """
CREATE TABLE evaluation_sheet (side char(1) NOT NULL, counter varchar(24) NOT NULL,
    span char(1) NOT NULL, first date NOT NULL, data bytea NOT NULL,
    PRIMARY KEY (side, counter, span, first));
ALTER TABLE evaluation_sheet ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE TABLE evaluation_place (id integer PRIMARY KEY, keys bytea NOT NULL);
"""
DROP_TABLES = "DROP TABLE evaluation_sheet; DROP TABLE evaluation_place;"
FORGET_FROM = "DELETE FROM evaluation_sheet WHERE span = 'y' OR first >= %(begin)s"
SUMS = ", ".join(f"coalesce(sum({name}), 0)::int" for name in NAMES)
MARK = "current_database() || xmin || ctid"
"""Names the version of a row among all that there ever were."""
READ = f"""
SELECT counter, span::text, first, data, NULL::bigint, NULL::int[] FROM evaluation_sheet
WHERE side = %(side)s AND counter = ANY(%(names)s)
    AND (span, first) IN (SELECT * FROM unnest(%(spans)s::char[], %(firsts)s::date[]))
UNION ALL SELECT '{PLACES_ROW}', {MARK}, NULL, CASE WHEN {MARK} = %(known)s THEN NULL ELSE keys END,
    NULL, NULL FROM evaluation_place
UNION ALL SELECT 'new', '+', day, NULL, {{key}}, ARRAY[{SUMS}] FROM evaluation_delta GROUP BY day, 5
"""
KEYS = {
    AREA: "area::bigint",
    DEPARTMENT: f"left(area, 6)::bigint * {A_DISTRICT} + department_id",
}
MAKE = f"""SELECT (GROUPING(area) = 0)::int, begin - date '{EPOCH}',
    coalesce(area, department), {SUMS}
FROM (SELECT date_trunc(%(unit)s, day)::date AS begin, {KEYS[AREA]} AS area,
    {KEYS[DEPARTMENT]} AS department, {", ".join(NAMES)}
    FROM evaluation_count WHERE day >= %(first)s AND day < %(end)s) t
GROUP BY GROUPING SETS ((begin, area), (begin, department))"""
ROW = np.dtype(
    [("fields", ">i2"), ("l1", ">i4"), ("is_area", ">i4"), ("l2", ">i4"), ("day", ">i4"),
     ("l3", ">i4"), ("key", ">i8"),
     ("counts", [("length", ">i4"), ("n", ">i4")], (len(NAMES),))]
)  # fmt: skip
STORE = """INSERT INTO evaluation_sheet (side, counter, span, first, data) VALUES %s
ON CONFLICT (side, counter, span, first) DO UPDATE SET data = EXCLUDED.data"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Sums of some counters over days, both ends included."""

    names: Sequence[str]
    first: date
    last: date


@dataclass(frozen=True, eq=False)
class _Known:
    """Keys by their places, and what names this version of them."""

    keys: Ints
    mark: str = ""


NO_KEYS = _Known(np.zeros(0, np.int64))
_kept_keys = [NO_KEYS]
"""The latest that this process has read: a megabyte that hardly ever changes."""


@dataclass(frozen=True, eq=False)
class Sums:
    """What was found: one array for each counter, by the places of ``keys``."""

    keys: Ints
    found: list[dict[str, Ints]]
    mark: str
    """Names these keys; empty where some are so new that they have no place yet."""


def sums(side: str, *wanted: Wanted) -> Sums:
    """Sums over several spans of days, all of one state of the database.

    Parameters
    ----------
    side : str
        ``AREA``: keys are codes of areas as numbers. ``DEPARTMENT``: see `A_DISTRICT`. Keys of the
        other side count nothing.
    wanted : Wanted
    """
    use: _Use = {}
    for n, one in enumerate(wanted):
        for span, sign in spans_of(one.first, one.last):
            use.setdefault((*span, THERE), [])
            for name in one.names:
                use.setdefault((*span, name), []).append((n, sign))
    spans = sorted({(span, first) for span, first, _name in use})
    # Again where a rebuild took away meanwhile what was made: a sum is never short of a sheet.
    while missing := _missing(spans, rows := _read(side, use, spans)):
        make(missing)
    return _added(wanted, use, rows)


def _missing(spans: list[Span], rows: list[Any]) -> list[Span]:
    known = {(row[1], row[2]) for row in rows if row[0] == THERE}
    return [span for span in spans if span not in known]


def _read(side: str, use: Iterable[tuple[str, date, str]], spans: list[Span]) -> list[Any]:
    known = _kept_keys[0]
    values = {
        "known": known.mark,
        "side": side, "names": sorted({name for _span, _first, name in use}),
        "spans": [span for span, _first in spans], "firsts": [first for _span, first in spans],
    }  # fmt: skip
    with reader().cursor() as cursor:
        cursor.execute(READ.format(key=KEYS[side]), values)
        rows = cursor.fetchall()
    return [(*row[:3], known, *row[4:]) if row[0] == PLACES_ROW and row[3] is None else row
            for row in rows]  # fmt: skip


def _added(wanted: Sequence[Wanted], use: _Use, rows: list[Any]) -> Sums:
    waiting = [(row[2], row[4], row[5]) for row in rows if row[0] == "new"]
    known = next((_kept(row[1], row[3]) for row in rows if row[0] == PLACES_ROW), NO_KEYS)
    new = np.array([key for _day, key, _counts in waiting], np.int64)
    keys = _with_new(known.keys, new)
    found = [{name: np.zeros(len(keys), np.int64) for name in one.names} for one in wanted]
    for name, span, first, data, _key, _counts in rows:
        if of := use.get((span, first, name)):
            _join([(found[n][name], sign) for n, sign in of], unpacked(data))
    at = place_of(keys, new)
    for place, (day, _key, counts) in zip(at.tolist(), waiting, strict=True):
        for sums_, one in zip(found, wanted, strict=True):
            if one.first <= day <= one.last:
                for name, count in zip(NAMES, counts, strict=True):
                    if count and name in sums_:
                        sums_[name][place] += count
    return Sums(keys, found, known.mark if len(keys) == len(known.keys) else "")


def _join(sums_: list[tuple[Ints, int]], values: NDArray[Any]) -> None:
    """Add a sheet to sums, or take it away."""
    for one, sign in sums_:
        part = one[: len(values)]
        if sign == ADDED:
            part += values
        else:
            part -= values


def _kept(mark: str, data: Any) -> _Known:
    """Keys as they were read, or as this process has them from before."""
    if isinstance(data, _Known):
        return data
    _kept_keys[0] = _Known(_keys_of(data), mark)
    return _kept_keys[0]


def _keys_of(data: Any) -> Ints:
    return np.frombuffer(zlib.decompress(bytes(data)), np.int64) if data else np.zeros(0, np.int64)


def _with_new(keys: Ints, more: Ints) -> Ints:
    if not len(more):
        return keys
    others = np.unique(more)
    return np.append(keys, others[~np.isin(others, keys)])


def place_of(keys: Ints, some: Ints) -> Ints:
    """Places of some keys, all of which have one."""
    if not len(some):
        return some
    order = np.argsort(keys)
    return order[np.searchsorted(keys, some, sorter=order)]


def digits_of(keys: Ints) -> Ints:
    """How many digits numbers have."""
    return np.searchsorted(10 ** np.arange(1, 18), keys, side="right") + 1


def packed(values: Ints) -> bytes:
    """Of an array, in the smallest whole numbers that hold it."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    size = next(one for one in SIZES if np.iinfo(one).min <= low and high <= np.iinfo(one).max)
    return bytes([SIZES.index(size)]) + zlib.compress(values.astype(size).tobytes(), 1)


def unpacked(data: Any) -> NDArray[Any]:
    """The array that was packed."""
    content = bytes(data)
    return np.frombuffer(zlib.decompress(content[1:]), SIZES[content[0]])


def make(spans: Iterable[Span]) -> int:
    """Make sheets of spans that have none; how many."""
    wanted = set(spans)
    for first in [first for span, first in wanted if span == "y"]:
        wanted |= {("m", date(first.year, month, 1)) for month in range(1, 13)}
    with transaction.atomic(), connection.cursor() as cursor:
        shared_transaction_lock(cursor, SHEETS)
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SELECT span, first FROM evaluation_sheet WHERE counter = %s AND side = %s",
                       [THERE, AREA])  # fmt: skip
        wanted -= set(cursor.fetchall())
        for span in UNITS:
            for first, end in _runs(span, (day for one, day in wanted if one == span)):
                _make_run(cursor, span, first, end)
        for first in sorted(first for span, first in wanted if span == "y"):
            _make_year(cursor, first)
    wrote()
    return len(wanted)


def _runs(span: str, firsts: Iterable[date]) -> list[tuple[date, date]]:
    """Days that follow one another, as one; months one by one, which are large."""
    found: list[tuple[date, date]] = []
    for day in sorted(firsts):
        if span == "d" and found and found[-1][1] == day:
            found[-1] = (found[-1][0], end_of(span, day))
        else:
            found.append((day, end_of(span, day)))
    return found


def _make_run(cursor: Any, span: str, first: date, end: date) -> None:
    rows = _counted(cursor, span, first, end)
    keys = places(cursor, rows["key"].astype(np.int64))
    days = rows["day"].astype(np.int64)
    begin = first
    while begin < end:
        of_span = days == (begin - EPOCH).days
        for side, is_area in ((AREA, 1), (DEPARTMENT, 0)):
            those = of_span & (rows["is_area"] == is_area)
            at = place_of(keys, rows["key"][those].astype(np.int64))
            counts = rows["counts"]["n"][those].astype(np.int64)
            _store(cursor, side, (span, begin), at, counts)
        begin = end_of(span, begin)


def _counted(cursor: Any, span: str, first: date, end: date) -> Any:
    values = {"unit": UNITS[span], "first": first, "end": end}
    return read_rows(cursor, MAKE, values, ROW)


def places(cursor: Any, some: Ints) -> Ints:
    """All keys by their places; some that had none have one now."""
    known = _read_places(cursor)
    if len(_with_new(known, some)) == len(known):
        return known
    transaction_lock(cursor, PLACES)
    all_ = _with_new(_read_places(cursor), some)
    cursor.execute(
        "INSERT INTO evaluation_place VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET"
        " keys = EXCLUDED.keys",
        [zlib.compress(all_.tobytes(), 1)],
    )
    return all_


def _read_places(cursor: Any) -> Ints:
    cursor.execute("SELECT keys FROM evaluation_place")
    row = cursor.fetchone()
    return _keys_of(row and row[0])


def _store(cursor: Any, side: str, span: Span, at: Ints, counts: Ints) -> None:
    """A sheet of rows of counts, each at a place."""
    size = int(at.max()) + 1 if len(at) else 0
    rows: list[tuple[Any, ...]] = [(side, THERE, *span, b"")]
    for n, name in enumerate(NAMES):
        if counts[:, n].any():
            values = np.zeros(size, np.int64)
            values[at] = counts[:, n]
            rows.append((side, name, *span, packed(values)))
    execute_values(cursor.cursor, STORE, rows, page_size=AT_ONCE)


def _make_year(cursor: Any, first: date) -> None:
    """Of its months, which are there."""
    found: dict[tuple[str, str], Ints] = {}
    cursor.execute(
        "SELECT side, counter, data FROM evaluation_sheet WHERE span = 'm' AND first >= %s"
        " AND first < %s",
        [first, end_of("y", first)],
    )
    for side, name, data in cursor.fetchall():
        if name != THERE:
            found[side, name] = _sum(found.get((side, name)), unpacked(data))
    rows = [(side, THERE, "y", first, b"") for side in KEYS]
    rows += [(side, name, "y", first, packed(values)) for (side, name), values in found.items()]
    execute_values(cursor.cursor, STORE, rows, page_size=AT_ONCE)


def _sum(one: Ints | None, other: NDArray[Any]) -> Ints:
    if one is None:
        return other.astype(np.int64)
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    total = longer.astype(np.int64)
    total[: len(shorter)] += shorter
    return total


def add(cursor: Any, rows: list[tuple[Any, ...]]) -> None:
    """Add counts to the sheets that are there.

    Parameters
    ----------
    rows : list of tuple
        Day, area, key of the department, and a number or None for each of `NAMES`. Whoever calls
        has the lock `SHEETS` to himself.
    """
    if not rows:
        return
    areas = np.array([int(row[1]) for row in rows], np.int64)
    departments = np.array([int(row[1][:6]) * A_DISTRICT + row[2] for row in rows], np.int64)
    keys = places(cursor, np.concatenate([areas, departments]))
    at = {AREA: place_of(keys, areas), DEPARTMENT: place_of(keys, departments)}
    counts = np.array([[n or 0 for n in row[3:]] for row in rows], np.int64)
    by_span: dict[Span, list[int]] = {}
    for n, row in enumerate(rows):
        for span in ("d", "m", "y"):
            by_span.setdefault((span, begin_of(span, row[0])), []).append(n)
    for span, numbers in by_span.items():
        for side, there in at.items():
            _add_to(cursor, side, span, there[numbers], counts[numbers])


def _add_to(cursor: Any, side: str, span: Span, at: Ints, counts: Ints) -> None:
    names = [name for n, name in enumerate(NAMES) if counts[:, n].any()]
    cursor.execute(
        "SELECT counter, data FROM evaluation_sheet WHERE side = %s AND span = %s AND first = %s"
        " AND counter = ANY(%s)",
        [side, *span, [THERE, *names]],
    )
    stored = dict(cursor.fetchall())
    if THERE not in stored:
        return
    rows = []
    for name in names:
        more = np.bincount(at, counts[:, NAMES.index(name)]).astype(np.int64)
        had = unpacked(stored[name]) if name in stored else None
        rows.append((side, name, *span, packed(_sum(more, had) if had is not None else more)))
    execute_values(cursor.cursor, STORE, rows, page_size=AT_ONCE)
