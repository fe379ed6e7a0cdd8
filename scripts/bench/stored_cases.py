#!/usr/bin/env python3
"""How fast made-up cases are written into the database and proven, and how much they take.

    .venv/bin/python scripts/bench/stored_cases.py [--cases 100000] [--days 365] [--grids 4000]

Makes cases with departments, rules and people on a lattice of unit grids, then checks them all, as
``make_cases`` and ``check_cases`` do. The database of the benchmark is emptied.
"""

from __future__ import annotations

import argparse
import resource
import time

from export import fill, prepare

SIZES = """
SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(%s)
"""


def size_mb(table: str) -> float:
    """Table with its indexes, all months, in megabytes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(SIZES, [table])
        return float(cursor.fetchone()[0]) / 1024**2


def empty() -> None:
    """No case, no department, nobody's rules."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE cases_case, cases_caseevent, cases_inhand, cases_caseclass, cases_department,"
            " cases_casesource, cases_sending CASCADE"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, nargs="+", default=[100_000])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--grids", type=int, default=4_000)
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    args = parser.parse_args()
    prepare(args.database)
    from datetime import date

    from spatial.cases.making.make import make_cases
    from spatial.cases.making.plan import Wanted
    from spatial.cases.services.checking import check_cases, require_sound
    from spatial.components.services.catalogue import of_standard, store_catalogue

    store_catalogue(of_standard("cjt214-2007"))
    fill(args.grids)
    print("| cases | events | written in | cases a second | cases | events | checked in | memory |")
    print("|---|---|---|---|---|---|---|---|")
    for count in args.cases:
        empty()
        wanted = Wanted(("110101",), count, args.days, until=date(2026, 11, 27))
        started = time.perf_counter()
        made = make_cases(wanted)
        written_s = time.perf_counter() - started
        started = time.perf_counter()
        require_sound(check_cases())
        checked_s = time.perf_counter() - started
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| {made['cases']:,} | {made['events']:,} | {written_s:.0f} s "
            f"| {made['cases'] / written_s:,.0f} | {size_mb('cases_case'):,.0f} MB "
            f"| {size_mb('cases_caseevent'):,.0f} MB | {checked_s:.0f} s | {peak_mb:.0f} MB |",
            flush=True,
        )


if __name__ == "__main__":
    main()
