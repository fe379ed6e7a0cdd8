"""Writes grids, regions, components, cases, evaluation results or base map features to a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.management.base import CommandParser

from spatial.basemap.services.export_command import add_order, file_and_order, summary_of
from spatial.basemap.services.exporting import export
from spatial.core.commands import WanmiCommand
from webmap.exports import SOURCES


class Command(WanmiCommand):
    help = "Export grids, regions, components, cases, evaluation results, base map of a region."
    example = "communities 110101 -o communities.xlsx --format xlsx --fields CODE,NAME,AREA"

    def add_arguments(self, parser: CommandParser) -> None:
        """What, region, file, format, fields, reference system, encoding, day."""
        super().add_arguments(parser)
        parser.add_argument("what", choices=list(SOURCES), help="what to export")
        parser.add_argument("region", help="code of a district, street or community")
        add_order(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """Export and say what was written."""
        path, order = file_and_order(options)
        order = replace(order, unlimited=True)
        done = export(SOURCES[options["what"]], path, order, self.progress())
        said = summary_of(done)
        return {"what": options["what"], **said}
