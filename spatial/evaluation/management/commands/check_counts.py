"""Compares the counts with the events of cases."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.evaluation.services.ledger import check, require_equal


class Command(WanmiCommand):
    """Thin shell round ``check``."""

    help = (
        "Compare the counts of all months with the events; nothing is changed, and the exit code "
        "tells whether they are equal."
    )
    example = "--json"

    def add_arguments(self, parser: CommandParser) -> None:
        """Months."""
        super().add_arguments(parser)
        parser.add_argument(
            "--month", type=int, action="append", default=[], metavar="YYYYMM",
            help="of the report; can be given several times, without it all",
        )  # fmt: skip

    def work(self, **options: Any) -> dict[str, Any]:
        """Compare and return the counts."""
        found = check(options["month"], self.progress())
        require_equal(found)
        return {"months": found.months, "rows": found.rows, "differ": 0}
