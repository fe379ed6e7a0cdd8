#!/usr/bin/env python3
"""How soon bursts are found, and how often one is called that is none.

    .venv/bin/python scripts/bench/bursts.py --database NAME [--district 110101] [--days 60]

Looks every five minutes at the cases of a database that another bench filled, as a site would have
done then, and adds bursts of several sizes at chance places (from a seed) to some of the days. Days
on which the generator put bursts of its own are left out of the count of false alarms.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from datetime import timedelta

import numpy as np
from forecast import newest, opened

STEP_MIN, DAY_MIN = 5, 1_440
PAST_D, GAP_D = 56, 2
SIZES = (5, 8, 12, 20, 30)
BURST_MIN = 120
SEED = 7
QUERY = """
SELECT extract(epoch FROM (c.reported_at AT TIME ZONE 'Asia/Shanghai') - %(start)s::timestamp) / 60,
  c.community_code, upper(left(k.kind, 1)) || k.main_code, c.stage IN ('rejected', 'merged'),
  k.name
FROM cases_case c JOIN cases_caseclass k ON k.id = c.case_class_id
WHERE c.district_code = %(district)s AND c.id >= %(low)s AND c.community_code <> '' ORDER BY 1
"""


class Past:
    """All cases: minute, cell, whether it is no need of the city's."""

    def __init__(self, district: str, days: int) -> None:
        from spatial.cases.lists import first_key
        from spatial.evaluation.analysis.reading.selection import rows

        self.last = newest(district)
        self.start = self.last - timedelta(days=days + PAST_D + GAP_D)
        values = {"start": self.start, "district": district, "low": first_key(self.start)}
        found = rows(QUERY, values)
        self.minute = np.array([float(row[0]) for row in found])
        cells = sorted({row[1:3] for row in found})
        place = {cell: n for n, cell in enumerate(cells)}
        self.cell = np.array([place[row[1:3]] for row in found])
        self.main = np.unique([main for _a, main in cells], return_inverse=True)[1]
        self.usual = ~np.array([row[3] for row in found])
        odd = [row[4] for row in found]
        sudden = np.array(
            [any(w in name for w in ("积雪", "供水管道破裂", "道路积水")) for name in odd]
        )
        daily = np.bincount(self.minute[sudden].astype(int) // DAY_MIN, minlength=days + PAST_D + 3)
        self.odd_days = set(np.flatnonzero(daily > 4 * max(1, np.median(daily))).tolist())

    def weekend(self, day: np.ndarray) -> np.ndarray:
        return (day + self.start.weekday()) % 7 >= 5

    def expected(self, minute: int) -> np.ndarray:
        """As a site expects it at that minute."""
        from spatial.evaluation.analysis.bursts import expected_in_hour

        today = minute // DAY_MIN
        first, after = today - GAP_D - PAST_D + 1, today - GAP_D + 1
        rows = slice(*np.searchsorted(self.minute, [first * DAY_MIN, after * DAY_MIN]))
        usual = self.usual[rows]
        at, cell = self.minute[rows][usual], self.cell[rows][usual]
        days = at // DAY_MIN
        alike = self.weekend(np.arange(first, after)) == self.weekend(np.array([today]))[0]
        same = alike[days.astype(int) - first] & ((minute - at) % DAY_MIN < 60)
        cells = len(self.main)
        return expected_in_hour(
            np.bincount(cell, minlength=cells), np.bincount(cell[same], minlength=cells),
            self.main, PAST_D, int(alike.sum()),
        )  # fmt: skip

    def now(self, minute: int) -> np.ndarray:
        rows = slice(*np.searchsorted(self.minute, [minute - 60, minute]))
        return np.bincount(self.cell[rows], minlength=len(self.main))


class Trial:
    """A burst that was added: so many cases in two hours, at one cell."""

    def __init__(self, size: int, chance: np.random.Generator, cells: int) -> None:
        self.size = size
        self.begin = int(chance.integers(6 * 60, 20 * 60))
        self.cell = int(chance.integers(cells))
        self.times = np.sort(self.begin + chance.uniform(0, BURST_MIN, size))
        self.found: int | None = None

    def look(self, minute: int, now: np.ndarray, expected: np.ndarray) -> None:
        from spatial.evaluation.analysis.bursts import find_bursts

        inside = np.count_nonzero((self.times <= minute) & (self.times > minute - 60))
        if self.found is not None or not inside:
            return
        more = now.copy()
        more[self.cell] += inside
        if any(one.cell == self.cell for one in find_bursts(more, expected)):
            self.found = minute - self.begin


def a_day(past: Past, day: int, trials: list[Trial]) -> set[tuple[int, int, int]]:
    """Look at a day; alarms without a burst by day, hour and cell."""
    from spatial.evaluation.analysis.bursts import find_bursts

    alarms = set()
    for minute in range(STEP_MIN, DAY_MIN + 1, STEP_MIN):
        at = day * DAY_MIN + minute
        expected, now = past.expected(at), past.now(at)
        alarms |= {(day, minute // 60, one.cell) for one in find_bursts(now, expected)}
        for trial in trials:
            trial.look(minute, now, expected)
    return alarms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--database", required=True, help="of a bench that was filled")
    parser.add_argument("--district", default="110101")
    parser.add_argument("--days", type=int, default=60)
    args = parser.parse_args()
    opened(args.database)
    past, chance = Past(args.district, args.days), np.random.default_rng(SEED)
    alarms, delays, started = set(), defaultdict(list), time.perf_counter()
    begin = PAST_D + GAP_D
    days = [day for day in range(begin, begin + args.days) if day not in past.odd_days]
    for day in days:
        trials = [Trial(size, chance, len(past.main)) for size in SIZES]
        alarms |= a_day(past, day, trials)
        for trial in trials:
            delays[trial.size].append(trial.found)
    each_ms = (time.perf_counter() - started) / (len(days) * DAY_MIN / STEP_MIN) * 1000
    print(f"{len(past.main)} cells, {len(days)} days; a look takes {each_ms:.2f} ms")
    print(f"hours with a false alarm: {len(alarms)}, {len(alarms) / len(days) * 7:.2f} a week")
    print("| cases in two hours | found | minutes until found, median | 90 % |")
    print("|---|---|---|---|")
    for size, all_ in delays.items():
        known = [one for one in all_ if one is not None]
        spread = np.percentile(known, [50, 90]) if known else [np.nan, np.nan]
        print(f"| {size} | {len(known)} of {len(all_)} | {spread[0]:.0f} | {spread[1]:.0f} |")


if __name__ == "__main__":
    main()
