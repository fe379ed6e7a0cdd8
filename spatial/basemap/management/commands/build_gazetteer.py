"""Builds the gazetteer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``build_gazetteer``."""

    help = "Bring names, elements and region codes of all places up to date; imports do it too."
    example = "110101"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("district", nargs="?", help="code; only places within it")
        parser.add_argument("--afresh", action="store_true", help="also places without a change")

    def work(self, **options: Any) -> dict[str, Any]:
        """Build and return the counts."""
        return build_gazetteer(
            options["district"], afresh=options["afresh"], progress=self.progress()
        )
