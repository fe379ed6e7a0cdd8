#!/usr/bin/env python3
"""Measures the export of components: seconds and memory of the whole process, by format.

    .venv/bin/python scripts/bench/component_export.py [--sizes 200000 1400000]
        [--formats gpkg shp csv] [--grids 35000]

A made-up survey is imported, then written by ``manage.py export_layer components`` in EPSG:4548:
all of it as it is now, and, of the smallest size, as it was on a day before a second survey changed
every row. The database of the benchmark is emptied. Memory is the most that the process ever held.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from pathlib import Path

import pyogrio
from components import empty, environment, points, timed, write_survey
from export import DISTRICT, ROOT, fill, prepare
from running.memory import WorkersPeak

CRS = "EPSG:4548"


def exported(
    name: str, path: Path, fmt: str, *more: str, what: str = "components"
) -> tuple[float, float]:
    """Seconds and megabytes of one export."""
    words = [sys.executable, str(ROOT / "manage.py"), "export_layer", what, DISTRICT]
    words += ["-o", str(path), "--format", fmt, "--crs", CRS, *more]
    with WorkersPeak() as worker:
        seconds, _done = timed(
            lambda: subprocess.run(
                words, check=True, stdout=subprocess.DEVNULL, env=environment(name)
            )
        )
    return seconds, worker.mb


def imported(path: Path, *more: str, name: str) -> None:
    words = [sys.executable, str(ROOT / "manage.py"), "import_components", str(path), *more]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment(name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[200_000, 1_400_000])
    parser.add_argument("--formats", nargs="+", default=["gpkg", "shp", "csv"])
    parser.add_argument("--grids", type=int, default=35_000)
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    args = parser.parse_args()
    prepare(args.database)
    from django.core.management import call_command

    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    fill(args.grids)
    print(f"{'components':>10}{'format':>8}{'seconds':>9}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for size in args.sizes:
            empty()
            path = Path(folder) / "survey.gpkg"
            write_survey(path, points(size, args.grids))
            imported(path, "--dataset", "bench", "--day", "2026-01-01", name=args.database)
            for fmt in args.formats:
                ending = ".zip" if fmt == "shp" else f".{fmt}"
                told(size, fmt, exported(args.database, Path(folder) / f"out{ending}", fmt))
            if size == min(args.sizes):
                path.unlink()
                past(path, size, args)
            path.unlink()


def past(path: Path, size: int, args: argparse.Namespace) -> None:
    """The state before a second survey that found every component in another state."""
    exported(args.database, path, "gpkg")
    columns = pyogrio.raw.read_arrow(path, layer="components")[1].to_pandas()
    columns["OBJSTATE"] = "占用"
    points = columns.pop("geom").to_numpy()
    path.unlink()
    pyogrio.raw.write(
        path, points, [columns[name].to_numpy() for name in columns], list(columns), layer="survey",
        crs=CRS, geometry_type="Point", driver="GPKG",
    )  # fmt: skip
    imported(path, "--dataset", "bench", "--day", "2026-06-01", name=args.database)
    out = path.with_name("past.gpkg")
    told(size, "past", exported(args.database, out, "gpkg", "--on", "2026-05-31"))


def told(size: int, what: str, figures: tuple[float, float]) -> None:
    print(f"{size:>10,}{what:>8}{figures[0]:>9.1f}{figures[1]:>9.0f}", flush=True)


if __name__ == "__main__":
    main()
