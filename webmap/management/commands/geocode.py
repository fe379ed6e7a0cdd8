"""Finds an address, or says what is at a point."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from spatial.core.commands import WanmiCommand
from spatial.core.errors import InputError
from webmap import geocoding


class Command(WanmiCommand):
    """Thin shell round ``webmap.geocoding``."""

    help = "Find an address, place, crossing, unit grid code or coordinates; or what is at a point."
    example = "东四北大街107号 --district 110101"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("text", help="with --reverse: LON,LAT")
        parser.add_argument("--district", metavar="CODE", help="only places of this district")
        parser.add_argument("--reverse", action="store_true", help="say what is at a point")

    def work(self, **options: Any) -> dict[str, Any]:
        """Find, and return the answer; flat unless it is for machines."""
        if options["reverse"]:
            found = geocoding.reverse(*_point(options["text"]))
            return found if options["json"] else _flat_point(found)
        found = geocoding.address(options["text"], options["district"])
        return found if options["json"] else _flat(found)


def _point(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError as error:
        sentence = _("A point is written as LON,LAT, such as 116.41,39.93.")
        raise InputError("E-ADDRESS-POINT", sentence, text=text[:60]) from error
    return lon, lat


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    lines = {"verdict": found["verdict"]}
    for number, one in enumerate(found["candidates"], 1):
        point = "{:.6f}, {:.6f}".format(*one["center"]) if one["center"] else "-"
        shown = (f"{one['score']:.2f}", one["kind"], one["name"], one["detail"], point)
        lines[str(number)] = "  ".join(part for part in shown if part)
    return lines


def _flat_point(found: dict[str, Any]) -> dict[str, Any]:
    levels = ("district", "street", "community")
    named = {level: found[level] and f"{found[level]['code']} {found[level]['name']}"
             for level in levels}  # fmt: skip
    road = found["road"] and f"{found['road']['name']}, {found['road']['distance_m']:.0f} m"
    flat = {"place": found["words"], "grid": found["grid"], **named, "road": road}
    return {name: value or "-" for name, value in flat.items()}
