"""How much processor time site, database and clients use: whoever reaches its end gives way."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bench.load.site import Site

TICKS = os.sysconf("SC_CLK_TCK")


class Processors:
    """Processor time of groups of processes since it was made."""

    def __init__(self, site: Site) -> None:
        self.site, self.began = site, time.monotonic()
        self.before = self._used()

    def told(self) -> str:
        """Cores that each used on average."""
        seconds = time.monotonic() - self.began
        used = self._used()
        parts = [
            f"{name} {max(0.0, used[name] - self.before.get(name, 0.0)) / seconds:.2f}"
            for name in used
        ]
        return f"cores used: {', '.join(parts)} of {os.cpu_count()}"

    def _used(self) -> dict[str, float]:
        """Seconds by group; of processes that ended their parents know."""
        found = {"site": 0.0, "database": 0.0, "clients": time.process_time()}
        groups = {process.pid for process in (self.site.web, self.site.worker) if process}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                name, _bracket, rest = path.read_text().rpartition(")")
            except OSError:
                continue
            words = rest.split()
            seconds = sum(map(int, words[11:15])) / TICKS
            if int(words[2]) in groups:
                found["site"] += seconds
            elif "(postgres" in name:
                found["database"] += seconds
        return found
