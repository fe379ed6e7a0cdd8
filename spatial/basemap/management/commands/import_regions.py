"""Imports district, street or community regions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from spatial.basemap.gazetteer.build import build_after
from spatial.basemap.io.layermap import LEVELS
from spatial.basemap.services.regions import import_regions
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``import_regions``."""

    help = "Import the regions of one level; parents first: district, street, community."
    example = "regions.gpkg --level street --layer street --code-field code --name-field name"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("file", help=".gpkg .geojson .shp .osm.pbf .dxf .csv .xlsx, or a .zip")
        parser.add_argument("--level", required=True, choices=LEVELS)
        parser.add_argument("--code-field", help="column of the 6, 9 or 12 digit code")
        parser.add_argument("--name-field", help="column of the name")
        parser.add_argument("--name-en-field", help="column of the English name")
        parser.add_argument("--layer", help="layer, where the file has several")
        parser.add_argument("--crs", metavar="EPSG:N", help="or GCJ-02, BD-09")
        parser.add_argument("--encoding", default="auto", help="auto, UTF-8, GB18030 …")
        parser.add_argument("--dataset", help="name; the file's name if not given")
        parser.add_argument("--attribution", default="", help="credit shown on the map")
        parser.add_argument("--made-up", action="store_true", help="the geometry is generated")
        parser.add_argument("--mend", action="store_true", help="mend overlaps and holes, noted")
        parser.add_argument("--valid-from", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="do all, write nothing")
        parser.add_argument(
            "--without-gazetteer", action="store_true", help="build_gazetteer follows later"
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Import, build the gazetteer, and return the counts."""
        names = (
            "level", "code_field", "name_field", "name_en_field", "layer", "crs", "encoding",
            "dataset", "attribution", "made_up", "mend", "valid_from", "dry_run",
        )  # fmt: skip
        wanted = {name: options[name] for name in names}
        progress = self.progress()
        summary = import_regions(options["file"], **wanted, progress=progress)
        if options["without_gazetteer"]:
            return summary.as_dict()
        return summary.as_dict() | build_after(summary, progress)
