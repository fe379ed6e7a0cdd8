"""Reads a site with GDAL and prints what it found as JSON: run by `test_gdal.py`."""

import json
import sys

import pyogrio

ROW = 5_000


def rows(address: str, *words: str) -> None:
    """Names of fields, how many features, their first values and the bounds of all."""
    layer, *pairs = words
    options = dict(pair.split("=", 1) for pair in pairs)
    box = tuple(map(float, options.pop("bbox").split(","))) if "bbox" in options else None
    where = options.pop("where", None)
    frame = pyogrio.read_dataframe(address, layer=layer or None, bbox=box, where=where, **options)
    shown = frame.drop(columns="geometry").astype(str).to_dict("list")
    told = {
        "fields": [name for name in frame.columns if name != "geometry"],
        "count": len(frame),
        "values": {name: values[:ROW] for name, values in shown.items()},
        "bounds": list(map(float, frame.total_bounds)),
        "crs": frame.crs.to_string() if frame.crs else "",
        "kinds": sorted(set(frame.geom_type)),
    }
    print(json.dumps(told))


def layers(address: str) -> None:
    """Names of layers."""
    print(json.dumps([str(row[0]) for row in pyogrio.list_layers(address)]))


def drivers() -> None:
    """Whether both drivers are there."""
    known = pyogrio.list_drivers()
    print(json.dumps([name for name in ("OAPIF", "MVT") if name in known]))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
