"""Builds an edition of a grid scheme by grouping unit grids."""

from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.schemes.models import GridScheme
from spatial.schemes.selectors import scheme_named
from spatial.schemes.services.build import build_edition
from spatial.schemes.services.editions import make_scheme


class Command(WanmiCommand):
    help = "Group the unit grids in force into connected cells of about the same area."
    example = "--scheme sanitation --name 环卫网格 --district 110101 --groups 60"

    def add_arguments(self, parser: CommandParser) -> None:
        """Scheme, district and number of cells."""
        super().add_arguments(parser)
        parser.add_argument("--scheme", required=True, metavar="KEY", help="such as sanitation")
        parser.add_argument("--name", help="makes the scheme when there is none with this key")
        parser.add_argument("--district", required=True, metavar="CODE", help="6 digits")
        parser.add_argument("--groups", required=True, type=int, metavar="N", help="cells to make")

    def work(self, **options: Any) -> dict[str, Any]:
        """Build; print the name of the draft and its size."""
        key = options["scheme"]
        if options["name"] and not GridScheme.objects.filter(key=key).exists():
            make_scheme(key, options["name"])
        scheme = scheme_named(key)
        edition = build_edition(
            scheme, options["district"], options["groups"], progress=self.progress()
        )
        return {
            "edition": edition.version,
            "cells": edition.cell_count,
            "area spread": round(edition.source["spread"], 4),
            "next": f"publish_scheme {edition.version}",
        }
