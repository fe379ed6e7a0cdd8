"""Big screens: each hears of moves, asks for its numbers and, when they moved, its colours."""

from __future__ import annotations

import http.client
import random
import threading
from contextlib import suppress

from bench.load.client import Client, RefusedError
from bench.load.listening import Listener

EVERY_S, SOONEST_S, COLOURS_S = 5.0, 2.0, 30.0
"""`webmap/wall/feed`, and how often the page takes new colours."""


class Wall:
    """One wall, as ``/wall/`` behaves in a browser."""

    def __init__(self, client: Client, colours: str) -> None:
        self.client, self.colours = client, colours
        self.listener = Listener(client, EVERY_S, ())
        self.moved = threading.Event()
        self.draw = random.Random(client.person.key)

    def listen(self) -> None:
        """Hear of moves until everybody stops."""
        self.listener.listen(lambda _move: self.moved.set())

    def show(self) -> None:
        """Ask for numbers every five seconds, after a move sooner, and for colours."""
        stopped, since_s = self.client.stopped, COLOURS_S
        self.client.stopped.wait(self.draw.uniform(0, EVERY_S))
        while not stopped.is_set():
            with suppress(RefusedError, OSError, http.client.HTTPException):
                self.client.get("wall: numbers", "wall")
                if since_s >= COLOURS_S:
                    since_s = 0.0
                    self.client.page("wall: colours", self.colours)
            self.moved.clear()
            stopped.wait(SOONEST_S)
            self.moved.wait(EVERY_S - SOONEST_S)
            since_s += SOONEST_S
        self.client.close()
