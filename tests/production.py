"""The site as on a server: production settings, gunicorn, a database and a state folder of its own.

The database is a real one that is copied from the migrated template; secrets are made up anew each
time, so that whatever shows one of them is found.
"""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests.databases import ROOT, Databases

HOST = "grids.example.org"
START_WITHIN_S = 300


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Production:
    """A server's environment, its commands, and its web server when it is started."""

    _collected_once: tempfile.TemporaryDirectory | None = None

    def __init__(self, folder: Path, database: str) -> None:
        self.state = folder / "state"
        self.state.mkdir()
        (self.state / "vendor").symlink_to(settings.STATE_DIR / "vendor")
        self.log, self.errors = folder / "site.log", folder / "site.err"
        self.port = 0
        self.secret_key = secrets.token_urlsafe(50)
        self.database_password = secrets.token_urlsafe(20)
        # The cluster of the tests asks for none, so it stands in the address only.
        address = database.replace("@", f":{self.database_password}@", 1)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("WANMI_", "DATABASE"))}
        self.environment = {
            **clean,
            "DJANGO_SETTINGS_MODULE": "webmap.settings.prod",
            "DATABASE_URL": address,
            "WANMI_SECRET_KEY": self.secret_key,
            "WANMI_ALLOWED_HOSTS": HOST,
            "WANMI_STATE_DIR": str(self.state),
        }

    def command(self, *words: str, **own: str) -> subprocess.CompletedProcess:
        """A program of the project, with some more settings; one that is empty is taken away."""
        given = {k: v for k, v in {**self.environment, **own}.items() if v}
        return subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=given, text=True, capture_output=True
        )

    def manage(self, *words: str, **own: str) -> subprocess.CompletedProcess:
        return self.command("manage.py", *words, **own)

    @contextmanager
    def serving(self, *words: str, **own: str) -> Iterator[Production]:
        """While gunicorn runs as the unit in ``deploy/`` runs it."""
        if not (self.state / "staticfiles").exists():
            (self.state / "staticfiles").symlink_to(self._collected())
        self.port = free_port()
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"]
        command += ["--bind", f"127.0.0.1:{self.port}", *words, "webmap.wsgi:application"]
        with self.log.open("wb") as log, self.errors.open("wb") as errors:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**self.environment, **own}, stdout=log, stderr=errors
            )
        try:
            self._wait(process)
            yield self
        finally:
            process.terminate()
            process.wait(timeout=40)

    def _collected(self) -> Path:
        """The static files, collected once in a process of tests: they are the same for all."""
        if Production._collected_once is None:
            held = tempfile.TemporaryDirectory(prefix="wanmi-static-")
            (Path(held.name) / "vendor").symlink_to(settings.STATE_DIR / "vendor")
            words = ("collectstatic", "--noinput", "-v0")
            done = self.manage(*words, WANMI_STATE_DIR=held.name)
            assert done.returncode == 0, done.stderr
            Production._collected_once = held
        return Path(Production._collected_once.name) / "staticfiles"

    def _wait(self, process: subprocess.Popen) -> None:
        end = time.monotonic() + START_WITHIN_S
        while time.monotonic() < end and process.poll() is None:
            try:
                if self.ask("/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"the site did not start:\n{self.said()[-3000:]}")

    def said(self) -> str:
        """All that went to standard output and standard error."""
        return self.log.read_text() + self.errors.read_text()

    def ask(self, path: str, method: str = "GET", body=None, **headers: str) -> Answer:
        """An answer as the reverse proxy gets it; headers are named with ``_`` for ``-``."""
        sent = {"Host": HOST, "X-Forwarded-Proto": "https"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body, {k: v for k, v in sent.items() if v})
            answer = line.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            line.close()


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def production(folder: Path, template: str, name: str) -> Iterator[Production]:
    """A server whose database is a copy of a template."""
    server = Databases()
    try:
        yield Production(folder, server.create(name, template))
    finally:
        server.drop_all()
