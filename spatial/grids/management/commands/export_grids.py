"""Writes the unit grids of a district, street or community to a file."""

from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Sum

from spatial.basemap.services.export_command import add_order, file_and_order, summary_of
from spatial.basemap.services.exporting import export
from spatial.core.commands import WanmiCommand
from spatial.grids.services.export import GRIDS, grids_in


class Command(WanmiCommand):
    help = "Export the unit grids of a district, street or community."
    example = "110101 -o grids.zip --format shp --crs EPSG:4548 --encoding GBK"

    def add_arguments(self, parser: CommandParser) -> None:
        """Region, file, format, fields, reference system, encoding, day."""
        super().add_arguments(parser)
        parser.add_argument("region", help="code of a district, street or community")
        add_order(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """Export and say what was written."""
        path, order = file_and_order(options)
        done = export(GRIDS, path, order, self.progress())
        area = grids_in(order.region, order.on)[1].aggregate(area=Sum("area_m2"))["area"]
        said = summary_of(done)
        rows = said.pop("rows")
        return {**said, "grids": rows, "area_m2": round(area, 3)}
