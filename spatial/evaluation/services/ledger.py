"""The ledger of counts: folded, rebuilt from the events, and compared with them.

A move leaves a mark in its own transaction and touches no row of anybody else; ``evaluation_delta``
is what marks stand for that are not folded yet. Counts are the sum of both, whether folded or not.
Rows of one key may stand there several times: whoever reads sums, and a rebuild puts them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.extras import execute_values

from spatial.core.errors import ConflictError, InputError
from spatial.core.jobs import Progress, silent
from spatial.core.locks import shared_transaction_lock, transaction_lock
from spatial.core.reading import reader
from spatial.evaluation import bookings
from spatial.evaluation.counters import NAMES, POSTS
from spatial.evaluation.models import CountedMonth
from spatial.evaluation.services import counting, sheets, state
from spatial.evaluation.spans import spans_of

# ruff: noqa: S608 - the statements are made of constants of this package
FOLDING = 25461
"""Lock of who folds; shared by who rebuilds months, each of which has its own. No move takes it."""
IN_MONTH = "e.id >= %(low)s * 10000::bigint AND e.id < %(high)s * 10000::bigint"
CASES_OF = "c.id >= %(low)s AND c.id < %(high)s"
RELOCATED = f"""(SELECT DISTINCT ON (e.case_id) e.case_id, e.evidence->'grid'->>0 AS grid
    FROM cases_caseevent e WHERE {IN_MONTH} AND e.move = 'relocate' ORDER BY e.case_id, e.id)"""
CASE = f"(SELECT * FROM cases_case c WHERE {CASES_OF}) c LEFT JOIN relocated r ON r.case_id = c.id"


def _rows() -> str:
    """Rows of `bookings.COLUMNS` of all events and answers of a month of reports."""
    parts = [
        f"{row} FROM cases_caseevent e JOIN {CASE} ON c.id = e.case_id"
        f" WHERE {IN_MONTH} AND {wanted}"
        for row, wanted in zip(
            bookings.event_rows(bookings.AREA_BY_JOIN), bookings.EVENT_FILTERS, strict=True
        )
    ]
    return "\nUNION ALL ".join((*parts, _answers()))


def _answers() -> str:
    return (
        f"{bookings.answer_row(bookings.AREA_BY_JOIN)} FROM cases_satisfaction s"
        f" JOIN {CASE} ON c.id = s.case_id WHERE s.case_id >= %(low)s AND s.case_id < %(high)s"
    )


def _post_rows() -> str:
    parts = [
        f"{row} FROM cases_caseevent e JOIN (SELECT * FROM cases_case c WHERE {CASES_OF}) c"
        f" ON c.id = e.case_id WHERE {IN_MONTH} AND {wanted}"
        for row, wanted in bookings.post_rows()
    ]
    return "\nUNION ALL ".join(parts)


_ANY = " OR ".join(f"{name} IS NOT NULL" for name in NAMES)
_ANY_POST = " OR ".join(f"{name} IS NOT NULL" for name in POSTS)
COUNTED = f"""SELECT * FROM (SELECT {bookings.GROUPS}, {bookings.SUMS}
    FROM ({_rows()}) b ({bookings.COLUMNS}) GROUP BY {bookings.GROUPS}) g ({bookings.COLUMNS})
WHERE {_ANY}"""
POSTED = f"""SELECT * FROM (SELECT {bookings.POST_GROUPS}, {bookings.POST_SUMS}
    FROM ({_post_rows()}) b ({bookings.POST_COLUMNS}) GROUP BY {bookings.POST_GROUPS})
    g ({bookings.POST_COLUMNS})
WHERE {_ANY_POST}"""
# One statement sees one state: a move that commits meanwhile is in neither or in both of events
# and marks, and its mark stays.
EVENTS = f"""
WITH relocated AS MATERIALIZED {RELOCATED},
    gone AS (DELETE FROM evaluation_mark WHERE case_id >= %(low)s AND case_id < %(high)s
        AND answer_id IS NULL)
{counting.EVENTS}"""
ANSWERS = f"""
WITH relocated AS MATERIALIZED {RELOCATED},
    gone AS (DELETE FROM evaluation_mark WHERE case_id >= %(low)s AND case_id < %(high)s
        AND answer_id IS NOT NULL)
INSERT INTO evaluation_count ({bookings.COLUMNS})
SELECT {bookings.GROUPS}, {bookings.SUMS} FROM ({_answers()}) b ({bookings.COLUMNS})
GROUP BY {bookings.GROUPS}"""
EVENTS_AT_ONCE = 1_000_000
EVENTS_OF = "SELECT greatest(reltuples, 0) FROM pg_class WHERE relname = %s"
DAYS = 32
INSERT_POSTS = f"INSERT INTO evaluation_post ({bookings.POST_COLUMNS}) VALUES %s"
AT_ONCE = 20_000
"""Marks folded in one transaction."""
FOLD = f"""
WITH gone AS (DELETE FROM evaluation_mark
        WHERE ctid = ANY(ARRAY(SELECT ctid FROM evaluation_mark LIMIT {AT_ONCE})) RETURNING *),
    marks AS MATERIALIZED (SELECT array_agg(ROW(gone.*)::evaluation_mark) AS marks FROM gone),
    posted AS (INSERT INTO evaluation_post ({bookings.POST_COLUMNS})
        SELECT * FROM (SELECT {bookings.POST_GROUPS}, {bookings.POST_SUMS}
            FROM evaluation_posted((SELECT marks FROM marks)) GROUP BY {bookings.POST_GROUPS})
            g ({bookings.POST_COLUMNS}) WHERE {_ANY_POST}),
    booked AS (INSERT INTO evaluation_count ({bookings.COLUMNS})
        SELECT * FROM (SELECT {bookings.GROUPS}, {bookings.SUMS}
            FROM evaluation_booked((SELECT marks FROM marks)) GROUP BY {bookings.GROUPS})
            g ({bookings.COLUMNS}) WHERE {_ANY} RETURNING *)
SELECT day, area, department_id, {", ".join(NAMES)} FROM booked
"""
_KEPT = f"""SELECT * FROM (SELECT {bookings.GROUPS}, {bookings.SUMS} FROM (
    SELECT {bookings.COLUMNS} FROM evaluation_count WHERE cohort = %(cohort)s
    UNION ALL SELECT {bookings.COLUMNS} FROM evaluation_delta WHERE cohort = %(cohort)s
) k GROUP BY {bookings.GROUPS}) g ({bookings.COLUMNS}) WHERE {_ANY}"""
_KEPT_POSTS = f"""SELECT * FROM (SELECT {bookings.POST_GROUPS}, {bookings.POST_SUMS} FROM (
    SELECT {bookings.POST_COLUMNS} FROM evaluation_post WHERE cohort = %(cohort)s
    UNION ALL SELECT {bookings.POST_COLUMNS} FROM evaluation_postdelta WHERE cohort = %(cohort)s
) k GROUP BY {bookings.POST_GROUPS}) g ({bookings.POST_COLUMNS}) WHERE {_ANY_POST}"""


def _difference(made: str, kept: str) -> str:
    return f"""
WITH relocated AS MATERIALIZED {RELOCATED}, made AS ({made}), kept AS ({kept})
SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM (
    (SELECT * FROM made EXCEPT SELECT * FROM kept)
    UNION ALL (SELECT * FROM kept EXCEPT SELECT * FROM made)) d)
"""


CHECK, CHECK_POSTS = _difference(COUNTED, _KEPT), _difference(POSTED, _KEPT_POSTS)
MONTHS = """
SELECT DISTINCT right(c.relname, 6)::int FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'cases_caseevent'::regclass
    AND c.relname ~ '[0-9]{6}$' ORDER BY 1
"""
# One look into the index of keys for each month, however many cases there are.
WITH_CASES = """
SELECT m FROM unnest(%(months)s::int[]) m WHERE EXISTS (SELECT 1 FROM cases_case
    WHERE id >= m * %(month)s::bigint AND id < (m + 1) * %(month)s::bigint) ORDER BY 1
"""


A_MONTH = 100_000_000
"""Keys of cases a month has: its number times this is where they begin."""
A_DAY = A_MONTH // 100


def months() -> list[int]:
    """Months that cases may lie in."""
    with reader().cursor() as cursor:
        cursor.execute(MONTHS)
        return [row[0] for row in cursor.fetchall()]


def months_with_cases() -> list[str]:
    """Months in which cases were reported, the earliest first."""
    with reader().cursor() as cursor:
        cursor.execute(WITH_CASES, {"months": months(), "month": A_MONTH})
        return [f"{month // 100}-{month % 100:02d}" for (month,) in cursor.fetchall()]


def first_day() -> date | None:
    """The first day of the first month that has cases."""
    known = months_with_cases()
    return date.fromisoformat(f"{known[0]}-01") if known else None


def fold() -> int:
    """Put what moves added to the counts; how many rows came of it."""
    rows = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            transaction_lock(cursor, FOLDING)
            transaction_lock(cursor, sheets.SHEETS)
            cursor.execute("SELECT EXISTS (SELECT 1 FROM evaluation_mark)")
            if not cursor.fetchone()[0]:
                return rows
            cursor.execute(FOLD)
            booked = cursor.fetchall()
            sheets.add(cursor, booked)
            state.changed(cursor)
            rows += len(booked)


def keep_sheets() -> int:
    """Make the sheets of days that are over before somebody waits; how many were missing."""
    first, today = first_day(), timezone.localdate()
    if first is None:
        return 0
    month = {("d", today - timedelta(days=n)) for n in range(today.day)}
    before = {span for span, _sign in spans_of(first, today - timedelta(days=1))}
    return sheets.make(before | month)


def count_months(_sender: Any = None, *, months: Iterable[int], **_signal: Any) -> int:
    """Count the cases that were reported in some months anew from their events."""
    rows, wanted = 0, sorted(months)
    with transaction.atomic(), connection.cursor() as cursor:
        shared_transaction_lock(cursor, FOLDING)
        for month in wanted:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [FOLDING, month])
            written = _count_month(cursor, month)
            rows += written
            CountedMonth.objects.update_or_create(
                cohort=month,
                defaults={"pending": False, "rebuilt_at": timezone.now(), "rows": written},
            )
        if wanted:
            # Nothing is booked before the month of its report.
            transaction_lock(cursor, sheets.SHEETS)
            cursor.execute(
                sheets.FORGET_FROM, {"begin": date(wanted[0] // 100, wanted[0] % 100, 1)}
            )
            state.changed(cursor)
    return rows


def _count_month(cursor: Any, month: int) -> int:
    """Count a month of reports anew, some days at a time: so much is held in memory."""
    # Compiling so long a statement takes longer than it saves.
    cursor.execute("SET LOCAL jit = off")
    cursor.execute("DELETE FROM evaluation_count WHERE cohort = %s", [month])
    cursor.execute("DELETE FROM evaluation_post WHERE cohort = %s", [month])
    cursor.execute(EVENTS_OF, [f"cases_caseevent_{month}"])
    known = cursor.fetchone()
    days = max(1, int(EVENTS_AT_ONCE * DAYS / (known[0] or 1))) if known else DAYS
    rows = 0
    for day in range(0, DAYS, days):
        low = month * A_MONTH + day * A_DAY
        high = low + days * A_DAY if day + days < DAYS else (month + 1) * A_MONTH
        values = {"low": low, "high": high, "zone": settings.TIME_ZONE}
        events = counting.read(cursor, EVENTS, values)
        written = counting.write_areas(cursor, events, month)
        posts = counting.post_rows(events, month)
        execute_values(cursor.cursor, INSERT_POSTS, posts, page_size=AT_ONCE)
        cursor.execute(ANSWERS, values)
        rows += written + cursor.rowcount
    return rows


def _values(month: int) -> dict[str, Any]:
    return {"low": month * A_MONTH, "high": (month + 1) * A_MONTH, "cohort": month,
            "zone": settings.TIME_ZONE}  # fmt: skip


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild did."""

    months: int = 0
    rows: int = 0


def rebuild(
    only: Iterable[int] = (), *, resume: bool = False, workers: int = 1,
    progress: Progress = silent,
) -> Rebuilt:  # fmt: skip
    """Count everything anew, a month at a time; one that was stopped goes on with ``resume``.

    With several ``workers`` so many months at a time, each on a connection of its own.

    Raises
    ------
    InputError
        ``E-EVAL-MONTH`` for a month without cases.
    """
    known = months()
    wanted = sorted(only) or known
    if strange := [month for month in wanted if month not in known]:
        text = _("There are no cases of the month %s; give one such as 202611.") % strange[0]
        raise InputError("E-EVAL-MONTH", text, month=strange[0])
    if resume:
        waits = set(CountedMonth.objects.filter(pending=True).values_list("cohort", flat=True))
        wanted = [month for month in wanted if month in waits]
    else:
        for month in wanted:
            CountedMonth.objects.update_or_create(cohort=month, defaults={"pending": True})
    found = Rebuilt()
    for n, rows in enumerate(_each(wanted, workers)):
        found.rows += rows
        found.months += 1
        progress(n + 1, len(wanted) + 1, str(wanted[n]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE evaluation_count; ANALYZE evaluation_post")
    progress(1, 1, _("counted"))
    return found


def _each(wanted: list[int], workers: int) -> Iterator[int]:
    if workers == 1:
        for month in wanted:
            yield count_months(months=[month])
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(_apart, wanted)


def _apart(month: int) -> int:
    """A month on the connection of this thread, which ends with it."""
    try:
        return count_months(months=[month])
    finally:
        connection.close()


@dataclass(slots=True)
class Compared:
    """What a comparison of counts with events found."""

    months: int
    rows: int
    differ: dict[int, int]
    at: datetime


def check(only: Iterable[int] = (), progress: Progress = silent) -> Compared:
    """Compare the counts with what the events say; nothing is changed."""
    wanted = sorted(only) or months()
    found = Compared(len(wanted), 0, {}, timezone.now())
    for n, month in enumerate(wanted):
        progress(n, len(wanted), str(month))
        for statement in (CHECK, CHECK_POSTS):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL jit = off")
                cursor.execute(statement, _values(month))
                rows, differ = cursor.fetchone()
            found.rows += rows
            if differ:
                found.differ[month] = found.differ.get(month, 0) + differ
    progress(1, 1, _("checked"))
    return found


def require_equal(found: Compared) -> None:
    """Refuse counts that differ from the events.

    Raises
    ------
    ConflictError
        ``E-EVAL-COUNTS`` with the number of rows that differ by month.
    """
    if found.differ:
        text = _("Counts of %(months)s months differ from the events in %(rows)s rows; run "
                 "rebuild_counts.")  # fmt: skip
        facts = {"months": len(found.differ), "rows": sum(found.differ.values())}
        told = {str(month): rows for month, rows in found.differ.items()}
        raise ConflictError("E-EVAL-COUNTS", text % facts, differ=told)
