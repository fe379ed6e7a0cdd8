"""The site in processes of its own, on the database of a test."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from tests.databases import ROOT, Databases, surroundings

START_WITHIN_S = 60


@contextmanager
def served(state: Path, *words: str, **own: str) -> Iterator[str]:
    """The address of the site while gunicorn runs with some more words and settings."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "webmap.wsgi:application", "--no-control-socket"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error", *words]
    database = Databases().address(connection.settings_dict["NAME"])
    process = subprocess.Popen(command, cwd=ROOT, env=surroundings(database, state, **own))
    root = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + START_WITHIN_S
        while not _answers(f"{root}/healthz"):
            assert time.monotonic() < end, "the site did not start"
            time.sleep(0.2)
        yield root
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True
