"""Pages that stay open: the stream of moves, and what a page asks anew when cases moved."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from bench.load.client import Client, RefusedError
from bench.load.people import STAGES

FULL_S = 10.0
"""A page that may not listen asks as often."""
SPREAD_S = (0.2, 0.8)
"""After a move a page waits so long before it asks (`webmap/desk/live`)."""
CLOCK_S = 60.0
"""So often a page reads everything again, whatever it heard (`webmap/desk/desk`)."""


class Listener:
    """An open page of a user: hears moves and shows them; what it must ask for, it asks.

    A page without a filter puts the rows that it is told in place and asks for counts only; one
    with a filter asks for its list and the map, too.
    """

    def __init__(
        self, client: Client, watch_s: float, box: tuple[float, ...], filtered: bool = False
    ) -> None:
        self.client, self.watch_s = client, watch_s
        self.box, self.filtered = box, filtered
        self.moved = threading.Event()
        self.heard = 0
        self.full = 0

    def listen(self, told: Callable[[dict], None] = lambda _move: None) -> None:
        """Hold a stream open until everybody stops; begin anew when it ends."""
        while not self.client.stopped.is_set():
            try:
                self._stream(told)
            except (OSError, http.client.HTTPException, ValueError):
                self.client.stopped.wait(2.0)

    def _stream(self, told: Callable[[dict], None]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.client.port, timeout=2.0)
        try:
            connection.request("GET", "/api/v1/cases/stream", headers=self.client.headers)
            answer = connection.getresponse()
            if answer.status != 200:
                self.full += 1
                self.client.stopped.wait(FULL_S)
                self.moved.set()
                return
            self._lines(answer, told)
        finally:
            connection.close()

    def _lines(self, answer: http.client.HTTPResponse, told: Callable[[dict], None]) -> None:
        answer.fp.raw._sock.settimeout(30.0)  # noqa: SLF001 - comments come every 15 s
        while not self.client.stopped.is_set():
            line = answer.readline()
            if not line:
                return
            if line.startswith(b'data: {"'):
                self.heard += 1
                told(json.loads(line[6:]))
                self.moved.set()

    def watch(self) -> None:
        """Ask again when cases moved, at most so often, and by the clock."""
        draw = random.Random(self.client.person.key)
        whole = time.monotonic() - draw.uniform(0, CLOCK_S)
        while not self.client.stopped.is_set():
            heard = self.moved.wait(0.5)
            due = time.monotonic() - whole > CLOCK_S
            if not (heard or due):
                continue
            self.client.stopped.wait(draw.uniform(*SPREAD_S))
            began = time.monotonic()
            self.moved.clear()
            if due:
                whole = began
            with suppress(RefusedError, OSError, http.client.HTTPException):
                self._ask(self.filtered or due)
            self.client.stopped.wait(max(0.0, self.watch_s - (time.monotonic() - began)))
        self.client.close()

    def _ask(self, everything: bool) -> None:
        tab = STAGES[self.client.person.role][0]
        self.client.get("refresh: counts", "cases/counts")
        if everything:
            self.client.get("refresh: list", "cases", stage=tab, limit=50)
            west, south, east, north = self.box
            box = {"west": west, "south": south, "east": east, "north": north}
            self.client.get("refresh: dots", "cases/dots", stage=tab, **box)
