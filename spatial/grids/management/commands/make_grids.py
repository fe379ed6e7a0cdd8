"""Cuts a district into a draft plan of unit grids."""

import os
from typing import Any

from django.core.management.base import CommandParser

from gridding import DEFAULT_SCHEME, scheme_names
from spatial.core.commands import WanmiCommand
from spatial.grids.services.build import make_plan


class Command(WanmiCommand):
    help = "Cut a district into unit grids and keep them as a draft plan."
    example = "110101 --target-area 10000 --workers 2"

    def add_arguments(self, parser: CommandParser) -> None:
        """District, target area, code scheme, number of processes."""
        super().add_arguments(parser)
        parser.add_argument("district", help="code of the district, 6 digits")
        parser.add_argument("--target-area", type=float, default=10_000, help="m² (10000)")
        parser.add_argument("--scheme", choices=scheme_names(), default=DEFAULT_SCHEME)
        parser.add_argument(
            "--land-use",
            metavar="RULES",
            default="",
            help="rules by land use: default, or a TOML file (none); needs a base map imported "
            "with uses, which osm and gb name",
        )
        parser.add_argument(
            "--cut-compounds", action="store_true", help="compounds above the target may be cut"
        )
        parser.add_argument(
            "--afresh", action="store_true", help="keep no grid of the edition in force"
        )
        parser.add_argument(
            "--only",
            nargs="+",
            default=[],
            metavar="CODE",
            help="cut these streets or communities only; all else stays as it is in force",
        )
        parser.add_argument(
            "--workers", type=int, default=os.cpu_count() or 1, help="processes (all cores)"
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Make the plan; print its name and figures."""
        plan = make_plan(
            options["district"],
            target_area_m2=options["target_area"],
            scheme=options["scheme"],
            land_use=options["land_use"],
            cut_compounds=options["cut_compounds"],
            afresh=options["afresh"],
            only=options["only"],
            workers=options["workers"],
            progress=self.progress(),
        )
        long = ("problems", "loads")
        figures = {key: value for key, value in plan.figures.items() if key not in long}
        return {
            "plan": plan.version,
            "state": plan.state,
            **figures,
            "problems": len(plan.figures.get("problems", [])),
            "next": f"check_grids {plan.version}",
        }
