"""Makes cases up."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``make_cases``."""

    help = (
        "Make up cases of districts with all that happened to them, departments, rules and people. "
        "A run that was stopped goes on with the month it had begun; one that is done writes "
        "nothing."
    )
    example = "110101 --cases 20000 --days 365"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("districts", nargs="+", help="codes of districts with unit grids")
        parser.add_argument("--cases", type=int, default=20_000, help="how many (20000)")
        parser.add_argument("--days", type=int, default=365, help="over how many days (365)")
        parser.add_argument("--seed", type=int, default=1, help="other numbers, other cases (1)")
        parser.add_argument(
            "--open-share", type=float, default=0.013, help="share still open at the end (0.013)"
        )
        parser.add_argument(
            "--until", type=date.fromisoformat, help="last day as 2026-11-28 (until now)"
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Make and return the counts."""
        names = ("cases", "days", "seed", "open_share", "until")
        wanted = Wanted(tuple(options["districts"]), **{name: options[name] for name in names})
        return make_cases(wanted, progress=self.progress())
