"""Compares geocode's GCJ-02 and BD-09 with pairs of points in a file, and prints the deviations.

    python scripts/check_offsets.py pairs.gpkg --layer gcj02_wgs84_pairs

The layer has the columns wgs_lon, wgs_lat, gcj_lon, gcj_lat, and bd_lon, bd_lat if it knows BD-09.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from pyogrio.raw import read
from pyproj import Geod

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geocode import from_bd09, from_gcj02, to_bd09, to_gcj02


def report(what: str, found: np.ndarray, wanted: np.ndarray) -> float:
    """Print and return the largest distance in metres."""
    apart = Geod(ellps="WGS84").inv(*found.T, *wanted.T)[2]
    middle, high = np.percentile(apart, [50, 95])
    print(f"{what:32} n {len(apart)}  median {middle:.6f} m  95 % {high:.6f} m  "
          f"max {apart.max():.6f} m")  # fmt: skip
    return float(apart.max())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--layer")
    parser.add_argument("--most-m", type=float, default=1.0, help="largest deviation allowed")
    args = parser.parse_args()
    meta, _ids, _shapes, columns = read(args.file, layer=args.layer, read_geometry=False)
    values = dict(zip(meta["fields"], columns, strict=True))

    def points(name: str) -> np.ndarray:
        return np.column_stack([values[f"{name}_lon"], values[f"{name}_lat"]])

    wgs, gcj = points("wgs"), points("gcj")
    worst = [report("WGS 84 to GCJ-02", to_gcj02(wgs), gcj),
             report("GCJ-02 to WGS 84", from_gcj02(gcj), wgs)]  # fmt: skip
    if "bd_lon" in values:
        worst.append(report("GCJ-02 to BD-09", to_bd09(gcj), points("bd")))
        worst.append(report("BD-09 to GCJ-02", from_bd09(points("bd")), gcj))
    report("there and back, GCJ-02", from_gcj02(to_gcj02(wgs)), wgs)
    report("there and back, BD-09", from_bd09(to_bd09(gcj)), gcj)
    return int(max(worst) > args.most_m)


if __name__ == "__main__":
    sys.exit(main())
