"""Refuses what a format or an encoding would lose, before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from spatial.basemap.io.writers.columns import may_hold_text, texts_of
from spatial.basemap.io.writers.layer import AnyLayer, Flow, Layer
from spatial.core.errors import InputError

UNICODE = "utf-8"
DBF_NAME_BYTES, DBF_VALUE_BYTES = 10, 254
SHEET_ROWS = 1_048_575
"""Rows of a workbook's sheet below its head."""
SHAPEFILE_BYTES = 2**31 - 1
DRAWING_ROWS = 300_000
"""Most rows of a layer that is read a part at a time."""


def refuse_lost_text(layer: AnyLayer, codec: str) -> None:
    """Raise ``E-TEXT-ENCODING`` for a character the encoding lacks."""
    if isinstance(layer, Flow) and codec == UNICODE:
        return  # Arrow's texts are UTF-8 already: nothing to read for.
    for part in layer.parts():
        for name, values in _lists(part):
            for value in texts_of(values):
                _refuse_lost(name, value, codec)


def _refuse_lost(name: str, value: str, codec: str) -> None:
    try:
        value.encode(codec)
    except UnicodeEncodeError as error:
        text = _("Field %(field)s: “%(value)s” cannot be written as %(codec)s; choose UTF-8.")
        facts = {"field": name, "value": value, "codec": codec}
        raise InputError("E-TEXT-ENCODING", text % facts, field=name, value=value) from error


def refuse_long_text(layer: AnyLayer, codec: str) -> None:
    """Raise ``E-TEXT-LONG``: GDAL would cut what a ``.dbf`` cannot hold in the middle of a word."""
    for part in layer.parts():
        for name, values in _lists(part):
            if len(name.encode(codec)) > DBF_NAME_BYTES:
                text = _(
                    "Field %(field)s: its name is longer than %(most)d bytes; choose GeoPackage."
                )
                raise _too_long(text, name, DBF_NAME_BYTES)
            longest = max((len(text.encode(codec)) for text in texts_of(values)), default=0)
            if longest > DBF_VALUE_BYTES:
                text = _(
                    "Field %(field)s: a value is longer than %(most)d bytes; choose GeoPackage."
                )
                raise _too_long(text, name, DBF_VALUE_BYTES)


def _lists(part: Layer) -> list[tuple[str, Any]]:
    return [(name, v) for name, v in part.columns.items() if may_hold_text(v)]


def _too_long(text: str, field: str, most: int) -> InputError:
    return InputError("E-TEXT-LONG", text % {"field": field, "most": most}, field=field)


def refuse_many_rows(layer: AnyLayer) -> None:
    """Raise ``E-EXPORT-ROWS`` for more rows than a sheet of a workbook holds."""
    if len(layer) > SHEET_ROWS:
        text = _("%(rows)d rows are more than a sheet holds (%(most)d); choose CSV.")
        raise _too_many(text, layer, SHEET_ROWS)


def refuse_large_drawing(layer: AnyLayer) -> None:
    """Raise ``E-EXPORT-ROWS`` for a drawing of what is too much to be in memory at once."""
    if isinstance(layer, Flow) and len(layer) > DRAWING_ROWS:
        text = _("%(rows)d rows are more than a drawing can hold (%(most)d); choose GeoPackage.")
        raise _too_many(text, layer, DRAWING_ROWS)


def refuse_large_parts(layer: AnyLayer, folder: Path) -> None:
    """Raise ``E-EXPORT-ROWS`` where a file of a shapefile grew beyond what others can read."""
    if max(part.stat().st_size for part in folder.iterdir()) > SHAPEFILE_BYTES:
        text = _("%(rows)d rows make a shapefile larger than 2 GB; choose GeoPackage, or fewer "
                 "fields.")  # fmt: skip
        raise _too_many(text, layer, len(layer))


def _too_many(text: str, layer: AnyLayer, most: int) -> InputError:
    counts = {"rows": len(layer), "most": most}
    return InputError("E-EXPORT-ROWS", text % counts, **counts)
