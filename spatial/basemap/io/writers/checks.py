"""Refuses what a format or an encoding would lose, before anything is written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from spatial.basemap.io.writers.columns import may_hold_text, texts_of
from spatial.basemap.io.writers.layer import Layer
from spatial.core.errors import InputError

DBF_NAME_BYTES, DBF_VALUE_BYTES = 10, 254
SHEET_ROWS = 1_048_575
"""Rows of a workbook's sheet below its head."""


def refuse_lost_text(layer: Layer, codec: str) -> None:
    """Raise ``E-TEXT-ENCODING`` for a character the encoding lacks."""
    for name, values in _lists(layer):
        for value in texts_of(values):
            try:
                value.encode(codec)
            except UnicodeEncodeError as error:
                raise InputError(
                    "E-TEXT-ENCODING",
                    _("Field %(field)s: “%(value)s” cannot be written as %(codec)s; choose UTF-8.")
                    % {"field": name, "value": value, "codec": codec},
                    field=name,
                    value=value,
                ) from error


def refuse_long_text(layer: Layer, codec: str) -> None:
    """Raise ``E-TEXT-LONG``: GDAL would cut what a ``.dbf`` cannot hold in the middle of a word."""
    for name, values in _lists(layer):
        if len(name.encode(codec)) > DBF_NAME_BYTES:
            text = _("Field %(field)s: its name is longer than %(most)d bytes; choose GeoPackage.")
            raise _too_long(text, name, DBF_NAME_BYTES)
        longest = max((len(text.encode(codec)) for text in texts_of(values)), default=0)
        if longest > DBF_VALUE_BYTES:
            text = _("Field %(field)s: a value is longer than %(most)d bytes; choose GeoPackage.")
            raise _too_long(text, name, DBF_VALUE_BYTES)


def _lists(layer: Layer) -> list[tuple[str, Any]]:
    return [(name, v) for name, v in layer.columns.items() if may_hold_text(v)]


def _too_long(text: str, field: str, most: int) -> InputError:
    return InputError("E-TEXT-LONG", text % {"field": field, "most": most}, field=field)


def refuse_many_rows(layer: Layer) -> None:
    """Raise ``E-EXPORT-ROWS`` for more rows than a sheet of a workbook holds."""
    if len(layer) > SHEET_ROWS:
        text = _("%(rows)d rows are more than a sheet holds (%(most)d); choose CSV.")
        counts = {"rows": len(layer), "most": SHEET_ROWS}
        raise InputError("E-EXPORT-ROWS", text % counts, **counts)
