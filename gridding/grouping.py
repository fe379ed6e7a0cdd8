"""Command: group the unit grids of a file into patrol areas or the like."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from gridding.errors import GridError, InputError
from gridding.files import write_layers
from gridding.frames import is_in_metres
from gridding.groups import Groups, make_groups
from gridding.types import Floats, Geometries

AREA = "area"
_EPILOG = """\
what goes in
  GRIDS    any file GDAL reads, with a layer of polygons that cover their ground exactly, in
           metres; by default the layer grids that python -m gridding writes
  --load   area, or a field of numbers of 0 or more; given several times, all are balanced
           alike; without it the area is

what comes out
  OUT.gpkg layer groups  group (from 1, rows from the north, west to east in a row), units,
                         area_m2, perimeter_m, and load_FIELD for each load
           layer units   all fields of GRIDS and group
  --json   groups, units, and for each load the mean, the least and the most of a group and its
           spread (standard deviation by mean)

example
  twelve patrol areas with about the same area and number of components
    python -m gridding.grouping grids.gpkg -o patrol.gpkg --groups 12 \\
        --load area --load components

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


def _read(path: Path, layer: str) -> gpd.GeoDataFrame:
    try:
        frame = gpd.read_file(path, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise InputError("E-GROUP-FILE", f"{path}, layer {layer}: {error}.") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError("E-GROUP-FILE", f"{path}, layer {layer} has no geometry.")
    if frame.crs is None or not is_in_metres(frame.crs):
        raise InputError(
            "E-GROUP-CRS", f"{path}, layer {layer} is not in metres; project the file first."
        )
    return frame


def _polygons(frame: gpd.GeoDataFrame) -> Geometries:
    """Polygons of the units; a collection of one is that one, as some formats know no other."""
    shapes = np.asarray(frame.geometry.array, object)
    single = (shapely.get_type_id(shapes) == 6) & (shapely.get_num_geometries(shapes) == 1)
    return np.where(single, shapely.get_geometry(shapes, 0), shapes)


def _load(frame: gpd.GeoDataFrame, name: str, polygons: Geometries) -> Floats:
    if name == AREA:
        return np.asarray(shapely.area(polygons), float)
    fields = [str(f) for f in frame.select_dtypes("number").columns]
    if name not in fields:
        raise InputError(
            "E-GROUP-FIELD",
            f"There is no field {name} of numbers; there are {', '.join(fields) or 'none'}.",
        )
    return frame[name].to_numpy(float)


def _write(path: Path, frame: gpd.GeoDataFrame, made: Groups) -> None:
    columns = {
        "group": np.arange(1, len(made.units) + 1),
        "units": made.units,
        "area_m2": made.area_m2.round(2),
        "perimeter_m": made.perimeter_m.round(2),
    }
    columns |= {f"load_{n}": made.loads[:, k] for k, n in enumerate(made.names)}
    groups = gpd.GeoDataFrame(columns, geometry=list(made.polygons), crs=frame.crs)
    write_layers(path, {"groups": groups, "units": frame.assign(group=made.label + 1)})


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
        frame = _read(args.grids, args.layer)
        polygons = _polygons(frame)
        loads = {name: _load(frame, name, polygons) for name in args.load or [AREA]}
        made = make_groups(polygons, loads, args.groups)
        _write(args.output, frame, made)
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
