"""All users of a store at work at once."""

from __future__ import annotations

import threading

from bench.load.client import Client, Notes
from bench.load.listening import Listener
from bench.load.people import Worker, photo_of
from bench.load.store import Store

END_WITHIN_S = 90.0
EVERY_FILTERED = 3
"""Of so many pages one shows a list with a filter."""


class Crowd:
    """Every user has a thread that works, and an open page that listens and reads anew."""

    def __init__(self, store: Store, port: int, think_s: float, watch_s: float) -> None:
        self.notes, self.stopped = Notes(), threading.Event()
        self.listeners: list[Listener] = []
        self.threads: list[threading.Thread] = []
        for number, person in enumerate(store.people):
            client = Client(port, person, self.notes, self.stopped)
            worker = Worker(client, store, photo_of(number), think_s)
            self._add(worker.work)
            if watch_s:
                watcher = Client(port, person, self.notes, self.stopped)
                filtered = number % EVERY_FILTERED == 0
                page = Listener(watcher, watch_s, store.box, filtered=filtered)
                self.listeners.append(page)
                self._add(page.listen)
                self._add(page.watch)

    def _add(self, work) -> None:
        self.threads.append(threading.Thread(target=work, daemon=True))

    def start(self) -> None:
        """Everybody begins."""
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Everybody ends what he has begun, and stops."""
        self.stopped.set()
        for thread in self.threads:
            thread.join(END_WITHIN_S)

    @property
    def heard(self) -> int:
        """Notices that reached the open pages."""
        return sum(one.heard for one in self.listeners)

    @property
    def full(self) -> int:
        """How often a page was not allowed to listen."""
        return sum(one.full for one in self.listeners)
