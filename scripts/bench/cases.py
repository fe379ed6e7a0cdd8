#!/usr/bin/env python3
"""Measures what daily work costs while closed cases pile up.

    .venv/bin/python scripts/bench/cases.py [--sizes 100000 1000000 8000000] [--months 12]

Cases are generated in the database, spread evenly over the months; the newest are still in hand (a
tenth, at most 100,000), each with eight events. Then desk pages, single cases, reports and moves
are timed in the process that asks (no HTTP): median and 95 %. Reports and moves are real ones,
committed to disk; at the end several processes report at once. The database of the benchmark is
emptied.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING

from export import SOUTH, STEP, WEST, fill, prepare

if TYPE_CHECKING:
    from spatial.grids.models import GridPlan

GRIDS, DEPARTMENTS, EVENTS = 4_000, 40, 8
MOST_OPEN = 100_000
LAST = date(2026, 11, 27)
SIDE = int(GRIDS**0.5)

CASES = """
INSERT INTO cases_case (id, kind, case_class_id, standard_id, point, district_code, street_code,
    community_code, grid_code, plan_id, place, description, channel, reporter_id, contact,
    reported_at, stage, stage_since, step, level, priority, department_id, limit_n, limit_unit,
    filed_at, clock_from, deadline, handed_on_at, late, exempt, closed_at, outcome, declines,
    redispatches, escalations, holds, extensions, reworks, reopenings, presses, appeals)
SELECT to_char(day, 'YYYYMMDD')::bigint * 1000000 + n, 'event', %(kind)s, %(standard)s,
    ST_Translate(ST_Centroid(g.geom), x, y), '110101', left(g.code, 9),
    left(g.code, 12), g.code, %(plan)s, '东四北大街 ' || n || ' 号', '路边有暴露垃圾', 'inspector',
    %(reporter)s, '', at, CASE WHEN open THEN 'handling' ELSE 'closed' END, at, %(events)s, 3, 0,
    %(department)s + i %% %(departments)s, 4, 'working_hour', at, at, at + interval '3 days',
    CASE WHEN open THEN NULL ELSE at END, CASE WHEN open THEN NULL ELSE false END, false,
    CASE WHEN open THEN NULL ELSE at + interval '2 days' END,
    CASE WHEN open THEN '' ELSE 'done' END, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM (
    SELECT i, i >= %(size)s - %(open)s AS open, (i %% %(a_day)s)::int + 1 AS n,
        %(first)s::date + (i / %(a_day)s)::int AS day,
        %(first)s::timestamptz + (i / %(a_day)s)::int * interval '1 day'
            + (i %% %(a_day)s) * (interval '16 hours' / %(a_day)s) AS at,
        (random() - 0.5) * %(step)s / 2 AS x, (random() - 0.5) * %(step)s / 2 AS y
    FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS i
) made
JOIN grids_unitgrid g ON g.plan_id = %(plan)s AND g.ordinal = 1 + i %% %(grids)s
"""
IN_HAND = """
INSERT INTO cases_inhand (case_id, {names}, words)
SELECT id, {names}, concat_ws(' ', place, description) FROM cases_case WHERE closed_at IS NULL
"""
MOVES = ("report", "file", "dispatch", "accept", "answer", "pass_on", "verify", "close")
TRAIL = """
INSERT INTO cases_caseevent (id, case_id, step, move, stage_before, stage_after, role, user_id,
    user_name, department_id, reason, evidence, at, day)
SELECT c.id * 10000 + m.step, c.id, m.step, m.move, 'handling', c.stage, 'operator', %(reporter)s,
    'operator', c.department_id, '已按要求处置', '{{}}', c.reported_at, c.reported_at::date
FROM cases_case_{month} c, unnest(%(moves)s::text[]) WITH ORDINALITY AS m (move, step)
"""


def ground(plan: GridPlan) -> SimpleNamespace:
    """Everything that cases point to, on the grids of a plan."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.db import connection

    from spatial.cases.models import CaseClass, Department, FilingStandard

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cases_case, cases_caseevent, cases_inhand, cases_caseclass,"
                       " cases_department, cases_sending CASCADE")  # fmt: skip
    kind = CaseClass.objects.create(catalogue="bench", kind="event", main_code="01",
                                    main_name="市容环境", code="0110", name="暴露垃圾")  # fmt: skip
    standard = FilingStandard.objects.create(case_class=kind, number=1, condition="有",
                                             limit_n=4, limit_unit="working_hour")  # fmt: skip
    bodies = [Department.objects.create(code=f"D{i:02d}", name=f"部门{i}")
              for i in range(DEPARTMENTS)]  # fmt: skip
    people = {}
    for role in ("operator", "dispatcher", "inspector", "department"):
        user, _new = get_user_model().objects.get_or_create(username=f"bench-{role}")
        user.groups.set([Group.objects.get_or_create(name=role)[0]])
        people[role] = user
    bodies[3].members.add(people["department"])
    return SimpleNamespace(kind=kind, standard=standard, bodies=bodies, plan=plan,
                           **people)  # fmt: skip


def parents_indexes(cursor) -> list[tuple[str, str]]:
    """Indexes that can be made after the rows, which takes a fraction of the time."""
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'cases_case'"
                   " AND indexname NOT LIKE '%pkey'")  # fmt: skip
    return cursor.fetchall()


def generate(world: SimpleNamespace, size: int, months: int, still_open: int) -> None:
    """Fill the tables; nothing of it goes through the services."""
    from django.db import connection

    from spatial.cases.services.months import ensure_month

    days = months * 365 // 12
    first, a_day = LAST - timedelta(days=days - 1), -(-size // days)
    values = {
        "kind": world.kind.pk, "standard": world.standard.pk, "plan": world.plan.pk,
        "reporter": world.inspector.pk, "department": world.bodies[0].pk,
        "departments": DEPARTMENTS, "events": EVENTS, "grids": world.plan.grid_count,
        "step": STEP, "size": size, "open": still_open,
        "a_day": a_day, "first": first, "moves": list(MOVES),
    }  # fmt: skip
    for n in range(0, days + 31, 28):
        ensure_month(first + timedelta(days=n))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cases_case, cases_caseevent, cases_inhand CASCADE")
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        kept = parents_indexes(cursor)
        for name, _made in kept:
            cursor.execute(f"DROP INDEX {name}")
        for low in range(0, size, 500_000):
            high = min(low + 500_000, size) - 1
            cursor.execute(CASES, values | {"low": low, "high": high})
        for _name, made in kept:
            cursor.execute(made.replace(" ON ONLY ", " ON "))
        cursor.execute("SELECT relname FROM pg_class WHERE relname ~ '^cases_case_[0-9]{6}$'")
        for (name,) in cursor.fetchall():
            cursor.execute(TRAIL.format(month=name[-6:]), values)
        copied = import_module("spatial.cases.migrations.0007_in_hand_words")
        cursor.execute(IN_HAND.format(names=copied.NAMES))
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE cases_inhand")
        cursor.execute("VACUUM ANALYZE cases_case")
        cursor.execute("VACUUM ANALYZE cases_caseevent")


def measured(work: Callable[[], object], times: int) -> str:
    """Median and 95 % in milliseconds."""
    seconds = []
    for _time in range(times):
        start = time.perf_counter()
        work()
        seconds.append(1000 * (time.perf_counter() - start))
    return f"{statistics.median(seconds):>9.1f}{sorted(seconds)[int(times * 0.95)]:>9.1f}"


def daily_work(world: SimpleNamespace, size: int) -> list[tuple[str, Callable[[], object], int]]:
    """What people do all day, by name."""
    from django.utils import timezone

    from spatial.cases.lists import Asked, page
    from spatial.cases.models import Case
    from spatial.cases.selectors import case_of_number, events_of, in_hand, similar
    from spatial.cases.services.given import Given, Report
    from spatial.cases.services.moving import make_move
    from spatial.cases.services.reporting import report

    draw = random.Random(7)
    known = [case.number for case in Case.objects.order_by("?")[:300]] if size <= 1_000_000 else [
        case.number for case in Case.objects.raw(
            "SELECT * FROM cases_case TABLESAMPLE SYSTEM (0.02) LIMIT 300")]  # fmt: skip
    filed: list[int] = []

    def spot() -> tuple[float, float]:
        return (WEST + draw.uniform(0.1, 0.9) * SIDE * STEP,
                SOUTH + draw.uniform(0.1, 0.9) * SIDE * STEP)  # fmt: skip

    def sent() -> Report:
        lon, lat = spot()
        return Report(world.kind.pk, lon, lat, "inspector", place="东四北大街")

    def one() -> int:
        case = case_of_number(world.operator, draw.choice(known))
        return len(list(events_of(case))) + len(list(case.photos.all()))

    def take_in() -> None:
        filed.append(report(world.inspector, sent()).pk)

    def file() -> None:
        given = Given(standard=world.standard.pk)
        make_move(world.operator, filed[file.next], "file", given)
        file.next += 1

    def dispatch() -> None:
        given = Given(department=draw.choice(world.bodies).pk)
        make_move(world.dispatcher, filed[dispatch.next], "dispatch", given)
        dispatch.next += 1

    file.next = dispatch.next = 0
    body = world.bodies[3].pk
    theirs = Asked(department=body)
    return [
        ("desk: 50 of a department by deadline", lambda: page(world.dispatcher, theirs), 200),
        ("the same, as the department sees it", lambda: page(world.department, theirs), 200),
        ("desk: 50 of all by deadline", lambda: page(world.dispatcher, Asked()), 100),
        ("count of all in hand", lambda: in_hand(world.dispatcher).order_by().count(), 50),
        ("count of a department's in hand",
         lambda: in_hand(world.department).filter(department=body).order_by().count(), 50),
        ("one case by number, with its events", one, 300),
        ("similar ones within 50 m and 24 h",
         lambda: similar(world.operator, *spot(), timezone.now()), 200),
        ("report (committed)", take_in, 200),
        ("move: file (committed)", file, 200),
        ("move: dispatch (committed)", dispatch, 200),
    ]  # fmt: skip


def report_on_end(world: SimpleNamespace, seed: int, seconds: float) -> None:
    """One of several that report without a pause."""
    from spatial.cases.services.given import Report
    from spatial.cases.services.reporting import report

    draw, end = random.Random(seed), time.perf_counter() + seconds
    while time.perf_counter() < end:
        lon = WEST + draw.uniform(0.1, 0.9) * SIDE * STEP
        lat = SOUTH + draw.uniform(0.1, 0.9) * SIDE * STEP
        report(world.inspector, Report(world.kind.pk, lon, lat, "inspector", place="路边"))


def sustained(world: SimpleNamespace, processes: int, seconds: float) -> None:
    """Print how many reports several processes bring in, and that each has its event."""
    from django.db import connection

    from spatial.cases.models import Case, CaseEvent

    def counts() -> tuple[int, int]:
        return Case.objects.count(), CaseEvent.objects.filter(step=1, move="report").count()

    before = counts()
    connection.close()
    fork = multiprocessing.get_context("fork")
    people = [fork.Process(target=report_on_end, args=(world, seed, seconds))
              for seed in range(processes)]  # fmt: skip
    start = time.perf_counter()
    for one in people:
        one.start()
    for one in people:
        one.join()
    took = time.perf_counter() - start
    cases, events = (now - then for now, then in zip(counts(), before, strict=True))
    print(f"{processes} processes: {cases:,} reports with {events:,} events in {took:.0f} s, "
          f"{cases / took:.0f} a second")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000, 8_000_000])
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--processes", type=int, default=6, help="that report at once")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    args = parser.parse_args()
    prepare(args.database)
    from django.db import connection

    from spatial.grids.models import GridPlan

    fill(GRIDS)
    world = ground(GridPlan.objects.get())
    for size in args.sizes:
        start = time.perf_counter()
        generate(world, size, args.months, min(MOST_OPEN, size // 10))
        seconds = time.perf_counter() - start
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_size_pretty(sum(pg_total_relation_size(relid))) FROM"
                           " pg_partition_tree('cases_case')")  # fmt: skip
            took = cursor.fetchone()[0]
        print(f"{size:,} cases over {args.months} months, made in {seconds:.0f} s, {took}")
        print(f"{'':<40}{'ms':>9}{'95 %':>9}")
        for name, work, times in daily_work(world, size):
            print(f"{name:<40}{measured(work, times)}", flush=True)
        sustained(world, args.processes, args.seconds)


if __name__ == "__main__":
    main()
