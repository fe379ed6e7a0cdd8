#!/usr/bin/env python3
"""Measures taking and reading positions: 500 inspectors, a point every 30 s, days full of them.

    .venv/bin/python scripts/bench/positions.py [--inspectors 500] [--days 7] [--grids 3500]

A day has eight hours of positions of each inspector. Each step runs many times; median and 95 %
count, in the process that asks (no HTTP). The database of the benchmark is emptied.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from export import SOUTH, STEP, WEST, fill, prepare

POINTS_A_DAY = 960
_WALK = """
INSERT INTO patrol_position (id, user_id, point, at, accuracy_m)
SELECT ((extract(epoch FROM t.at) * 1000)::bigint << 22) | u.id, u.id,
    ST_SetSRID(ST_MakePoint(%(west)s + %(wide)s * (0.5 + 0.4 * sin(u.id + n / 300.0)),
        %(south)s + %(wide)s * (0.5 + 0.4 * cos(u.id * 1.7 + n / 300.0))), 4326), t.at, 8
FROM auth_user u, generate_series(0, %(points)s - 1) n,
    LATERAL (SELECT %(start)s::timestamptz + n * interval '30 seconds' AS at) t
"""


def empty() -> None:
    """Take away what an earlier run left."""
    from django.contrib.auth.models import User
    from django.db import connection

    from spatial.patrol.models import Duty

    with connection.cursor() as cursor:
        cursor.execute("SELECT patrol_drop_days_before('99999999')")
    Duty.objects.all().delete()
    User.objects.all().delete()


def people(inspectors: int) -> list:
    """Inspectors on duty, and an operator at the end."""
    from django.contrib.auth.models import Group, User
    from django.utils import timezone

    from spatial.core.roles import INSPECTOR, OPERATOR
    from spatial.patrol.models import Duty

    User.objects.bulk_create(User(username=f"i{n}") for n in range(inspectors))
    made = list(User.objects.order_by("pk"))
    Group.objects.get(name=INSPECTOR).user_set.set(made)
    since = timezone.now() - timedelta(hours=12)
    Duty.objects.bulk_create(Duty(user=user, started_at=since) for user in made)
    operator = User.objects.create(username="operator")
    operator.groups.set([Group.objects.get(name=OPERATOR)])
    return [*made, operator]


def walk(days: int, side_deg: float) -> float:
    """Fill days of positions up to yesterday; seconds."""
    from django.db import connection
    from django.utils import timezone

    from spatial.patrol.services.positions import ensure_day

    start = time.perf_counter()
    for back in range(days, 0, -1):
        day = timezone.localtime() - timedelta(days=back)
        ensure_day(day.date())
        begin = day.replace(hour=8, minute=0, second=0, microsecond=0)
        values = {"west": WEST, "south": SOUTH, "wide": side_deg, "points": POINTS_A_DAY,
                  "start": begin}  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_WALK, values)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE patrol_position")
    return time.perf_counter() - start


def measured(name: str, work: Callable[[int], object], times: int) -> None:
    """Print median and 95 % in milliseconds."""
    spent = []
    for turn in range(times):
        start = time.perf_counter()
        work(turn)
        spent.append(1000 * (time.perf_counter() - start))
    spent.sort()
    print(f"{name:<44}{statistics.median(spent):>9.1f}{spent[int(times * 0.95)]:>9.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--inspectors", type=int, default=500)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--grids", type=int, default=3500)
    asked = parser.parse_args()
    prepare("wanmi_bench_patrol")
    from django.db import connection
    from django.utils import timezone

    from spatial.patrol.coverage import coverage
    from spatial.patrol.selectors import on_duty, trail_of
    from spatial.patrol.services.judging import Sent
    from spatial.patrol.services.positions import prune, take_positions

    empty()
    fill(asked.grids)
    *inspectors, operator = people(asked.inspectors)
    side = asked.grids**0.5 * STEP
    seconds = walk(asked.days, side)
    print(f"{asked.days} days of {asked.inspectors * POINTS_A_DAY:,} positions: {seconds:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(sum(pg_total_relation_size(inhrelid))) FROM"
                       " pg_inherits WHERE inhparent = 'patrol_position'::regclass")  # fmt: skip
        print("tables with indexes:", cursor.fetchone()[0])
    yesterday = (timezone.localtime() - timedelta(days=1)).date()
    now = timezone.now()

    def batch(turn: int, size: int) -> list[Sent]:
        first: datetime = now - timedelta(hours=2) + timedelta(seconds=turn * size)
        return [Sent(first + timedelta(seconds=k), WEST + 0.005, SOUTH + 0.005, 8.0)
                for k in range(size)]  # fmt: skip

    print(f"{'step':<44}{'ms':>9}{'95 %':>9}")
    count = asked.inspectors
    measured("take one position", lambda n: take_positions(inspectors[n], batch(n, 1)), count)
    measured("take a batch of 20", lambda n: take_positions(inspectors[n], batch(n + 99, 20)), 100)
    measured("take the same batch again",
             lambda n: take_positions(inspectors[n], batch(n + 99, 20)), 100)  # fmt: skip
    measured("all on duty with their last position", lambda _n: list(on_duty(operator)), 30)
    measured("trail of a day", lambda n: list(trail_of(operator, f"i{n}", yesterday)), 50)
    measured("coverage of a day", lambda _n: coverage(operator, "110101", yesterday), 3)
    start = time.perf_counter()
    dropped = prune(7)["days_dropped"]
    print(f"days dropped: {dropped} in {1000 * (time.perf_counter() - start):.0f} ms")


if __name__ == "__main__":
    main()
