"""Which files are taken, and whether a file is what its name says, before GDAL sees it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import geojson, spreadsheet
from spatial.basemap.io.problems import problem
from spatial.core.errors import InputError

SHAPEFILE, GPKG, GEOJSON, OSM, ZIP = "ESRI Shapefile", "GPKG", "GeoJSON", "OSM", "zip"
DXF, FILEGDB, CSV, XLSX = "DXF", "OpenFileGDB", "CSV", "XLSX"
SUFFIXES = {
    ".shp": SHAPEFILE,
    ".gpkg": GPKG,
    ".geojson": GEOJSON,
    ".json": GEOJSON,
    ".pbf": OSM,
    ".dxf": DXF,
    ".csv": CSV,
    ".xlsx": XLSX,
    ".zip": ZIP,
}
TABLES = {CSV, XLSX}
"""Drivers of tables, whose points stand in two columns."""
COMPANIONS = frozenset({"dictionary.csv", "about.csv"})
"""Files that an export lays beside its data; an import of the same zip takes no notice of them."""
GPKG_IDS = {b"GPKG", b"GP10", b"GP11"}
MAX_BLOB_HEADER = 64 * 1024
HEAD_BYTES = 4096
LONGEST_NAME = 120
"""Bytes of the head of a table that has one column."""


def driver_of(name: str) -> str | None:
    """The driver a file name stands for, None when it is not on the list."""
    return SUFFIXES.get(Path(name).suffix.lower())


def identify(path: Path, shown: str) -> str:
    """Return the driver of a file after looking at its name and through its bytes.

    Raises
    ------
    InputError
        ``E-FILE-MISSING``, ``E-FILE-TYPE`` (name not on the list), ``E-FORMAT`` (the file is not
        what its name says), ``E-FILE-BROKEN`` (cut short; GDAL reads the rest without a word),
        and the codes of `geojson.check` and `spreadsheet.check`.
    """
    driver = glance(path, shown)
    if driver in _THROUGH:
        _THROUGH[driver](path, shown)
    return driver


def glance(path: Path, shown: str) -> str:
    """`identify` without reading the whole of a large text: first bytes and sizes only."""
    if not path.is_file():
        raise problem("E-FILE-MISSING", _("There is no such file; check the path."), shown)
    driver = listed(shown)
    if not _BYTES[driver](path):
        raise disguised(shown)
    if driver in _WHOLE and not _WHOLE[driver](path):
        text = _("The file is cut short; copy or export it again.")
        raise problem("E-FILE-BROKEN", text, shown)
    return driver


def listed(shown: str) -> str:
    """The driver of a name whose ending is on the list.

    Raises
    ------
    InputError
        ``E-FILE-TYPE``.
    """
    driver = driver_of(shown)
    if driver is None:
        text = _(
            "Files of this kind are not read; give .shp, .gpkg, .geojson, .dxf, .osm.pbf, .csv, "
            ".xlsx or .zip."
        )
        raise problem("E-FILE-TYPE", text, shown)
    return driver


def disguised(shown: str, **detail: str) -> InputError:
    """The error for a file that is not of the kind its name says."""
    text = _("The file is not what its name says; export it again or give its true ending.")
    return problem("E-FORMAT", text, shown, **detail)


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _is_shapefile(path: Path) -> bool:
    head = _head(path, 32)
    return len(head) == 32 and struct.unpack(">i", head[:4])[0] == 9994


def _is_gpkg(path: Path) -> bool:
    head = _head(path, 100)
    return head[:16] == b"SQLite format 3\0" and head[68:72] in GPKG_IDS


def _is_pbf(path: Path) -> bool:
    """The first block of an OSM PBF file is a header named OSMHeader."""
    head = _head(path, 64)
    if len(head) < 16 or not 0 < struct.unpack(">I", head[:4])[0] < MAX_BLOB_HEADER:
        return False
    return b"OSMHeader" in head


def _is_zip(path: Path) -> bool:
    return _head(path, 4) in {b"PK\x03\x04", b"PK\x05\x06"}


def _is_workbook(path: Path) -> bool:
    return _is_zip(path) and spreadsheet.is_workbook(path)


def _is_geojson(path: Path) -> bool:
    return _head(path, HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _is_dxf(path: Path) -> bool:
    """A text DXF: pairs of lines, first a comment (999) or the beginning of a section (0)."""
    lines = [line.strip() for line in _head(path, HEAD_BYTES).splitlines()]
    return lines[:1] in ([b"0"], [b"999"]) and b"SECTION" in lines


def _is_csv(path: Path) -> bool:
    """Text with a separator in its first line, or one column, and no other format's beginning."""
    head = _head(path, HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")
    first = head.lstrip().split(b"\n")[0].rstrip(b"\r")
    separated = any(sign in first for sign in (b",", b";", b"\t"))
    column = 0 < len(first) <= LONGEST_NAME and min(first) >= 0x20 and first[:1] not in b"%#!"
    text = b"\0" not in head and first[:1] not in (b"<", b"{", b"[")
    return text and (separated or column)


_BYTES: dict[str, Callable[[Path], bool]] = {
    SHAPEFILE: _is_shapefile,
    GPKG: _is_gpkg,
    GEOJSON: _is_geojson,
    OSM: _is_pbf,
    DXF: _is_dxf,
    CSV: _is_csv,
    XLSX: _is_workbook,
    ZIP: _is_zip,
}


def _is_whole_gpkg(path: Path) -> bool:
    """SQLite's header holds the size of a page and their number (fileformat2.html, 1.3)."""
    head = _head(path, 100)
    size, pages = struct.unpack(">H", head[16:18])[0], struct.unpack(">I", head[28:32])[0]
    return path.stat().st_size >= (65536 if size == 1 else size) * pages


def _is_whole_pbf(path: Path) -> bool:
    """Walk from block to block; each says its length in a BlobHeader of three fields."""
    end = path.stat().st_size
    with path.open("rb") as file:
        while (at := file.tell()) < end:
            prefix = file.read(4)
            length = struct.unpack(">I", prefix)[0] if len(prefix) == 4 else MAX_BLOB_HEADER
            header = file.read(min(length, MAX_BLOB_HEADER))
            size = _blob_size(header)
            if length >= MAX_BLOB_HEADER or size is None or at + 4 + length + size > end:
                return False
            file.seek(size, 1)
    return True


def _blob_size(header: bytes) -> int | None:
    """Field 3 (datasize) of a BlobHeader; None when the bytes are no such message."""
    at = 0
    while at < len(header):
        field, at = header[at], at + 1
        value, at = _varint(header, at)
        if field == 3 << 3:
            return value
        if field & 7 == 2:
            at += value
    return None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data):
        byte, at = data[at], at + 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    return value, at


def _is_whole_dxf(path: Path) -> bool:
    """The last line of a DXF is EOF."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        return file.read().rstrip().endswith(b"EOF")


_WHOLE = {GPKG: _is_whole_gpkg, OSM: _is_whole_pbf, DXF: _is_whole_dxf}
_THROUGH = {GEOJSON: geojson.check, XLSX: spreadsheet.check}
