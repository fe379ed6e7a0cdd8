"""What a border lies on: small numbers with public names."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

CLASSES = 7
LINE_WORDS = ("line", "road", "rail", "water", "wall")
"""Words for lines; ``line`` stands for every word of ``Features.line_kinds`` that is not here."""

_OTHERS = (
    "gap",
    "party-wall",
    "free-cut",
    "facade",
    "compound-edge",
    "community",
    "former",
    "land-use",
)
BORDER_KINDS: tuple[str, ...] = (
    *(f"{word}-{number}" for word in LINE_WORDS for number in range(1, CLASSES + 1)),
    *_OTHERS,
)
"""Names of the values of ``Borders.kind``.

``road-4`` is a road of class 4, and so for the other words of `LINE_WORDS` and the classes 1 to 7.
``gap`` is the axis of a gap between two buildings, ``party-wall`` where two buildings touch,
``free-cut`` open ground, ``facade`` and ``compound-edge`` the wall of a building and the edge of
a compound on open ground, ``community`` the border of a community, which was given, ``former`` the
border of a grid kept from a former edition, which was drawn in another run, ``land-use`` the edge
of ground of another use.
"""

GAP_AXIS, PARTY_WALL, FREE_CUT, FACADE_WALL, COMPOUND_RIM, GIVEN, FORMER, LAND_USE = (
    BORDER_KINDS.index(name) for name in _OTHERS
)
ON_FEATURE = np.array([name not in ("free-cut", "facade", "former") for name in BORDER_KINDS])
"""For each kind whether a border of it counts as one on a feature."""

# Class and word of a line in one small number, the class first: the lowest is what counts where
# lines coincide.
_WORD_BITS = 3


def line_words(kinds: NDArray[Any]) -> NDArray[np.int8]:
    """Return the index into `LINE_WORDS` of each word of ``Features.line_kinds``."""
    kinds = np.asarray(kinds).astype(str)
    out = np.zeros(len(kinds), np.int8)
    for i, word in enumerate(LINE_WORDS):
        out[kinds == word] = i
    return out


def tag(classes: NDArray[np.int8], words: NDArray[np.int8] | int = 0) -> NDArray[np.int8]:
    """Return class and word of lines as one number."""
    return ((np.asarray(classes, np.int8) << _WORD_BITS) | words).astype(np.int8)


def untag(tags: NDArray[np.int8]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Return the classes and words of tags."""
    return tags >> _WORD_BITS, tags & ((1 << _WORD_BITS) - 1)


def line_border(classes: NDArray[np.int8], words: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the kind of a border on lines of these classes and words."""
    return (words * CLASSES + classes - 1).astype(np.int8)
