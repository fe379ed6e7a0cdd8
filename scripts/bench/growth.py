"""Speed of gridding by size: an area repeated 1, 4, 16 … times side by side.

    python scripts/bench/gridding.py FEATURES.gpkg BOUNDARY.gpkg [--times 1 4 16] [--workers 1 2]

Prints one row a run: area, grids, seconds, seconds a km², peak memory of this process, and a
fingerprint of the geometry, which must not depend on the number of workers.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import resource
import sys
import time
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from gridding import Communities, Features, GridRules, make_grids  # noqa: E402
from gridding.files import read_base_map  # noqa: E402
from gridding.layers import PLAIN  # noqa: E402

GAP_M = 500.0


def repeated(geometry: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Return the geometries once at each shift."""
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
        Communities(codes, repeated(communities.polygons, shifts)),
        Features(
            repeated(features.lines, shifts),
            np.tile(features.line_classes, times),
            np.tile(features.line_kinds, times),
            repeated(features.buildings, shifts),
            repeated(features.compounds, shifts),
        ),
    )


def run(communities: Communities, features: Features, rules: GridRules, workers: int) -> str:
    """Return one row of the table."""
    start = time.perf_counter()
    result = make_grids(communities, features, rules, workers=workers)
    seconds = time.perf_counter() - start
    km2 = shapely.area(communities.polygons).sum() / 1e6
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    digest = hashlib.sha256(b"".join(shapely.to_wkb(result.polygons))).hexdigest()[:12]
    return (
        f"{km2:9.2f} {workers:8d} {len(result.polygons):7d} {seconds:8.1f} "
        f"{seconds / km2:8.2f} {peak_mb:8.0f} {digest}"
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("features", type=Path, help="GeoPackage with lines, buildings, compounds")
    parser.add_argument("boundary", type=Path, help="file with the communities")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--workers", type=int, nargs="+", default=[1])
    parser.add_argument("--target-area", type=float, default=10_000.0)
    args = parser.parse_args()
    base = read_base_map(args.features, args.boundary, PLAIN, None)
    rules = GridRules(target_area_m2=args.target_area)
    # The first run compiles the kernel, or loads it from its cache.
    make_grids(base.communities, base.features, rules)
    print("      km²  workers   grids        s    s/km²  peak MB geometry")
    for times in args.times:
        communities, features = area_times(base.communities, base.features, times)
        for workers in args.workers:
            print(run(communities, features, rules, workers), flush=True)


if __name__ == "__main__":
    main()
