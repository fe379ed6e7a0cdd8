"""Prints the map book of a street or district."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.evaluation.services.book_grades import grades_of_book
from spatial.grids.mapbook import COLOURS, GRADE, PAPERS, check_book, make_book
from spatial.grids.services.export import DISTRICT_DIGITS


class Command(WanmiCommand):
    help = "Print the map book of a district or street: an index and a page for each community."
    example = "110101001 -o book.pdf --paper A3 --colour neighbours"

    def add_arguments(self, parser: CommandParser) -> None:
        """Region, file, paper, colour, period and scheme of grades, day."""
        super().add_arguments(parser)
        parser.add_argument("region", help="code of a district or street")
        parser.add_argument("-o", "--output", required=True, type=Path, help="PDF to write")
        parser.add_argument("--paper", choices=list(PAPERS), default="A3")
        parser.add_argument("--colour", choices=COLOURS, default="none", help="fill of the grids")
        parser.add_argument("--period", default="", help="of grades, such as 2026-10 or 2026-Q4")
        parser.add_argument("--scheme", default="", help="of weights, such as grid-v1 (the usual)")
        parser.add_argument("--on", type=date.fromisoformat, help="edition of this day, YYYY-MM-DD")

    def work(self, **options: Any) -> dict[str, Any]:
        """Print and say what was made."""
        names = ("paper", "colour", "on")
        asked = {name: options[name] for name in names}
        check_book(options["paper"], options["colour"], bool(options["period"]))
        if options["colour"] == GRADE:
            district = options["region"][:DISTRICT_DIGITS]
            asked["grades"] = grades_of_book(district, options["period"], options["scheme"])
        done = make_book(options["region"], options["output"], **asked, progress=self.progress())
        return {
            "file": str(done.path),
            "plan": done.version,
            "pages": done.pages,
            "grids": done.grids,
            "codes without room": done.unlabelled,
            "bytes": done.bytes,
        }
