#!/usr/bin/env python3
"""Cut a made-up map as large as Beijing, district by district, and say how long it took.

    python scripts/bench/capital.py FOLDER [--districts 16] [--area-km2 1500] [--workers 2]

The map is made once and kept in FOLDER (`python -m fixtures.town`). Grids never cross a district,
so that only one is in memory at a time, as in the database. Reading the map is not in the time of
cutting; it has a column of its own. The first district is also measured by `quality.py`. Exit
code 1 when a district is not covered exactly.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import shapely

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench.ground.features import features_of_town  # noqa: E402
from bench.quality import measure  # noqa: E402
from bench.running.memory import WorkersPeak, peak_mb  # noqa: E402
from bench.running.table import amount, markdown, share  # noqa: E402
from pyproj import CRS  # noqa: E402

from fixtures.town.generate import METRIC  # noqa: E402
from gridding import Communities, Features, GridResult, make_grids, project  # noqa: E402

HEAD = ("district", "km²", "communities", "grids", "read s", "cut s", "s/km²", "exact")


@dataclass(frozen=True, slots=True)
class Row:
    """One district: its size, its grids, the wall seconds of reading and of cutting."""

    code: str
    km2: float
    communities: int
    grids: int
    read_s: float
    cut_s: float
    exact: bool

    def cells(self) -> tuple[str, ...]:
        """Return the row as text."""
        return (
            self.code,
            amount(self.km2, 1),
            str(self.communities),
            str(self.grids),
            amount(self.read_s, 1),
            amount(self.cut_s, 1),
            amount(self.cut_s / self.km2),
            "yes" if self.exact else "NO",
        )


def make_map(folder: Path, districts: int, km2: float) -> None:
    """Write the map where it is not there yet; a half one is never taken for whole."""
    done = folder / f"{districts}-{km2:g}.done"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    size = ["--districts", str(districts), "--area-km2", f"{km2:g}"]
    subprocess.run(
        [sys.executable, "-m", "fixtures.town", str(folder), *size], cwd=ROOT, check=True
    )
    done.touch()


def communities_of(folder: Path) -> dict[str, Communities]:
    """Return the communities of each district, in metres."""
    frame = pyogrio.read_dataframe(folder / "regions.gpkg", layer="community")
    metres = CRS.from_user_input(METRIC).to_epsg()
    shapes = project(np.asarray(frame.geometry.values, object), frame.crs.to_epsg(), metres)
    codes = frame["code"].astype(str).to_numpy()
    district = np.array([code[:6] for code in codes])
    return {
        d: Communities(tuple(codes[district == d]), shapes[district == d])
        for d in sorted(set(district))
    }


def cut_district(
    folder: Path, code: str, communities: Communities, workers: int
) -> tuple[Row, Features, GridResult]:
    """Read and cut one district."""
    start = time.perf_counter()
    features = features_of_town(folder / "basemap.gpkg", shapely.union_all(communities.polygons))
    read_s = time.perf_counter() - start
    start = time.perf_counter()
    result = make_grids(communities, features, workers=workers)
    cut_s = time.perf_counter() - start
    km2 = float(shapely.area(communities.polygons).sum() / 1e6)
    exact = result.report.coverage.ok and result.report.units_cut == 0
    grids, count = len(result.polygons), len(communities.codes)
    return Row(code, km2, count, grids, read_s, cut_s, exact), features, result


def quality_line(communities: Communities, features: Features, result: GridResult) -> str:
    """Return the measures of one district in a line."""
    q = measure(
        result.polygons,
        communities.polygons,
        features.lines,
        features.buildings,
        features.compounds,
    )
    gaps = q.gap_area_m2 + q.overlap_area_m2 + q.outside_area_m2
    return (
        f"{q.grids} grids: within half {share(q.fair_share_5k_15k)}, within a quarter "
        f"{share(q.fair_share_7k5_12k5)}, on features {share(q.on_feature_share)}, needless "
        f"{share(q.needless_off_feature_share)}, shape {share(q.polsby_popper_median)}, below 0.2 "
        f"{share(q.polsby_popper_below_0_2_share)}; cut {q.buildings_cut_in_community} buildings, "
        f"{q.compounds_cut_in_community} compounds; gaps and overlaps {gaps:.2f} m², invalid edges "
        f"{q.invalid_edges}"
    )


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the map is kept")
    parser.add_argument("--districts", type=int, default=16)
    parser.add_argument("--area-km2", type=float, default=1500.0)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args(argv)
    make_map(args.folder, args.districts, args.area_km2)
    rows, measured = [], ""
    with WorkersPeak() as workers:
        for code, communities in communities_of(args.folder).items():
            row, features, result = cut_district(args.folder, code, communities, args.workers)
            print(*row.cells(), sep="\t", file=sys.stderr, flush=True)
            rows.append(row)
            measured = measured or f"{code}: {quality_line(communities, features, result)}"
    km2, seconds = sum(r.km2 for r in rows), sum(r.cut_s for r in rows)
    print(markdown(HEAD, [r.cells() for r in rows]))
    print(
        f"\n{km2:.0f} km², {sum(r.grids for r in rows)} grids in {seconds:.0f} s of cutting with "
        f"{args.workers} processes ({seconds / km2:.2f} s/km²), "
        f"{sum(r.read_s for r in rows):.0f} s of reading; peak memory {peak_mb():.0f} MB, "
        f"of a worker {workers.mb:.0f} MB\n\n{measured}"
    )
    return 0 if all(r.exact for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
