"""Loads the demo: Helsinki's centre (real) and a made-up Chinese district, or a made-up capital."""

import os
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from webmap.demo import load
from webmap.demo_city import GRID_AREA_M2, CitySize, load_city


class Command(WanmiCommand):
    help = "Load the demo: regions, base map, unit grids, log-ins. Safe to run twice."
    example = "--scale district"

    def add_arguments(self, parser: CommandParser) -> None:
        """Scale and number of processes."""
        super().add_arguments(parser)
        parser.add_argument(
            "--scale",
            choices=["small", "district", "city"],
            default="district",
            help="made-up communities: small 8, district 169 (default); city: a capital of 16 "
            "districts in a store of its own, for which an hour or so is needed",
        )
        parser.add_argument(
            "--grid-area",
            type=float,
            default=GRID_AREA_M2,
            metavar="M2",
            help="area of a unit grid of the city: 44000 (default) gives some 35,000, "
            "10000 some 150,000",
        )
        parser.add_argument(
            "--workers", type=int, default=os.cpu_count() or 1, help="processes (all cores)"
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Load what is missing and say what there is."""
        workers, progress = options["workers"], self.progress()
        if options["scale"] == "city":
            size = CitySize(grid_area_m2=options["grid_area"])
            return load_city(size, workers, progress, self._say)
        return load(options["scale"], workers, progress, self._say)

    def _say(self, text: str) -> None:
        if not self.as_json:
            self.stdout.write(f"Demo: {text}")
