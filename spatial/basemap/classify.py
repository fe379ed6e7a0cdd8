"""Applies the rules of a layer map to a batch of features, column by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spatial.basemap.io.layermap import LEAVE_OUT, MANY_WORDS, Condition, Rule, named

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_FIELD = re.compile(r"\{([^}]+)\}")
BETWEEN = ";"
"""Stands between several names in one text, as in OpenStreetMap."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """What the features of a batch become; all arrays have one entry per feature."""

    rule: NDArray[np.int32]
    """Index of the rule that fits first, -1 for none."""
    kind: NDArray[np.object_]
    line_class: NDArray[np.int16]
    name: NDArray[np.object_]
    subtype: NDArray[np.object_]
    use: NDArray[np.object_]
    underground: NDArray[np.bool_]
    words: dict[str, NDArray[np.object_]] = field(default_factory=dict)
    """Elements and further names of places; a word that no rule gives is not here."""

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Features that become something; the others are left out."""
        return (self.rule >= 0) & (self.kind != LEAVE_OUT)


class Columns:
    """Columns of a batch with each distinct value looked at once per condition."""

    def __init__(self, columns: dict[str, NDArray[np.object_]], size: int) -> None:
        self.columns = columns
        self.size = size
        self._codes: dict[str, tuple[NDArray[np.int64], list[str | None]]] = {}

    def fulfil(self, condition: Condition) -> NDArray[np.bool_]:
        """Which features fulfil a condition; none when the column is missing."""
        if condition.column not in self.columns:
            return np.zeros(self.size, dtype=bool)
        codes, values = self._coded(condition.column)
        holds = [value is not None and condition.holds(value) for value in values]
        return np.array(holds, dtype=bool)[codes]

    def _coded(self, column: str) -> tuple[NDArray[np.int64], list[str | None]]:
        if column not in self._codes:
            table: dict[str | None, int] = {}
            codes = [table.setdefault(v, len(table)) for v in self.columns[column]]
            self._codes[column] = (np.array(codes, dtype=np.int64), list(table))
        return self._codes[column]

    def text(self, sources: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.object_]:
        """The first non-empty of several columns, templates or literals, for some features."""
        found = np.full(len(rows), "", dtype=object)
        for source in reversed(sources):
            values = self._source(source, rows)
            filled = values != ""
            found[filled] = values[filled]
        return found

    def all_texts(self, sources: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.object_]:
        """All non-empty of several columns, templates or literals, with semicolons between."""
        columns = [self._source(source, rows).tolist() for source in sources]
        found = np.empty(len(rows), dtype=object)
        found[:] = [
            BETWEEN.join(dict.fromkeys(filter(None, row))) for row in zip(*columns, strict=True)
        ]
        return found

    def _source(self, source: str, rows: NDArray[np.int64]) -> NDArray[np.object_]:
        if source.startswith("="):
            return np.full(len(rows), source[1:], dtype=object)
        names = named(source)
        if any(name not in self.columns for name in names):
            return np.full(len(rows), "", dtype=object)
        picked = [self.columns[name][rows].tolist() for name in names]
        found = np.empty(len(rows), dtype=object)
        found[:] = _joined(source, picked) if "{" in source else [v or "" for v in picked[0]]
        return _tidied(found)


def _joined(source: str, picked: list[list[str | None]]) -> list[str]:
    make = _template(source)
    return [make(*row) if all(row) else "" for row in zip(*picked, strict=True)]


def _tidied(values: NDArray[np.object_]) -> NDArray[np.object_]:
    """Line breaks and control characters would break logs and exports; most batches have none."""
    if not "".join(values).isprintable():
        values[:] = [_CONTROL.sub(" ", value) for value in values]
    return values


def _template(source: str) -> Callable[..., str]:
    pieces = _FIELD.split(source)[::2]

    def fill(*values: str) -> str:
        parts = [p for pair in zip(pieces, (*values, ""), strict=True) for p in pair]
        return "".join(parts)

    return fill


def assign(
    rules: Sequence[Rule], layer: str, columns: dict[str, NDArray[np.object_]], size: int
) -> Assigned:
    """Return what every feature of a batch becomes: the first rule that fits decides."""
    table = Columns(columns, size)
    found = Assigned(
        rule=np.full(size, -1, dtype=np.int32),
        kind=np.full(size, "", dtype=object),
        line_class=np.zeros(size, dtype=np.int16),
        name=np.full(size, "", dtype=object),
        subtype=np.full(size, "", dtype=object),
        use=np.full(size, "", dtype=object),
        underground=np.zeros(size, dtype=bool),
    )
    for number, rule in enumerate(rules):
        if layer.casefold() in rule.layers:
            fits = (found.rule < 0) & _fits(rule, table)
            if fits.any():
                _fill(found, number, rule, np.flatnonzero(fits), table)
    return found


def _fits(rule: Rule, table: Columns) -> NDArray[np.bool_]:
    fits = np.ones(table.size, dtype=bool)
    for condition in rule.when:
        fits &= table.fulfil(condition)
    for condition in rule.unless:
        fits &= ~table.fulfil(condition)
    return fits


def _fill(
    found: Assigned, number: int, rule: Rule, rows: NDArray[np.int64], table: Columns
) -> None:
    found.rule[rows] = number
    found.kind[rows] = rule.kind
    if rule.kind == LEAVE_OUT:
        return
    found.line_class[rows] = rule.line_class
    found.name[rows] = table.text(rule.name, rows)
    found.subtype[rows] = table.text(rule.subtype, rows)
    found.use[rows] = table.text(rule.use, rows)
    for word, sources in rule.words:
        column = found.words.setdefault(word, np.full(table.size, "", dtype=object))
        take = table.all_texts if word in MANY_WORDS else table.text
        column[rows] = take(sources, rows)
    for condition in rule.underground:
        found.underground[rows] |= table.fulfil(condition)[rows]
