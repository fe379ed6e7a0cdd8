"""Peak memory of processes, from /proc: Linux only, NaN elsewhere."""

from __future__ import annotations

import math
import os
import threading
from pathlib import Path
from types import TracebackType

EVERY_S = 0.2


def peak_mb(pid: int | str = "self") -> float:
    """Return the highest resident memory of a process so far, in MB (2**20 bytes).

    Not from ``getrusage``: a child begins there with the peak of the process that started it.
    """
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return math.nan
    lines = [line for line in text.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else math.nan


def _parents() -> dict[int, int]:
    """Return the parent of every process."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            # The name, in brackets, may hold spaces; the parent is the second word after it.
            found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return found


def descendants(pid: int) -> set[int]:
    """Return the processes that a process started, and those that these started."""
    parents = _parents()
    found: set[int] = set()
    fresh = {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


class WorkersPeak:
    """Watches the processes that this one starts; ``mb`` is the peak of the largest.

    ::

        with WorkersPeak() as peak:
            work()
        peak.mb
    """

    def __init__(self) -> None:
        self.mb = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> WorkersPeak:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(EVERY_S):
            seen = [peak_mb(pid) for pid in descendants(os.getpid())]
            self.mb = max([self.mb, *(mb for mb in seen if not math.isnan(mb))])
