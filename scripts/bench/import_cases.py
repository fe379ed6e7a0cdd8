#!/usr/bin/env python3
"""How fast past cases are imported from a CSV file, and the same file again.

    .venv/bin/python scripts/bench/import_cases.py [--sizes 10000 100000 1000000] [--grids 4000]

The rows have six times each, coordinates in degrees, one of four classes and of three departments;
their columns have the usual Chinese names. The whole import is timed, as ``import_cases`` does it:
reading, placing, writing with nine events each, and proving. The database of the benchmark is
emptied.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from export import SOUTH, STEP, WEST, fill, prepare
from stored_cases import empty, size_mb

HEAD = (
    "案卷号", "问题类型", "大类", "小类", "问题描述", "上报时间", "立案时间", "派遣时间",
    "处置截止时间", "处置完成时间", "结案时间", "处置部门", "经度", "纬度", "地址", "来源",
)  # fmt: skip
CLASSES = (
    ("事件", "市容环境", "暴露生活垃圾"),
    ("事件", "施工管理", "施工占道"),
    ("部件", "公用设施类", "路灯"),
    ("事件", "街面秩序", "店外经营"),
)
BODIES = ("路灯所", "环卫所", "市政所")
FIRST, DAYS = datetime(2026, 1, 1), 300  # noqa: DTZ001 - written without a zone, as files have it


def write(path: Path, rows: int, grids: int) -> None:
    """A file of so many closed cases."""
    draw, side = random.Random(3), int(grids**0.5)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(HEAD)
        for n in range(rows):
            at = FIRST + timedelta(seconds=draw.randrange(86_400 * DAYS))
            hours = (0, 0.2, 0.4, 12, draw.uniform(1, 14), 16)
            times = [f"{at + timedelta(hours=one):%Y-%m-%d %H:%M:%S}" for one in hours]
            lon, lat = (edge + draw.uniform(0.05, 0.95) * side * STEP for edge in (WEST, SOUTH))
            body, source = draw.choice(BODIES), draw.choice(("12345", "微信"))
            place = (f"{lon:.6f}", f"{lat:.6f}", f"东四北大街{n % 900}号")
            words = (*draw.choice(CLASSES), f"路边第{n}处")
            out.writerow([f"AJ{n:08d}", *words, *times, body, *place, source])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--grids", type=int, default=4_000)
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    args = parser.parse_args()
    prepare(args.database)
    from spatial.cases.feeding.bring import Asked, import_cases
    from spatial.cases.services.catalogue import catalogue_of, store_case_classes
    from spatial.components.services.catalogue import of_standard, store_catalogue

    found = catalogue_of("cjt214-yuncheng")
    store_catalogue(of_standard(found.components))
    fill(args.grids)
    print("| rows | imported in | rows a second | the same file longer | cases | events | memory |")
    print("|---|---|---|---|---|---|---|")
    for rows in args.sizes:
        empty()
        store_case_classes(found)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "old.csv"
            write(path, rows, args.grids)
            started = time.perf_counter()
            done = import_cases(path, Asked(crs="EPSG:4326"), dataset=f"old-{rows}-{started}")
            took_s = time.perf_counter() - started
            path.write_text(path.read_text("utf-8") + "\n", "utf-8")
            started = time.perf_counter()
            again = import_cases(path, Asked(crs="EPSG:4326"), dataset=done.dataset)
            again_s = time.perf_counter() - started
        if (done.created, again.created, again.unmodified) != (rows, 0, rows):
            raise SystemExit(f"E-BENCH-DIFFERS: {done} {again}")
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| {rows:,} | {took_s:.0f} s | {rows / took_s:,.0f} | {again_s:.0f} s "
              f"| {size_mb('cases_case'):,.0f} MB | {size_mb('cases_caseevent'):,.0f} MB "
              f"| {peak_mb:.0f} MB |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
