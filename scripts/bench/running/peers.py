"""Programs of others to be compared with, each in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import psycopg2

ROOT = Path(__file__).resolve().parents[3]
STATE = Path(os.environ.get("WANMI_STATE_DIR") or ROOT / ".state")
TIPG = ("tipg==1.6.1", "uvicorn==0.54.0")
READY_WITHIN_S = 60


def environment(name: str, packages: tuple[str, ...]) -> Path:
    """The Python of an environment with some packages, made once."""
    folder = STATE / "peers" / name
    python = folder / "bin/python"
    stamp = folder / ".packages"
    if not (stamp.exists() and stamp.read_text() == "\n".join(packages)):
        print(f"installing {', '.join(packages)} into an environment of its own …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        words = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*words, *packages]).returncode:
            sys.exit(f"E-BENCH-PEER: {packages[0]} could not be installed; see above")
        stamp.write_text("\n".join(packages))
    return python


def needs(program: str) -> str:
    """The path of a program of Debian's, else the end with what to install."""
    found = shutil.which(program)
    if found is None:
        sys.exit(f"E-BENCH-PEER: {program} is not on PATH; run: sudo apt-get install {program}")
    return found


class Tipg:
    """tipg with as many processes as the site has, on the same database."""

    def __init__(self, address: str, port: int) -> None:
        parts = psycopg2.extensions.parse_dsn(address)
        self.port = port
        who, host = parts.get("user", ""), quote(parts.get("host", ""), safe="")
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://{who}@{host}/{parts['dbname']}",
            "DB_MAX_CONN_SIZE": "4",
            "TIPG_DB_SCHEMAS": '["public"]',
            "TIPG_DB_APPLICATION_SCHEMA": "public",
        }
        self.process: subprocess.Popen | None = None

    @property
    def root(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Tipg:
        """Start it, and wait until it answers."""
        python = environment("tipg", TIPG)
        words = ["-m", "uvicorn", "tipg.main:app", "--port", str(self.port), "--workers", "2"]
        self.process = subprocess.Popen(
            [python, *words, "--log-level", "error"], env=self.environment, start_new_session=True
        )
        end = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.root}/healthz", timeout=5).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
            else:
                return self
        sys.exit("E-BENCH-PEER: tipg did not come up; see the messages above")

    def __exit__(self, *_error: object) -> None:
        """Stop it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
