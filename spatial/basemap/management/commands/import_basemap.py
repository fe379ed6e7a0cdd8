"""Imports a base map file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from spatial.basemap.gazetteer.build import build_after
from spatial.basemap.services.basemap import import_basemap
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``import_basemap``."""

    help = "Import roads, water, walls, buildings, compounds, green, addresses and places."
    example = "city.gpkg --layers gb --crs EPSG:4548 --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("file", help=".osm.pbf .gpkg .geojson .shp .dxf .csv .xlsx, or a .zip")
        parser.add_argument("--layers", help="osm, gb or a TOML layer map; chosen if not given")
        parser.add_argument("--crs", metavar="EPSG:N", help="or GCJ-02, BD-09")
        parser.add_argument("--encoding", default="auto", help="auto, UTF-8, GB18030 …")
        parser.add_argument("--dataset", help="name; the file's name if not given")
        parser.add_argument("--attribution", default="", help="credit shown on the map")
        parser.add_argument("--made-up", action="store_true", help="the geometry is generated")
        parser.add_argument("--dry-run", action="store_true", help="do all, write nothing")
        parser.add_argument(
            "--without-gazetteer", action="store_true", help="build_gazetteer follows later"
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Import, build the gazetteer, and return the counts."""
        names = ("layers", "crs", "encoding", "dataset", "attribution", "made_up", "dry_run")
        wanted = {name: options[name] for name in names}
        progress = self.progress()
        summary = import_basemap(options["file"], **wanted, progress=progress)
        if options["without_gazetteer"]:
            return summary.as_dict()
        return summary.as_dict() | build_after(summary, progress)
