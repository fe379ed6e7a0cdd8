"""Builds the tile files of one layer or of all."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.grids.models import GridPlan
from webmap.tiles import pyramid
from webmap.tiles.layers import STORED


class Command(WanmiCommand):
    help = "Build the tiles of a layer as files; without --layer those of all layers."
    example = "--layer grids --version 110101-e1"

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let ``--version`` name the layer's version and not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Layer, version, number of workers."""
        super().add_arguments(parser)
        parser.add_argument("--layer", choices=list(STORED), help="one layer only")
        parser.add_argument("--version", help="edition of the grids; all in force without it")
        parser.add_argument(
            "--workers", type=int, default=os.cpu_count() or 1, help="connections used at once"
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Build and say what was made."""
        layers = [options["layer"]] if options["layer"] else list(STORED)
        built = [
            pyramid.build(layer, version, self.progress(), options["workers"])
            for layer in layers
            for version in self._versions(layer, options["version"])
        ]
        return {
            "versions": " ".join(f"{b.layer}/{b.version}" for b in built),
            "tiles": sum(b.tiles for b in built),
            "bytes": sum(b.size_bytes for b in built),
            "largest_bytes": max((b.largest_bytes for b in built), default=0),
            "seconds": round(sum(b.seconds for b in built), 2),
        }

    @staticmethod
    def _versions(layer: str, given: str | None) -> list[str | None]:
        if given or layer != "grids":
            return [given]
        plans = GridPlan.objects.select_related("district")
        return [plan.version for plan in plans.filter(state=GridPlan.State.PUBLISHED)]
