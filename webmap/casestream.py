"""Hands moves of cases on to the browsers that listen, as they are committed.

One thread of each process listens to PostgreSQL (`LISTEN cases`); each browser has a queue. A
browser is told only of cases that concern its user. What its list and map show of a case comes
along, read once for all browsers of the process: fifty desks that each ask for their list after
every move cost more than the moves. Where too much moves for that, they are told to ask.
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
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, close_old_connections, connections
from django.utils import timezone, translation
from rest_framework.utils.encoders import JSONEncoder

from spatial.cases.selectors import cases_of
from spatial.cases.services.announcing import CHANNEL
from webmap.api.case_forms import case_row
from webmap.measuring import STREAMS
from webmap.replicas.lines import own_line
from webmap.replicas.positions import position_of, signed

log = logging.getLogger(__name__)
MOST_LISTENERS = 50
"""Of one process; each holds a thread of the web server (`scripts/serve.py` gives it more)."""
KEPT = 500
BEAT_S = 15.0
LONGEST_S = 600.0
"""Then the browser connects anew, and its user's rights are looked at again."""
AGAIN_S = 2.0
GATHER_S = 0.05
"""So long the first move waits for others that come with it; they are read together."""
REST_S = 0.4
"""Between two readings while much moves."""
MOST_ROWS = 40
"""Of one reading; where more moved, the browsers ask for what they show."""
LOST = b"event: lost\ndata: {}\n\n"
CHANGED = b"event: changed\ndata: {}\n\n"
SHOWN = ("number", "step", "move", "before", "stage")


@dataclass(eq=False, slots=True)
class Listener:
    """A browser: whom it shows, in which language, and what it has not been sent yet."""

    user: int
    departments: frozenset[int]
    everything: bool
    language: str
    told_only_that: bool = False
    """Whether it is told that something moved, and not what: a map in colours asks anew then."""
    told: queue.Queue = field(default_factory=lambda: queue.Queue(KEPT))

    def concerns(self, move: dict[str, Any]) -> bool:
        """Whether a move is of a case that the user may see, or could see before."""
        return self.sees(move) or not self.departments.isdisjoint(move["former"])

    def sees(self, move: dict[str, Any]) -> bool:
        """Whether a move is of a case that the user may see now."""
        mine = self.user in move["people"] or self.departments.intersection(move["departments"])
        return self.everything or bool(mine)

    def tell(self, what: bytes) -> None:
        """Put it in the queue; one that is full is emptied and says that something was lost."""
        try:
            self.told.put_nowait(what)
        except queue.Full:
            while not self.told.empty():
                self.told.get_nowait()
            self.told.put_nowait(LOST)


class Hub:
    """All browsers of this process, and the thread that listens for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        self._thread: threading.Thread | None = None
        self.mark = b""
        """Stands before what is told: how far the database was. Who asks then is answered by a
        replica that has got there; without replicas nothing is said."""

    def join(self, listener: Listener) -> bool:
        """Take a browser in; False where there are as many as the process can hold."""
        with self._lock:
            if len(self._listeners) >= MOST_LISTENERS:
                return False
            self._listeners.add(listener)
            STREAMS.set(len(self._listeners))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._listen, name="cases", daemon=True)
                self._thread.start()
        return True

    def leave(self, listener: Listener) -> None:
        """Let a browser go."""
        with self._lock:
            self._listeners.discard(listener)
            STREAMS.set(len(self._listeners))

    def _listen(self) -> None:
        """Listen as long as somebody is there; after a break everybody is told to look again."""
        while self._anybody():
            try:
                self._hear(own_line(DEFAULT_DB_ALIAS))
            except psycopg2.Error as error:
                log.warning("stream of cases: %s", str(error).strip())
                time.sleep(AGAIN_S)
            for listener in self._now():
                listener.tell(LOST)

    def _hear(self, connection: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"LISTEN {CHANNEL}")
        told = 0.0
        try:
            while self._anybody():
                if any(select.select([connection], [], [], BEAT_S)):
                    time.sleep(max(GATHER_S, told + REST_S - time.monotonic()))
                    told = time.monotonic()
                connection.poll()
                moves = [json.loads(notice.payload) for notice in connection.notifies]
                connection.notifies.clear()
                if moves and settings.REPLICAS:
                    self.mark = f"id: {signed(position_of(cursor))}\n".encode()
                if moves:
                    close_old_connections()
                    self.tell_all(moves)
        finally:
            connection.close()
            connections.close_all()

    def _anybody(self) -> bool:
        """Whether somebody listens; if not, this thread is no longer the one that does."""
        with self._lock:
            if self._listeners:
                return True
            self._thread = None
            return False

    def _now(self) -> tuple[Listener, ...]:
        with self._lock:
            return tuple(self._listeners)

    def tell_all(self, moves: list[dict[str, Any]]) -> None:
        """Tell each browser of those moves that concern it."""
        listeners = [one for one in self._now() if not one.told_only_that]
        for one in self._now():
            if one.told_only_that and one.told.empty():
                one.tell(CHANGED)
        rows = _rows(moves, {one.language for one in listeners}) if listeners else {}
        for listener in listeners:
            mine = [move for move in moves if listener.concerns(move)]
            if mine and rows is None:
                listener.tell(LOST)
            elif mine:
                listener.tell(b"".join(_line(move, listener, rows) for move in mine))


HUB = Hub()


def _rows(moves: list[dict[str, Any]], languages: set[str]) -> dict[str, dict[int, str]] | None:
    """By language, what a list shows of the cases that moved; None where that cannot be told."""
    keys = sorted({move["case"] for move in moves})
    if len(keys) > MOST_ROWS:
        return None
    try:
        cases, now = cases_of(keys), timezone.now()
    except Error as error:
        log.warning("stream of cases: %s", str(error).strip())
        return None
    made = {}
    for language in languages:
        with translation.override(language):
            rows = {case.pk: case_row(case, now) for case in cases}
        made[language] = {key: json.dumps(row, cls=JSONEncoder) for key, row in rows.items()}
    return made


def lines(listener: Listener) -> Iterator[bytes]:
    """Server-sent events for one browser until it goes, or its time is over."""
    ends = time.monotonic() + LONGEST_S
    try:
        yield b"retry: 2000\nevent: ready\ndata: {}\n\n"
        while time.monotonic() < ends:
            try:
                told = listener.told.get(timeout=BEAT_S)
                yield HUB.mark + told
            except queue.Empty:
                # A comment: whoever went away is noticed when it is written.
                yield b": \n\n"
    finally:
        HUB.leave(listener)


def _line(move: dict[str, Any], listener: Listener, rows: dict[str, dict[int, str]]) -> bytes:
    shown = json.dumps({name: move[name] for name in SHOWN})
    row = rows[listener.language].get(move["case"]) if listener.sees(move) else None
    return f'event: move\ndata: {shown[:-1]}, "row": {row or "null"}}}\n\n'.encode()
