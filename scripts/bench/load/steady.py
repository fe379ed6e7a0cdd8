"""Reports at a steady rate, whatever the answers take."""

from __future__ import annotations

import http.client
import random
import threading
import time

from bench.load.client import Client, Notes, RefusedError, Sender
from bench.load.store import Store

SENDERS = 24


def send_reports(
    store: Store,
    port: int,
    notes: Notes,
    a_second: float,
    seconds: float,
    senders: int = SENDERS,
) -> float:
    """Send so many reports a second, each with a key; how many seconds all of them took.

    A sender that is late sends at once; after the time that was asked for nobody sends.
    """
    inspectors = [one for one in store.people if one.role == "inspector"]
    total, began = round(a_second * seconds), time.monotonic()
    numbers, lock = iter(range(total)), threading.Lock()

    def send(place: int) -> None:
        client = Client(port, inspectors[place % len(inspectors)], notes)
        # As the page in the hand asks.
        client.headers["Prefer"] = "return=minimal"
        sender, draw = Sender(client), random.Random(place)
        west, south, east, north = store.box
        while True:
            with lock:
                number = next(numbers, None)
            if number is None or time.monotonic() - began > seconds:
                client.close()
                return
            time.sleep(max(0.0, began + number / a_second - time.monotonic()))
            values = {"case_class": draw.choice(store.classes), "channel": "inspector",
                      "lon": draw.uniform(west, east), "lat": draw.uniform(south, north),
                      "description": "路边有暴露垃圾"}  # fmt: skip
            try:
                sender.report(values)
            except (RefusedError, OSError, http.client.HTTPException):
                continue

    threads = [threading.Thread(target=send, args=[place]) for place in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began
