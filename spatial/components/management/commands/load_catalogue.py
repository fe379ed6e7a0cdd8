"""Loads a catalogue of component classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from spatial.components.services.catalogue import of_file, of_standard, store_catalogue
from spatial.components.services.survey import CATALOGUE
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``store_catalogue``."""

    help = "Load a catalogue of component classes: a standard's, or a city's file."
    example = "cjt214-2007"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("version", nargs="?", default=CATALOGUE, help="or a city's .json file")

    def work(self, **options: Any) -> dict[str, Any]:
        """Load and return the counts."""
        given = options["version"]
        found = of_file(Path(given)) if given.endswith(".json") else of_standard(given)
        row = store_catalogue(found)
        return {
            "catalogue": row.version,
            "main_classes": row.main_classes.count(),
            "classes": row.classes.count(),
        }
