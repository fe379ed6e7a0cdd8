"""The ledger of counts: folded, rebuilt from the events, and compared with them.

Moves append to ``evaluation_delta`` in their own transaction and touch no row of anybody else.
Counts are the sum of both tables, whether folded or not. Rows of one key may stand there several
times: whoever reads sums, and a rebuild puts them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core.errors import ConflictError, InputError
from spatial.core.jobs import Progress, silent
from spatial.core.locks import shared_transaction_lock, transaction_lock
from spatial.evaluation import bookings
from spatial.evaluation.counters import NAMES, POSTS
from spatial.evaluation.models import CountedMonth
from spatial.evaluation.services.vectors import FORGET_DAYS, FORGET_FROM, VECTORS

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
    parts.append(
        f"{bookings.answer_row(bookings.AREA_BY_JOIN)} FROM cases_satisfaction s"
        f" JOIN {CASE} ON c.id = s.case_id WHERE s.case_id >= %(low)s AND s.case_id < %(high)s"
    )
    return "\nUNION ALL ".join(parts)


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
# and deltas, and what it adds stays.
REBUILD = f"""
WITH relocated AS MATERIALIZED {RELOCATED},
    gone AS (DELETE FROM evaluation_delta WHERE cohort = %(cohort)s),
    left_over AS (DELETE FROM evaluation_count WHERE cohort = %(cohort)s),
    posts_gone AS (DELETE FROM evaluation_postdelta WHERE cohort = %(cohort)s),
    posts_left AS (DELETE FROM evaluation_post WHERE cohort = %(cohort)s),
    posted AS (INSERT INTO evaluation_post ({bookings.POST_COLUMNS}) {POSTED})
INSERT INTO evaluation_count ({bookings.COLUMNS}) {COUNTED}
"""
FOLD = f"""
WITH gone AS (DELETE FROM evaluation_delta RETURNING *),
    forgotten AS ({FORGET_DAYS.format(days="gone")})
INSERT INTO evaluation_count ({bookings.COLUMNS})
SELECT * FROM (SELECT {bookings.GROUPS}, {bookings.SUMS} FROM gone GROUP BY {bookings.GROUPS})
    g ({bookings.COLUMNS}) WHERE {_ANY}
"""
FOLD_POSTS = f"""
WITH gone AS (DELETE FROM evaluation_postdelta RETURNING *)
INSERT INTO evaluation_post ({bookings.POST_COLUMNS})
SELECT * FROM (SELECT {bookings.POST_GROUPS}, {bookings.POST_SUMS} FROM gone
    GROUP BY {bookings.POST_GROUPS}) g ({bookings.POST_COLUMNS}) WHERE {_ANY_POST}
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
A_MONTH = 100_000_000
"""Keys of cases a month has: its number times this is where they begin."""


def months() -> list[int]:
    """Months that cases may lie in."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS)
        return [row[0] for row in cursor.fetchall()]


def fold() -> int:
    """Put what moves added to the counts; how many rows came of it."""
    with transaction.atomic(), connection.cursor() as cursor:
        transaction_lock(cursor, FOLDING)
        transaction_lock(cursor, VECTORS)
        cursor.execute(FOLD)
        rows = cursor.rowcount
        cursor.execute(FOLD_POSTS)
        return rows + cursor.rowcount


def count_months(_sender: Any = None, *, months: Iterable[int], **_signal: Any) -> int:
    """Count the cases that were reported in some months anew from their events."""
    rows, wanted = 0, sorted(months)
    with transaction.atomic(), connection.cursor() as cursor:
        shared_transaction_lock(cursor, FOLDING)
        # Compiling so long a statement takes longer than it saves.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        for month in wanted:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [FOLDING, month])
            cursor.execute(REBUILD, _values(month))
            rows += cursor.rowcount
            written = cursor.rowcount
            CountedMonth.objects.update_or_create(
                cohort=month,
                defaults={"pending": False, "rebuilt_at": timezone.now(), "rows": written},
            )
        if wanted:
            # Nothing is booked before the month of its report.
            transaction_lock(cursor, VECTORS)
            cursor.execute(FORGET_FROM, {"begin": date(wanted[0] // 100, wanted[0] % 100, 1)})
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
