"""Writes what two grid schemes have in common."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from webmap.schemes import BY, head_of, walk_of


class Command(WanmiCommand):
    help = "Write the cells of two grid schemes that have ground or components in common as CSV."
    example = "--from unit --to fire --district 110101 -o unit-fire.csv"

    def add_arguments(self, parser: CommandParser) -> None:
        """Two schemes, district, day and file."""
        super().add_arguments(parser)
        parser.add_argument(
            "--from", dest="one", required=True, metavar="KEY", help="unit or a key"
        )
        parser.add_argument("--to", dest="other", required=True, metavar="KEY")
        parser.add_argument("--district", required=True, metavar="CODE", help="6 digits")
        parser.add_argument("--on", type=dt.date.fromisoformat, help="YYYY-MM-DD (today)")
        parser.add_argument("--by", choices=BY, default="area", help="what is in common")
        parser.add_argument("-o", "--output", type=Path, required=True)

    def work(self, **options: Any) -> dict[str, Any]:
        """Write the table; print its length."""
        names = ("one", "other", "district", "on", "by")
        walk = walk_of(*(options[name] for name in names))
        with options["output"].open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(head_of(options["by"]))
            writer.writerows(walk.rows())
        return {"from": walk.one.version, "to": walk.other.version, "pairs": len(walk.i)}
