"""Somebody who reads while something else is at work: how long he waits at most."""

from __future__ import annotations

import multiprocessing
import time
from types import TracebackType
from typing import Any

PAUSE_S = 0.02


class Reader:
    """Reads by some statements in a process of its own, again and again.

    ::

        with Reader(address, statements) as reader:
            work()
        reader.waits_s
    """

    def __init__(self, connect: dict[str, Any], statements: dict[str, str]) -> None:
        self.waits_s: dict[str, list[float]] = {}
        """Seconds of each read, by the name of its statement."""
        spawn = multiprocessing.get_context("spawn")
        self._stop, self._begun, self._told = spawn.Event(), spawn.Event(), spawn.Queue()
        self._process = spawn.Process(
            target=_read, args=(connect, statements, self._begun, self._stop, self._told)
        )

    def __enter__(self) -> Reader:
        self._process.start()
        self._begun.wait(60)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self.waits_s = self._told.get(timeout=60)
        self._process.join()


def _read(connect: dict[str, Any], statements: dict[str, str], begun, stop, told) -> None:
    import psycopg2

    with psycopg2.connect(**connect) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        waits: dict[str, list[float]] = {name: [] for name in statements}
        while not stop.is_set():
            for name, statement in statements.items():
                start = time.perf_counter()
                cursor.execute(statement)
                cursor.fetchall()
                waits[name].append(time.perf_counter() - start)
            begun.set()
            time.sleep(PAUSE_S)
    told.put(waits)
