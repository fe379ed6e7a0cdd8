"""Sends the monthly report by e-mail."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from spatial.core.commands import WanmiCommand
from spatial.core.errors import ConflictError
from spatial.reports.monthly.facts import month_before
from spatial.reports.services.sending import send_reports


class Command(WanmiCommand):
    """Thin shell round ``send_reports``."""

    help = (
        "Send the report of the last whole month to everybody who subscribed and has not got it. "
        "To be called by a timer once a day; what went out is not sent again."
    )
    example = "--month 2026-10"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("--month", help="as 2026-10 (the last whole one)")

    def work(self, **options: Any) -> dict[str, Any]:
        """Send and return the counts; a failure ends with exit code 1."""
        month = options["month"] or month_before(timezone.localdate())
        counts = send_reports(month, self.progress())
        if counts["failed"]:
            raise ConflictError("E-REPORT-UNSENT", "; ".join(counts["problems"]), **counts)
        counts.pop("problems")
        return counts
