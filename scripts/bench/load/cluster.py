"""A database cluster of one's own, that may be killed and is gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[3]
GONE_WITHIN_S = 30.0


class Cluster:
    """PostgreSQL as ``scripts/dev_db.py`` makes it, in a folder that is deleted at the end."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix="wanmi-faults-"))
        # The owner of the cluster has to get there.
        self.folder.chmod(0o755)
        self.address = ""

    def __enter__(self) -> Cluster:
        """Make and start it."""
        self.address = self._call("start").strip().splitlines()[-1]
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop and delete it."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        """Stop it in order, as for a restart: sessions are cut off."""
        self._call("stop")

    def kill(self) -> None:
        """Kill every process of it at once, as a machine that stops would."""
        kill_all(self.folder / "pg/postmaster.pid")

    def start(self) -> None:
        """Start it again: it recovers what was committed from its log."""
        # Where nobody collects dead processes, PostgreSQL takes the dead one for another server.
        socket = Path(unquote(urlsplit(self.address).netloc.rpartition("@")[2]))
        for lock in (self.folder / "pg/postmaster.pid", *socket.glob(".s.*.lock")):
            lock.unlink(missing_ok=True)
        self._call("start")

    def _call(self, action: str) -> str:
        words = [sys.executable, str(ROOT / "scripts/dev_db.py"), action, "--name", self.name]
        own = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        own["WANMI_STATE_DIR"] = str(self.folder)
        return subprocess.run(words, env=own, check=True, text=True, stdout=subprocess.PIPE).stdout


def kill_all(pid_file: Path) -> None:
    """Kill every process of the server whose first one a file names, and wait for their end."""
    first = int(pid_file.read_text().split()[0])
    others = [int(word) for word in _children(first)]
    for process in (first, *others):
        _kill(process)
    deadline = time.monotonic() + GONE_WITHIN_S
    while any(map(_lives, (first, *others))) and time.monotonic() < deadline:
        time.sleep(0.05)


def _children(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
