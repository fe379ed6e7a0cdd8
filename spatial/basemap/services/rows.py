"""Turns a cleaned batch into the text columns COPY takes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import md5

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.basemap.classify import Assigned
from spatial.core.srid import STORE_SRID

NAME_LENGTH, SUBTYPE_LENGTH, KEY_LENGTH = 200, 60, 160


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
    name = [_short(value, NAME_LENGTH) for value in assigned.name[rows]]
    subtype = [_short(value, SUBTYPE_LENGTH) for value in assigned.subtype[rows]]
    below = ["t" if value else "f" for value in assigned.underground[rows].tolist()]
    wkb = shapely.to_wkb(shapely.set_srid(geometry, STORE_SRID), hex=True, include_srid=True)
    digests = [
        md5("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()
        for parts in zip(kind, classes, name, subtype, below, wkb, strict=True)
    ]
    escaped = [[_escape(v) for v in column] for column in (name, subtype)]
    key = _escape_all(source_keys(keys, rows, digests))
    shown = [f"\\\\x{digest}" for digest in digests]
    return [kind, classes, *escaped, below, wkb.tolist(), key, shown]


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


def _short(value: str, length: int) -> str:
    return value if len(value) <= length else value[:length]


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\") if "\\" in value else value


def _escape_all(values: list[str]) -> list[str]:
    return [_escape(value).replace("\t", " ").replace("\n", " ") for value in values]
