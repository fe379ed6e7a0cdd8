"""Starts and talks to the reader process, the only one that opens a user's file with GDAL.

The process has an environment of its own, one GDAL driver, no network where the host allows that,
and limits on memory, processor time and files. What it sends is a line of JSON or Arrow IPC, which
nanoarrow checks against its own buffers; nothing it says is executed.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from django.utils.translation import gettext_lazy as _
from nanoarrow.ipc import InputStream
from numpy.typing import NDArray

from spatial.basemap.io.arrow import ArrowStreamError, batches
from spatial.basemap.io.hardening import environment
from spatial.basemap.io.limits import Limits
from spatial.basemap.io.problems import problem
from spatial.core.errors import InputError

SCRIPT = Path(__file__).with_name("reader_child.py")
LONGEST_LINE = 16 * 1024**2
CHUNK = 1024**2
TOO_MUCH = {signal.SIGXCPU, signal.SIGKILL, signal.SIGXFSZ}


class _Silent(Exception):  # noqa: N818 - never leaves this module
    """The process said nothing for too long."""


class _Answers(io.RawIOBase):
    """Standard output of the process, with a limit on how long it may be silent."""

    def __init__(self, descriptor: int, idle_s: float) -> None:
        self._descriptor, self._idle_s = descriptor, idle_s
        self.silent = False
        os.set_blocking(descriptor, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(descriptor, selectors.EVENT_READ)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        deadline = time.monotonic() + self._idle_s
        while True:
            try:
                return os.readv(self._descriptor, [buffer])
            except BlockingIOError:
                if not self._selector.select(max(0.0, deadline - time.monotonic())):
                    self.silent = True
                    raise _Silent from None

    def close(self) -> None:
        self._selector.close()
        super().close()


class Reader:
    """A reader process for one source; a context manager, so that the process always ends.

    Parameters
    ----------
    driver : str
        The one GDAL driver it keeps.
    folder : Path
        Where it lives and writes scratch files.
    shown : str
        File name for messages.
    limits : Limits
        What it may take.
    options : dict, optional
        Further configuration of GDAL.
    """

    def __init__(
        self,
        driver: str,
        folder: Path,
        shown: str,
        limits: Limits,
        options: dict[str, str] | None = None,
    ) -> None:
        self.driver, self.folder, self.shown, self.limits = driver, folder, shown, limits
        self.options = options or {}
        self._process: subprocess.Popen[bytes] | None = None
        self.drivers: list[str] = []
        self.offline = False

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._raw, self._process.stdout):
            if pipe is not None:
                # What was never sent to a dead process cannot be flushed either.
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._process = None

    def start(self) -> None:
        """Start the process; it starts by itself with the first order.

        Raises
        ------
        InputError
            ``E-READER-CRASH``, ``E-READER-LIMIT``.
        """
        most = (self.limits.memory_mb, self.limits.cpu_s, self.limits.file_mb)
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(SCRIPT), self.driver, *map(str, most)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=self._environment(),
            start_new_session=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        self._raw = _Answers(self._process.stdout.fileno(), self.limits.idle_s)
        self._answers = io.BufferedReader(self._raw, CHUNK)
        facts = self._line("")
        self.drivers, self.offline = facts["drivers"], facts["offline"]

    def _environment(self) -> dict[str, str]:
        scratch = str(self.folder)
        return {
            **environment(),
            "LANG": "C.UTF-8",
            "HOME": scratch,
            "TMPDIR": scratch,
            "CPL_TMPDIR": scratch,
            "OPENBLAS_NUM_THREADS": "1",
            "GDAL_NUM_THREADS": "1",
            "GDAL_CACHEMAX": "64",
            "OGR_XLSX_HEADERS": "FORCE",
            **self.options,
        }

    def layers(self, path: Path) -> list[tuple[str, str | None]]:
        """Names and geometry types of the layers of a file; None for a mere table."""
        answer = self._ask({"do": "layers", "path": str(path)}, "")
        return [(name, kind) for name, kind in answer["layers"]]

    def info(
        self, path: Path, layer: str, encoding: str | None = None, full: bool = False
    ) -> dict[str, Any]:
        """What GDAL knows of a layer; ``full`` counts and measures even if all must be read."""
        order = {"do": "info", "path": str(path), "layer": layer, "encoding": encoding}
        return self._ask({**order, "full": full}, layer)

    def read(
        self, path: Path, layer: str, *, columns: list[str] | None, batch: int,
        encoding: str | None = None, first: bool = False, **options: str,
    ) -> Iterator[tuple[dict[str, NDArray[Any]], str]]:  # fmt: skip
        """Yield batches of raw columns, each with the name of its geometry column.

        With ``first`` only the first batch is read.

        Raises
        ------
        InputError
            ``E-FILE-BROKEN``, ``E-READER-LIMIT``, ``E-READER-CRASH``.
        """
        order = {"do": "read", "path": str(path), "layer": layer, "columns": columns}
        order |= {"batch": batch, "encoding": encoding, "first": first, "options": options}
        geometry = self._ask(order, layer)["geometry"]
        try:
            for columns_read in batches(InputStream.from_readable(self._answers)):
                yield columns_read, geometry
        except (ArrowStreamError, OSError, _Silent) as error:
            raise self._failure(layer, str(error)) from error
        self._line(layer)

    def _ask(self, order: dict[str, Any], layer: str) -> dict[str, Any]:
        if self._process is None:
            self.start()
        assert self._process is not None and self._process.stdin is not None  # noqa: S101, PT018
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._failure(layer) from error
        return self._line(layer)

    def _line(self, layer: str) -> dict[str, Any]:
        try:
            line = self._answers.readline(LONGEST_LINE)
            answer = json.loads(line) if line.endswith(b"\n") else None
        except (_Silent, ValueError, OSError) as error:
            raise self._failure(layer) from error
        if not isinstance(answer, dict):
            raise self._failure(layer)
        if not answer.get("ok"):
            if answer.get("why") == "memory":
                raise self._too_much(layer)
            raise self._broken(layer, str(answer.get("text", "")))
        return answer

    def _broken(self, layer: str, reason: str) -> InputError:
        text = _("The file cannot be read to its end; export it again.")
        return problem("E-FILE-BROKEN", text, self.shown, layer, reason=reason[:200])

    def _too_much(self, layer: str) -> InputError:
        text = _("Reading the file takes more memory or time than allowed; import it in parts.")
        return problem("E-READER-LIMIT", text, self.shown, layer)

    def _failure(self, layer: str, reason: str = "") -> InputError:
        """The error for a process that fell silent, ended or talks nonsense."""
        assert self._process is not None  # noqa: S101 - only called while there is one
        if self._raw.silent:
            return self._too_much(layer)
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            code = 0
        if -code in TOO_MUCH:
            return self._too_much(layer)
        if code == 0 and reason:
            return self._broken(layer, reason)
        text = _("The file makes the reader fail; export it again with another program.")
        return problem("E-READER-CRASH", text, self.shown, layer, exit=code)
