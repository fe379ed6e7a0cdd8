"""Turns a cleaned batch into the text columns COPY takes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import md5

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.basemap.classify import Assigned
from spatial.core.copying import escaped

NAME_LENGTH, SUBTYPE_LENGTH, USE_LENGTH, KEY_LENGTH = 200, 60, 40, 160
WORD_LENGTHS = {
    "road": 100,
    "zone": 100,
    "door": 60,
    "building": 60,
    "poi": 200,
    "address": 200,
    "alias": 400,
    "old_name": 400,
}
"""Of the words of a place, in the order of the stage's columns."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Where the identifier of a feature comes from: the layer, and columns of the source."""

    layer: str
    columns: tuple[NDArray[np.object_], ...]


def texts(
    assigned: Assigned, rows: NDArray[np.int64], geometry: NDArray[np.object_], keys: Keys
) -> list[list[str]]:
    """Return the columns kind … digest of the given rows for stage.FEATURES.

    ``geometry`` are the cleaned geometries in degrees of just these rows.
    """
    kind = assigned.kind[rows].tolist()
    classes = [str(value) for value in assigned.line_class[rows].tolist()]
    name = _shortened(assigned.name[rows].tolist(), NAME_LENGTH)
    subtype = _shortened(assigned.subtype[rows].tolist(), SUBTYPE_LENGTH)
    use = _shortened(assigned.use[rows].tolist(), USE_LENGTH)
    below = ["t" if value else "f" for value in assigned.underground[rows].tolist()]
    wkb = shapely.to_wkb(geometry).tolist()
    facts = map("\x1f".join, zip(kind, classes, name, subtype, below, strict=True))
    # Without a use the digest is what it was before there were any: such rows stay as they are.
    digests = [
        md5(
            shape + f"{words}\x1f{used}".encode() if used else shape + words.encode(),
            usedforsecurity=False,
        ).hexdigest()
        for shape, words, used in zip(wkb, facts, use, strict=True)
    ]
    key = escaped(source_keys(keys, rows, digests))
    shown = [f"\\\\x{digest}" for digest in digests]
    return [
        kind,
        classes,
        escaped(name),
        escaped(subtype),
        escaped(use),
        below,
        [b.hex() for b in wkb],
        key,
        shown,
    ]


def place_texts(
    assigned: Assigned, rows: NDArray[np.int64], geometry: NDArray[np.object_], keys: Keys
) -> list[list[str]]:
    """Return the columns kind … digest of the given rows for stage.PLACES."""
    words = {
        word: _shortened(assigned.words[word][rows].tolist(), length)
        if word in assigned.words
        else [""] * len(rows)
        for word, length in WORD_LENGTHS.items()
    }
    columns = {
        "kind": assigned.kind[rows].tolist(),
        "level": [0] * len(rows),
        "name": _shortened(assigned.name[rows].tolist(), NAME_LENGTH),
        "subtype": _shortened(assigned.subtype[rows].tolist(), SUBTYPE_LENGTH),
        **words,
    }
    return staged_places(columns, geometry, rows, keys)


def staged_places(
    columns: dict[str, list],
    geometry: NDArray[np.object_],
    rows: NDArray[np.int64],
    keys: Keys,
) -> list[list[str]]:
    """Return the columns of stage.PLACES of texts that fit; ``geometry`` is in degrees."""
    wkb = shapely.to_wkb(geometry).tolist()
    levels = [str(level) for level in columns["level"]]
    words = [columns[word] for word in WORD_LENGTHS]
    shown = zip(columns["kind"], columns["name"], columns["subtype"], strict=True)
    # Without words the digest is what it was before there were any: such rows stay as they are.
    digests = [
        md5(
            shape + f"{kind}\x1f0\x1f{name}\x1f{subtype}\x1ff{_further(level, more)}".encode(),
            usedforsecurity=False,
        ).hexdigest()
        for shape, (kind, name, subtype), level, more in zip(
            wkb, shown, levels, zip(*words, strict=True), strict=True
        )
    ]
    return [
        columns["kind"],
        levels,
        escaped(columns["name"]),
        escaped(columns["subtype"]),
        *(escaped(texts) for texts in words),
        [b.hex() for b in wkb],
        escaped(source_keys(keys, rows, digests)),
        [f"\\\\x{digest}" for digest in digests],
    ]


def _further(level: str, words: tuple[str, ...]) -> str:
    return "\x1f".join(("", level, *words)) if level != "0" or any(words) else ""


def source_keys(keys: Keys, rows: NDArray[np.int64], digests: list[str]) -> list[str]:
    """Key of each feature in its dataset: layer and identifier, or layer and content.

    A file without identifiers has only row numbers, which change when rows are sorted another
    way; there the content is the key, and a changed feature is a removed and a created one.
    """
    found = [f"{keys.layer}#{digest}" for digest in digests]
    for number, column in reversed(list(enumerate(keys.columns))):
        mark = "" if number == 0 else chr(ord("a") + number)
        for i, value in enumerate(column[rows]):
            if value:
                found[i] = f"{keys.layer}/{mark}{value}"[:KEY_LENGTH]
    return found


def _shortened(values: list[str], length: int) -> list[str]:
    if max(map(len, values), default=0) <= length:
        return values
    return [value[:length] for value in values]
