"""Phones of inspectors: on duty, sending where they are, checking and verifying with photos."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta

from bench.load.client import Client
from bench.load.people import Worker
from bench.load.store import Store

POINTS = 4
"""Positions of a batch."""
STEP_DEGREES = 0.0004
"""About what one walks in half a minute."""


class Phone:
    """One inspector with a phone: positions by the clock, tasks when there are any."""

    def __init__(self, client: Client, store: Store, photo: bytes, every_s: float) -> None:
        self.client, self.every_s = client, every_s
        self.worker = Worker(client, store, photo, think_s=0.2, report=0.0)
        self.draw: random.Random = self.worker.draw
        self.stopped: threading.Event = client.stopped
        self.place = self.worker.spot()
        self.sent_to = datetime.now(UTC)
        self.taken = 0

    def work(self) -> None:
        """Go on duty, then take turns until everybody stops."""
        self.stopped.wait(self.draw.uniform(0, self.every_s))
        self.worker.guarded(lambda: self.client.post("duty", "patrol/duty", {"action": "start"}))
        while not self.stopped.is_set():
            self.worker.guarded(self._walk)
            self.worker.guarded(self.worker.move)
            self.stopped.wait(self.draw.uniform(0.5, 1.5) * self.every_s)
        self.client.close()

    def _walk(self) -> None:
        """Send the way since the last batch."""
        now = datetime.now(UTC)
        if now - self.sent_to < timedelta(seconds=POINTS):
            return
        share = (now - self.sent_to) / POINTS
        points = []
        for number in range(1, POINTS + 1):
            lon, lat = self.place
            # A walk has to be one: who leaps is told so and not believed.
            speed = STEP_DEGREES / 30 * share.total_seconds()
            self.place = (lon + self.draw.uniform(-1, 1) * speed,
                          lat + self.draw.uniform(-1, 1) * speed)  # fmt: skip
            at = self.sent_to + number * share
            points.append({"at": at.isoformat(), "lon": self.place[0], "lat": self.place[1],
                           "accuracy_m": 8})  # fmt: skip
        told = self.client.post("positions", "patrol/positions", {"positions": points})
        self.sent_to = now
        self.taken += told["taken"]
