"""The site as ``scripts/serve.py`` runs it, on a database that is named; it can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
READY_WITHIN_S = 90


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Site:
    """Web server and worker, in process groups of their own."""

    def __init__(self, database: str) -> None:
        self.port = free_port()
        settings = os.environ.get("DJANGO_SETTINGS_MODULE", "webmap.settings.dev")
        self.environment = {
            **os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": settings,
            # Every answer is counted by the clients.
            "WANMI_LOG_LEVEL": "CRITICAL",
        }  # fmt: skip
        self.web = self.worker = None

    def __enter__(self) -> Site:
        """Start both, and wait until pages are answered; who is told to end stops them too."""
        signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))
        self._run(str(ROOT / "manage.py"), "collectstatic", "--noinput", "-v0").wait()
        self.start_web()
        self.start_worker()
        self.wait()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop both."""
        for process in (self.web, self.worker):
            if process is not None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def start_web(self) -> None:
        """Start gunicorn with the words of ``scripts/serve.py``."""
        words = ["-m", "gunicorn", "webmap.wsgi:application", "--bind", f"127.0.0.1:{self.port}"]
        words += ["--worker-class", "gthread", "--workers", "2", "--threads", "64"]
        self.web = self._run(*words, "--log-level", "error", "--no-control-socket")

    def start_worker(self) -> None:
        """Start the worker for long jobs."""
        self.worker = self._run(str(ROOT / "scripts/worker.py"))

    def web_processes(self) -> list[int]:
        """The processes that answer; the one that starts them anew is none."""
        path = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children")
        return [int(word) for word in path.read_text().split()]

    def kill_worker(self) -> None:
        """Kill the worker for long jobs, and start another."""
        self.worker.send_signal(signal.SIGKILL)
        self.worker.wait()
        self.start_worker()

    def wait(self) -> None:
        """Until a page is answered."""
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline:
            if self.web.poll() is not None:
                raise SystemExit("the web server ended; see the messages above")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise SystemExit("the site did not come up; see the messages above")

    def _run(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=self.environment, start_new_session=True
        )
