"""Command: cut a base map file into unit grids, without a database."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import sys
from pathlib import Path
from typing import Any

from gridding.codes import DEFAULT_SCHEME, scheme_names
from gridding.errors import GridError, InputError
from gridding.files import BaseMap, LoadFile, read_base_map, write_grids
from gridding.frames import codes_of
from gridding.html import report_html
from gridding.landuse import land_use_named
from gridding.layers import PLAIN, read_layer_map
from gridding.mapping import Progress
from gridding.outputs import check_outputs, write_text
from gridding.pipeline import make_grids
from gridding.rules import GridRules
from gridding.types import GridReport, GridResult

_EPILOG = """\
what goes in
  BASEMAP  any file GDAL reads; layers that are missing count as empty:
             lines      fields kind (road, rail, water, wall or another word) and cls (1 to 7)
             buildings  polygons
             compounds  polygons of what else is managed whole
             grounds    polygons with the field use (mountain, park, village or another word)
                        for --land-use; without that they are not looked at
             loads      points with the fields name (components, cases, inhabitants ...) and
                        amount: counted by grid, and balanced with --balance
           Buildings and compounds are not cut, but where the border of a community, which is
           given, cuts them.
  FILE     layer communities: polygons with the field code (12, 9 or 6 digits), or community;
           without --boundary it is taken from BASEMAP. A plain number of up to three digits
           gets the code 000000 + 001 + the number.
  All layers name their reference system; degrees, feet and Web Mercator are projected to a
  system in which areas are true, and the report says which. Curves come as chords, surfaces of
  triangles or faces as the ground they cover; what is left out is counted in the report.

what comes out
  OUT.gpkg layer grids    code, number, community, area_m2, perimeter_m, on_feature_share,
                          neighbours, reason (why the area is what it is), load_NAME (the
                          amount of each load)
           layer borders  code_left, code_right, kind (what it lies on), length_m; each once
  R.html   the report with map, histogram, the grids furthest from the target and why, borders
           by kind, communities, remarks with place: one file, no network
  R.json   the same figures and remarks for programs; --json prints them

classes of lines, in the order in which borders like to follow them
  1 motorway to primary road, river   2 secondary road, railway   3 tertiary   4 residential
  5 wall, fence, lane                 6 service road, stream      7 path

examples
  cut a map of plain layers, and look at the report in a browser
    python -m gridding helsinki_features.gpkg --boundary helsinki_boundary.gpkg \\
        -o grids.gpkg --report report.html
  grids as large as those Beijing's Dongcheng works with, on two processes, in its zone
    python -m gridding features.gpkg --boundary streets.gpkg -o grids.gpkg \\
        --target-area 18100 --workers 2 --crs EPSG:4548
  open ground in larger grids, parks and villages whole, as gridding/landuse.toml says
    python -m gridding features.gpkg --boundary streets.gpkg -o grids.gpkg \\
        --land-use default
  components of another file shared out as well, at a price; and inhabitants only counted
    python -m gridding features.gpkg --boundary streets.gpkg -o grids.gpkg \\
        --load components=components.gpkg --balance components=400 \\
        --load inhabitants=addresses.gpkg:addresses:people --report report.html
  a file with layers of other names
    python -m gridding city.gpkg -o grids.gpkg --layers map.toml
  where map.toml says
    [[lines]]
    layer = "roads"
    kind = "road"
    class_field = "fclass"
    classes = { primary = 1, secondary = 2, residential = 4 }
    [[buildings]]
    layer = "houses"
    [[grounds]]
    layer = "landuse"
    use_field = "fclass"
    uses = { wood = "forest" }
    [[loads]]
    layer = "residents"
    name = "inhabitants"
    amount_field = "people"
    [[communities]]
    layer = "shequ"
    code_field = "SQDM"

Equal input gives an equal file, to the byte.
exit codes: 0 done, 1 a coded error (E-..., see docs/errors.md), 2 wrong use.
"""


_LOAD = (
    "count a load by grid: points of a file, by default of its first layer, 1 each or the numbers "
    "of a field; may be given several times"
)
_BALANCE = "what a departure from the due of a load costs (100 a little, 1500 much); several times"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gridding",
        description="Cut communities into unit grids along roads, walls, water and gaps.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("basemap", type=Path, metavar="BASEMAP", help="file with lines, buildings, compounds")
    add(
        "-o", "--output", type=Path, required=True, metavar="OUT.gpkg", help="layers grids, borders"
    )
    add("--boundary", type=Path, metavar="FILE", help="file with the communities")
    add("--target-area", type=float, default=10_000.0, metavar="M2", help="default 10000")
    add("--layers", type=Path, metavar="MAP.toml", help="which layers are what")
    add("--land-use", metavar="RULES.toml", help="rules by land use: a file, or default")
    add("--cut-compounds", action="store_true", help="compounds above the target may be cut")
    add("--load", action="append", default=[], metavar="NAME=FILE[:LAYER[:FIELD]]", help=_LOAD)
    add("--balance", action="append", default=[], metavar="NAME=PRICE", help=_BALANCE)
    add("--crs", metavar="EPSG:N", help="metric reference system to work and write in")
    add("--workers", type=int, default=1, metavar="N", help="processes, default 1")
    add("--scheduler", metavar="ADDRESS", help="Dask scheduler, tcp://HOST:PORT, in their place")
    add("--scheme", default=DEFAULT_SCHEME, choices=scheme_names(), help="code scheme")
    add("--report", type=Path, metavar="R", help="report: R.html with pictures, else JSON")
    add("--json", action="store_true", help="print the report as JSON")
    return parser


def _epsg(text: str | None) -> int | None:
    if text is None:
        return None
    number = text.upper().removeprefix("EPSG:")
    if not number.isdigit():
        raise GridError("E-GRID-CRS", f"--crs {text}: give EPSG: and a number.")
    return int(number)


def _named(option: str, text: str, what: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not name or not value:
        raise InputError("E-GRID-LOAD", f"--{option} {text}: give NAME={what}.")
    return name, value


def _load(text: str) -> LoadFile:
    name, place = _named("load", text, "FILE, NAME=FILE:LAYER or NAME=FILE:LAYER:FIELD")
    file, _, rest = place.partition(":")
    layer, _, field = rest.partition(":")
    return LoadFile(name, Path(file), layer, field)


def _price(text: str) -> tuple[str, float]:
    name, value = _named("balance", text, "PRICE")
    try:
        return name, float(value)
    except ValueError as error:
        raise InputError("E-GRID-LOAD", f"--balance {text}: {value} is no number.") from error


def _rules(args: argparse.Namespace) -> GridRules:
    return GridRules(
        target_area_m2=args.target_area,
        scheme=args.scheme,
        keep_compounds=not args.cut_compounds,
        balance=tuple(sorted(_price(text) for text in args.balance)),
        land_use=land_use_named(args.land_use),
    )


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
    loads = "".join(f"; {load.name} {load.total:g}, spread {load.cv:.1%}" for load in report.loads)
    return (
        f"{output}: {report.grids} grids in {report.communities} communities, "
        f"mean {report.area_mean_m2:.0f} m² ({report.area_min_m2:.0f} to "
        f"{report.area_max_m2:.0f}), {report.share_in_range:.1%} within their range, "
        f"{report.on_feature_share:.1%} of inner border on features; gap {c.gap_area_m2:g} m², "
        f"overlap {c.overlap_area_m2:g} m², invalid edges {c.invalid_edges}, "
        f"cut units {report.units_cut} of {report.units}; {len(report.problems)} remarks{loads}"
    )


def _write_report(
    args: argparse.Namespace, text: str, result: GridResult, base_map: BaseMap
) -> None:
    """Write the report as its ending says."""
    if args.report.suffix.lower() in (".html", ".htm"):
        communities, features = base_map.communities, base_map.features
        codes = codes_of(result, communities.codes, args.scheme)
        title = f"Unit grids of {args.basemap.stem}"
        text = report_html(result, codes, communities, features, title)
    else:
        text += "\n"
    write_text(args.report, text)


def _run(args: argparse.Namespace) -> str:
    """Do the work; return what is to be printed."""
    rules, loads = _rules(args), tuple(_load(text) for text in args.load)
    inputs = [args.basemap, args.boundary, args.layers, *(load.path for load in loads)]
    outputs = [args.output, args.report]
    check_outputs(filter(None, outputs), filter(None, inputs))
    layers = read_layer_map(args.layers) if args.layers else PLAIN
    base_map = read_base_map(args.basemap, args.boundary, layers, _epsg(args.crs), loads)
    result = make_grids(
        base_map.communities,
        base_map.features,
        rules,
        workers=args.workers,
        scheduler=args.scheduler,
        progress=_progress(),
    )
    write_grids(args.output, result, base_map, args.scheme)
    text = json.dumps(_plain(dataclasses.asdict(result.report)), ensure_ascii=False, indent=1)
    if args.report:
        _write_report(args, text, result, base_map)
    return text if args.json else _summary(result.report, args.output)


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    args = _parser().parse_args(argv)
    try:
        print(_run(args))
    except GridError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
