"""Puts a draft edition of a grid scheme in force."""

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.schemes.selectors import edition_named
from spatial.schemes.services.editions import publish_edition


class Command(WanmiCommand):
    help = "Publish an edition of a grid scheme; the one in force before is superseded."
    example = "fire-110101-e1"

    def add_arguments(self, parser: CommandParser) -> None:
        """Edition and day."""
        super().add_arguments(parser)
        parser.add_argument("edition", help="such as fire-110101-e1")
        parser.add_argument("--on", type=dt.date.fromisoformat, help="YYYY-MM-DD (today)")

    def work(self, **options: Any) -> dict[str, Any]:
        """Publish; print since when."""
        edition = publish_edition(edition_named(options["edition"]), options["on"])
        return {"edition": edition.version, "valid from": str(edition.valid_from)}
