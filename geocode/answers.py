"""What the geocoder answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geocode.store import Entry, Level

Point = tuple[float, float]


class Verdict(Enum):
    """How far an answer can be trusted.

    EXACT: all that was written was read and found, and there is one place of that name. PARTIAL:
    the best candidate lacks something or a part was read as another. AMBIGUOUS: the best two are
    different places that the text cannot tell apart. NONE: nothing was found.
    """

    EXACT = "exact"
    PARTIAL = "partial"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


class Kind(Enum):
    """What a candidate's point is."""

    PLACE = "place"
    INTERPOLATED = "interpolated"
    ROAD = "road"
    CROSSING = "crossing"
    REGION = "region"
    GRID = "grid"
    COMPONENT = "component"
    COORDINATES = "coordinates"


class Reading(Enum):
    """How a piece of the text was taken for a name or number.

    EXACT: as written; ALIAS: by another name of the place; SOUND: by its sound; ERROR: with
    errors of spelling mended; PART: the text has a part of the name; CONFLICT: read, but it
    contradicts the place; LOOSE: a number taken without its 甲 or -3.
    """

    EXACT = "exact"
    ALIAS = "alias"
    SOUND = "sound"
    ERROR = "error"
    PART = "part"
    CONFLICT = "conflict"
    LOOSE = "loose"


@dataclass(frozen=True, slots=True)
class Match:
    """A piece of the text and what it was read as: ``text[start:end]`` is ``name``."""

    start: int
    end: int
    level: Level
    name: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Plane:
    """Plane coordinates in metres, as written; ``epsg`` is None when no zone was named."""

    east_m: float
    north_m: float
    epsg: int | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that the text may mean.

    Attributes
    ----------
    point : (lon, lat) or None
        Degrees, EPSG:4326. None only for plane coordinates that were not projected.
    kind : Kind
    level : Level or None
        The level reached; None for coordinates.
    name : str
        What to show.
    score : float
        1 for a text that was read and found wholly; see `geocode.scores`.
    entry : Entry or None
        The place; of an interpolated door the road, moved to the point.
    matched : tuple of Match
        In the order of the text.
    crs : str
        The system in which coordinates were written, else ``""``.
    plane : Plane or None
    """

    point: Point | None
    kind: Kind
    level: Level | None
    name: str
    score: float
    entry: Entry | None = None
    matched: tuple[Match, ...] = ()
    crs: str = ""
    plane: Plane | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """How the text was taken apart, whatever was found.

    Attributes
    ----------
    key : str
        The comparison spelling of the text.
    hint : str
        方位 words, such as 东侧 or 以北50米: a help for who goes there, never part of the position
        (GB/T 37149-2018 cl. 7.3.2.3).
    unread : tuple of str
        Pieces of the text that the best candidate does not explain.
    """

    key: str
    hint: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Candidates, best first, and what to think of them."""

    candidates: tuple[Candidate, ...]
    verdict: Verdict
    read: Read
