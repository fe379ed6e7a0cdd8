"""Folds what moves added into the counts."""

from __future__ import annotations

from typing import Any

from spatial.core.commands import WanmiCommand
from spatial.evaluation.services.ledger import fold


class Command(WanmiCommand):
    """Thin shell round ``fold``."""

    help = "Put what moves added since the last time into the counts; sums stay the same."
    example = "--json"

    def work(self, **_options: Any) -> dict[str, Any]:
        """Fold and return how many rows came of it."""
        return {"rows": fold()}
