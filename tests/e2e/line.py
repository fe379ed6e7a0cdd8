"""A network line between browser and site that can be cut, be slow, or lose an answer."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress


class Line:
    """Passes bytes on to a site; the site knows nothing of it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.losing, self.cut = b"", False
        self.slow, self.slow_s = b"", 0.0
        self.lost = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_answer_to(self, words: bytes) -> None:
        """Let the next request that begins so reach the site, but not its answer the browser.

        From then on the line is dead until `mend`: a browser asks again by itself at once.
        """
        self.lost.clear()
        self.losing = words

    def slow_down(self, words: bytes, seconds: float) -> None:
        """Hold back every request that begins so, until `mend`."""
        self.slow, self.slow_s = words, seconds

    def mend(self) -> None:
        """Carry on after a loss, at full speed."""
        self.cut, self.slow = False, b""

    def close(self) -> None:
        """Take no more."""
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self.listener.accept()
                if self.cut:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self.port))
                Pair(self, near, far)


class Pair:
    """One connection: two threads, one for each way."""

    def __init__(self, line: Line, near: socket.socket, far: socket.socket) -> None:
        self.line, self.near, self.far = line, near, far
        self.loses = False
        for run in (self._there, self._back):
            threading.Thread(target=run, daemon=True).start()

    def _there(self) -> None:
        with suppress(OSError):
            while (data := self.near.recv(65536)) and not self.line.cut:
                if self.line.losing and data.startswith(self.line.losing):
                    self.line.losing, self.loses = b"", True
                if self.line.slow and data.startswith(self.line.slow):
                    time.sleep(self.line.slow_s)
                self.far.sendall(data)
        self._end()

    def _back(self) -> None:
        with suppress(OSError):
            while data := self.far.recv(65536):
                if self.loses:
                    # The site has answered, so it has done what was asked.
                    self.line.cut = True
                    self.line.lost.set()
                    break
                self.near.sendall(data)
        self._end()

    def _end(self) -> None:
        for one in (self.near, self.far):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
