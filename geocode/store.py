"""What the geocoder asks of a gazetteer: a protocol and its records.

Every method takes a collection, so that a database answers many questions of many addresses in
one round trip, and returns a mapping that holds only the questions that have an answer. Answers
are in a fixed order (stated with each method), so that the same text is always read the same way
from any store. `geocode.memory.MemoryStore` is the reference; another store must give the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum, IntEnum
from typing import NamedTuple, Protocol


class Level(IntEnum):
    """The ten levels of an address, GB/T 37149-2018 table B.1."""

    PROVINCE = 1
    CITY = 2
    DISTRICT = 3
    STREET = 4
    COMMUNITY = 5
    ROAD = 6
    ZONE = 7
    DOOR = 8
    BUILDING = 9
    POI = 10


class Entry(NamedTuple):
    """A place of the gazetteer.

    Attributes
    ----------
    key : int
        Its number in the store, the same in every answer.
    level : Level
        What it is: the deepest element it has.
    name : str
        Full standard name as shown, without regions: 东四北大街107号院3号楼, 孚王府; for a region
        its own name.
    lon, lat : float
        Where it is, in degrees (EPSG:4326, taken as equal to CGCS2000): the door or main entrance;
        of a road or region a point on or in it.
    district, street, community : str
        Codes of 6, 9 and 12 digits of the regions it lies in, or ``""``; a region counts as lying
        in itself. A province or city has its own code in ``district``: 110000.
    road, zone, door, building, poi : str
        Elements as written in the standard name, ``""`` where absent. A door or building has a
        ``road`` or a ``zone`` (小区, 地片) or both; a POI has them where its address is known.
    """

    key: int
    level: Level
    name: str
    lon: float
    lat: float
    district: str = ""
    street: str = ""
    community: str = ""
    road: str = ""
    zone: str = ""
    door: str = ""
    building: str = ""
    poi: str = ""


class Numbered(NamedTuple):
    """The doors and buildings of a road or zone, in columns, so that entries are made when wanted.

    Attributes
    ----------
    doors, buildings, districts : sequence of str
        These fields of all entries, in the same order.
    entries : sequence of Entry
    """

    doors: Sequence[str]
    buildings: Sequence[str]
    districts: Sequence[str]
    entries: Sequence[Entry]


class How(Enum):
    """Which form of a spelling is looked up: `geocode.key`, `sound` of it, one of `variants`."""

    KEY = "key"
    SOUND = "sound"
    VARIANT = "variant"


class Title(Enum):
    """What a name is to its place."""

    STANDARD = "standard"
    ALIAS = "alias"
    OLD = "old"
    CORRECTION = "correction"


class Spelling(NamedTuple):
    """A name of a place: the entry, ``key`` of that name, and what the name is to it."""

    entry: Entry
    key: str
    title: Title = Title.STANDARD


class Crossing(NamedTuple):
    """Where two roads meet: degrees, and the codes of the regions there (``""`` if unknown)."""

    lon: float
    lat: float
    district: str = ""
    street: str = ""
    community: str = ""


class Store(Protocol):
    """A gazetteer.

    Who has spellings: regions (levels 1 to 5), roads, zones and POIs under their names, and doors
    or buildings only where they bear a proper name; never under road and number, since those are
    found by `numbered` whatever the road was called. Names are the standard name and all aliases,
    old names and corrections. Useful aliases of regions are those without their kind (东城 for
    东城区), which the store should have.
    """

    def spelled(self, how: How, forms: Collection[str]) -> Mapping[str, Sequence[Spelling]]:
        """Spellings by an exactly equal form; one round trip.

        Parameters
        ----------
        how : How
            KEY: spellings whose key is the form. SOUND: whose ``sound(key)`` is. VARIANT: whose
            ``variants(key)`` contain it (an array column with a GIN index, or a table of forms).
        forms : collection of str
            Some hundreds for one address, some thousands for a chunk of addresses, without
            repetition; most have no answer.

        Returns
        -------
        mapping
            From form to its spellings, at most `PER_FORM`, ordered by level, then by key of the
            entry.
        """

    def similar(
        self, keys: Collection[str], levels: Collection[Level], limit: int
    ) -> Mapping[str, Sequence[Spelling]]:
        """Spellings that resemble a whole key, the last resort for half a name; one round trip.

        Only entries of ``levels``; at most ``limit`` for each key, most similar first. Resembling
        is sharing trigrams as in ``pg_trgm``, or containing the key or being contained in it; the
        geocoder measures again, so that stores may differ in the order. (In a database whose
        ``LC_CTYPE`` is C, ``pg_trgm`` sees no Chinese characters.)
        """

    def numbered(self, names: Collection[str]) -> Mapping[str, Numbered]:
        """All doors and buildings of roads or zones; one round trip.

        Parameters
        ----------
        names : collection of str
            Keys of standard names: ``key(entry.road)`` or ``key(entry.zone)``.

        Returns
        -------
        mapping
            From name to every entry that has a door or a building, of whatever level (a POI with
            a house number is a witness of that number), whose road or zone has that key, in all
            districts; ordered by key of the entry. Units and rooms are not entries.
        """

    def crossings(
        self, pairs: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], Sequence[Crossing]]:
        """Where two roads meet; one round trip.

        ``pairs`` are keys of standard names of roads, the smaller first (as strings compare). Two
        roads may meet more than once, also by namesakes elsewhere; points less than 30 m apart
        are one. Ordered by longitude. A store without crossings returns ``{}``.
        """

    def grids(self, codes: Collection[str]) -> Mapping[str, Entry]:
        """Unit grids in force by code (14 or 15 digits), the entry at a point inside.

        ``name`` is the code, ``level`` POI. A store without grids returns ``{}``.
        """

    def components(self, codes: Collection[str]) -> Mapping[str, Entry]:
        """Components in use by code (16 digits), as `grids`; ``name`` is what it is called."""


PER_FORM = 40
"""Most spellings for one form. Who has more namesakes than this must name a region."""
