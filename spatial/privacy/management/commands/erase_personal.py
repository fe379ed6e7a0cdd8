"""Erases personal data that are older than their time, or those of one person."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from spatial.core.commands import WanmiCommand
from spatial.privacy.services.erasing import erase_old
from spatial.privacy.services.forgetting import forget
from spatial.privacy.services.steps import STEPS


class Command(WanmiCommand):
    """Thin shell round ``erase_old`` and ``forget``."""

    help = (
        "Erase personal data that are older than their time (WANMI_KEEP_…_D), in batches and beside"
        " a running site; to be run every day. With --person, what is known of one person."
    )
    example = "--dry-run --json"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to look only, and whom."""
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="count only; nothing is erased")
        parser.add_argument(
            "--person", metavar="WHO", default="",
            help="a telephone number, an e-mail address, or an account that is switched off: what"
            " is of ended cases goes at once, open ones are named",
        )  # fmt: skip

    def work(self, **options: Any) -> dict[str, Any]:
        """Erase, or count; how much of each."""
        if options["person"]:
            found = forget(options["person"], dry_run=options["dry_run"]).summary()
        else:
            found = erase_old(STEPS, dry_run=options["dry_run"], progress=self.progress())
        return {"dry_run": options["dry_run"], **found}
