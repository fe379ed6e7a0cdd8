"""Turns the text columns of a survey into what the register keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from spatial.components.models import State

WORDS = {
    State.INTACT: "完好",
    State.BROKEN: "破损",
    State.MISSING: "丢失",
    State.OCCUPIED: "占用",
    State.ABANDONED: "废弃",
    State.REMOVED: "移除",
}
"""The word of each state in a survey."""
STATES = {
    **{word: state for state, word in WORDS.items()},
    "正常": State.INTACT,
    **{value: value for value in State.values},
}
"""States as surveys write them (CJ/T 214 and GB/T 47678.5 values, and our own keys)."""

LENGTHS = {"name": 100, "position": 200, "data_source": 30, "note": 1000, "grid": 16}
WRONG = object()
"""Stands for a value that cannot be read."""
_DATE = re.compile(
    r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\S*)?"
)
# Line breaks and tabs are usual in tables.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_MARKUP = re.compile(r"[<>]|;\s*--|';|--\s|\b(?:drop|delete|insert|update)\s+(?:table|from|into)",
                     re.IGNORECASE)  # fmt: skip


def day_of(text: str) -> date | None | object:
    """The day that a text names, None for no text, `WRONG` for anything else."""
    if not text:
        return None
    match = _DATE.fullmatch(text)
    if not match:
        return WRONG
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return WRONG


def days_of(column: NDArray[np.object_]) -> list[date | None | object]:
    """The day of each value; a survey has few different ones."""
    known = {text: day_of(text or "") for text in set(column)}
    return [known[text] for text in column]


def states_of(column: NDArray[np.object_]) -> list[str | object]:
    """The state of each value; intact where there is none."""
    known: Mapping[str | None, str | object] = {
        text: str(STATES.get(text.casefold(), "")) or WRONG if text else str(State.INTACT)
        for text in set(column)
    }
    return [known[text] for text in column]


def without_controls(columns: dict[str, NDArray[np.object_]], size: int) -> NDArray[np.bool_]:
    """Take control characters out of columns, in place; the rows that had some."""
    found = np.zeros(size, bool)
    for column in columns.values():
        wrong = {text for text in set(column) - {None} if _CONTROL.search(text)}
        if wrong:
            rows = np.flatnonzero([text in wrong for text in column])
            column[rows] = [_CONTROL.sub("", text) or None for text in column[rows]]
            found[rows] = True
    return found


def plain(column: NDArray[np.object_]) -> list[str]:
    """Texts without None."""
    return [text or "" for text in column]


def too_long(values: list[str], length: int) -> NDArray[np.bool_]:
    """Which texts do not fit."""
    if max(map(len, values), default=0) <= length:
        return np.zeros(len(values), bool)
    return np.array([len(value) > length for value in values])


def has_markup(values: list[str]) -> NDArray[np.bool_]:
    """Which texts hold signs of HTML or SQL."""
    if not _MARKUP.search("\n".join(values)):
        return np.zeros(len(values), bool)
    return np.array([bool(_MARKUP.search(value)) for value in values])
