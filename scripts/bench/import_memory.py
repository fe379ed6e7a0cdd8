#!/usr/bin/env python3
"""Measures the memory of an import of a large base map file: the worker's work as a process.

    .venv/bin/python scripts/bench/import_memory.py [--mb 2048] [--database wanmi_bench]

The file is a GeoPackage of made-up buildings with 5 kB of text each. What is imported again is the
same file with one building fewer, so that the second run compares every row with what is stored.
Printed are seconds and the most memory that the largest process (importer or reader) ever held; the
web process while such a file is sent to it is measured by ``upload.py``. The database is emptied.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from import_basemap import EMPTY, ours, prepare, query
from running.memory import WorkersPeak

ROWS = 20_000
"""Buildings that are written at a time."""
TEXT_BYTES = 2_500
WEST, SOUTH, STEP = 116.4, 39.9, 0.0004


def make(path: Path, size_mb: int, leave_out: int = 0) -> int:
    """Write buildings until the file is large enough; returns how many."""
    rng = np.random.default_rng(1)
    made = 0
    while not path.exists() or path.stat().st_size < size_mb * 1024**2:
        place = np.arange(made + leave_out, made + ROWS)
        west, south = WEST + place % 1000 * STEP, SOUTH + place // 1000 * STEP
        boxes = shapely.to_wkb(shapely.box(west, south, west + STEP / 2, south + STEP / 2))
        columns = {
            "NAME": np.array([f"建筑{n}" for n in place], dtype=object),
            "REMARK": np.array([rng.bytes(TEXT_BYTES).hex() for _n in place], dtype=object),
        }
        pyogrio.raw.write(
            path, boxes, [*columns.values()], [*columns], layer="RESA", crs="EPSG:4326",
            geometry_type="Polygon", driver="GPKG", append=path.exists(),
        )  # fmt: skip
        made, leave_out = made + ROWS, 0
    return made


def imported(path: Path, said: str, database: str) -> None:
    with WorkersPeak() as peak:
        seconds = ours(path, "bench", database)
    print(f"{said}: {seconds:.1f} s, peak of the largest process {peak.mb:.0f} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mb", type=int, default=2_048)
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    args = parser.parse_args()
    address = prepare(args.database)
    query(address, EMPTY)
    with tempfile.TemporaryDirectory() as folder:
        for number, said in enumerate(("first import", "the same but one building")):
            path = Path(folder) / f"town{number}.gpkg"
            count = make(path, args.mb, leave_out=number)
            print(f"{path.stat().st_size / 1024**2:,.0f} MB, {count - number:,} buildings")
            imported(path, said, args.database)
            path.unlink()
    query(address, EMPTY)


if __name__ == "__main__":
    main()
