#!/usr/bin/env python3
"""How fast counts are kept, rebuilt and evaluated as cases grow.

    .venv/bin/python scripts/bench/evaluation.py [--cases 20000 100000] [--days 365] [--grids 4000]

Makes cases on a lattice of unit grids and measures: writing them with and without counting, the
rebuild of all counts, the sheets of all days that are over, a comparison with the events, a month
of all objects from sheets and from raw events (with the same counts and scores, object by object),
colours for all grids, and a move. ``--keep`` takes
the cases that are there, of any store. The database of the benchmark is emptied otherwise.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from export import fill, prepare

MOVES = 100
TABLES = ("evaluation_count", "evaluation_mark", "evaluation_post", "evaluation_sheet")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def empty() -> None:
    """No case, no count."""
    from django.db import connection
    from stored_cases import empty as no_cases

    no_cases()
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}, evaluation_countedmonth")


def rows_and_mb() -> tuple[int, float]:
    """Of the counts, with their indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM evaluation_count),"
            " pg_total_relation_size('evaluation_count') / 1048576.0"
        )
        rows, size = cursor.fetchone()
        return rows, float(size)


def month_s(period: Any, events: bool) -> tuple[float, list[Any]]:
    """All objects of a city in a month: seconds, and the evaluation of each kind."""
    from contextlib import nullcontext

    from spatial.evaluation.management.commands.evaluate import USUAL
    from spatial.evaluation.services.evaluating import evaluate
    from spatial.evaluation.services.inputs import counted_from_events
    from spatial.evaluation.services.objects import Asked

    def all_kinds() -> list[Any]:
        with counted_from_events(period) if events else nullcontext():
            return [evaluate(Asked(kind), period, events=events) for kind in USUAL]

    return timed(all_kinds)


def require_same(ones: list[Any], others: list[Any]) -> int:
    """Every count and score of every object is the same; how many objects."""
    import numpy as np

    for one, other in zip(ones, others, strict=True):
        if one.inputs.codes != other.inputs.codes:
            raise SystemExit(f"{one.asked.kind}: not the same objects")
        for name, values in one.inputs.counts.items():
            np.testing.assert_array_equal(values, other.inputs.counts[name], f"{name}")
        np.testing.assert_array_equal(one.scores.score, other.scores.score)
    return sum(len(one.inputs.codes) for one in ones)


def values_ms(first: Any, last: Any) -> tuple[float, float, int]:
    """Slowest measure of a month and of all days in milliseconds, and the most bytes.

    The second time: the first one makes the arrays that nobody asked for yet.
    """
    from spatial.evaluation.periods import period_of
    from spatial.evaluation.services.values import MEASURES, values_of
    from spatial.grids.models import GridPlan

    plan = GridPlan.objects.select_related("district").order_by("-grid_count").first()
    found, size = [], 0
    for period in (period_of(last.replace(day=1), last), period_of(first, last)):
        times = []
        for measure in MEASURES:
            values_of(measure, plan, period)
            seconds, values = timed(lambda m=measure, p=period: values_of(m, plan, p))
            times.append(seconds * 1000)
            size = max(size, len(values.content))
        found.append(max(times))
    return found[0], found[1], size


def move_ms() -> float:
    """Median of a move, committed."""
    from django.contrib.auth import get_user_model

    from spatial.cases.models import InHand
    from spatial.cases.services.given import Given
    from spatial.cases.services.moving import make_move

    dispatcher = get_user_model().objects.filter(groups__name="dispatcher").first()
    keys = InHand.objects.filter(stage="handling").values_list("pk", flat=True)[:MOVES]
    times = [timed(lambda k=key: make_move(dispatcher, k, "press", Given(reason="x")))[0]
             for key in keys]  # fmt: skip
    return statistics.median(times) * 1000 if times else float("nan")


def without_counting() -> float:
    """The same with the trigger off, for the difference."""
    from django.db import connection

    state = "ALTER TABLE cases_case {} TRIGGER evaluation_count_moved"
    with connection.cursor() as cursor:
        cursor.execute(state.format("DISABLE"))
    try:
        return move_ms()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(state.format("ENABLE"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--grids", type=int, default=4_000)
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    parser.add_argument("--keep", action="store_true", help="take the cases that are there")
    args = parser.parse_args()
    prepare(args.database)
    from datetime import date, timedelta

    from spatial.cases.making.make import make_cases
    from spatial.cases.making.plan import Wanted
    from spatial.cases.models import Case
    from spatial.components.services.catalogue import of_standard, store_catalogue
    from spatial.evaluation.periods import parse_period
    from spatial.evaluation.services import ledger

    last = date(2026, 11, 27)
    if not args.keep:
        store_catalogue(of_standard("cjt214-2007"))
        fill(args.grids)
    head = ("cases", "written in", "rebuilt in", "sheets in", "rows", "size", "compared in",
            "month from counts", "from events", "objects the same", "values, month",
            "values, all", "bytes", "move",
            "without counting")  # fmt: skip
    print(f"| {' | '.join(head)} |")
    print("|---" * len(head) + "|")
    for count in args.cases[:1] if args.keep else args.cases:
        made_s = 0.0
        if not args.keep:
            empty()
            wanted = Wanted(("110101",), count, args.days, until=last)
            made_s, _made = timed(lambda wanted=wanted: make_cases(wanted))
        if args.keep:
            count = Case.objects.count()
        # What is not counted here is counted by the rebuild that follows.
        plain = without_counting()
        rebuilt_s, _done = timed(lambda: ledger.rebuild(workers=2))
        sheets_s, _made = timed(ledger.keep_sheets)
        checked_s, compared = timed(ledger.check)
        ledger.require_equal(compared)
        rows, size = rows_and_mb()
        month = parse_period("2026-10")
        (counts_s, from_counts), (events_s, from_events) = (
            month_s(month, False), month_s(month, True))  # fmt: skip
        objects = require_same(from_counts, from_events)
        one, all_, most = values_ms(last - timedelta(days=args.days - 1), last)
        counted = move_ms()
        print(f"| {count:,} | {made_s:.1f} s | {rebuilt_s:.1f} s | {sheets_s:.1f} s"
              f" | {rows:,} | {size:.0f} MB | {checked_s:.1f} s | {counts_s:.2f} s"
              f" | {events_s:.2f} s | {objects:,} | {one:.0f} ms | {all_:.0f} ms | {most:,}"
              f" | {counted:.1f} ms | {plain:.1f} ms |",
              flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
