"""Runs a function in a fresh process, for at most so long."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from bench.running.memory import descendants

LEAVE_S = 10.0
"""Time a process has to end once its result is here."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result, in one line."""

    reason: str


def _report(pipe: Connection, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    # Some libraries print from C; standard output is for tables.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        pipe.send(function(*args))
    except Exception as error:  # noqa: BLE001 - whatever a foreign method raises is its result
        first = (str(error).strip().splitlines() or [""])[0]
        pipe.send(Failure(f"{type(error).__name__}: {first[:160]}"))


def run_apart(function: Callable[..., Any], *args: Any, limit_s: float) -> Any:
    """Return what a function of a module returns, or a `Failure`.

    The process is new, not a copy of this one, so that its memory is its own.

    Parameters
    ----------
    function : callable
        Of a module; it, its arguments and its result are pickled.
    limit_s : float
        The process is killed after so many seconds.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(there, function, args))
    process.start()
    there.close()
    try:
        if not here.poll(limit_s):
            _kill(process.pid)
            return Failure(f"not done after {limit_s:.0f} s")
        result = here.recv()
        process.join(LEAVE_S)
        return result
    except EOFError:
        process.join(LEAVE_S)
        return Failure(f"the process ended with code {process.exitcode}")
    finally:
        _kill(process.pid)
        process.join()
        here.close()


def _kill(pid: int | None) -> None:
    """End a process that this one started, with all that it started: workers outlive their pool."""
    if pid is None:
        return
    for each in (*descendants(pid), pid):
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            continue
