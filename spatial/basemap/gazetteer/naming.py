"""The names of a place, and the forms in which the geocoder looks them up."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from geocode import key, sound, variants
from spatial.basemap.gazetteer.models import Place, PlaceName

NUMBERED = (Place.Level.DOOR, Place.Level.BUILDING)
TEXT_LENGTH, KEY_LENGTH = 200, 250
_BETWEEN = re.compile(r"\s*[;；|、]\s*|\s*[,，]\s+")
_KIND_OF_REGION = re.compile(r"^(.{2,}?)(?:社区居委会|社区|街道|地区|新区|区|县|市|镇|乡)$")


class Name(NamedTuple):
    """A row of ``PlaceName``."""

    kind: str
    text: str
    key: str
    sound: str
    variants: tuple[int, ...]
    live: bool


def names_of(level: int, standard: str, alias: str, old_name: str) -> list[Name]:
    """All names a place has by its source, the standard one first, each spelling once.

    A door or building is found by its road and number, so that its standard name is kept for the
    record only, and not as a spelling.
    """
    given = [(PlaceName.Kind.STANDARD, standard)]
    given += [(PlaceName.Kind.ALIAS, text) for text in _parts(alias)]
    given += [(PlaceName.Kind.OLD, text) for text in _parts(old_name)]
    if 1 <= level <= Place.Level.COMMUNITY and (short := _KIND_OF_REGION.match(standard)):
        given.append((PlaceName.Kind.ALIAS, short.group(1)))
    found: dict[str, Name] = {}
    for kind, text in given:
        live = not (kind == PlaceName.Kind.STANDARD and level in NUMBERED)
        made = name(kind, text[:TEXT_LENGTH], live)
        if made.key:
            found.setdefault(made.key, made)
    return list(found.values())


def name(kind: str, text: str, live: bool = True) -> Name:
    """A name with its forms; one that is no spelling has the key alone."""
    spelling = key_of(text)
    if not live:
        return Name(kind, text, spelling, "", (), False)
    return Name(kind, text, spelling, sound(spelling), hashes(variants(spelling)), True)


@lru_cache(maxsize=50_000)
def key_of(text: str) -> str:
    """``geocode.key`` of a name; roads come again and again."""
    return key(text)[:KEY_LENGTH]


def hashes(forms: Iterable[str]) -> tuple[int, ...]:
    """Forms as the whole numbers that the index holds, a fifth of the size of the texts."""
    return tuple(sorted({hash_of(form) for form in forms}))


def hash_of(form: str) -> int:
    """A form as the index holds it: CRC-32, moved into the range of four signed bytes."""
    return zlib.crc32(form.encode()) - 2**31


def _parts(texts: str) -> list[str]:
    return [part for part in _BETWEEN.split(texts) if part]
