"""Looks through a GeoJSON file before GDAL sees it, in one pass and in little memory.

GDAL follows a ``crs`` member of type link, runs a pipeline that is written as JSON, and recurses as
deep as a file is nested.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ijson
from django.utils.translation import gettext_lazy as _

from spatial.basemap.io.problems import problem

TYPES = {
    "FeatureCollection", "Feature", "GeometryCollection", "Point", "MultiPoint", "LineString",
    "MultiLineString", "Polygon", "MultiPolygon",
}  # fmt: skip
MAX_DEPTH = 32
"""A MultiPolygon in a FeatureCollection is 8 deep; the rest is for nested attributes."""
MAX_BYTES = 2 * 1024**3
CHUNK = 4 * 1024**2
CRS84 = {"URN:OGC:DEF:CRS:OGC:1.3:CRS84", "URN:OGC:DEF:CRS:OGC::CRS84"}


class _Unfit(Exception):  # noqa: N818 - becomes a coded error here
    """The text is not GeoJSON."""


def check(path: Path, shown: str) -> None:
    """Refuse what is no GeoJSON, is nested too deep, or has a ``crs`` that is no plain EPSG name.

    Every ``crs`` and ``type`` of the top level counts, also one that is written twice.

    Raises
    ------
    InputError
        ``E-FORMAT``, ``E-CRS-UNKNOWN``, ``E-FILE-SIZE``, ``E-FILE-DEPTH``.
    """
    if path.stat().st_size > MAX_BYTES:
        text = _("The GeoJSON is larger than 2 GB; convert it to GeoPackage.")
        raise problem("E-FILE-SIZE", text, shown)
    with path.open("rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        try:
            _walk(file, shown)
        except (ijson.JSONError, UnicodeDecodeError, _Unfit) as error:
            text = _("The file is no GeoJSON in UTF-8; export it again or give its true ending.")
            raise problem("E-FORMAT", text, shown, reason=str(error)[:200]) from error


class _Walk:
    """The depth of the text, and what stands under ``type`` and ``crs`` at its top."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.depth, self.key = 0, ""
        self.types: set[Any] = set()
        self.crs: ijson.ObjectBuilder | None = None

    def see(self, event: str, value: Any) -> None:
        """Take the next event of the parser."""
        if self.crs is not None:
            self.crs.event(event, value)
        elif self.depth == 0 and event != "start_map":
            raise _Unfit("no object")
        elif self.depth == 1:
            self._at_top(event, value)
        self.depth += _STEP.get(event, 0)
        if self.depth > MAX_DEPTH:
            text = _("The GeoJSON is nested more than %d levels deep; export it again.") % MAX_DEPTH
            raise problem("E-FILE-DEPTH", text, self.shown)
        if self.crs is not None and self.depth == 1 and event != "map_key":
            _check_member(self.crs.value, self.shown)
            self.crs = None

    def _at_top(self, event: str, value: Any) -> None:
        if event == "map_key":
            self.key = value
            self.crs = ijson.ObjectBuilder() if value == "crs" else None
        elif self.key == "type" and event != "end_map":
            self.types.add(value)


def _walk(file: Any, shown: str) -> None:
    walk = _Walk(shown)
    for event, value in ijson.basic_parse(file, buf_size=CHUNK, use_float=True):
        # Coordinates and attributes are nearly all of a file, and say nothing about it.
        if event in _SCALARS and walk.depth > 1 and walk.crs is None:
            continue
        walk.see(event, value)
    if not walk.types or not walk.types <= TYPES:
        raise _Unfit("type")


_SCALARS = {"number", "string", "boolean", "null", "map_key"}
_STEP = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}


def _check_member(crs: Any, shown: str) -> None:
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    plain = isinstance(name, str) and crs.get("type") == "name"
    if not (plain and _is_known(name)):
        text = _("The crs member is no plain EPSG name; remove it and give --crs EPSG:N.")
        raise problem("E-CRS-UNKNOWN", text, shown)


def _is_known(name: str) -> bool:
    upper = name.upper()
    if upper in CRS84:
        return True
    parts = [part for part in upper.split(":") if part]
    epsg = parts[:-1] in (["EPSG"], ["URN", "OGC", "DEF", "CRS", "EPSG"])
    return bool(parts) and epsg and parts[-1].isascii() and parts[-1].isdigit()
