"""How soon a report is with somebody else: the row that his page shows, and the list if he asks."""

from __future__ import annotations

import random
import threading
import time

from bench.load.client import Client, Notes, Sender
from bench.load.listening import Listener
from bench.load.store import Store
from bench.load.tables import print_times

TIMES = 60
WAIT_S = 10.0


def print_arrivals(store: Store, port: int, title: str) -> None:
    """Send some reports, and wait for each on the page of an operator."""
    stopped = threading.Event()
    reporter = next(one for one in store.people if one.role == "inspector")
    reader = next(one for one in store.people if one.role == "operator")
    notes, heard = Notes(), {}
    page = Client(port, reader, notes, stopped)
    news = threading.Condition()

    def told(move: dict) -> None:
        with news:
            # His list and map show the row that comes along.
            if move["row"]:
                heard[move["number"]] = time.perf_counter()
            news.notify_all()

    listening = threading.Thread(
        target=Listener(page, 0, store.box).listen, args=[told], daemon=True
    )
    listening.start()
    time.sleep(2.0)
    sender, draw = Sender(Client(port, reporter, notes, stopped)), random.Random(7)
    times_ms: dict[str, list[float]] = {"answer to the report": [], "on the other page": [],
                                        "in a list asked for": []}  # fmt: skip
    missed = 0
    for _time in range(TIMES):
        west, south, east, north = store.box
        values = {"case_class": draw.choice(store.classes), "channel": "inspector",
                  "lon": draw.uniform(west, east), "lat": draw.uniform(south, north)}  # fmt: skip
        began = time.perf_counter()
        number = sender.report(values)["number"]
        answered = time.perf_counter()
        with news:
            if not news.wait_for(lambda n=number: n in heard, WAIT_S):
                missed += 1
                continue
        rows = page.get("list", "cases", stage="reported", order="new")["cases"]
        listed = time.perf_counter()
        missed += number not in {row["number"] for row in rows}
        times_ms["answer to the report"].append(1000 * (answered - began))
        # It is told when it is committed, which may be before the reporter has his answer.
        times_ms["on the other page"].append(1000 * max(0.0, heard[number] - answered))
        times_ms["in a list asked for"].append(1000 * (listed - answered))
        time.sleep(0.2)
    stopped.set()
    print(f"\n{title}: {TIMES} reports, {missed} not heard of or not in the list\n")
    print_times(times_ms)
