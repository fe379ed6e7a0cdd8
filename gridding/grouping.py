"""Command: group the unit grids of a file into patrol areas or the like."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from gridding.errors import GridError, InputError
from gridding.groupfiles import read_units, unit_polygons, write_groups
from gridding.groups import Groups, make_groups
from gridding.outputs import check_outputs
from gridding.types import Floats, Geometries

AREA = "area"
_EPILOG = """\
what goes in
  GRIDS    any file GDAL reads, with a layer of polygons that cover their ground exactly, in
           metres; by default the layer grids that python -m gridding writes
  --load   area, or a field of numbers of 0 or more; given several times, all are balanced
           alike; without it the area is. NAME also finds load_NAME, which python -m gridding
           writes of each --load NAME

how it goes
  N groups are made that hang together by common border, are compact, and bear about the same
  of each load. The more loads, the less even each can be: look at the spread that is printed.
  A unit is never divided, so one that bears more than a group's share leaves its group heavy.
  Units in parts without common border (islands) get one group a part at least.

what comes out
  OUT.gpkg layer groups  group (from 1, rows from the north, west to east in a row), units,
                         area_m2, perimeter_m, and load_FIELD for each load
           layer units   all fields of GRIDS and group
  --json   groups, units, and for each load the mean, the least and the most of a group and its
           spread (standard deviation by mean)

examples
  twelve patrol areas of about the same size
    python -m gridding.grouping grids.gpkg -o patrol.gpkg --groups 12
  with about the same area and number of components, counted when the grids were cut
    python -m gridding features.gpkg --boundary streets.gpkg -o grids.gpkg \\
        --load components=components.gpkg
    python -m gridding.grouping grids.gpkg -o patrol.gpkg --groups 12 \\
        --load area --load components
  groups of the units of another file, by hours of work, with figures for a program
    python -m gridding.grouping city.gpkg -o teams.gpkg --layer parcels --groups 5 \\
        --load hours --json

Groups are connected. Equal units give equal groups, in whatever order they come.
exit codes: 0 done, 1 a coded error (E-..., see docs/errors.md), 2 wrong use.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gridding.grouping",
        description="Group unit grids into connected, compact areas balanced on loads.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("grids", type=Path, metavar="GRIDS", help="file with the units")
    add("-o", "--output", type=Path, required=True, metavar="OUT.gpkg", help="layers groups, units")
    add("--groups", type=int, required=True, metavar="N", help="how many groups")
    add("--load", action="append", metavar="FIELD", help="what to balance, default area")
    add("--layer", default="grids", metavar="NAME", help="layer of the units, default grids")
    add("--json", action="store_true", help="print the figures as JSON")
    return parser


def _load(frame: pd.DataFrame, name: str, polygons: Geometries) -> Floats:
    if name == AREA:
        return np.asarray(shapely.area(polygons), float)
    fields = [str(f) for f in frame.select_dtypes("number").columns]
    # What python -m gridding counted as NAME stands in its file as load_NAME.
    found = next((f for f in (name, f"load_{name}") if f in fields), None)
    if found is None:
        raise InputError(
            "E-GROUP-FIELD",
            f"There is no field {name} of numbers; there are {', '.join(fields) or 'none'}.",
        )
    return frame[found].to_numpy(float)


def _figures(made: Groups) -> dict[str, object]:
    loads = {}
    for name, load, spread in zip(made.names, made.loads.T, made.spread, strict=True):
        values = {"mean": load.mean(), "least": load.min(), "most": load.max(), "spread": spread}
        loads[name] = {key: round(float(value), 6) for key, value in values.items()}
    return {"groups": len(made.units), "units": int(made.units.sum()), "loads": loads}


def _summary(made: Groups, output: Path) -> str:
    spread = ", ".join(f"{n} {s:.1%}" for n, s in zip(made.names, made.spread, strict=True))
    return (
        f"{output}: {len(made.units)} groups of {made.units.min()} to {made.units.max()} units; "
        f"spread of {spread}"
    )


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    args = _parser().parse_args(argv)
    try:
        check_outputs([args.output], [args.grids])
        frame = read_units(args.grids, args.layer)
        polygons = unit_polygons(frame)
        loads = {name: _load(frame, name, polygons) for name in args.load or [AREA]}
        made = make_groups(polygons, loads, args.groups)
        write_groups(args.output, frame, made)
    except GridError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        json.dumps(_figures(made), ensure_ascii=False, indent=1)
        if args.json
        else _summary(made, args.output)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
