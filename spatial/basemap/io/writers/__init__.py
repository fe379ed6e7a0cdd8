"""Writes a layer as a file, with its data dictionary inside it or beside it.

A file appears under its name only when it is whole: it is written in a folder of its own beside
the target and moved.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _
from isal import isal_zlib
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from spatial.basemap.io.writers.cells import cell
from spatial.basemap.io.writers.checks import (
    refuse_large_drawing,
    refuse_long_text,
    refuse_lost_text,
    refuse_many_rows,
)
from spatial.basemap.io.writers.dictionary import write_files
from spatial.basemap.io.writers.gdal import (
    write_dxf,
    write_fgb,
    write_geojson,
    write_gpkg,
    write_shp,
)
from spatial.basemap.io.writers.layer import AnyLayer, Fact, Field, Flow, Layer
from spatial.basemap.io.writers.parquet import write_parquet
from spatial.basemap.io.writers.sheets import write_csv, write_xlsx
from spatial.core.errors import InputError

__all__ = [
    "ENCODINGS",
    "FORMATS",
    "WITHOUT_ROOM",
    "AnyLayer",
    "Fact",
    "Field",
    "Flow",
    "Layer",
    "cell",
    "refuse_unknown",
    "whole_file",
    "write_layer",
]

FORMATS = {
    "shp": ".zip",
    "gpkg": ".gpkg",
    "geojson": ".geojson",
    "fgb": ".fgb",
    "parquet": ".parquet",
    "dxf": ".dxf",
    "csv": ".csv",
    "xlsx": ".xlsx",
}
"""Format and the ending of its file."""

WITHOUT_ROOM = frozenset({"fgb", "dxf", "csv"})
"""Formats with no place for a data dictionary: it lies beside, or all in a zip."""

ENCODINGS = {"UTF-8": "utf-8", "GBK": "gbk"}
ENCODED = frozenset({"shp", "csv"})
"""Formats whose encoding is open; the others are always in Unicode."""

LEVEL = 1
RAW = -15
"""Deflate without a frame, as it stands in a zip."""
ZIP_DATE = (1980, 1, 1, 0, 0, 0)

_WRITERS = {
    "shp": write_shp,
    "gpkg": write_gpkg,
    "geojson": write_geojson,
    "fgb": write_fgb,
    "parquet": write_parquet,
    "dxf": write_dxf,
    "csv": write_csv,
    "xlsx": write_xlsx,
}


def refuse_unknown(fmt: str, encoding: str) -> None:
    """Raise ``E-EXPORT-FORMAT`` or ``E-EXPORT-ENCODING`` for what is not on the list."""
    if fmt not in FORMATS:
        known = ", ".join(FORMATS)
        message = _("Unknown format %(fmt)s; use one of %(known)s.") % {"fmt": fmt, "known": known}
        raise InputError("E-EXPORT-FORMAT", message)
    if encoding not in ENCODINGS:
        message = _("Unknown encoding %(name)s; use UTF-8 or GBK.") % {"name": encoding}
        raise InputError("E-EXPORT-ENCODING", message)


def write_layer(layer: AnyLayer, path: Path, fmt: str, encoding: str = "UTF-8") -> None:
    """Write a layer as ``fmt`` (a key of `FORMATS`) to ``path``, replacing what is there.

    A format without room for a dictionary gets it as two files beside it, named after it; or, if
    ``path`` ends in ``.zip``, all three lie in there.

    Raises
    ------
    InputError
        ``E-EXPORT-FORMAT``, ``E-EXPORT-ENCODING`` for what is not on the list,
        ``E-TEXT-ENCODING`` when a value has a character the encoding lacks,
        ``E-TEXT-LONG`` when a shapefile would cut a value or a field name,
        ``E-EXPORT-ROWS`` when there are more rows than a sheet holds,
        ``E-EXPORT-WRITE`` when the file cannot be written.
    """
    refuse_unknown(fmt, encoding)
    _refuse_loss(layer, fmt, encoding)
    with whole_file(path) as folder:
        inner = folder / "data"
        inner.mkdir()
        made = _WRITERS[fmt](layer, inner, encoding)
        if fmt == "shp" or (fmt in WITHOUT_ROOM and path.suffix == ".zip"):
            write_files(layer, inner)
            made = _zip(inner, folder / "all.zip")
        elif fmt in WITHOUT_ROOM:
            for beside in write_files(layer, folder, prefix=f"{path.stem}."):
                beside.replace(path.parent / beside.name)
        made.replace(path)


def _refuse_loss(layer: AnyLayer, fmt: str, encoding: str) -> None:
    refuse_lost_text(layer, ENCODINGS[encoding] if fmt in ENCODED else "utf-8")
    if fmt == "shp":
        refuse_long_text(layer, ENCODINGS[encoding])
    if fmt == "xlsx":
        refuse_many_rows(layer)
    if fmt == "dxf":
        refuse_large_drawing(layer)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A folder beside ``path`` to write in; it goes at the end, whatever happened.

    Raises
    ------
    InputError
        ``E-EXPORT-WRITE`` for what the disk or a library refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".part-") as folder:
            yield Path(folder)
    except (OSError, DataSourceError, DataLayerError, FieldError) as error:
        message = _("%(path)s cannot be written: %(why)s") % {"path": path.name, "why": error}
        raise InputError("E-EXPORT-WRITE", message) from error


def _zip(inner: Path, target: Path) -> Path:
    """Zip with a fixed date, so that the same grids give the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for member in sorted(inner.iterdir()):
            info = zipfile.ZipInfo(member.name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            with member.open("rb") as source, archive.open(info, "w") as out:
                # An eighth of zlib's time, which was a fifth of an export, for files a twentieth
                # larger; zipfile has no other way to take another deflate.
                out._compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, RAW)
                shutil.copyfileobj(source, out, 1 << 20)
    return target
