"""Numbers of doors, yards, lanes, buildings, units and rooms in a key."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from geocode.spelling import key

STEMS = "甲乙丙丁戊己庚辛"
"""Signs that tell doors of one number apart."""
_TOKEN = re.compile(
    rf"(?P<skip>\d+(?:\.\d+)?(?:多|余)?(?:米|M|公里|KM))"
    rf"|(?P<building>(?:[{STEMS}]?\d{{1,4}}|(?<![A-Z])[A-Z])(?:号楼|栋|幢|座|楼(?!梓)))"
    rf"|(?P<unit>(?:\d{{1,3}}|(?<![A-Z])[A-Z])(?:单元|门(?![内外头楼])))"
    rf"|(?P<room>-?\d{{1,5}}[A-Z]?(?:号房|室|层|房|F(?![A-Z])))"
    rf"|(?P<door>(?P<before>[{STEMS}附])?(?P<main>\d{{1,5}})(?P<more>(?:[、,.]\d{{1,5}})+)?"
    rf"(?:-(?P<sub>\d{{1,4}}))?(?P<behind>[{STEMS}])?"
    rf"(?P<kind>号院|号(?!楼|线)|支弄|弄|院)"
    rf"(?P<inner>[{STEMS}](?!\d))?"
    rf"(?:附(?P<annex>\d{{1,4}})号?|-(?P<dash>\d{{1,4}})(?!\d|号楼))?)"
    rf"|(?P<bare>(?<![\dA-Z.])(?P<mark>[{STEMS}])?\d{{1,5}}(?:-\d{{1,4}}){{0,2}}"
    rf"(?![\dA-Z.]|路|线|年|月|个|次|家|中|小))"
)
_INTEGER = re.compile(r"\d+")


class Number(NamedTuple):
    """A door: 甲107-3号 is ("号", "甲", 107, 3); a lane (弄) is not a door of that number."""

    kind: str
    stem: str
    main: int
    sub: int = 0


class Role(Enum):
    """What a number counts; BARE is a number without its word."""

    SKIP = "skip"
    BUILDING = "building"
    UNIT = "unit"
    ROOM = "room"
    DOOR = "door"
    BARE = "bare"


class Token(NamedTuple):
    """A number in a key: ``key[start:end]``; ``doors`` are the doors it names (24、26号: two)."""

    start: int
    end: int
    role: Role
    text: str
    doors: tuple[Number, ...] = ()


def tokens(spelling: str) -> list[Token]:
    """All numbers of a key, from left to right."""
    found = []
    for match in _TOKEN.finditer(spelling):
        role = _role(match)
        doors = _doors(match) if role is Role.DOOR else _bare(match, role)
        found.append(Token(match.start(), match.end(), role, match.group(), doors))
    return found


def _role(match: re.Match[str]) -> Role:
    role = next(role for role in Role if match.group(role.value) is not None)
    if role is Role.BARE and match.group().count("-") > 1:
        return Role.BUILDING  # 12-3-501 is building, unit and room
    return role


def _doors(match: re.Match[str]) -> tuple[Number, ...]:
    group = match.group
    kind = "弄" if "弄" in group("kind") else "号"
    stem = group("before") or group("behind") or group("inner") or ""
    sub = int(group("sub") or group("annex") or group("dash") or 0)
    first = Number(kind, stem, int(group("main")), sub)
    more = [Number(kind, stem, int(one)) for one in _INTEGER.findall(group("more") or "")]
    return first, *more


def _bare(match: re.Match[str], role: Role) -> tuple[Number, ...]:
    if role is not Role.BARE:
        return ()
    main, *rest = _INTEGER.findall(match.group())
    return (Number("号", match.group("mark") or "", int(main), int(rest[0]) if rest else 0),)


@lru_cache(maxsize=65536)
def doors(written: str) -> tuple[Number, ...]:
    """The doors that an entry's ``door`` names: 107号院 is one, 24、26号 two."""
    return tuple(
        number
        for token in tokens(key(written))
        if token.role in (Role.DOOR, Role.BARE)
        for number in token.doors
    )


@lru_cache(maxsize=65536)
def building(written: str) -> str:
    """A building's own mark without its word: 3号楼, 3栋 and 3号 are all ``3``, A座 is ``A``."""
    found = re.match(rf"[{STEMS}]?\d+|[A-Z]+", key(written))
    return found.group() if found else key(written)
