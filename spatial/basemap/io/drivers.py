"""Which files are taken, and whether a file is what its name says, before GDAL sees it."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io.problems import problem

SHAPEFILE, GPKG, GEOJSON, OSM, ZIP = "ESRI Shapefile", "GPKG", "GeoJSON", "OSM", "zip"
SUFFIXES = {
    ".shp": SHAPEFILE,
    ".gpkg": GPKG,
    ".geojson": GEOJSON,
    ".json": GEOJSON,
    ".pbf": OSM,
    ".zip": ZIP,
}
GPKG_IDS = {b"GPKG", b"GP10", b"GP11"}
GEOJSON_TYPES = {
    "FeatureCollection", "Feature", "GeometryCollection", "Point", "MultiPoint", "LineString",
    "MultiLineString", "Polygon", "MultiPolygon",
}  # fmt: skip
MAX_BLOB_HEADER = 64 * 1024
MAX_GEOJSON_BYTES = 512 * 1024**2


def driver_of(name: str) -> str | None:
    """The driver a file name stands for, None when it is not on the list."""
    return SUFFIXES.get(Path(name).suffix.lower())


def identify(path: Path, shown: str) -> str:
    """Return the driver of a file after looking at its name and its first bytes.

    Raises
    ------
    InputError
        ``E-FILE-MISSING``, ``E-FILE-TYPE`` (name not on the list), ``E-FILE-CONTENT`` (the file
        is not what its name says), ``E-FILE-BROKEN`` (cut short; GDAL reads the rest without a
        word), ``E-FILE-SIZE`` and ``E-CRS-UNKNOWN`` for GeoJSON.
    """
    if not path.is_file():
        raise problem("E-FILE-MISSING", _("There is no such file; check the path."), shown)
    driver = driver_of(shown)
    if driver is None:
        text = _("Files of this kind are not read; give .shp, .gpkg, .geojson, .osm.pbf or .zip.")
        raise problem("E-FILE-TYPE", text, shown)
    if driver == GEOJSON:
        check_geojson(path, shown)
    elif not _BYTES[driver](path):
        raise _disguised(shown)
    if driver in _WHOLE and not _WHOLE[driver](path):
        text = _("The file is cut short; copy or export it again.")
        raise problem("E-FILE-BROKEN", text, shown)
    return driver


def _disguised(shown: str) -> Exception:
    text = _("The file is not what its name says; export it again or give its true ending.")
    return problem("E-FILE-CONTENT", text, shown)


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


_BYTES = {SHAPEFILE: _is_shapefile, GPKG: _is_gpkg, OSM: _is_pbf, ZIP: _is_zip}


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


_WHOLE = {GPKG: _is_whole_gpkg, OSM: _is_whole_pbf}


def check_geojson(path: Path, shown: str) -> None:
    """Parse the text with the standard library and look at its type and reference system.

    GDAL follows a ``crs`` member of type link, so only plain names of EPSG systems may pass.
    """
    if path.stat().st_size > MAX_GEOJSON_BYTES:
        text = _("The GeoJSON is larger than 512 MB; convert it to GeoPackage.")
        raise problem("E-FILE-SIZE", text, shown)
    try:
        with path.open(encoding="utf-8-sig") as file:
            content = json.load(file)
    except (ValueError, RecursionError) as error:
        raise _disguised(shown) from error
    if not isinstance(content, dict) or content.get("type") not in GEOJSON_TYPES:
        raise _disguised(shown)
    _check_member(content.get("crs"), shown)


def _check_member(crs: Any, shown: str) -> None:
    if crs is None:
        return
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    plain = isinstance(name, str) and crs.get("type") == "name"
    if not (plain and _known_name(name)):
        text = _("The crs member is no plain EPSG name; remove it and give --crs EPSG:N.")
        raise problem("E-CRS-UNKNOWN", text, shown)


def _known_name(name: str) -> bool:
    upper = name.upper()
    if upper in {"URN:OGC:DEF:CRS:OGC:1.3:CRS84", "URN:OGC:DEF:CRS:OGC::CRS84"}:
        return True
    parts = [part for part in upper.split(":") if part]
    epsg = parts[:-1] in (["EPSG"], ["URN", "OGC", "DEF", "CRS", "EPSG"])
    return bool(parts) and epsg and parts[-1].isdigit()
