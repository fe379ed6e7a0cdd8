"""What comes with a move, as the caller hands it over: keys and texts, nothing looked up yet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo as it was sent, and what it shows (`spatial.cases.models.Attachment.View`)."""

    content: bytes
    view: str = "near"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a case that is split: which department has to do what."""

    department: int
    what: str


@dataclass(frozen=True, slots=True)
class More:
    """More time that is asked for, in a unit of limits."""

    n: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with a move; the table of moves says what each one needs.

    Departments, inspectors, standards, cases and parts are given by their keys.
    """

    reason: str = ""
    photos: tuple[Shot, ...] = ()
    department: int | None = None
    person: int | None = None
    inspector: int | None = None
    standard: int | None = None
    into: int | None = None
    parts: tuple[Part, ...] = ()
    part: int | None = None
    more: More | None = None


NOTHING = Given()


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it comes in, by the key of its class.

    ``at`` is when it was made where that differs from now: a phone may have been without network.
    """

    case_class: int
    lon: float
    lat: float
    channel: str
    description: str = ""
    place: str = ""
    contact: str = ""
    component: str = ""
    priority: int = 0
    photos: tuple[Shot, ...] = ()
    at: datetime | None = None


def digest(asker: int | None, given: Given | Report, *words: object) -> str:
    """A hash of what was sent and by whom, photos by their own bytes."""
    made = hashlib.sha256(repr((asker, replace(given, photos=()), words)).encode())
    for shot in given.photos:
        made.update(shot.view.encode() + hashlib.sha256(shot.content).digest())
    return made.hexdigest()
