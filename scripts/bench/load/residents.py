"""Reports of residents without an account, with bursts; each from an address of its own."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import secrets
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from bench.load.client import AGAIN_S, TIMEOUT_S, Notes
from bench.load.store import Store
from bench.load.truth import Truth

SENDERS = 12
BURST_S, BURST_EVERY_S, BURST = 10.0, 60.0, 6.0
"""For so long in every minute so many times as many come: a storm, a burst pipe."""
ACTION = "report of a resident"
KNOWN = "SELECT replace(key::text, '-', '') FROM cases_sending WHERE key = ANY(%s::uuid[])"
MADE = "SELECT count(*) FROM cases_case WHERE id >= %s AND description = %s"


@dataclass
class Residents:
    """All residents; ``mark`` is the description by which their reports are known again."""

    store: Store
    port: int
    notes: Notes
    a_second: float
    stopped: threading.Event = field(default_factory=threading.Event)
    mark: str = field(default_factory=lambda: f"垃圾满溢 {secrets.token_hex(6)}")
    acknowledged: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)

    def start(self) -> list[threading.Thread]:
        """Let them begin; the threads end when everybody stops."""
        self._numbers, self._lock = itertools.count(), threading.Lock()
        self._due, self._began = 0.0, time.monotonic()
        threads = [threading.Thread(target=self._send, args=[n]) for n in range(SENDERS)]
        for thread in threads:
            thread.start()
        return threads

    def _next_s(self) -> float:
        """When the next one comes, in seconds since the beginning."""
        with self._lock:
            in_burst = self._due % BURST_EVERY_S < BURST_S
            usual = BURST_EVERY_S / (BURST_EVERY_S - BURST_S + BURST_S * BURST)
            self._due += 1 / (self.a_second * usual * (BURST if in_burst else 1))
            return self._due

    def _send(self, place: int) -> None:
        draw = random.Random(place)
        while not self.stopped.is_set():
            wait_s = self._began + self._next_s() - time.monotonic()
            if self.stopped.wait(max(0.0, wait_s)):
                return
            west, south, east, north = self.store.box
            values = {
                "key": str(uuid.uuid4()), "case_class": draw.choice(self.store.classes),
                "lon": draw.uniform(west, east), "lat": draw.uniform(south, north),
                "description": self.mark,
            }  # fmt: skip
            self._one(values, f"127.{draw.randrange(1, 255)}.{draw.randrange(256)}.{1 + place}")

    def _one(self, values: dict, address: str) -> None:
        """Send one report, as often as it takes."""
        key = values["key"]
        self.unanswered.add(key)
        while True:
            status, content = self._exchange(values, address)
            if status == http.client.CREATED:
                self.acknowledged.add(key)
                self.unanswered.discard(key)
                return
            if 400 <= status < 500:
                self.notes.refused(ACTION, status, json.loads(content).get("code", ""))
                self.unanswered.discard(key)
                return
            with self.notes.lock:
                self.notes.errors[f"{ACTION} {status or 'cut off'}"] += 1
                self.notes.resent += 1
            if self.stopped.wait(AGAIN_S):
                return

    def _exchange(self, values: dict, address: str) -> tuple[int, bytes]:
        edge, token = secrets.token_hex(12), secrets.token_hex(16)
        body = b"".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in values.items()
        )
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}", "Accept": "application/json",
            "Cookie": f"csrftoken={token}", "X-CSRFToken": token,
        }  # fmt: skip
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=TIMEOUT_S, source_address=(address, 0)
        )
        began = time.perf_counter()
        try:
            line.request("POST", "/api/v1/public/reports", body + f"--{edge}--\r\n".encode(),
                         headers)  # fmt: skip
            answer = line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            line.close()
        self.notes.answered(ACTION, 1000 * (time.perf_counter() - began))
        return answer.status, content

    def truth(self) -> Truth:
        """What became of the reports: a case for each key, and none beyond."""
        from django.db import connection
        from django.utils import timezone

        from spatial.cases.lists import first_key

        keys = {key.replace("-", "") for key in self.acknowledged}
        unknown = {key.replace("-", "") for key in self.unanswered}
        first = first_key(timezone.localdate() - timedelta(days=1))
        with connection.cursor() as cursor:
            cursor.execute(KNOWN, [[*keys, *unknown]])
            stored = {key for (key,) in cursor.fetchall()}
            cursor.execute(MADE, [first, self.mark])
            cases = cursor.fetchone()[0]
        connection.close()
        lost, late = len(keys - stored), len(unknown & stored)
        return Truth(len(keys), lost, cases - len(stored), len(unknown), late, cases)
