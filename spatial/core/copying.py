"""Sends rows to a table by COPY in a second thread, so that making them and writing overlap."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any

from django.db import connection
from psycopg2 import sql

CHUNK = 1024**2
WAITING = 2
"""Batches that may wait for COPY while the next one is made."""


class Sender:
    """Sends batches on the caller's connection.

    Use it as a context manager inside the transaction; no other statement may run on the
    connection until it is closed.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._waiting: deque[Future[None]] = deque()
        self._cursor = connection.cursor()

    def __enter__(self) -> Sender:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            while self._waiting and error is None:
                self._waiting.popleft().result()
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._cursor.close()

    def send(
        self,
        table: str,
        names: Sequence[str],
        columns: Sequence[Sequence[str]],
        then: Callable[[Any], None] | None = None,
    ) -> None:
        """Append rows; ``columns`` are texts in COPY's text form, in the order of ``names``.

        ``then`` is called with the cursor once they are there, in the second thread.
        """
        if len(self._waiting) >= WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(self._copy, table, names, columns, then))

    def _copy(
        self,
        table: str,
        names: Sequence[str],
        columns: Sequence[Sequence[str]],
        then: Callable[[Any], None] | None,
    ) -> None:
        text = "\n".join(map("\t".join, zip(*columns, strict=True)))
        if not text:
            return
        command = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        self._cursor.copy_expert(command, io.BytesIO(text.encode() + b"\n"), CHUNK)
        if then is not None:
            then(self._cursor)


def escaped(values: list[str]) -> list[str]:
    """Values as COPY's text form wants them; tabs and line breaks become blanks.

    The usual batch without a special sign is returned as it is.
    """
    everything = "".join(values)
    if "\\" not in everything and everything.isprintable():
        return values
    return [
        value.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")
        for value in values
    ]
