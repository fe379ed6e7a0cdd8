"""All replicas of the settings, and which of them a request takes."""

from __future__ import annotations

import math
import threading

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from webmap.replicas.watching import Seen, Watch


class Fleet:
    """The replicas, and how many reads of this process the primary answers now."""

    def __init__(self, aliases: tuple[str, ...]) -> None:
        self.watches = {alias: Watch(alias) for alias in aliases}
        self._of_primary = 0
        self._lock = threading.Lock()

    def choose(self, position: int) -> str:
        """The database with the fewest reads under way that shows a position; replicas first."""
        near = []
        for watch in self.watches.values():
            watch.run()
            seen = watch.seen()
            if not seen.problem and seen.position >= position:
                near.append((watch.under_way, watch.alias))
        least, alias = min(near, default=(math.inf, ""))
        return alias if least <= self._of_primary else DEFAULT_DB_ALIAS

    def begin(self, alias: str) -> None:
        """A read of a database begins."""
        self._count(alias, 1)

    def end(self, alias: str) -> None:
        """It is answered."""
        self._count(alias, -1)

    def seen(self) -> dict[str, Seen]:
        """How far each replica is, for who asks about them."""
        return {alias: watch.looked() for alias, watch in self.watches.items()}

    def _count(self, alias: str, more: int) -> None:
        with self._lock:
            if alias == DEFAULT_DB_ALIAS:
                self._of_primary += more
            else:
                self.watches[alias].under_way += more


FLEET = Fleet(tuple(settings.REPLICAS))
