"""Tables with coordinates: which columns hold them, and CSV text as UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from spatial.basemap.io import encoding
from spatial.basemap.io.problems import problem

PAIRS = (
    (("lon", "lng", "long", "longitude", "经度"), ("lat", "latitude", "纬度")),
    (("x", "x坐标", "横坐标", "东坐标", "easting"), ("y", "y坐标", "纵坐标", "北坐标", "northing")),
    (("point_x", "x_coord", "coord_x"), ("point_y", "y_coord", "coord_y")),
)
"""Names of the two columns, east first; case and blanks at the ends are disregarded."""
CHUNK = 1024**2
SAMPLE_BYTES = 8 * 1024**2


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


def to_utf8(path: Path, shown: str, wanted: str) -> encoding.Found:
    """Rewrite a CSV in UTF-8 unless it is; return the encoding it had.

    Raises
    ------
    InputError
        ``E-TEXT-ENCODING``.
    """
    found = _detect(path, shown, wanted)
    codec = encoding.CODECS[found.name]
    if codec == "utf-8":
        return found
    target = path.with_suffix(".utf8")
    try:
        with (
            path.open(encoding=codec, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            while text := source.read(CHUNK):
                out.write(text)
    except UnicodeDecodeError as error:
        text = _("The text is not %s as was said; give another --encoding.") % found.name
        raise _refused(text, path, shown) from error
    path.unlink()
    target.rename(path)
    return found


def _detect(path: Path, shown: str, wanted: str) -> encoding.Found:
    if wanted.lower() != "auto":
        return encoding.Found(encoding.GDAL_NAMES[encoding.codec_named(wanted, shown)], "given")
    if fits(path, "utf-8"):
        return encoding.Found("UTF-8", "tried")
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    if fits(path, "gb18030") and encoding.looks_chinese(sample.decode("gb18030", "ignore")):
        return encoding.Found("GB18030", "tried")
    text = _("The text is neither UTF-8 nor GB18030; give --encoding.")
    raise _refused(text, path, shown)


def fits(path: Path, codec: str) -> bool:
    """Whether the whole file is text of a codec."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refused(sentence: Any, path: Path, shown: str) -> Exception:
    with path.open("rb") as file:
        lines = [line.strip() for line in file.read(SAMPLE_BYTES).splitlines()]
    return problem("E-TEXT-ENCODING", sentence, shown, samples=encoding.readings(lines))
