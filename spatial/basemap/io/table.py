"""Tables with coordinates: which columns hold them, and CSV text as UTF-8."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.basemap.io import encoding

PAIRS = (
    (("lon", "lng", "long", "longitude", "经度"), ("lat", "latitude", "纬度")),
    (("x", "x坐标", "横坐标", "东坐标", "easting"), ("y", "y坐标", "纵坐标", "北坐标", "northing")),
    (("point_x", "x_coord", "coord_x"), ("point_y", "y_coord", "coord_y")),
)
"""Names of the two columns, east first; case and blanks at the ends are disregarded."""
CHUNK = 1024**2


def coordinate_columns(fields: Sequence[str]) -> tuple[str, str] | None:
    """The columns of east and north (or longitude and latitude), None when there are none."""
    known = {field.strip().casefold(): field for field in reversed(fields)}
    for east, north in PAIRS:
        x = next((known[name] for name in east if name in known), None)
        y = next((known[name] for name in north if name in known), None)
        if x is not None and y is not None:
            return x, y
    return None


def points(x: Sequence[Any], y: Sequence[Any]) -> NDArray[np.object_]:
    """Points of two columns of text; None where one of the two is no number."""
    xy = np.column_stack([[_number(value) for value in column] for column in (x, y)])
    made = np.full(len(xy), None, dtype=object)
    whole = np.isfinite(xy).all(axis=1) if len(xy) else np.zeros(0, dtype=bool)
    made[whole] = shapely.points(xy[whole])
    return made


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def to_utf8(path: Path, found: encoding.Found) -> None:
    """Rewrite a CSV, whose text has been proven to be of an encoding, in UTF-8.

    Raises
    ------
    OSError
        When the disk is full.
    """
    codec = encoding.CODECS[found.name]
    if codec == "utf-8":
        return
    target = path.with_suffix(".utf8")
    with (
        path.open(encoding=codec, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        while text := source.read(CHUNK):
            out.write(text)
    path.unlink()
    target.rename(path)
