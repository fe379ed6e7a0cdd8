"""What the commands that export have in common: their arguments and their summary."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from spatial.basemap.io.writers import ENCODINGS, FORMATS
from spatial.basemap.services.exporting import ExportSummary, Order
from spatial.basemap.services.systems import local_system
from spatial.core.errors import InputError

PREFIX = "EPSG:"


def add_order(parser: CommandParser) -> None:
    """File, format, fields, reference system, encoding, day."""
    parser.add_argument("-o", "--output", required=True, type=Path, help="file to write")
    parser.add_argument("--format", choices=list(FORMATS), default="shp", help="(shp, zipped)")
    parser.add_argument(
        "--fields", default="", help="fields to write, comma-separated, in this order (all)"
    )
    parser.add_argument("--crs", default="EPSG:4490", help="EPSG:N or LOCAL:NAME (EPSG:4490)")
    parser.add_argument("--encoding", choices=list(ENCODINGS), default="UTF-8")
    parser.add_argument("--on", type=date.fromisoformat, help="state of this day, YYYY-MM-DD")
    add_filters(parser)


def add_filters(parser: CommandParser) -> None:
    """Filters, and a polygon as a file."""
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME=VALUE", help="filter; repeatable"
    )
    parser.add_argument("--polygon", type=Path, help="GeoJSON file: only what lies inside")


def file_and_order(options: dict[str, Any]) -> tuple[Path, Order]:
    """The order that the arguments make.

    Raises
    ------
    InputError
        ``E-EXPORT-CRS`` where the reference system is not of the form EPSG:N or LOCAL:NAME,
        ``E-CRS-UNKNOWN`` for a city's own that is not there,
        ``E-EXPORT-FILTER``, ``E-EXPORT-POLYGON`` where a filter cannot be read.
    """
    system = local_system(options["crs"])
    number = "4490" if system else options["crs"].upper().removeprefix(PREFIX)
    if not (number.isascii() and number.isdigit()):
        text = _("%(crs)s is not of the form EPSG:4548.") % {"crs": options["crs"]}
        raise InputError("E-EXPORT-CRS", text)
    fields = tuple(name.strip() for name in options["fields"].split(",") if name.strip())
    order = Order(
        region=options["region"],
        fmt=options["format"],
        srid=int(number),
        system=system,
        encoding=options["encoding"],
        on=options["on"],
        fields=fields,
        only=filters_of(options),
    )
    return options["output"], order


def filters_of(options: dict[str, Any]) -> dict[str, Any]:
    """The filters by name.

    Raises
    ------
    InputError
        ``E-EXPORT-FILTER``, ``E-EXPORT-POLYGON`` where one cannot be read.
    """
    pairs = [text.partition("=") for text in options["only"]]
    if not all(equals for _name, equals, _value in pairs):
        raise InputError("E-EXPORT-FILTER", _("Write a filter as NAME=VALUE."))
    only: dict[str, Any] = {name: value for name, _equals, value in pairs}
    if options["polygon"]:
        try:
            only["polygon"] = json.loads(options["polygon"].read_text("utf-8"))
        except (OSError, ValueError) as error:
            text = _("The polygon cannot be read: %s") % error
            raise InputError("E-EXPORT-POLYGON", text) from error
    return only


def summary_of(done: ExportSummary) -> dict[str, Any]:
    """The summary as a command prints it."""
    return {
        "file": str(done.path),
        "plan": done.edition,
        "rows": done.rows,
        "bytes": done.bytes,
        "crs": done.crs,
    }
