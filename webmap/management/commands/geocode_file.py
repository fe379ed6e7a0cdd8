"""Geocodes a list of addresses from file to file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from webmap import batches


class Command(WanmiCommand):
    """Thin shell round ``webmap.batches.file_to_file``."""

    help = "Find all addresses of a CSV or XLSX; its rows are written with what was found."
    example = "cases.xlsx --district 110101 -o found.gpkg"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help=".csv or .xlsx, or one of them in a .zip")
        parser.add_argument("-o", "--out", type=Path, required=True, help=".csv, .xlsx or .gpkg")
        parser.add_argument("--address-field", metavar="NAME", help="column of the address")
        parser.add_argument("--layer", metavar="SHEET", help="sheet of a workbook")
        parser.add_argument("--encoding", default="auto", help="auto, UTF-8, GB18030 …")
        parser.add_argument("--district", metavar="CODE", help="only places of this district")

    def work(self, **options: Any) -> dict[str, Any]:
        """Find, write, and return the rates."""
        return batches.file_to_file(
            options["file"],
            options["out"],
            district=options["district"],
            field=options["address_field"],
            layer=options["layer"],
            encoding=options["encoding"],
            progress=self.progress(),
        )
