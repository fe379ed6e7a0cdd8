"""Proves the whole store."""

from __future__ import annotations

from typing import Any

from spatial.core.commands import WanmiCommand
from spatial.reports.services.store import check_store, require_sound


class Command(WanmiCommand):
    """Thin shell round ``check_store``."""

    help = (
        "Prove all that must always hold: coverage, codes, places of components, cases and events, "
        "counts, no transaction and no job left. Nothing is changed; the exit code tells whether "
        "all is well."
    )
    example = "--json"

    def work(self, **_options: Any) -> dict[str, Any]:
        """Make all checks; fail when one of them finds something."""
        found = []
        for one in check_store(self.progress()):
            found.append(one)
            if not self.as_json:
                self.stdout.write("\n".join(one.says()))
        told = require_sound(found)
        return told if self.as_json else {"checks": len(found)}
