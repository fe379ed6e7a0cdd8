"""A browser's side of HTTP: one user, one kept connection, times of every answer."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench.load.store import Person

TIMEOUT_S = 60.0
IDLE_S = 1.5
"""The web server closes connections that are idle for two seconds."""
AGAIN_S = 0.5
RACES = frozenset({"E-CASE-STALE", "E-CASE-MOVE", "E-CASE-BUSY"})
"""What tells somebody that another one was first."""


@dataclass(slots=True)
class Notes:
    """What all clients saw."""

    times_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    races: Counter[str] = field(default_factory=Counter)
    acknowledged: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By key: the number of the case and the move that was answered with success."""
    unknown: set[str] = field(default_factory=set)
    """Keys that were sent and never answered with success."""
    resent: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, action: str, ms: float) -> None:
        """An answer came after so long."""
        with self.lock:
            self.times_ms[action].append(ms)

    def refused(self, action: str, status: int, code: str) -> None:
        """An answer was no success."""
        with self.lock:
            if status == 409 and code in RACES:
                self.races[code] += 1
            else:
                self.errors[f"{action} {status} {code}"] += 1


class RefusedError(Exception):
    """An answer of 400 and above."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


class Client:
    """What one user sends."""

    def __init__(
        self, port: int, person: Person, notes: Notes, stopped: threading.Event | None = None
    ) -> None:
        self.port, self.person, self.notes = port, person, notes
        self.stopped = stopped or threading.Event()
        token = secrets.token_hex(16)
        self.headers = {
            "Cookie": f"sessionid={person.session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Accept": "application/json",
        }
        self.connection: http.client.HTTPConnection | None = None
        self.used = 0.0

    def get(self, action: str, path: str, **query: Any) -> Any:
        """Read."""
        words = f"?{urlencode(query)}" if query else ""
        return self._timed(action, "GET", f"/api/v1/{path}{words}", None, {})

    def page(self, action: str, path: str) -> None:
        """Read a page of HTML."""
        self._timed(action, "GET", path, None, {})

    def post(self, action: str, path: str, values: dict[str, Any]) -> Any:
        """Send JSON."""
        body, kind = json.dumps(values).encode(), "application/json"
        return self._timed(action, "POST", f"/api/v1/{path}", body, {"Content-Type": kind})

    def post_photo(self, action: str, path: str, values: dict[str, Any], photo: bytes) -> Any:
        """Send a form with a photo."""
        edge = secrets.token_hex(12)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in values.items()
        ]
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n".encode()
            + photo
            + b"\r\n"
        )
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        kind = f"multipart/form-data; boundary={edge}"
        return self._timed(action, "POST", f"/api/v1/{path}", body, {"Content-Type": kind})

    def _timed(self, action: str, method: str, path: str, body: bytes | None, more: dict) -> Any:
        start = time.perf_counter()
        status, content = self.exchange(method, path, body, more)
        self.notes.answered(action, 1000 * (time.perf_counter() - start))
        if status >= 400:
            code = _code(content)
            self.notes.refused(action, status, code)
            raise RefusedError(status, code)
        return json.loads(content) if content[:1] in b"{[" else None

    def exchange(self, method: str, path: str, body: bytes | None, more: dict) -> tuple[int, bytes]:
        """One request; on a connection that the server has closed it is sent once more."""
        if time.monotonic() - self.used > IDLE_S:
            self.close()
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        try:
            self.connection.request(method, path, body, {**self.headers, **more})
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        self.used = time.monotonic()
        return answer.status, content

    def close(self) -> None:
        """Let the connection go."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _code(content: bytes) -> str:
    try:
        return json.loads(content)["code"]
    except (ValueError, KeyError, TypeError):
        return content[:60].decode(errors="replace")


class Sender:
    """Sends moves and reports with a key; what is cut off is sent again with the same."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def move(self, case: dict, name: str, photo: bytes | None = None, **given: Any) -> Any:
        """A move of a case that was seen."""
        path = f"cases/{case['number']}/moves/{name}"
        return self._send(name, path, {**given, "seen": case["step"]}, photo)

    def report(self, values: dict[str, Any], photo: bytes | None = None) -> Any:
        """A report."""
        return self._send("report", "cases/reports", values, photo)

    def _send(self, name: str, path: str, values: dict[str, Any], photo: bytes | None) -> Any:
        notes, key = self.client.notes, secrets.token_hex(16)
        values = {**values, "key": key}
        notes.unknown.add(key)
        action = f"{'report' if name == 'report' else 'move'}{' with photo' if photo else ''}"
        while True:
            try:
                if photo is None:
                    made = self.client.post(action, path, values)
                else:
                    made = self.client.post_photo(action, path, values, photo)
            except RefusedError as error:
                if error.status < 500:
                    notes.unknown.discard(key)
                    raise
            except (OSError, http.client.HTTPException):
                with notes.lock:
                    notes.errors[f"{action} cut off"] += 1
            else:
                with notes.lock:
                    notes.acknowledged[key] = (made["number"], name)
                    notes.unknown.discard(key)
                return made
            if self.client.stopped.is_set():
                raise ConnectionError
            with notes.lock:
                notes.resent += 1
            time.sleep(AGAIN_S)
