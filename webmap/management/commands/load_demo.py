"""Loads the demo: Helsinki's centre (real) and a made-up Chinese district."""

import os
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from webmap.demo import load


class Command(WanmiCommand):
    help = "Load the demo: regions, base map, unit grids, log-ins. Safe to run twice."
    example = "--scale district"

    def add_arguments(self, parser: CommandParser) -> None:
        """Scale and number of processes."""
        super().add_arguments(parser)
        parser.add_argument(
            "--scale",
            choices=["small", "district"],
            default="district",
            help="made-up communities: small 8, district 169 (default)",
        )
        parser.add_argument(
            "--workers", type=int, default=os.cpu_count() or 1, help="processes (all cores)"
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Load what is missing and say what there is."""
        return load(
            options["scale"],
            options["workers"],
            self.progress(),
            lambda text: None if self.as_json else self.stdout.write(f"Demo: {text}"),
        )
