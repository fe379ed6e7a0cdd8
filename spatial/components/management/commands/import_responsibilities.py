"""Imports the table of responsibility."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from spatial.components.services.responsibility_import import import_responsibilities
from spatial.components.services.survey import CATALOGUE
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    help = "Import the table of responsibility: who answers for a class of components in a region."
    example = "responsibility.xlsx --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        """File, catalogue, dry run."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help=".csv or .xlsx")
        parser.add_argument("--catalogue", default=CATALOGUE, help="version of the classes")
        parser.add_argument("--dry-run", action="store_true", help="do all, write nothing")

    def work(self, **options: Any) -> dict[str, Any]:
        """Import and return the counts."""
        names = ("catalogue", "dry_run")
        return import_responsibilities(options["file"], **{name: options[name] for name in names})
