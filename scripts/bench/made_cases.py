#!/usr/bin/env python3
"""How fast cases with all their moves are made up, and in how much memory.

    .venv/bin/python scripts/bench/made_cases.py [--cases N] [--grids N] [--components N]

Makes a year on a lattice of square grids with components strewn over it, lets every batch go once
it is counted, and prints a table as Markdown. By default as many as Beijing has: 7.7 million cases
a year, 35,413 grids, 1.4 million components.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import shapely  # noqa: E402

from fixtures.cases import load  # noqa: E402
from fixtures.cases.generate import NEVER_US, Generator, Ground, Plan  # noqa: E402
from spatial.cases.worktime import Calendar, Unit, bulk  # noqa: E402

SIDE_M = 200.0
STREETS = 144
SEED = 1


def lattice(grids: int, components: int) -> Ground:
    """Square grids, and components anywhere in them."""
    chance = np.random.default_rng(SEED)
    number = np.arange(grids)
    x, y = (part * SIDE_M for part in np.divmod(number, round(grids**0.5)))
    of_grid = chance.integers(0, grids, components)
    codes = np.array([one.code for one in load("cjt214-yuncheng").of_kind("component")])
    xy = np.column_stack([x, y])[of_grid] + chance.uniform(0, SIDE_M, (components, 2))
    return Ground.of(
        shapely.box(x, y, x + SIDE_M, y + SIDE_M),
        number * STREETS // grids,
        xy,
        of_grid,
        codes[chance.integers(0, len(codes), components)],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=7_700_000)
    parser.add_argument("--grids", type=int, default=35_413)
    parser.add_argument("--components", type=int, default=1_400_000)
    given = parser.parse_args()
    calendar = Calendar()
    began = time.perf_counter()
    generator = Generator(
        Plan(given.cases, date(2025, 11, 28), 365, seed=SEED),
        load("cjt214-yuncheng"),
        lattice(given.grids, given.components),
        lambda starts, amounts, unit: bulk.deadlines_us(starts, amounts, Unit(unit), calendar),
    )
    ready_s = time.perf_counter() - began
    cases = moves = is_open = late = settled = 0
    began = time.perf_counter()
    for batch in generator.batches():
        cases += len(batch)
        moves += len(batch.moves)
        is_open += int(np.count_nonzero(batch.ended_us == NEVER_US))
        late += int(np.count_nonzero(batch.late == 1))
        settled += int(np.count_nonzero(batch.late >= 0))
    made_s = time.perf_counter() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| cases | moves | open | late | ready | made | cases a second | peak memory |")
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {cases:,} | {moves:,} | {is_open:,} | {late / max(settled, 1):.1%} | {ready_s:.1f} s "
        f"| {made_s:.1f} s | {cases / made_s:,.0f} | {peak_mb:.0f} MB |"
    )


if __name__ == "__main__":
    main()
