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
        is not what its name says), ``E-FILE-SIZE`` and ``E-CRS-UNKNOWN`` for GeoJSON.
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
    if len(head) < 16 or not 0 < struct.unpack(">I", head[:4])[0] < 64 * 1024:
        return False
    return b"OSMHeader" in head


def _is_zip(path: Path) -> bool:
    return _head(path, 4) in {b"PK\x03\x04", b"PK\x05\x06"}


_BYTES = {SHAPEFILE: _is_shapefile, GPKG: _is_gpkg, OSM: _is_pbf, ZIP: _is_zip}


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
