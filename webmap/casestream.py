"""Hands moves of cases on to the browsers that listen, as they are committed.

One thread of each process listens to PostgreSQL (`LISTEN cases`); each browser has a queue. A
browser is told only of cases that concern its user; it asks for what it shows by itself, so no
more than number, step and stage travel.
"""

from __future__ import annotations

import json
import logging
import queue
import select
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from django.db import connections
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from spatial.cases.services.announcing import CHANNEL

log = logging.getLogger(__name__)
MOST_LISTENERS = 28
"""Of one process; each holds a thread of the web server (`scripts/serve.py` gives it more)."""
KEPT = 500
BEAT_S = 15.0
LONGEST_S = 600.0
"""Then the browser connects anew, and its user's rights are looked at again."""
AGAIN_S = 2.0
LOST = "lost"


@dataclass(eq=False, slots=True)
class Listener:
    """A browser: whom it shows, and what it has not been sent yet."""

    user: int
    departments: frozenset[int]
    everything: bool
    told: queue.Queue = field(default_factory=lambda: queue.Queue(KEPT))

    def concerns(self, move: dict[str, Any]) -> bool:
        """Whether a move is of a case that the user may see, or could see before."""
        mine = self.user in move["people"] or self.departments.intersection(move["departments"])
        return self.everything or bool(mine)

    def tell(self, what: dict[str, Any]) -> None:
        """Put it in the queue; one that is full is emptied and says that something was lost."""
        try:
            self.told.put_nowait(what)
        except queue.Full:
            while not self.told.empty():
                self.told.get_nowait()
            self.told.put_nowait({"move": LOST})


class Hub:
    """All browsers of this process, and the thread that listens for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        self._thread: threading.Thread | None = None

    def join(self, listener: Listener) -> bool:
        """Take a browser in; False where there are as many as the process can hold."""
        with self._lock:
            if len(self._listeners) >= MOST_LISTENERS:
                return False
            self._listeners.add(listener)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._listen, name="cases", daemon=True)
                self._thread.start()
        return True

    def leave(self, listener: Listener) -> None:
        """Let a browser go."""
        with self._lock:
            self._listeners.discard(listener)

    def _listen(self) -> None:
        """Listen as long as somebody is there; after a break everybody is told to look again."""
        while self._anybody():
            try:
                self._hear(_connect())
            except psycopg2.Error as error:
                log.warning("stream of cases: %s", str(error).strip())
                time.sleep(AGAIN_S)
            self._tell_all({"move": LOST})

    def _hear(self, connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        try:
            while self._anybody():
                select.select([connection], [], [], BEAT_S)
                connection.poll()
                for notice in connection.notifies:
                    self._tell_all(json.loads(notice.payload))
                connection.notifies.clear()
        finally:
            connection.close()

    def _anybody(self) -> bool:
        """Whether somebody listens; if not, this thread is no longer the one that does."""
        with self._lock:
            if self._listeners:
                return True
            self._thread = None
            return False

    def _tell_all(self, move: dict[str, Any]) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            if move["move"] == LOST or listener.concerns(move):
                listener.tell(move)


HUB = Hub()


def _connect() -> Any:
    words = connections["default"].get_connection_params()
    words.pop("cursor_factory", None)
    words.pop("context", None)
    connection = psycopg2.connect(**words)
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return connection


def lines(listener: Listener) -> Iterator[bytes]:
    """Server-sent events for one browser until it goes, or its time is over."""
    ends = time.monotonic() + LONGEST_S
    try:
        yield b"retry: 2000\nevent: ready\ndata: {}\n\n"
        while time.monotonic() < ends:
            try:
                move = listener.told.get(timeout=BEAT_S)
            except queue.Empty:
                # A comment: whoever went away is noticed when it is written.
                yield b": \n\n"
                continue
            yield _line(move)
    finally:
        HUB.leave(listener)


def _line(move: dict[str, Any]) -> bytes:
    if move["move"] == LOST:
        return b"event: lost\ndata: {}\n\n"
    shown = {name: move[name] for name in ("number", "step", "move", "before", "stage")}
    return f"event: move\ndata: {json.dumps(shown)}\n\n".encode()
