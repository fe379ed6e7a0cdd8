"""Proves that cases and events agree."""

from __future__ import annotations

from typing import Any

from spatial.cases.services.checking import check_cases, require_sound
from spatial.core.commands import WanmiCommand


class Command(WanmiCommand):
    """Thin shell round ``check_cases``."""

    help = (
        "Look at every case and its events: stages, steps, moves, counts, grids, cases in hand. "
        "Nothing is changed; the exit code tells whether all is well."
    )
    example = "--json"

    def work(self, **_options: Any) -> dict[str, Any]:
        """Check and return the counts."""
        found = check_cases(self.progress())
        require_sound(found)
        return found.summary()
