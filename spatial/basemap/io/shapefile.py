"""Checks a shapefile's parts before GDAL reads it.

GDAL opens a file cut in half, one without ``.dbf`` and one with a wrong index without a word, so
sizes and counts are compared here (ESRI Shapefile Technical Description, 1998).
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from django.utils.translation import gettext_lazy as _

from spatial.basemap.io.problems import problem

HEADER = 100
SHAPE_TYPES = {0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28}
SIDECARS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def part(shp: Path, suffix: str) -> Path | None:
    """The file beside ``shp`` with another ending, in whatever case, or None."""
    for path in sorted(shp.parent.iterdir()):
        if path.stem == shp.stem and path.suffix.lower() == suffix:
            return path
    return None


def check(shp: Path, shown: str) -> None:
    """Refuse a shapefile with a part missing or broken.

    Raises
    ------
    InputError
        ``E-SHP-NOSHX``, ``E-SHP-NODBF``, ``E-SHP-BROKEN``.
    """
    shx, dbf = part(shp, ".shx"), part(shp, ".dbf")
    if shx is None:
        text = _("The .shx file is missing; copy all parts of the shapefile.")
        raise problem("E-SHP-NOSHX", text, shown, shp.stem)
    if dbf is None:
        text = _("The .dbf file is missing; copy all parts of the shapefile.")
        raise problem("E-SHP-NODBF", text, shown, shp.stem)
    _check_header(shp, shown)
    records = _check_index(shp, shx, shown)
    _check_table(shp, dbf, records, shown)


def _broken(
    shp: Path, shown: str, part_name: str, reason: str, feature: str | int = ""
) -> Exception:
    text = _("The %s of the shapefile is broken or cut short; copy or export it again.") % part_name
    return problem(
        "E-SHP-BROKEN", text, shown, shp.stem, feature, part=part_name,
        reason=reason,
    )  # fmt: skip


def _check_header(shp: Path, shown: str) -> None:
    with shp.open("rb") as file:
        head = file.read(HEADER)
    if len(head) < HEADER:
        raise _broken(shp, shown, ".shp", "header")
    words, shape = struct.unpack(">i", head[24:28])[0], struct.unpack("<i", head[32:36])[0]
    if shape not in SHAPE_TYPES:
        raise _broken(shp, shown, ".shp", f"shape type {shape}")
    if words * 2 > shp.stat().st_size:
        raise _broken(shp, shown, ".shp", "shorter than its header says", _first_cut(shp))


def _first_cut(shp: Path) -> str | int:
    """Number (from 1) of the first record that does not fit into the file."""
    shx = part(shp, ".shx")
    index = np.fromfile(shx, dtype=">i4", offset=HEADER) if shx else np.empty(0, ">i4")
    pairs = index[: len(index) // 2 * 2].reshape(-1, 2).astype(np.int64)
    beyond = np.flatnonzero((pairs[:, 0] + 4 + pairs[:, 1]) * 2 > shp.stat().st_size)
    return int(beyond[0]) + 1 if len(beyond) else ""


def _check_index(shp: Path, shx: Path, shown: str) -> int:
    size = shx.stat().st_size
    if size < HEADER or (size - HEADER) % 8:
        raise _broken(shp, shown, ".shx", "size")
    first = _first_cut(shp)
    if first != "":
        raise _broken(shp, shown, ".shx", "points beyond the .shp", first)
    return (size - HEADER) // 8


def _check_table(shp: Path, dbf: Path, records: int, shown: str) -> None:
    with dbf.open("rb") as file:
        head = file.read(32)
    if len(head) < 32:
        raise _broken(shp, shown, ".dbf", "header")
    count, header, width = struct.unpack("<IHH", head[4:12])
    if count != records:
        raise _broken(shp, shown, ".dbf", f"{count} rows, .shx has {records}")
    if header + count * width > dbf.stat().st_size:
        row = (dbf.stat().st_size - header) // max(width, 1) + 1
        raise _broken(shp, shown, ".dbf", "cut short", row)
