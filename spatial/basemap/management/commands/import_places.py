"""Imports a file of places and addresses into the gazetteer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from spatial.basemap.gazetteer.build import build_after
from spatial.basemap.gazetteer.intake import import_places
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``import_places``."""

    help = "Import places and addresses (name, address, alias, old name, level, lon, lat)."
    example = "places.csv --crs EPSG:4490 --dataset survey-2026"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("file", help=".csv .xlsx .gpkg .geojson .shp, or a .zip")
        parser.add_argument("--layer", help="layer, where the file has several")
        parser.add_argument("--crs", metavar="EPSG:N", help="or GCJ-02, BD-09")
        parser.add_argument("--encoding", default="auto", help="auto, UTF-8, GB18030 …")
        parser.add_argument("--dataset", help="name; the file's name if not given")
        parser.add_argument("--attribution", default="", help="credit shown on the map")
        parser.add_argument("--made-up", action="store_true", help="the geometry is generated")
        parser.add_argument("--skip-bad", action="store_true", help="leave rows with faults out")
        parser.add_argument("--dry-run", action="store_true", help="do all, write nothing")

    def work(self, **options: Any) -> dict[str, Any]:
        """Import, build the gazetteer, and return the counts."""
        names = (
            "layer", "crs", "encoding", "dataset", "attribution", "made_up", "skip_bad", "dry_run",
        )  # fmt: skip
        wanted = {name: options[name] for name in names}
        progress = self.progress()
        summary = import_places(options["file"], **wanted, progress=progress)
        return summary.as_dict() | build_after(summary, progress)
