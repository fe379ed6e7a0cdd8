"""Writes the unit grids of a district to a file."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.core.errors import InputError
from spatial.grids.services.export import FORMATS, export_grids

PREFIX = "EPSG:"


class Command(WanmiCommand):
    help = "Export the unit grids of a district."
    example = "110101 -o grids.zip --format shp --crs EPSG:4548 --encoding GBK"

    def add_arguments(self, parser: CommandParser) -> None:
        """District, file, format, reference system, encoding, day."""
        super().add_arguments(parser)
        parser.add_argument("district", help="code of the district, 6 digits")
        parser.add_argument("-o", "--output", required=True, type=Path, help="file to write")
        parser.add_argument("--format", choices=list(FORMATS), default="shp", help="(shp, zipped)")
        parser.add_argument("--crs", default="EPSG:4490", help="EPSG:N (EPSG:4490)")
        parser.add_argument("--encoding", choices=["UTF-8", "GBK"], default="UTF-8")
        parser.add_argument("--on", type=date.fromisoformat, help="edition of this day, YYYY-MM-DD")

    def work(self, **options: Any) -> dict[str, Any]:
        """Export and say what was written."""
        number = options["crs"].upper().removeprefix(PREFIX)
        if not number.isdigit():
            raise InputError("E-EXPORT-CRS", f"{options['crs']} is not of the form EPSG:4548.")
        done = export_grids(
            options["district"],
            options["output"],
            fmt=options["format"],
            srid=int(number),
            encoding=options["encoding"],
            on=options["on"],
            progress=self.progress(),
        )
        return {
            "file": str(done.path),
            "plan": done.version,
            "grids": done.grids,
            "area_m2": round(done.area_m2, 3),
            "crs": f"{PREFIX}{done.srid}",
        }
