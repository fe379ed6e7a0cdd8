"""Counts anew which grids were walked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from spatial.core.commands import WanmiCommand
from spatial.patrol.services.walks import rebuild_walks


class Command(WanmiCommand):
    help = (
        "Count from the trails which unit grids were walked on which day. The worker counts each "
        "minute what came in; this does it anew, for days whose trails are kept."
    )
    example = "--from 2026-11-01 --to 2026-11-27"

    def add_arguments(self, parser: CommandParser) -> None:
        """Days."""
        super().add_arguments(parser)
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY",
                            help="first day (the oldest whose trails are kept)")  # fmt: skip
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY",
                            help="last day (today)")  # fmt: skip

    def work(self, **options: Any) -> dict[str, Any]:
        """Count and return how many days of inspectors there were."""
        today = timezone.localdate()
        oldest = today - timedelta(days=settings.KEEP_TRAILS_D)
        return rebuild_walks(options["first"] or oldest, options["last"] or today, oldest)
