"""Possible readings of a text, each with what it explains of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from geocode import scores
from geocode.answers import Kind, Reading
from geocode.doors import Between, Doors
from geocode.numbers import Role, Token, building
from geocode.spelling import key
from geocode.store import Crossing, Entry, Level, Title
from geocode.text import Named, Text, mask


class Part(NamedTuple):
    """A slice of the key and what it was read as."""

    start: int
    end: int
    level: Level
    name: str
    reading: Reading

    @property
    def mask(self) -> int:
        """The characters as bits."""
        return mask(self.start, self.end)


class Draft(NamedTuple):
    """A candidate in the making: ``quality`` is its score but for what is left unread.

    ``used`` are the bits of the characters that are explained, ``excused`` of those for which
    ``quality`` has paid already.
    """

    kind: Kind
    level: Level
    name: str
    entry: Entry
    quality: float
    parts: tuple[Part, ...] = ()
    used: int = 0
    excused: int = 0

    def reading(self, part: Part, factor: float = 1.0) -> Draft:
        """This draft explaining one more part."""
        return self._replace(
            quality=self.quality * factor,
            parts=(*self.parts, part),
            used=self.used | part.mask,
        )


def part_of(named: Named) -> tuple[Part, float]:
    """The part a name explains and the factor it costs."""
    entry, _, title = named.spelling
    reading, factor = named.reading, named.nearness
    if title is not Title.STANDARD:
        factor *= scores.ALIAS
        reading = Reading.ALIAS if reading is Reading.EXACT else reading
    return Part(named.start, named.end, entry.level, entry.name, reading), factor


def place(named: Named, road_alone: float = 1.0) -> Draft:
    """The named place itself; a road counts ``road_alone`` (less where a crossing is meant)."""
    entry = named.spelling.entry
    kind = {Level.ROAD: Kind.ROAD}.get(entry.level, Kind.PLACE)
    if entry.level <= Level.COMMUNITY:
        kind = Kind.REGION
    part, factor = part_of(named)
    quality = road_alone if kind is Kind.ROAD else 1.0
    return Draft(kind, entry.level, entry.name, entry, quality).reading(part, factor)


def numbered(text: Text, named: Named, known: Doors | None) -> list[Draft]:
    """The doors or buildings that the text's numbers mean on the named road or in the zone."""
    base = place(named)
    door, block = _numbers(text, named)
    if door is None and block is None:
        return []
    found = _found(base, door, block, known) if known else []
    if not found and known and door:
        found = _interpolated(base, door, known)
    if found:
        return [_others(text, draft, door) for draft in found]
    paid = sum(mask(token.start, token.end) for token in (door, block) if token)
    return [base._replace(quality=base.quality * _doubt(base, scores.NO_NUMBER), excused=paid)]


def _doubt(base: Draft, factor: float) -> float:
    """``factor`` for an unknown number, twice when the name had errors."""
    written = base.parts[0].reading in (Reading.EXACT, Reading.ALIAS)
    return factor if written else factor * factor


def _numbers(text: Text, named: Named) -> tuple[Token | None, Token | None]:
    """The token of the door (behind the name rather than before) and that of the building."""
    free = [t for t in text.tokens if t.end <= named.start or t.start >= named.end]
    written = [t for t in free if t.role is Role.DOOR]
    loose = [t for t in free if t.role is Role.BARE]
    blocks = [t for t in free if t.role is Role.BUILDING]
    behind = [t for t in written if t.start >= named.end]
    door = next(iter([*behind, *written, *loose]), None)
    block = next(iter(blocks), None)
    if block is None and door is not None:
        more = (t for t in written if t.start >= door.end)
        block = next(more, None)
    return door, block


def _found(base: Draft, door: Token | None, block: Token | None, known: Doors) -> list[Draft]:
    number = door.doors[0] if door else None
    if block:
        exact = known.building(number, building(block.text))
        if exact:
            return [_at(base, one, door, block) for one in _one_each(exact)]
    if door is None or number is None:
        return []
    exact, factor = known.door(number), 1.0
    if not exact:
        exact, factor = known.building(None, str(number.main)), 1.0
    if not exact:
        exact, factor = known.loosely(number), scores.LOOSE
    if block and block.role is Role.BUILDING:
        factor *= scores.NO_BUILDING
    return [_at(base, one, door, None, factor) for one in _one_each(exact)]


def _one_each(entries: Sequence[Entry]) -> list[Entry]:
    """The first entry of each district: others at the number stand at the same door."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.district, entry)
    return list(first.values())


def _at(
    base: Draft, entry: Entry, door: Token | None, block: Token | None, factor: float = 1.0
) -> Draft:
    level = Level.BUILDING if block else Level.DOOR
    name = entry.name
    if entry.level is not level:
        name = (entry.road or entry.zone) + entry.door + (entry.building if block else "")
    draft = base._replace(kind=Kind.PLACE, level=level, name=name, entry=entry)
    draft = draft._replace(quality=draft.quality * factor)
    if door:
        draft = _read_number(draft, door, entry.door, factor)
        if door.text.endswith("院") != entry.door.endswith("院"):
            draft = draft._replace(quality=draft.quality * scores.YARD)
    if block:
        part = Part(block.start, block.end, Level.BUILDING, entry.building, Reading.EXACT)
        draft = draft.reading(part)
    return draft


def _read_number(draft: Draft, door: Token, name: str, factor: float) -> Draft:
    reading = Reading.EXACT if factor > scores.LOOSE else Reading.LOOSE
    bare = scores.BARE if door.role is Role.BARE else 1.0
    return draft.reading(Part(door.start, door.end, Level.DOOR, name, reading), bare)


def _interpolated(base: Draft, door: Token, known: Doors) -> list[Draft]:
    return [_on_stretch(base, door, between) for between in known.between(door.doors[0])]


def _on_stretch(base: Draft, door: Token, between: Between) -> Draft:
    low, high = between.low, between.high
    entry = base.entry._replace(
        lon=between.lon,
        lat=between.lat,
        district=_common(low.district, high.district),
        street=_common(low.street, high.street),
        community=_common(low.community, high.community),
    )
    factor = scores.INTERPOLATED if low is not high else scores.BEYOND
    draft = base._replace(
        kind=Kind.INTERPOLATED,
        level=Level.DOOR,
        name=base.entry.name + door.text,
        entry=entry,
        quality=base.quality * _doubt(base, factor),
    )
    span = low.door if low is high else f"{low.door}-{high.door}"
    return draft.reading(Part(door.start, door.end, Level.DOOR, span, Reading.LOOSE))


def _common(one: str, other: str) -> str:
    return one if one == other else ""


def _others(text: Text, draft: Draft, door: Token | None) -> Draft:
    """Further house numbers (1号、3号) and yards' own numbers are no unread text."""
    for token in text.tokens:
        if draft.used & mask(token.start, token.end):
            continue
        more = door is not None and token.start >= door.end
        if token.role is Role.BUILDING or more and token.role in (Role.DOOR, Role.BARE):
            draft = draft._replace(used=draft.used | mask(token.start, token.end))
    return draft


def crossing(first: Named, second: Named, point: Crossing) -> Draft:
    """The place where two named roads meet."""
    one, other = first.spelling.entry, second.spelling.entry
    name = f"{one.name}与{other.name}交叉口"
    entry = one._replace(
        name=name,
        lon=point.lon,
        lat=point.lat,
        district=point.district,
        street=point.street,
        community=point.community,
    )
    draft = Draft(Kind.CROSSING, Level.ROAD, name, entry, 1.0)
    for named in (first, second):
        part, factor = part_of(named)
        draft = draft.reading(part, factor)
    return draft


def road_key(entry: Entry) -> str:
    """Under which name the doors of a road or zone are kept."""
    return _key(entry.road if entry.level is Level.ROAD and entry.road else entry.name)


@lru_cache(maxsize=16384)
def _key(name: str) -> str:
    """The key of a road's name: an address with errors asks for those of a dozen roads."""
    return key(name)
