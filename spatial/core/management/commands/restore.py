"""Brings a backup back into an empty database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.backup.restoring import restore_backup
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``restore_backup``."""

    help = "Restore a backup into an empty database and compare it with the report of the backup."
    example = "/var/backups/wanmi/wanmi-20261129T020000Z"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where from."""
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, help="folder of one backup")

    def work(self, *, folder: Path, **_options: Any) -> dict[str, Any]:
        """Restore and return the totals."""
        return restore_backup(folder)
