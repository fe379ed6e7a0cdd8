"""Prints sheets of QR labels for components."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from spatial.basemap.services.export_command import add_filters, filters_of
from spatial.components.labels import LAYOUTS, make_sheet
from spatial.components.services.label_order import Wanted, labels_of
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    help = "Print QR labels of components: of a region and filters, or of a list of codes."
    example = "110101001 -o labels.pdf --only kind=0118 --site https://grids.example.org"

    def add_arguments(self, parser: CommandParser) -> None:
        """Region, file, filters, codes, layout, first place, address of the site."""
        super().add_arguments(parser)
        parser.add_argument(
            "region", nargs="?", default="", help="code of a district, street or community"
        )
        parser.add_argument("-o", "--output", required=True, type=Path, help="PDF to write")
        add_filters(parser)
        parser.add_argument("--codes", nargs="+", help="codes of components, in this order")
        parser.add_argument("--layout", choices=list(LAYOUTS), default="3x8")
        parser.add_argument("--first", type=int, default=1, help="first free place of the sheet")
        parser.add_argument("--site", default=settings.SITE_URL, help="(WANMI_SITE_URL)")

    def work(self, **options: Any) -> dict[str, Any]:
        """Print and say what was made."""
        only = filters_of(options)
        if options["codes"]:
            only["codes"] = options["codes"]
        labels = labels_of(Wanted(options["site"], options["region"], only))
        done = make_sheet(
            labels,
            options["output"],
            layout=options["layout"],
            first=options["first"],
            progress=self.progress(),
        )
        return {
            "file": str(done.path),
            "labels": done.labels,
            "pages": done.pages,
            "bytes": done.bytes,
        }
