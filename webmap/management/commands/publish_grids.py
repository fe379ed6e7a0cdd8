"""Puts a checked plan in force."""

import os
from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.grids.selectors import plan_of_command
from webmap.publishing import publish


class Command(WanmiCommand):
    help = "Publish a checked grid plan; the edition in force before is superseded."
    example = "110101-e1"

    def add_arguments(self, parser: CommandParser) -> None:
        """The plan's name and the day it comes into force."""
        super().add_arguments(parser)
        parser.add_argument("plan", help="name of the plan, such as 110101-e1")
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            help="in force from this day, not a future one: YYYY-MM-DD (today)",
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Publish and say from when."""
        plan = publish(
            plan_of_command(options["plan"]),
            options["on"],
            progress=self.progress(),
            workers=os.cpu_count() or 1,
        )
        return {
            "plan": plan.version,
            "state": plan.state,
            "grids": plan.grid_count,
            "valid_from": str(plan.valid_from),
        }
