"""All replicas of the settings, and which of them a request takes."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.signals import connection_created

from webmap.replicas.watching import Seen, Watch


class Fleet:
    """The replicas, and how many statements of this process each database answers now."""

    def __init__(self, aliases: tuple[str, ...]) -> None:
        self.watches = {alias: Watch(alias) for alias in aliases}
        self._busy = dict.fromkeys((DEFAULT_DB_ALIAS, *aliases), 0)
        self._lock = threading.Lock()

    def choose(self, position: int) -> str:
        """The database with the fewest statements under way that shows a position.

        Replicas first. Whoever they answer still asks the primary who he is: so what counts are
        statements, not requests.
        """
        near = []
        for alias, watch in self.watches.items():
            watch.run()
            seen = watch.seen()
            if not seen.problem and seen.position >= position:
                near.append((self._busy[alias], alias))
        least, found = min(near, default=(math.inf, ""))
        return found if least <= self._busy[DEFAULT_DB_ALIAS] else DEFAULT_DB_ALIAS

    def seen(self) -> dict[str, Seen]:
        """How far each replica is, for who asks about them."""
        return {alias: watch.looked() for alias, watch in self.watches.items()}

    def counted(
        self, run: Callable, sql: str, values: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Run a statement, and count it for its database meanwhile."""
        alias = context["connection"].alias
        self._count(alias, 1)
        try:
            return run(sql, values, many, context)
        finally:
            self._count(alias, -1)

    def _count(self, alias: str, more: int) -> None:
        with self._lock:
            self._busy[alias] += more


FLEET = Fleet(tuple(settings.REPLICAS))


def count_statements(connection: Any, **_signal: Any) -> None:
    """Count what a connection is asked; one that was made anew is the same to Django."""
    if FLEET.counted not in connection.execute_wrappers:
        connection.execute_wrappers.append(FLEET.counted)


if settings.REPLICAS:
    connection_created.connect(count_statements)
