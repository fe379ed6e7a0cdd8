"""Imports past cases."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from spatial.cases.feeding.bring import Asked, import_cases
from spatial.cases.making.plan import CATALOGUE
from spatial.cases.models import Channel
from spatial.components.services.columns import parse_map
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``import_cases``."""

    help = (
        "Import past cases: each row becomes a case with the moves that its times tell. All or "
        "nothing; rows that are here already stay as they are."
    )
    example = "cases-2025.xlsx --columns reported_at=登记日期 --crs GCJ-02 --dataset old-platform"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("file", help=".csv .xlsx, or any file with points")
        parser.add_argument("--catalogue", default=CATALOGUE, help="version of the classes")
        parser.add_argument("--columns", default="", help="attribute=COLUMN,… for unusual names")
        parser.add_argument("--layer", action="append", default=[], help="may be repeated")
        parser.add_argument("--crs", metavar="EPSG:N", help="or GCJ-02, BD-09, LOCAL:NAME")
        parser.add_argument("--encoding", default="auto", help="auto, UTF-8, GB18030 …")
        parser.add_argument("--zone", default="", help="of times without one (that of the site)")
        parser.add_argument(
            "--channel", default=Channel.HOTLINE, choices=Channel.values,
            help="source of rows that name none (hotline)",
        )  # fmt: skip
        parser.add_argument("--dataset", help="name of the source; the file's if not given")
        parser.add_argument("--attribution", default="", help="credit of the source")
        parser.add_argument("--made-up", action="store_true", help="the cases are generated")
        parser.add_argument(
            "--good-rows", action="store_true", help="take the good rows although others are bad"
        )
        parser.add_argument("--dry-run", action="store_true", help="do all, write nothing")

    def work(self, **options: Any) -> dict[str, Any]:
        """Import and return the counts."""
        names = ("catalogue", "crs", "encoding", "zone", "channel", "good_rows")
        asked = Asked(
            columns=parse_map(options["columns"]),
            layers=tuple(options["layer"]),
            **{name: options[name] for name in names},
        )
        facts = {name: options[name] for name in ("dataset", "attribution", "made_up", "dry_run")}
        done = import_cases(options["file"], asked, **facts, progress=self.progress())
        return done.as_dict()
