"""Proves a plan: no gap, no overlap, valid edges, codes in order."""

from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.core.errors import ConflictError
from spatial.grids.selectors import plan_of_command
from spatial.grids.services.check import check_plan


class Command(WanmiCommand):
    help = "Check a grid plan in the database; a draft without faults becomes 'checked'."
    example = "110101-e1"

    def add_arguments(self, parser: CommandParser) -> None:
        """The plan's name."""
        super().add_arguments(parser)
        parser.add_argument("plan", help="name of the plan, such as 110101-e1")

    def work(self, **options: Any) -> dict[str, Any]:
        """Check; fail when something is wrong."""
        plan = plan_of_command(options["plan"])
        report = check_plan(plan)
        if not report["ok"]:
            faults = ", ".join(f"{key} {value}" for key, value in report.items() if value)
            raise ConflictError("E-PLAN-FAULTY", f"{plan.version}: {faults}", **report)
        return {"plan": plan.version, "state": plan.state, **report}
