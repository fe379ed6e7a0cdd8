"""Counts everything anew from the events of cases."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.evaluation.services.ledger import rebuild


class Command(WanmiCommand):
    """Thin shell round ``rebuild``."""

    help = "Count all moves anew from the events of cases, a month at a time; moves may go on."
    example = "--month 202611"

    def add_arguments(self, parser: CommandParser) -> None:
        """Months, and whether to go on."""
        super().add_arguments(parser)
        parser.add_argument(
            "--month", type=int, action="append", default=[], metavar="YYYYMM",
            help="of the report; can be given several times, without it all",
        )  # fmt: skip
        parser.add_argument(
            "--resume", action="store_true", help="only months that a stopped run left"
        )

        parser.add_argument(
            "--workers", type=int, default=1, choices=range(1, 9), metavar="N",
            help="so many months at a time",
        )  # fmt: skip

    def work(self, **options: Any) -> dict[str, Any]:
        """Rebuild and return the counts."""
        done = rebuild(
            options["month"], resume=options["resume"], workers=options["workers"],
            progress=self.progress(),
        )  # fmt: skip
        return {"months": done.months, "rows": done.rows}
