"""Imports a survey of components."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from spatial.components.services.columns import parse_map
from spatial.components.services.survey import CATALOGUE, Asked, import_components
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``import_components``."""

    help = "Import a survey of components: checked, placed in the grids, written as a difference."
    example = "survey.gpkg --columns code=BH,owner=QSDW --dataset survey-2026 --whole"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("file", help=".shp .gpkg .geojson .csv .xlsx, or a .zip")
        parser.add_argument("--catalogue", default=CATALOGUE, help="version of the classes")
        parser.add_argument("--columns", default="", help="attribute=COLUMN,… for unusual names")
        parser.add_argument("--class", dest="kind", default="", help="of rows that name none")
        parser.add_argument("--layer", action="append", default=[], help="may be repeated")
        parser.add_argument("--crs", metavar="EPSG:N", help="or GCJ-02, BD-09, LOCAL:NAME")
        parser.add_argument("--encoding", default="auto", help="auto, UTF-8, GB18030 …")
        parser.add_argument("--dataset", help="name; the file's name if not given")
        parser.add_argument("--attribution", default="", help="credit shown on the map")
        parser.add_argument("--made-up", action="store_true", help="the survey is generated")
        parser.add_argument(
            "--whole", action="store_true", help="what is missing of the file's classes is gone"
        )
        parser.add_argument(
            "--good-rows", action="store_true", help="take the good rows although others are bad"
        )
        parser.add_argument(
            "--day", type=dt.date.fromisoformat, metavar="YYYY-MM-DD", help="of the survey"
        )
        parser.add_argument("--dry-run", action="store_true", help="do all, write nothing")

    def work(self, **options: Any) -> dict[str, Any]:
        """Import and return the counts."""
        names = ("catalogue", "kind", "crs", "encoding", "whole", "good_rows", "day")
        asked = Asked(
            columns=parse_map(options["columns"]),
            layers=tuple(options["layer"]),
            **{name: options[name] for name in names},
        )
        facts = {name: options[name] for name in ("dataset", "attribution", "made_up", "dry_run")}
        done = import_components(options["file"], asked, **facts, progress=self.progress())
        return done.as_dict()
