"""What each role does all day, as its desk does it: every step is what a browser would send."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

from bench.load.client import Client, RefusedError, Sender
from bench.load.store import Store

STAGES = {
    "operator": ("reported,checked", "to_verify,failed", "verified"),
    "dispatcher": ("filed", "answered"),
    "department": ("dispatched", "handling"),
    "inspector": ("checking", "verifying"),
}
"""The tabs behind which work waits; those without work are passed over."""
LOOK = 0.35
"""Share of turns in which somebody only looks round."""
REPORT = 0.3
"""Share of the turns of those who report in which they do."""
FAIL = 0.1
"""Share of checks and verifications that find it is not so."""
WORDS = ("东", "街道1", "垃圾", "路灯", "井盖")


def photo_of(seed: int) -> bytes:
    """A picture as a phone sends it after it made it smaller, about 200 kB."""
    import numpy as np
    from PIL import Image

    chance = np.random.default_rng(seed)
    coarse = chance.integers(0, 255, (96, 128, 3), dtype=np.uint8)
    packed = BytesIO()
    Image.fromarray(coarse).resize((1280, 960), Image.Resampling.BICUBIC).save(packed, "JPEG")
    return packed.getvalue()


class Worker:
    """One user at work."""

    def __init__(
        self, client: Client, store: Store, photo: bytes, think_s: float, report: float = REPORT
    ) -> None:
        self.client, self.store, self.photo, self.think_s = client, store, photo, think_s
        self.reporting = report
        self.role, self.sender = client.person.role, Sender(client)
        self.draw = random.Random(client.person.key)
        self.inspectors = [one.key for one in store.people if one.role == "inspector"]
        self.stopped: threading.Event = client.stopped

    def work(self) -> None:
        """Take turns until everybody stops."""
        self.pause()
        self.guarded(lambda: self.client.page("desk page", "/desk/"))
        while not self.stopped.is_set():
            self.guarded(self.turn)
            self.pause()
        self.client.close()

    def guarded(self, what: Callable[[], Any]) -> None:
        """Do something; what fails is noted, and the day goes on."""
        try:
            what()
        except (RefusedError, ConnectionError, TimeoutError):
            self.stopped.wait(0.2)
        except Exception as error:  # noqa: BLE001 - whatever happens to one is told, others go on
            self.client.notes.refused("client", 0, f"{type(error).__name__}: {error}"[:120])
            self.stopped.wait(0.2)

    def pause(self) -> None:
        """Think, from half to one and a half times as long as is usual."""
        self.stopped.wait(self.draw.uniform(0.5, 1.5) * self.think_s)

    def turn(self) -> None:
        """Look round, report, or take a case from a tab and move it."""
        chance = self.draw.random()
        if chance < LOOK:
            self.look()
        elif self.role in ("operator", "inspector") and chance < LOOK + self.reporting * (1 - LOOK):
            self.report()
        else:
            self.move()

    def look(self) -> None:
        """Filter, page, search, the map, what has ended."""
        what = self.draw.randrange(6)
        if what == 0:
            page = self.client.get("list", "cases", limit=50)
            if page["next"]:
                self.client.get("list", "cases", limit=50, after=page["next"])
        elif what == 1:
            self.client.get("search", "cases", text=self.draw.choice(WORDS))
        elif what == 2:
            self.client.get("list", "cases", light="red", order="new")
        elif what == 3:
            self.client.get("ended", "cases", ended="1")
        elif what == 4:
            self.client.get("counts", "cases/counts")
        else:
            lon, lat = self.spot()
            box = {"west": lon, "east": lon + 0.02, "south": lat, "north": lat + 0.015}
            self.client.get("dots", "cases/dots", **box)

    def spot(self) -> tuple[float, float]:
        """A point on the grids."""
        west, south, east, north = self.store.box
        return self.draw.uniform(west, east), self.draw.uniform(south, north)

    def report(self) -> None:
        """Report: an operator what he was called about, an inspector what he sees."""
        lon, lat = self.spot()
        self.client.get("similar", "cases/similar", lon=lon, lat=lat)
        values = {"case_class": self.draw.choice(self.store.classes), "lon": lon, "lat": lat,
                  "description": "路边有暴露垃圾"}  # fmt: skip
        if self.role == "operator":
            self.sender.report({**values, "channel": "hotline", "contact": "13800000000"})
        else:
            self.sender.report({**values, "channel": "inspector"}, self.photo)

    def move(self) -> None:
        """Turn to a tab, open a case of it, think, and do what has to be done."""
        stages = self.draw.choice(STAGES[self.role])
        rows = self.client.get("list", "cases", stage=stages, limit=50)["cases"]
        self.client.get("counts", "cases/counts")
        if not rows:
            return
        case = self.client.get("case", f"cases/{self.draw.choice(rows)['number']}")
        self.pause()
        offered = {one["name"] for one in case["moves"]}
        getattr(self, f"_as_{self.role}")(case, offered)

    def _as_operator(self, case: dict, offered: set[str]) -> None:
        if case["stage"] in ("reported", "checked"):
            self._file_or_check(case)
        elif "close" in offered:
            self.sender.move(case, "close")
        elif "ask_verify" in offered:
            self._send(case, "ask_verify")

    def _file_or_check(self, case: dict) -> None:
        if case["stage"] == "reported" and case["channel"] != "inspector":
            self._send(case, "ask_check")
            return
        if case["stage"] == "checked" and case["on_site"] is False:
            self.sender.move(case, "refuse", reason="现场未发现")
            return
        standards = self.client.get("standards", f"cases/{case['number']}/standards")
        self.sender.move(case, "file", standard=self.draw.choice(standards)["id"])

    def _send(self, case: dict, name: str) -> None:
        self.client.get("inspectors", f"cases/{case['number']}/inspectors")
        self.sender.move(case, name, inspector=self.draw.choice(self.inspectors))

    def _as_dispatcher(self, case: dict, offered: set[str]) -> None:
        found = case["suggestion"]
        if "dispatch" in offered and found:
            self.sender.move(case, "dispatch", department=found["department"]["id"])
        elif "pass_on" in offered:
            self.sender.move(case, "pass_on")

    def _as_department(self, case: dict, offered: set[str]) -> None:
        if "accept" in offered:
            self.sender.move(case, "accept")
        elif "answer" in offered:
            self.sender.move(case, "answer", self.photo, reason="已处置", views="after")

    def _as_inspector(self, case: dict, offered: set[str]) -> None:
        fails = self.draw.random() < FAIL
        if "confirm" in offered:
            name, view = ("deny", "far") if fails else ("confirm", "before")
        elif "verify" in offered:
            name, view = ("fail", "far") if fails else ("verify", "after")
        else:
            return
        self.sender.move(case, name, self.photo, reason="现场查看", views=view)
