#!/usr/bin/env python3
"""Measures the export of cases: seconds and memory of the whole process, by size and format.

    .venv/bin/python scripts/bench/case_export.py [--sizes 100000 1000000]
        [--formats gpkg csv parquet] [--grids 4000]

Cases are generated in the database, spread over a year, a tenth of them in hand, and written by
``manage.py export_layer cases`` in EPSG:4548. Memory that grows with the rows would show in the
second size. The database of the benchmark is emptied.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from cases import MOST_OPEN, generate, ground
from component_export import exported, told
from export import fill, prepare

MONTHS = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--formats", nargs="+", default=["gpkg", "csv", "parquet"])
    parser.add_argument("--grids", type=int, default=4_000)
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    args = parser.parse_args()
    prepare(args.database)
    fill(args.grids)
    from spatial.grids.models import GridPlan

    world = ground(GridPlan.objects.get())
    print(f"{'cases':>10}{'format':>8}{'seconds':>9}{'peak MB':>9}")
    for size in args.sizes:
        generate(world, size, MONTHS, min(size // 10, MOST_OPEN))
        for fmt in args.formats:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"out.{'zip' if fmt == 'shp' else fmt}"
                told(size, fmt, exported(args.database, path, fmt, what="cases"))


if __name__ == "__main__":
    main()
