"""Imports the persons who answer for grids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.patrol.services.responsible_import import import_responsibles


class Command(WanmiCommand):
    help = "Import who answers for districts, streets, communities and unit grids, as persons."
    example = "persons.xlsx --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        """File, dry run."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help=".csv or .xlsx")
        parser.add_argument("--dry-run", action="store_true", help="do all, write nothing")

    def work(self, **options: Any) -> dict[str, Any]:
        """Import and return the counts."""
        return import_responsibles(options["file"], dry_run=options["dry_run"])
