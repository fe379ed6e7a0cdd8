"""An address taken apart: its key, numbers, hints and the pieces that may be names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from geocode import hints
from geocode.answers import Reading
from geocode.numbers import Role, Token, tokens
from geocode.spelling import Spelt, spell
from geocode.store import Level, Spelling

NAME_MIN, NAME_MAX = 2, 12
LONG_MAX = 40
"""Longer names than `NAME_MAX` are looked for only where a piece of the text begins."""
FUZZY_MAX = 10
"""A piece with errors that begins or ends where something else does; `WHOLE_MAX` if both."""
WHOLE_MAX = 20
SURE = 3
"""An exact name of so many characters bounds the pieces beside it."""
_REGION_END = re.compile(r"省|市|区|县|街道|镇|乡|社区|村")


class Named(NamedTuple):
    """``key[start:end]`` read as a name, and how near it comes (1: exactly)."""

    start: int
    end: int
    spelling: Spelling
    nearness: float
    reading: Reading

    @property
    def mask(self) -> int:
        """The characters as bits."""
        return mask(self.start, self.end)


class Text:
    """A text and all that can be said of it without a gazetteer.

    Attributes
    ----------
    spelt : Spelt
    tokens : list of Token
    hint : str
        方位 words as written.
    silent : int
        Bits of the characters that need no reading: hints, fillers, units, rooms, joints.
    gaps : int
        Bits of the characters before which spaces or marks stood.
    breaks : frozenset of int
        Where in the key a name may begin or end for a reason of its own.
    """

    def __init__(self, written: str) -> None:
        self.written = written
        self.spelt: Spelt = spell(written)
        self.key = self.spelt.key
        self.tokens: list[Token] = tokens(self.key)
        self.crossings = hints.crossing_words(self.key)
        self.joints = hints.joints(self.key)
        self.hints = hints.spans(self.key)
        self._fillers = hints.fillers(self.key)
        self.silent = masks(self.hints) | masks(self._fillers) | masks(self.crossings)
        self.silent |= masks(self.joints)
        for token in self.tokens:
            if token.role in (Role.SKIP, Role.UNIT, Role.ROOM):
                self.silent |= mask(token.start, token.end)
        origin = self.spelt.origin
        apart = [i for i in range(1, len(origin)) if origin[i] > origin[i - 1] + 1]
        self.gaps = masks((at, at + 1) for at in apart)
        self.breaks = self._breaks(apart)

    def _breaks(self, apart: Iterable[int]) -> frozenset[int]:
        found = {0, len(self.key), *apart}
        found.update(match.end() for match in _REGION_END.finditer(self.key))
        spans = [(t.start, t.end) for t in self.tokens]
        for span in (*spans, *self.hints, *self._fillers, *self.crossings, *self.joints):
            found.update(span)
        return frozenset(found)

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Every piece that may be a name as it stands."""
        cuts = self._cuts()
        for start in cuts:
            longest = LONG_MAX if start in self.breaks else NAME_MAX
            for end in cuts:
                if NAME_MIN <= end - start <= longest:
                    yield start, end

    def doubtful(self, sure: Iterable[Named]) -> set[tuple[int, int]]:
        """Pieces that may be names with errors: they begin or end where something else does."""
        firm = [n for n in sure if n.end - n.start >= SURE]
        breaks = self.breaks.union(*((n.start, n.end) for n in firm))
        regions = {(n.start, n.end) for n in firm if n.spelling.entry.level <= Level.COMMUNITY}
        cuts = self._cuts()
        return {
            (start, end)
            for start in cuts
            for end in cuts
            if NAME_MIN
            <= end - start
            <= (0, FUZZY_MAX, WHOLE_MAX)[(start in breaks) + (end in breaks)]
            and not self.key[start:end].isascii()
            and not any(_across(start, end, region) for region in regions)
        }

    def rest(self, read: Iterable[Named]) -> list[tuple[int, int]]:
        """Pieces of at least two characters that are neither read nor numbers nor silent."""
        taken = self.silent | masks((n.start, n.end) for n in read)
        taken |= masks((t.start, t.end) for t in self.tokens)
        left = [(i, i + 1) for i in range(len(self.key)) if not taken >> i & 1]
        return [span for span in _merged(left) if span[1] - span[0] >= NAME_MIN]

    def _cuts(self) -> list[int]:
        text = self.key
        return [
            at
            for at in range(len(text) + 1)
            if not (0 < at < len(text) and text[at - 1].isdigit() and text[at].isdigit())
        ]

    def hint(self, used: int) -> str:
        """The 方位 words that are not part of a name."""
        spans = [span for span in self.hints if not mask(*span) & used]
        return " ".join(self.original(*span) for span in _merged(spans))

    def original(self, start: int, end: int) -> str:
        """What was written for ``key[start:end]``."""
        first, last = self.spelt.span(start, end)
        return self.written[first:last]

    def unread(self, used: int) -> tuple[str, ...]:
        """Pieces of the text as written that are neither used nor silent."""
        left = [i for i in range(len(self.key)) if not (used | self.silent) >> i & 1]
        return tuple(self.original(*span) for span in _merged([(i, i + 1) for i in left]))


def _across(start: int, end: int, other: tuple[int, int]) -> bool:
    """Whether a piece has a part of another, but not all of it."""
    return other[0] < end and start < other[1] and not (start <= other[0] and other[1] <= end)


def mask(start: int, end: int) -> int:
    """Bits ``start`` to ``end`` (without) of an integer."""
    return ((1 << (end - start)) - 1) << start


def masks(spans: Iterable[tuple[int, int]]) -> int:
    """Bits of several spans."""
    bits = 0
    for span in spans:
        bits |= mask(*span)
    return bits


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
