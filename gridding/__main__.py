"""Command: cut a base map file into unit grids, without a database."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import sys
from pathlib import Path
from typing import Any

from gridding.errors import GridError
from gridding.files import read_base_map, write_grids
from gridding.layers import PLAIN, read_layer_map
from gridding.mapping import Progress
from gridding.pipeline import make_grids
from gridding.rules import GridRules
from gridding.types import GridReport

_EPILOG = """\
example:
  python -m gridding helsinki_features.gpkg --boundary helsinki_boundary.gpkg -o grids.gpkg

BASEMAP has the layers lines (fields kind, cls 1 to 7), buildings and compounds; FILE the layer
communities (field code, or community). A community that is a plain number of up to three digits
gets the code 000000 + 001 + the number. Other names: --layers MAP.toml, for instance

  [[lines]]
  layer = "roads"
  kind = "road"
  class_field = "fclass"
  classes = { primary = 1, secondary = 2, residential = 4 }
  [[buildings]]
  layer = "houses"
  [[communities]]
  layer = "shequ"
  code_field = "SQDM"

Classes: 1 motorway to primary, river; 2 secondary, railway; 3 tertiary; 4 residential; 5 wall,
fence, lane; 6 service; 7 path. Equal input gives an equal file, to the byte.
exit codes: 0 done, 1 a coded error (E-...), 2 wrong use.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gridding",
        description="Cut communities into unit grids along roads, walls, water and gaps.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("basemap", type=Path, metavar="BASEMAP", help="file with lines, buildings, compounds")
    add("-o", "--output", type=Path, required=True, metavar="OUT.gpkg", help="layer grids")
    add("--boundary", type=Path, metavar="FILE", help="file with the communities")
    add("--target-area", type=float, default=10_000.0, metavar="M2", help="default 10000")
    add("--layers", type=Path, metavar="MAP.toml", help="which layers are what")
    add("--crs", metavar="EPSG:N", help="metric reference system to work and write in")
    add("--workers", type=int, default=1, metavar="N", help="processes, default 1")
    add("--scheduler", metavar="ADDRESS", help="Dask scheduler, tcp://HOST:PORT, in their place")
    add("--scheme", default="gbt30428", choices=("gbt30428", "cjt213"), help="code scheme")
    add("--report", type=Path, metavar="R.json", help="write figures and problems")
    add("--json", action="store_true", help="print the report as JSON")
    return parser


def _epsg(text: str | None) -> int | None:
    if text is None:
        return None
    number = text.upper().removeprefix("EPSG:")
    if not number.isdigit():
        raise GridError("E-GRID-CRS", f"--crs {text}: give EPSG: and a number.")
    return int(number)


def _progress() -> Progress | None:
    """Return a counter on the terminal, or nothing where there is none."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        end = "\n" if done == total else ""
        print(f"\rcutting communities {done}/{total}", end=end, file=sys.stderr, flush=True)

    return show


def _plain(value: Any) -> Any:
    """Make a value fit for JSON: no NaN, no arrays."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value.tolist() if hasattr(value, "tolist") else value


def _summary(report: GridReport, output: Path) -> str:
    c = report.coverage
    return (
        f"{output}: {report.grids} grids in {report.communities} communities, "
        f"mean {report.area_mean_m2:.0f} m² ({report.area_min_m2:.0f} to "
        f"{report.area_max_m2:.0f}), {report.share_in_range:.1%} within half of the target, "
        f"{report.on_feature_share:.1%} of inner border on features; gap {c.gap_area_m2:g} m², "
        f"overlap {c.overlap_area_m2:g} m², invalid edges {c.invalid_edges}, "
        f"cut units {report.units_cut} of {report.units}; {len(report.problems)} remarks"
    )


def _run(args: argparse.Namespace) -> GridReport:
    rules = GridRules(target_area_m2=args.target_area, scheme=args.scheme)
    layers = read_layer_map(args.layers) if args.layers else PLAIN
    base_map = read_base_map(args.basemap, args.boundary, layers, _epsg(args.crs))
    result = make_grids(
        base_map.communities,
        base_map.features,
        rules,
        workers=args.workers,
        scheduler=args.scheduler,
        progress=_progress(),
    )
    write_grids(args.output, result, base_map, args.scheme)
    return result.report


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    args = _parser().parse_args(argv)
    try:
        report = _run(args)
    except GridError as error:
        print(error, file=sys.stderr)
        return 1
    text = json.dumps(_plain(dataclasses.asdict(report)), ensure_ascii=False, indent=1)
    if args.report:
        args.report.write_text(text + "\n", "utf-8")
    print(text if args.json else _summary(report, args.output))
    return 0


if __name__ == "__main__":
    sys.exit(main())
