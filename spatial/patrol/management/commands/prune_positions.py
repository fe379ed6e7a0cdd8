"""Drops positions that are too old to be kept."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.patrol.services.positions import prune


class Command(WanmiCommand):
    help = "Drop the positions of inspectors that are too old to be kept; to be run every day."
    example = "--days 90"

    def add_arguments(self, parser: CommandParser) -> None:
        """Days that are kept."""
        super().add_arguments(parser)
        days = settings.KEEP_TRAILS_D
        parser.add_argument("--days", type=int, default=days, help=f"days that are kept ({days})")

    def work(self, **options: Any) -> dict[str, Any]:
        """Drop and return how many days there were."""
        return prune(options["days"])
