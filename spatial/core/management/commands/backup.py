"""Backs up database, photos and settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.backup.making import make_backup
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``make_backup``."""

    help = "Write a backup of database and photos, with a report that restore compares."
    example = "/var/backups/wanmi --keep 14"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how many stay."""
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, help="each backup gets a folder of its own there")
        parser.add_argument("--keep", type=int, metavar="N", help="drop all but the newest N")

    def work(self, *, folder: Path, keep: int | None, **_options: Any) -> dict[str, Any]:
        """Back up and return the totals."""
        return make_backup(folder, keep)
