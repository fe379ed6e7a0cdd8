"""Cuts a district into patrol areas."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from gridding.rules import GRIDS_PER_AREA
from spatial.core.commands import WanmiCommand
from spatial.patrol.services.cutting import make_areas


class Command(WanmiCommand):
    help = "Put the unit grids in force together to patrol areas of about the same burden."
    example = "110101 --grids-per-area 12"

    def add_arguments(self, parser: CommandParser) -> None:
        """District and size."""
        super().add_arguments(parser)
        parser.add_argument("district", help="code of the district, 6 digits")
        parser.add_argument(
            "--grids-per-area",
            type=float,
            default=GRIDS_PER_AREA,
            metavar="N",
            help="unit grids of an area with a mean burden (12)",
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Make the areas; print their figures."""
        return make_areas(options["district"], options["grids_per_area"], progress=self.progress())
