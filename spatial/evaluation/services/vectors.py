"""Counts of all grids of an edition as arrays, by day, month and year: what colours are sums of.

A vector holds one counter of one span for the grids of an edition in the order of ordinals. It is
made of the folded counts when it is first asked for, and taken away by whoever folds or rebuilds
counts of its days; what is not folded yet is added when it is read, in the same statement, so a sum
is never a move behind.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from psycopg2.extras import execute_values

from spatial.core.locks import shared_transaction_lock
from spatial.evaluation.periods import Period
from spatial.grids.models import GridPlan

# ruff: noqa: S608 - the statements are made of constants of this package
Ints = NDArray[np.int64]
VECTORS = 25462
"""Lock of who changes folded counts, until that is kept; shared by who makes vectors of them."""
EXPRESSIONS = {
    "filed": "filed", "found_by_public": "found_by_public", "closed": "closed",
    "closed_judged": "closed_judged", "closed_on_time": "closed_on_time", "reworked": "reworked",
    "handled": "handled", "handling_minutes": "handling_minutes",
    "handling_timed": "handling_timed", "content": "content", "answers": "answers",
    "open": "coalesce(reported, 0) + coalesce(reopened, 0) - coalesce(ended, 0)",
    "overdue": "coalesce(fell_due, 0) - coalesce(recovered, 0)",
}  # fmt: skip
"""What vectors are kept of."""
SUMS = ", ".join(f"coalesce(sum({one}), 0)" for one in EXPRESSIONS.values())
AT_ONCE = 500
ONE_D = timedelta(days=1)
MAKE_TABLE = """
CREATE TABLE evaluation_vector (plan_id bigint NOT NULL, span char(1) NOT NULL,
    first date NOT NULL, counter varchar(20) NOT NULL, data bytea NOT NULL,
    outside bigint NOT NULL, PRIMARY KEY (plan_id, counter, span, first));
"""
DROP_TABLE = "DROP TABLE evaluation_vector;"
# Also run by the statements of the ledger that change folded counts.
FORGET_DAYS = """DELETE FROM evaluation_vector v USING
    (SELECT DISTINCT day FROM {days}) d
    WHERE v.first = CASE v.span WHEN 'd' THEN d.day
        WHEN 'm' THEN date_trunc('month', d.day)::date ELSE date_trunc('year', d.day)::date END"""
FORGET_FROM = "DELETE FROM evaluation_vector WHERE span = 'y' OR first >= %(begin)s"
READ = f"""
SELECT counter, span, first, data, outside FROM evaluation_vector
WHERE plan_id = %(plan)s AND counter = ANY(%(counters)s)
    AND (span, first) IN (SELECT * FROM unnest(%(spans)s::char[], %(firsts)s::date[]))
UNION ALL
SELECT area, '+', NULL, NULL, unnest(ARRAY[{SUMS}]) FROM evaluation_delta
WHERE day BETWEEN %(first)s AND %(last)s AND area LIKE %(near)s AND length(area) > 12
GROUP BY area
"""
MAKE = f"""
SELECT date_trunc(%(unit)s, day)::date, area, {SUMS} FROM evaluation_count
WHERE day >= %(first)s AND day < %(end)s AND area LIKE %(near)s AND length(area) > 12
GROUP BY 1, 2
"""
UNITS = {"d": "day", "m": "month", "y": "year"}
Span = tuple[str, date]


def spans_of(first: date, last: date) -> list[Span]:
    """Whole years, months and days that make up a span, both ends included."""
    found: list[Span] = []
    day = first
    while day <= last:
        for span in ("y", "m", "d"):
            if _begin(span, day) == day and _end(span, day) <= last + ONE_D:
                found.append((span, day))
                day = _end(span, day)
                break
    return found


def _begin(span: str, day: date) -> date:
    return {"y": day.replace(month=1, day=1), "m": day.replace(day=1), "d": day}[span]


def _end(span: str, day: date) -> date:
    if span == "y":
        return date(day.year + 1, 1, 1)
    if span == "m":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day + ONE_D


def sums_of(
    plan: GridPlan, codes: list[str], counters: Iterable[str], period: Period
) -> tuple[dict[str, Ints], dict[str, int]]:
    """Sums of counters for the grids of an edition, and of codes that are not in it."""
    wanted = list(counters)
    spans = spans_of(period.first, period.last)
    rows = _read(plan, wanted, period, spans)
    known = {(row[1], row[2]) for row in rows if row[1] != "+"}
    if missing := [span for span in spans if span not in known]:
        make(plan, codes, missing)
        rows = _read(plan, wanted, period, spans)
    return _added(rows, codes, wanted)


def _read(plan: GridPlan, wanted: list[str], period: Period, spans: list[Span]) -> list[Any]:
    values = {
        "plan": plan.pk, "counters": wanted, "spans": [one for one, _day in spans],
        "firsts": [day for _one, day in spans], "first": period.first, "last": period.last,
        "near": f"{plan.district.code}%",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(READ, values)
        return cursor.fetchall()


def _added(
    rows: list[Any], codes: list[str], wanted: list[str]
) -> tuple[dict[str, Ints], dict[str, int]]:
    found = {name: np.zeros(len(codes), np.int64) for name in wanted}
    outside = dict.fromkeys(wanted, 0)
    place = {code: n for n, code in enumerate(codes)}
    names = list(EXPRESSIONS)
    seen: dict[str, int] = {}
    for name, span, _first, data, number in rows:
        if span != "+":
            found[name] += np.frombuffer(zlib.decompress(bytes(data)), np.int32)
            outside[name] += number
            continue
        # Of what is not folded each grid has a row for every counter, in their order.
        counter = names[seen.get(name, 0)]
        seen[name] = seen.get(name, 0) + 1
        if counter not in found:
            continue
        if name in place:
            found[counter][place[name]] += number
        else:
            outside[counter] += number
    return found, outside


def make(plan: GridPlan, codes: list[str], spans: list[Span]) -> int:
    """Make vectors of spans that have none; how many."""
    place = {code: n for n, code in enumerate(codes)}
    made = 0
    with transaction.atomic(), connection.cursor() as cursor:
        shared_transaction_lock(cursor, VECTORS)
        for span in UNITS:
            firsts = [day for one, day in spans if one == span]
            for first, end in _runs(span, firsts):
                values = {"unit": UNITS[span], "first": first, "end": end,
                          "near": f"{plan.district.code}%"}  # fmt: skip
                cursor.execute(MAKE, values)
                made += _keep(cursor, plan, span, (first, end), cursor.fetchall(), place)
    return made


def _runs(span: str, firsts: list[date]) -> list[tuple[date, date]]:
    """Spans that follow one another, as one."""
    found: list[tuple[date, date]] = []
    for day in sorted(firsts):
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], _end(span, day))
        else:
            found.append((day, _end(span, day)))
    return found


def _keep(
    cursor: Any, plan: GridPlan, span: str, run: tuple[date, date], rows: list[Any],
    place: dict[str, int],
) -> int:  # fmt: skip
    days = []
    while (day := days[-1][1] if days else run[0]) < run[1]:
        days.append((day, _end(span, day)))
    number = {first: n for n, (first, _end_) in enumerate(days)}
    table = np.zeros((len(EXPRESSIONS), len(days), len(place)), np.int32)
    outside = np.zeros((len(EXPRESSIONS), len(days)), np.int64)
    for first, area, *counts in rows:
        n = place.get(area)
        if n is None:
            outside[:, number[first]] += counts
        else:
            table[:, number[first], n] += np.array(counts, np.int32)
    told = [
        (plan.pk, span, first, name, zlib.compress(table[c, n].tobytes(), 1), int(outside[c, n]))
        for c, name in enumerate(EXPRESSIONS)
        for n, (first, _last) in enumerate(days)
    ]
    execute_values(
        cursor.cursor,
        "INSERT INTO evaluation_vector (plan_id, span, first, counter, data, outside)"
        " VALUES %s ON CONFLICT DO NOTHING",
        told,
        page_size=AT_ONCE,
    )
    return len(told)
