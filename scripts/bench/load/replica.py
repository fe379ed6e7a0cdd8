"""A copy of a cluster that PostgreSQL streams, that may be killed and is gone afterwards."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from bench.load.cluster import ROOT, Cluster, kill_all

sys.path.insert(0, str(ROOT / "scripts"))

import dev_db  # noqa: E402

SLOT = "replica"
CAUGHT_UP_WITHIN_S = 60.0


def socket_of(address: str) -> str:
    """The folder of the socket that an address names."""
    return unquote(urlsplit(address).netloc.rpartition("@")[2])


def ask(address: str, statement: str) -> str:
    """What a statement tells, as text."""
    words = [str(dev_db.find_bin() / "psql"), "-X", "-q", "-A", "-t", "-h", socket_of(address)]
    words += ["-U", "wanmi", "-d", urlsplit(address).path.strip("/"), "-v", "ON_ERROR_STOP=1"]
    done = subprocess.run([*words, "-c", statement], text=True, capture_output=True, check=True)
    return done.stdout.strip()


class Replica:
    """Made as ``docs/replica.md`` makes one: a slot, ``pg_basebackup -R``, and a start."""

    def __init__(self, cluster: Cluster, slot: str = SLOT) -> None:
        self.primary, self.slot = cluster.address, slot
        self.folder = Path(tempfile.mkdtemp(prefix="wanmi-replica-"))
        self.folder.chmod(0o755)
        self.data, socket = self.folder / "pg", self.folder / "socket"
        name = urlsplit(cluster.address).path.strip("/")
        self.address = f"postgis://wanmi@{quote(str(socket), safe='')}/{name}"

    def __enter__(self) -> Replica:
        """Copy the cluster and follow it."""
        dev_db.own(self.data)
        dev_db.own(Path(socket_of(self.address)))
        words = [str(dev_db.find_bin() / "pg_basebackup"), "-h", socket_of(self.primary)]
        words += ["-U", "wanmi", "-D", str(self.data), "-R", "-C", "-S", self.slot]
        dev_db.run([*words, "-X", "stream", "-c", "fast"], check=True, capture_output=True)
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop and delete it, and have the primary keep nothing for it."""
        self._control("-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
        ask(self.primary, f"SELECT pg_drop_replication_slot('{self.slot}')")

    def start(self) -> None:
        """Start it; it goes on where it was."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        socket = socket_of(self.address)
        for lock in Path(socket).glob(".s.*.lock"):
            lock.unlink()
        self._control("-l", str(self.data / "server.log"), "-o", f"-k {socket}", "start")

    def kill(self) -> None:
        """Kill every process of it at once, as a machine that stops would."""
        kill_all(self.data / "postmaster.pid")

    def ask(self, statement: str) -> str:
        """What a statement tells on the copy."""
        return ask(self.address, statement)

    def pause(self) -> None:
        """It receives what happens, and does not show it."""
        self.ask("SELECT pg_wal_replay_pause()")
        while self.ask("SELECT pg_get_wal_replay_pause_state()") != "paused":
            time.sleep(0.05)

    def resume(self) -> None:
        """It shows what it has received."""
        self.ask("SELECT pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Wait until it shows all that was committed before."""
        wanted = ask(self.primary, "SELECT pg_current_wal_insert_lsn()")
        end = time.monotonic() + CAUGHT_UP_WITHIN_S
        while self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{wanted}'") != "t":
            if time.monotonic() > end:
                raise TimeoutError("the replica does not catch up")
            time.sleep(0.05)

    def process(self) -> int:
        """The number of its first process."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def _control(self, *words: str, check: bool = True) -> None:
        program = [str(dev_db.find_bin() / "pg_ctl"), "-D", str(self.data), "-w"]
        # Its output may not be a pipe: the server would hold it open.
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        dev_db.run([*program, *words], check=check, **quiet)
