"""The plain rival: the most similar full name by trigrams, as pg_trgm's similarity() has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from geocode import fold
from geocode.memory import grams


class TrigramSearch:
    """Full names with an index by trigram."""

    def __init__(self, names: Sequence[str]) -> None:
        lists: dict[str, list[int]] = defaultdict(list)
        sizes = np.zeros(len(names), dtype=np.int32)
        for number, name in enumerate(names):
            of = grams(fold(name))
            sizes[number] = len(of)
            for gram in of:
                lists[gram].append(number)
        self._lists = {gram: np.array(of, dtype=np.int32) for gram, of in lists.items()}
        self._sizes = sizes

    def best(self, text: str) -> int | None:
        """The number of the most similar name."""
        asked = grams(fold(text))
        found = [self._lists[gram] for gram in asked if gram in self._lists]
        if not found:
            return None
        shared = np.bincount(np.concatenate(found), minlength=len(self._sizes))
        return int((shared / (self._sizes + len(asked) - shared)).argmax())
