"""Packages of npm that only tests use, fetched by the lock once for all processes of a run."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

import vendor

STAMP = ".lock-sha256"


def dev_package(name: str) -> Path:
    """The folder of a package; fetched when it is not there or the lock changed."""
    kept, wanted = vendor.STATE / "npm-dev", vendor.fingerprint()
    vendor.STATE.mkdir(parents=True, exist_ok=True)
    with (vendor.STATE / ".npm-dev.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / STAMP).exists() or (kept / STAMP).read_text() != wanted:
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            vendor.install(kept, dev=True)
            (kept / STAMP).write_text(wanted)
    return kept / "node_modules" / name
