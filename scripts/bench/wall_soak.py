#!/usr/bin/env python3
"""Leaves the wall open in a real browser while cases move, and says whether it grows.

    .venv/bin/python scripts/bench/wall_soak.py [--url URL] --minutes 60 --events 100

The site must run on the database that ``DATABASE_URL`` names and have cases, such as the demo's. So
many events a second are made: a few are reports, made by the service as anybody's are; the others
are announcements of cases in hand on the channel ``cases`` in the form that a move sends, which go
the way of all moves from there: the site reads the cases and tells the page. (A hundred moves a
second written by one process would leave the browser of a small machine nothing.)

Four times a minute the browser collects garbage and tells of its JavaScript heap, nodes and
listeners. The page passes if the mean heap of the last ten minutes (of a short run its last third)
is at most 10 % above that of the first ten after the warm-up.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.dev")

from browser import FLAGS, find_browser  # noqa: E402
from playwright.sync_api import CDPSession, Page, sync_playwright  # noqa: E402

WALL = {"width": 1920, "height": 1080}
A_MINUTE_S = 60
COMPARED_MIN = 10
MOST_GROWTH = 1.10
MEBIBYTE = 2**20
TURN_S = 0.1
A_MINUTE = 4
"""Samples of a minute, whose mean is told: what the tour stands at makes them differ."""
KNOWN = 2_000
HEAD = ("minute", "heap, MiB", "nodes", "listeners", "events", "requests", "state")


@dataclass(frozen=True, slots=True)
class Sample:
    """What the page holds after a collection of garbage."""

    minute: int
    heap_mib: float
    nodes: int
    listeners: int
    events: int
    requests: int
    state: str

    def line(self) -> str:
        return "| " + " | ".join(
            (str(self.minute), f"{self.heap_mib:.2f}", f"{self.nodes:,}", f"{self.listeners:,}",
             f"{self.events:,}", f"{self.requests:,}", self.state)
        ) + " |"  # fmt: skip


class Events(threading.Thread):
    """Makes events at a steady rate until it is stopped."""

    def __init__(self, per_second: float, reports: float) -> None:
        super().__init__(name="events", daemon=True)
        self.rate, self.reports = per_second, min(reports, per_second)
        self.made, self.reported = 0, 0
        self.over = threading.Event()
        self.fault = ""

    def run(self) -> None:
        from django.db import connection

        try:
            self._make()
        except Exception as error:  # noqa: BLE001 - told at the end, whatever it is
            self.fault = f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    def _make(self) -> None:
        from spatial.cases.models import Case, CaseClass, InHand

        keys = list(InHand.objects.order_by("-case").values_list("case", flat=True)[:KNOWN])
        cases = list(Case.objects.in_bulk(keys).values())
        classes = list(CaseClass.objects.filter(kind="event", in_use=True))
        if not cases or not classes:
            self.fault = "there are no cases in hand; load the demo first"
            return
        chance, begun = random.Random(1), time.monotonic()
        while not self.over.wait(TURN_S):
            run_s = time.monotonic() - begun
            for _n in range(int(self.reports * run_s) - self.reported):
                _report(chance.choice(cases), chance.choice(classes))
                self.reported += 1
                self.made += 1
            due = int(self.rate * run_s) - self.made
            _announce([chance.choice(cases) for _n in range(max(0, due))])
            self.made += max(0, due)

    def stop(self) -> None:
        self.over.set()
        self.join()


def _report(near, kind) -> None:
    from spatial.cases.services.given import Report
    from spatial.cases.services.reporting import report

    report(None, Report(case_class=kind.pk, lon=near.point.x, lat=near.point.y, channel="web"))


def _announce(cases: list) -> None:
    from django.db import connection, transaction

    from spatial.cases.services.announcing import CHANNEL

    told = [
        json.dumps({
            "case": one.pk, "number": one.number, "step": one.step, "move": "press",
            "before": one.stage, "stage": one.stage, "former": [], "people": [],
            "departments": [one.department_id] if one.department_id else [],
            "grid": one.grid_code, "user": None,
        })
        for one in cases
    ]  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        for one in told:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, one])


def log_in(page: Page, url: str, name: str, password: str) -> None:
    """Log in and open the wall."""
    page.goto(f"{url}accounts/login/?next=/wall/%3Fseconds=10")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-ready=true]", timeout=60_000)


def sample(minute: int, cdp: CDPSession, page: Page, events: Events, requests: int) -> Sample:
    """Collect garbage and look."""
    cdp.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
    return Sample(
        minute, found["JSHeapUsedSize"] / MEBIBYTE, int(found["Nodes"]),
        int(found["JSEventListeners"]), events.made, requests,
        page.get_attribute("#state", "data-state") or "",
    )  # fmt: skip


def watch(page: Page, cdp: CDPSession, events: Events, minutes: int) -> list[Sample]:
    """A sample each minute."""
    asked = [0]
    page.on("request", lambda _request: asked.__setitem__(0, asked[0] + 1))
    cdp.send("Performance.enable")
    begun, found = time.monotonic(), []
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}", flush=True)
    for minute in range(1, minutes + 1):
        part = []
        for n in range(A_MINUTE):
            at = begun + (minute - 1 + (n + 1) / A_MINUTE) * A_MINUTE_S
            # Not a sleep: the browser's messages are taken meanwhile.
            page.wait_for_timeout(max(0.0, at - time.monotonic()) * 1000)
            part.append(sample(minute, cdp, page, events, asked[0]))
        mean = statistics.mean(one.heap_mib for one in part)
        found.append(replace(part[-1], heap_mib=mean))
        print(found[-1].line(), flush=True)
    return found


def judged(found: list[Sample], warm_up: int) -> tuple[float, float]:
    """Mean heap at the beginning and at the end, in MiB."""
    heap = [one.heap_mib for one in found[warm_up:]]
    part = min(COMPARED_MIN, max(1, len(heap) // 3))
    return statistics.mean(heap[:part]), statistics.mean(heap[-part:])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000/")
    parser.add_argument("--user", default="operator")
    parser.add_argument("--password", default="", help="(that of the demo)")
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--warm-up", type=int, default=5, help="minutes that do not count (5)")
    parser.add_argument("--events", type=float, default=100, help="a second (100)")
    parser.add_argument("--reports", type=float, default=2, help="of these, new cases (2)")
    args = parser.parse_args()
    if args.minutes - args.warm_up < 3:
        parser.error("E-BENCH-SHORT: give at least three minutes more than the warm-up")
    import django

    django.setup()
    from webmap.demo import PASSWORD

    url = args.url.rstrip("/") + "/"
    events = Events(args.events, args.reports)
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page(viewport=WALL, locale="zh-CN")
        page.on("pageerror", lambda error: faults.append(str(error)))
        log_in(page, url, args.user, args.password or PASSWORD)
        events.start()
        found = watch(page, page.context.new_cdp_session(page), events, args.minutes)
        events.stop()
        browser.close()
    first, last = judged(found, args.warm_up)
    grown = last / first
    good = grown <= MOST_GROWTH and not faults and not events.fault
    verdict = "pass" if good else "FAIL"
    made = f"{events.made:,} events ({events.reported:,} reports)"
    print(f"\nheap {first:.2f} → {last:.2f} MiB ({(grown - 1) * 100:+.1f} %), {made}: {verdict}")
    for fault in [*faults[:5], *filter(None, [events.fault])]:
        print(f"fault: {fault}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
