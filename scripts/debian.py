"""Installs Debian's packages when it may, else says exactly what to run. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable


def by_hand(packages: list[str]) -> str:
    return f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"


def _prefix() -> list[str] | None:
    """Words that make a command run as root: none for root, sudo where it is allowed."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin.isatty() else None


def ensure(packages: list[str], present: Callable[[], bool], code: str, what: str) -> None:
    """Make sure that ``present()`` holds, installing ``packages`` if it does not.

    Ends the program with ``code`` and the command to run by hand when that is not allowed.
    """
    if present():
        return
    prefix = _prefix() if shutil.which("apt-get") else None
    if prefix is not None:
        # Standard output belongs to the caller: that of dev_db.py is the database's address.
        print(f"Installing {' '.join(packages)} from Debian's packages …", file=sys.stderr)
        apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        quiet = {"stdout": subprocess.DEVNULL}
        subprocess.run([*apt, "update"], check=False, **quiet)
        subprocess.run(
            [*apt, "install", "-y", "--no-install-recommends", *packages], check=False, **quiet
        )
        if present():
            return
    sys.exit(f"{code}: {what} is missing; run: {by_hand(packages)}")
