"""Drops positions that are too old to be kept."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.patrol.services.positions import KEPT_D, prune


class Command(WanmiCommand):
    help = "Drop the positions of inspectors that are older than 90 days; to be run every day."
    example = "--days 90"

    def add_arguments(self, parser: CommandParser) -> None:
        """Days that are kept."""
        super().add_arguments(parser)
        parser.add_argument("--days", type=int, default=KEPT_D, help="days that are kept (90)")

    def work(self, **options: Any) -> dict[str, Any]:
        """Drop and return how many days there were."""
        return prune(options["days"])
