"""Prints of photos: to find the same one again, whole or changed a little."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 8
LEAST_SPREAD = 4.0
"""Grey levels (standard deviation) below which a picture is one colour: all such look the same."""
BANDS = 4
BAND_BITS = 16


@dataclass(frozen=True, slots=True)
class Print:
    """What a photo is known by."""

    sha256: str
    """Of the file: the same photo, sent again."""
    difference: int | None
    """64 bits, of which side is darker in 8 × 8 places; none for a picture of one colour."""


def print_of(content: bytes) -> Print:
    """The print of a photo that Pillow can open."""
    digest = hashlib.sha256(content).hexdigest()
    image = Image.open(io.BytesIO(content))
    # Most of a large JPEG need not be decoded for so few places.
    image.draft("L", (SIDE * 16, SIDE * 16))
    grey = image.convert("L").resize((SIDE + 1, SIDE), Image.Resampling.BOX)
    levels = np.asarray(grey, np.int16)
    if levels.std() < LEAST_SPREAD:
        return Print(digest, None)
    bits = np.packbits((levels[:, 1:] > levels[:, :-1]).ravel())
    return Print(digest, int.from_bytes(bits.tobytes(), "big", signed=True))


def alike(differences: NDArray[np.int64], most_bits: int) -> NDArray[np.int64]:
    """Pairs of places of prints that differ in so many bits at most, which is less than `BANDS`.

    Of two such prints one of four bands of 16 bits is the same in both: only those are compared.
    """
    whole = differences.astype(np.uint64)
    found = []
    for band in range(BANDS):
        part = (whole >> np.uint64(BAND_BITS * band)) & np.uint64(2**BAND_BITS - 1)
        order = np.argsort(part, kind="stable")
        ends = np.flatnonzero(np.diff(part[order])) + 1
        for same in np.split(order, ends):
            if len(same) > 1:
                found.append(_close(whole, np.sort(same), most_bits))
    if not found:
        return np.empty((0, 2), np.int64)
    return np.unique(np.concatenate(found), axis=0)


def _close(whole: NDArray[np.uint64], members: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    first, second = np.triu_indices(len(members), 1)
    apart = np.bitwise_count(whole[members[first]] ^ whole[members[second]])
    near = apart <= most
    return np.column_stack([members[first[near]], members[second[near]]])
