"""Loads classes of cases with their filing standards."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from spatial.cases.services.catalogue import catalogue_of, store_case_classes
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``store_case_classes``."""

    help = "Load classes of cases with their filing standards: a catalogue's, or a city's file."
    example = "cjt214-yuncheng"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("version", help="or a city's .json file")

    def work(self, **options: Any) -> dict[str, Any]:
        """Load and return the counts."""
        found = catalogue_of(options["version"])
        return {"catalogue": found.version, **store_case_classes(found)}
