"""Gives a server a share of a processor, so that several on one machine stand for machines."""

from __future__ import annotations

from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
PERIOD_US = 20_000
"""Short, so that a server that has used its share does not stand still for long."""


class Share:
    """A control group of the kernel, version 1 or 2, that holds the processes of a server."""

    def __init__(self, name: str, cores: float) -> None:
        self.cores = cores
        old = ROOT / "cpu"
        self._is_old = old.is_dir()
        self.folder = (old if self._is_old else ROOT) / f"wanmi-bench-{name}"

    def __enter__(self) -> Share:
        """Make the group.

        Raises
        ------
        OSError
            Where this user may make none.
        """
        self.folder.mkdir(exist_ok=True)
        quota_us = round(self.cores * PERIOD_US)
        if self._is_old:
            (self.folder / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (self.folder / "cpu.cfs_quota_us").write_text(str(quota_us))
        else:
            (self.folder / "cpu.max").write_text(f"{quota_us} {PERIOD_US}")
        return self

    def __exit__(self, *_error: object) -> None:
        """Let all processes out, and take the group away."""
        outside = self.folder.parent / "cgroup.procs"
        for process in (self.folder / "cgroup.procs").read_text().split():
            outside.write_text(process)
        self.folder.rmdir()

    def hold(self, first: int) -> None:
        """Put a process and its children in; those it starts later are in as well."""
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in (str(first), *children):
            (self.folder / "cgroup.procs").write_text(process)

    def held_up(self) -> int:
        """How many periods ended with the share used up."""
        lines = (self.folder / "cpu.stat").read_text().splitlines()
        return int(dict(line.split() for line in lines)["nr_throttled"])
