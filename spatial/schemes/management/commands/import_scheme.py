"""Brings an edition of a grid scheme in from a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.schemes.models import GridScheme
from spatial.schemes.selectors import scheme_named
from spatial.schemes.services.editions import make_scheme
from spatial.schemes.services.intake import Fields, import_edition


class Command(WanmiCommand):
    help = "Read the cells of a grid scheme from a file and keep them as a draft edition."
    example = "fire.gpkg --scheme fire --name 消防网格 --district 110101 --code-field code"

    def add_arguments(self, parser: CommandParser) -> None:
        """File, scheme, district and columns."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--scheme", required=True, metavar="KEY", help="such as fire")
        parser.add_argument("--name", help="makes the scheme when there is none with this key")
        parser.add_argument("--district", required=True, metavar="CODE", help="6 digits")
        parser.add_argument("--code-field", required=True, metavar="COLUMN")
        parser.add_argument("--name-field", default="", metavar="COLUMN")
        parser.add_argument("--layer", default="", help="of several in the file")
        parser.add_argument("--crs", metavar="EPSG:N", help="or GCJ-02, BD-09, LOCAL:NAME")
        parser.add_argument("--encoding", default="auto", help="of texts (auto)")
        parser.add_argument("--dry-run", action="store_true", help="read and check only")

    def work(self, **options: Any) -> dict[str, Any]:
        """Import; print the name of the draft and its size."""
        key = options["scheme"]
        if options["name"] and not GridScheme.objects.filter(key=key).exists():
            make_scheme(key, options["name"])
        edition = import_edition(
            scheme_named(key),
            options["file"],
            options["district"],
            Fields(options["code_field"], options["name_field"], options["layer"]),
            crs=options["crs"],
            encoding=options["encoding"],
            dry_run=options["dry_run"],
            progress=self.progress(),
        )
        if edition is None:
            return {"state": "dry run"}
        return {
            "edition": edition.version,
            "cells": edition.cell_count,
            "covered share": round(edition.covered_share, 4),
            "next": f"publish_scheme {edition.version}",
        }
