#!/usr/bin/env python3
"""How near the forecast of cases comes, against the same numbers as last week and as a year ago.

    .venv/bin/python scripts/bench/forecast.py --database NAME --district 110101 [--weeks 70]
    .venv/bin/python scripts/bench/forecast.py --requests la_311.csv.gz

The first looks at the cases of a database that another bench filled; nothing is written. The second
takes a table of requests (``createddate`` as m/d/yy H:MM, ``requesttype``, ``nc``). Three days of
them are known, so a step is there six hours in place of a week, last week is the step before, and
last year the same hours of the day before; the level of the hour is taken from that day too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
HOURS = 6
STEPS_A_DAY = 24 // HOURS


def opened(name: str) -> None:
    """Django on a database of a bench, as it stands."""
    words = [sys.executable, str(ROOT / "scripts/dev_db.py"), "url", "--name", name]
    address = subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
    os.environ.update(DATABASE_URL=address, DJANGO_SETTINGS_MODULE="webmap.settings.dev")
    import django

    django.setup()


def table(test: Any, names: list[str], counts: np.ndarray, main: np.ndarray) -> None:
    print("| class | cases | model | as last week | as last year | better |")
    print("|---|---|---|---|---|---|")
    for n, name in enumerate(names):
        cells = [
            f"{one[n].deviance:.4f} / {one[n].mae:.4f}" if n in one else "–"
            for one in (test.model, test.last_week, test.last_year)
        ]
        total = f"{counts[main == n].sum():.0f}"
        print("|", " | ".join([name, total, *cells, "yes" if test.better(n) else "no"]), "|")


def stored(district: str, weeks: int) -> None:
    from spatial.evaluation.analysis.forecast import back_test, expected_cases
    from spatial.evaluation.analysis.reading.counts import weekly
    from spatial.evaluation.analysis.reading.ground import read_ground

    ground = read_ground(district)
    streets, street = ground.street
    last = newest(district)
    for level, areas, of in (
        ("grid", list(ground.codes), street),
        ("street", streets, np.zeros(len(streets), int)),
    ):
        started = time.perf_counter()
        found = weekly(district, last, weeks, areas, level)
        read_s = time.perf_counter() - started
        group = of[found.cell_area] * len(found.mains) + found.cell_main
        group = np.unique(group, return_inverse=True)[1]
        started = time.perf_counter()
        expected_cases(found.counts.astype(float), group, found.cell_main)
        made_s = time.perf_counter() - started
        test = back_test(found.counts.astype(float), group, found.cell_main)
        print(f"\n{level}: {len(found.counts)} cells, {weeks} weeks; read {read_s:.2f} s, "
              f"expected {made_s:.3f} s; deviance / absolute error, {test.weeks} w.")  # fmt: skip
        table(test, found.mains, found.counts, found.cell_main)


def newest(district: str) -> date:
    """The last whole day that has cases."""
    from spatial.cases.models import Case

    found = Case.objects.filter(district_code=district).order_by("-id").first()
    return found.reported_at.date() - timedelta(days=1)


def with_hours(counts: np.ndarray, group: np.ndarray, main: np.ndarray) -> np.ndarray:
    """The model for where, with the level of each class from the same hours of the day before.

    That is moved by what the last half day had more or less than the same hours before it.
    """
    from spatial.evaluation.analysis.forecast import LEVEL_PRIOR_CASES, expected_cases

    said = expected_cases(counts, group, main)
    totals = np.array([np.bincount(main, step) for step in counts.T])
    before = totals[-STEPS_A_DAY - 2 : -STEPS_A_DAY].sum(axis=0) + LEVEL_PRIOR_CASES
    growth = (totals[-2:].sum(axis=0) + LEVEL_PRIOR_CASES) / before
    wanted = totals[-STEPS_A_DAY] * growth
    return said * (wanted / np.maximum(np.bincount(main, said), 1e-9))[main]


def requests(path: str) -> None:
    import pandas as pd

    from spatial.evaluation.analysis.forecast import back_test

    rows = pd.read_csv(path, usecols=["createddate", "requesttype", "nc"]).dropna()
    at = pd.to_datetime(rows.createddate, format="%m/%d/%y %H:%M")
    step = ((at - at.min().normalize()).dt.total_seconds() // (3600 * HOURS)).astype(int)
    areas, area = np.unique(rows.nc, return_inverse=True)
    mains, kind = np.unique(rows.requesttype, return_inverse=True)
    counts = np.zeros((len(areas), len(mains), int(step.max()) + 1))
    np.add.at(counts, (area, kind, step.to_numpy()), 1)
    main = np.indices(counts.shape[:2])[1].ravel()
    counts = counts.reshape(len(main), -1)
    test = back_test(counts, main, main, weeks=6, year=STEPS_A_DAY, model=with_hours)
    print(f"{len(rows)} requests, {len(areas)} areas, {counts.shape[1]} steps of {HOURS} hours; "
          f"deviance / absolute error, {test.weeks} steps")  # fmt: skip
    table(test, mains.tolist(), counts, main)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--database", help="of a bench that was filled")
    parser.add_argument("--district", default="110101")
    parser.add_argument("--weeks", type=int, default=70)
    parser.add_argument("--requests", help="a table of requests")
    args = parser.parse_args()
    if args.requests:
        requests(args.requests)
    if args.database:
        opened(args.database)
        stored(args.district, args.weeks)


if __name__ == "__main__":
    main()
