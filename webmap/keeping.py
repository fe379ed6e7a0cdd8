"""Answers that many ask for at once, made once in each process and kept for a while."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.utils import translation

log = logging.getLogger(__name__)
LONGEST_S = 900.0
"""What is older is not handed out while it is made anew."""


@dataclass(eq=False, slots=True)
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: float = float("-inf")
    value: Any = None


class Kept:
    """Values by key: while one caller makes a value, others wait for it or get the one before.

    Parameters
    ----------
    keep_s : callable
        How long a value is handed out as it is; nought makes each anew.
    behind : bool
        One that is older is handed out once more while a thread makes the next.
    most : int
        Keys; the one made longest ago goes.
    """

    def __init__(self, keep_s: Callable[[], float], *, behind: bool, most: int = 64) -> None:
        self._keep_s, self._behind, self._most = keep_s, behind, most
        self._entries: dict[Hashable, _Entry] = {}
        self._guard = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The value of a key."""
        keep_s = self._keep_s()
        if not keep_s:
            return make()
        entry = self._entry(key)
        age = time.monotonic() - entry.made
        if age <= keep_s:
            return entry.value
        if self._behind and age <= LONGEST_S:
            if entry.lock.acquire(blocking=False):
                words = (entry, make, translation.get_language())
                threading.Thread(target=self._refresh, args=words, daemon=True).start()
            return entry.value
        with entry.lock:
            if time.monotonic() - entry.made > keep_s:
                _put(entry, make)
            return entry.value

    def _entry(self, key: Hashable) -> _Entry:
        with self._guard:
            if key not in self._entries and len(self._entries) >= self._most:
                oldest = min(self._entries, key=lambda one: self._entries[one].made)
                del self._entries[oldest]
            return self._entries.setdefault(key, _Entry())

    @staticmethod
    def _refresh(entry: _Entry, make: Callable[[], Any], language: str | None) -> None:
        """Make the next value on a connection of this thread; the lock was taken for it."""
        try:
            with translation.override(language):
                _put(entry, make)
        except Exception:
            # The value before is handed out again, and the next caller tries again.
            log.exception("an answer could not be made anew")
        finally:
            entry.lock.release()
            connections.close_all()


def _put(entry: _Entry, make: Callable[[], Any]) -> None:
    # Timed before it is made: what happens meanwhile is not in it.
    begun = time.monotonic()
    entry.value = make()
    entry.made = begun
