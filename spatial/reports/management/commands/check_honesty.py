"""Looks for patterns of faked ledgers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from spatial.core.commands import WanmiCommand
from spatial.evaluation.analysis.reading.selection import Selection
from spatial.evaluation.analysis.reading.suspicion import Period
from spatial.reports.services.honesty import checked, says
from spatial.reports.services.photos import print_photos


class Command(WanmiCommand):
    """Thin shell round ``checked``."""

    help = (
        "List patterns of faked ledgers in the moves of some days. Takes the prints of new photos "
        "first; to be called once a night."
    )
    example = "110101 --from 2026-10-01 --to 2026-10-31"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        yesterday = timezone.localdate() - timedelta(days=1)
        parser.add_argument("district", help="code of a district")
        parser.add_argument("--from", dest="first", type=date.fromisoformat,
                            help="first day (30 days before the last)")  # fmt: skip
        parser.add_argument("--to", dest="last", type=date.fromisoformat, default=yesterday,
                            help="last day (yesterday)")  # fmt: skip

    def work(self, **options: Any) -> dict[str, Any]:
        """Print photos, check, and return the counts."""
        last = options["last"]
        first = options["first"] or last - timedelta(days=29)
        asked = Selection(options["district"], first, last)
        counts: dict[str, Any] = print_photos(self.progress())
        found = checked(Period(asked.district, asked.first, asked.last))
        if self.as_json:
            return counts | found
        for one in found["findings"]:
            self.stdout.write(f"{one['rule']:<10} {one['who']:<20} {says(one)}")
        return counts | {"findings": len(found["findings"])}
