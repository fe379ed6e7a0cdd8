#!/usr/bin/env python3
"""Deadlines by working time, and the same by a naive walk from minute to minute.

    .venv/bin/python scripts/bench/worktime.py [--cases 100000] [--naive 300]

Makes seeded starts in three years, asks for the deadline of each in every unit, and prints as
Markdown what making the calendar, one case alone and all at once cost. The naive walk checks the
answers of a few cases and must agree on all of them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from spatial.cases.worktime import Calendar, Unit, bulk, deadline  # noqa: E402
from spatial.cases.worktime.civil import MINUTE_US, moment  # noqa: E402

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
YEARS_MIN = 3 * 365 * 24 * 60
LIMITS = {
    Unit.EMERGENCY_HOUR: (1, 2, 4),
    Unit.EMERGENCY_DAY: (1, 2),
    Unit.WORKING_HOUR: (2, 4),
    Unit.WORKING_DAY: (1, 2, 3, 5, 7),
    Unit.HOUR: (1, 24),
    Unit.DAY: (1, 5, 15),
}


def naive(start: datetime, limit: float, unit: Unit, calendar: Calendar) -> datetime:
    """Walk from minute to minute and count those that count."""
    left = round(limit * calendar.unit_us(unit) / MINUTE_US)
    works = unit in (Unit.WORKING_HOUR, Unit.WORKING_DAY)
    while left:
        left -= not works or calendar.is_open(start)
        start += timedelta(minutes=1)
    return start


def timed(action: Callable[[], object], repeat: int = 5) -> float:
    """Best of some runs, in seconds."""
    best = np.inf
    for _ in range(repeat):
        began = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - began)
    return float(best)


def measured(unit: Unit, starts_us: np.ndarray, limits: np.ndarray, few: int) -> str:
    """One row of the table, or what is wrong."""
    calendar = Calendar()
    made_s = timed(lambda: calendar.ruler(unit), 1)
    bulk_s = timed(lambda: bulk.deadlines_us(starts_us, limits, unit, calendar))
    dues_us = bulk.deadlines_us(starts_us[:few], limits[:few], unit, calendar)
    pairs = zip(starts_us[:few], limits[:few], strict=True)
    asked = [(moment(us, calendar.tz), limit) for us, limit in pairs]
    one_s = timed(lambda: [deadline(*each, unit, calendar) for each in asked], 3) / few
    began = time.perf_counter()
    walked = [naive(*each, unit, calendar) for each in asked]
    naive_s = (time.perf_counter() - began) / few
    if walked != [moment(us, calendar.tz) for us in dues_us]:
        raise SystemExit(f"{unit}: the naive walk comes to other deadlines")
    return (
        f"| {unit} | {made_s * 1e3:.0f} ms | {bulk_s * 1e3:.1f} ms "
        f"| {len(starts_us) / bulk_s / 1e6:.0f} million | {one_s * 1e6:.0f} µs "
        f"| {naive_s * 1e3:.1f} ms |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--naive", type=int, default=300)
    given = parser.parse_args()
    chance = np.random.default_rng(1)
    first_us = int(FIRST.timestamp()) * 1_000_000
    starts_us = first_us + chance.integers(0, YEARS_MIN, given.cases) * MINUTE_US
    print("| unit | calendar ready | all at once | cases a second | one alone | naive, one |")
    print("|---|---|---|---|---|---|")
    for unit, choices in LIMITS.items():
        limits = chance.choice(choices, given.cases)
        print(measured(unit, starts_us, limits, given.naive))


if __name__ == "__main__":
    main()
