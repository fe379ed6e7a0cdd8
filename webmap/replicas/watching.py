"""Looks how far a replica is, in a thread, so that no request waits for one that is away."""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from webmap.replicas.lines import own_line
from webmap.replicas.positions import position_of

log = logging.getLogger(__name__)
LOOK_S = 0.5
AGAIN_S = 3.0
"""Between two tries to reach one that is away."""
STALE_S = 8.0
"""A look that is older tells nothing: the one after it hangs. A server with much to do is slow to
be looked at, and must not be laid aside for that: the others would have still more."""
WITHIN = "-c statement_timeout=6000 -c default_transaction_read_only=on"
POSITIONS_KEPT = 2_000
"""Of the primary, one a look: more than a quarter of an hour."""
LOOK = "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() - '0/0'::pg_lsn"
AWAY, BEHIND, NO_REPLICA = "E-REPLICA-AWAY", "E-REPLICA-LAG", "E-REPLICA-PRIMARY"
UNKNOWN = "E-REPLICA-UNSEEN"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found."""

    problem: str = UNKNOWN
    """Code of why it is not read; empty for one that is."""
    position: int = 0
    """Up to where of the primary's log it shows."""
    lag_s: float = math.inf
    lag_bytes: int = 0
    at: float = -math.inf
    """By the monotonic clock."""


class Lag:
    """How old what a replica shows is: the time since the primary was last seen where it is now.

    That hangs on no clock of another machine, and a primary where nothing happens lets no replica
    seem old.
    """

    def __init__(self) -> None:
        self._passed: deque[tuple[float, int]] = deque(maxlen=POSITIONS_KEPT)

    def passed(self, now: float, primary: int) -> None:
        """The primary is here now."""
        if self._passed and self._passed[-1][1] == primary:
            self._passed.pop()
        self._passed.append((now, primary))

    def seconds(self, now: float, replica: int) -> float:
        """The age in seconds, at most; infinite where it is behind all that was seen."""
        if replica >= self._passed[-1][1]:
            return 0.0
        while len(self._passed) > 1 and self._passed[1][1] <= replica:
            self._passed.popleft()
        last, position = self._passed[0]
        return now - last if position <= replica else math.inf


class Watch:
    """A replica, and how far it is."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._seen = Seen()
        self._lag = Lag()
        self._lines: dict[str, Any] = {}
        self._thread: tuple[int, threading.Thread] | None = None
        self._lock, self._wake = threading.Lock(), threading.Event()
        self._first = threading.Event()

    def looked(self) -> Seen:
        """The same, once the first look is over: for who asks about replicas, not for readers."""
        self.run()
        self._first.wait(STALE_S)
        return self.seen()

    def seen(self) -> Seen:
        """The newest look; one that is too old to go by says that it is away."""
        seen = self._seen
        if not seen.problem and time.monotonic() - seen.at > STALE_S:
            self._tell(Seen(AWAY))
        return self._seen

    def doubt(self) -> None:
        """A request failed on it: nobody takes it before it was looked at again."""
        self._tell(Seen(AWAY))
        self._wake.set()

    def run(self) -> None:
        """See to it that the thread runs; a process that was forked needs its own."""
        running = self._thread
        if running is not None and running[0] == os.getpid() and running[1].is_alive():
            return
        with self._lock:
            if self._thread is running:
                thread = threading.Thread(target=self._go_on, name=self.alias, daemon=True)
                thread.start()
                self._thread = (os.getpid(), thread)

    def _go_on(self) -> None:
        while True:
            try:
                seen = self._look()
            except psycopg2.Error as error:
                self._close()
                seen = Seen(AWAY, at=time.monotonic())
                log.debug("%s: %s", self.alias, str(error).strip())
            self._tell(seen)
            self._first.set()
            self._wake.wait(AGAIN_S if seen.problem == AWAY else LOOK_S)
            self._wake.clear()

    def _look(self) -> Seen:
        # The primary first: a replica that has got there has all that was committed before.
        primary = position_of(self._cursor(DEFAULT_DB_ALIAS))
        self._lag.passed(time.monotonic(), primary)
        cursor = self._cursor(self.alias)
        cursor.execute(LOOK)
        recovers, replayed = cursor.fetchone()
        now = time.monotonic()
        if not recovers or replayed is None:
            return Seen(NO_REPLICA, at=now)
        position = int(replayed)
        lag_s = self._lag.seconds(now, position)
        problem = BEHIND if lag_s > settings.REPLICA_LAG_S else ""
        return Seen(problem, position, lag_s, max(0, primary - position), now)

    def _cursor(self, alias: str) -> Any:
        if alias not in self._lines:
            self._lines[alias] = own_line(alias, options=WITHIN)
        return self._lines[alias].cursor()

    def _close(self) -> None:
        for line in self._lines.values():
            line.close()
        self._lines = {}

    def _tell(self, seen: Seen) -> None:
        before, self._seen = self._seen.problem, seen
        if before == seen.problem:
            return
        if seen.problem:
            words = "%s is not read now: %s, %.1f s behind"
            log.warning(words, self.alias, seen.problem, seen.lag_s)
        else:
            log.warning("%s is read: %.1f s behind", self.alias, seen.lag_s)
