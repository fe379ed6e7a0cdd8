"""Possible readings of a text, each with what it explains of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from geocode import scores
from geocode.answers import Candidate, Kind, Match, Point, Reading
from geocode.doors import Doors
from geocode.numbers import Number, Role, Token, building, doors
from geocode.spelling import key
from geocode.store import Crossing, Entry, Level, Title
from geocode.text import Named, Text, mask

_EXPLICIT = ("省", "市", "区", "县", "街道", "镇", "乡", "村", "社区", "地区")
_CODES = {
    Level.PROVINCE: ("district", 2),
    Level.CITY: ("district", 4),
    Level.DISTRICT: ("district", 6),
    Level.STREET: ("street", 9),
    Level.COMMUNITY: ("community", 12),
}


@dataclass(frozen=True, slots=True)
class Part:
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


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate in the making: ``quality`` is its score but for what is left unread."""

    kind: Kind
    level: Level
    name: str
    entry: Entry
    quality: float
    parts: tuple[Part, ...] = ()
    used: int = field(default=0)

    def reading(self, part: Part, factor: float = 1.0) -> Draft:
        """This draft explaining one more part."""
        return replace(
            self,
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


def place(named: Named) -> Draft:
    """The named place itself."""
    entry = named.spelling.entry
    kind = {Level.ROAD: Kind.ROAD}.get(entry.level, Kind.PLACE)
    if entry.level <= Level.COMMUNITY:
        kind = Kind.REGION
    part, factor = part_of(named)
    return Draft(kind, entry.level, entry.name, entry, 1.0).reading(part, factor)


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
    return [replace(base, quality=base.quality * scores.NO_NUMBER)]


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
    draft = replace(base, kind=Kind.PLACE, level=level, name=name, entry=entry)
    draft = replace(draft, quality=draft.quality * factor)
    if door:
        draft = _read_number(draft, door, entry.door, factor)
    if block:
        part = Part(block.start, block.end, Level.BUILDING, entry.building, Reading.EXACT)
        draft = draft.reading(part)
    return draft


def _read_number(draft: Draft, door: Token, name: str, factor: float) -> Draft:
    reading = Reading.EXACT if factor > scores.LOOSE else Reading.LOOSE
    bare = scores.BARE if door.role is Role.BARE else 1.0
    return draft.reading(Part(door.start, door.end, Level.DOOR, name, reading), bare)


def _interpolated(base: Draft, door: Token, known: Doors) -> list[Draft]:
    number: Number = door.doors[0]
    between = known.between(number)
    if between is None:
        return []
    low, high = between.low, between.high
    entry = base.entry._replace(
        lon=between.lon,
        lat=between.lat,
        district=_common(low.district, high.district),
        street=_common(low.street, high.street),
        community=_common(low.community, high.community),
    )
    factor = scores.INTERPOLATED if low is not high else scores.BEYOND
    draft = replace(
        base,
        kind=Kind.INTERPOLATED,
        level=Level.DOOR,
        name=base.entry.name + door.text,
        entry=entry,
        quality=base.quality * factor,
    )
    span = low.door if low is high else f"{low.door}-{high.door}"
    return [draft.reading(Part(door.start, door.end, Level.DOOR, span, Reading.LOOSE))]


def _common(one: str, other: str) -> str:
    return one if one == other else ""


def _others(text: Text, draft: Draft, door: Token | None) -> Draft:
    """Further house numbers (1号、3号) and yards' own numbers are no unread text."""
    for token in text.tokens:
        if draft.used & mask(token.start, token.end):
            continue
        more = door is not None and token.start >= door.end
        if token.role is Role.BUILDING or more and token.role in (Role.DOOR, Role.BARE):
            draft = replace(draft, used=draft.used | mask(token.start, token.end))
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


def supported(draft: Draft, names: Iterable[Named], text: Text) -> Draft:
    """``draft`` with the regions, roads and numbers of the text that agree or disagree with it.

    ``names`` come longest first; of several places with one name the one that agrees counts.
    """
    spans: dict[tuple[int, int], list[Named]] = {}
    for named in names:
        spans.setdefault((named.start, named.end), []).append(named)
    for span, meanings in spans.items():
        if mask(*span) & draft.used:
            continue
        agreeing = [named for named in meanings if _agrees(draft.entry, named)]
        if agreeing:
            part, factor = part_of(agreeing[0])
            draft = draft.reading(part, factor**0.5)
        elif _contradicts(meanings, text.key[span[0] : span[1]]):
            part, _ = part_of(meanings[0])
            factor = scores.CONFLICT[meanings[0].spelling.entry.level]
            draft = draft.reading(replace(part, reading=Reading.CONFLICT), factor)
    return _own_number(draft, text)


def _agrees(entry: Entry, named: Named) -> bool:
    other = named.spelling.entry
    if other.level in _CODES:
        part, size = _CODES[other.level]
        mine, its = getattr(entry, part), getattr(other, part)
        return not mine or not its or mine[:size] == its[:size]
    if other.level is Level.ROAD:
        return entry.road == other.name
    if other.level is Level.ZONE:
        return other.name in (entry.zone, entry.name)
    return other.key == entry.key or bool(entry.poi) and other.poi == entry.poi


def _contradicts(meanings: Sequence[Named], written: str) -> bool:
    levels = {named.spelling.entry.level for named in meanings}
    exact = all(named.nearness == 1.0 for named in meanings)
    return exact and max(levels) <= Level.COMMUNITY and written.endswith(_EXPLICIT)


def _own_number(draft: Draft, text: Text) -> Draft:
    """A POI's own house number is no unread text."""
    if draft.level is not Level.POI or not draft.entry.door:
        return draft
    own = set(doors(draft.entry.door))
    for token in text.tokens:
        if own & set(token.doors) and not draft.used & mask(token.start, token.end):
            part = Part(token.start, token.end, Level.DOOR, draft.entry.door, Reading.EXACT)
            draft = draft.reading(part)
    return draft


def score(draft: Draft, text: Text) -> float:
    """See `geocode.scores`."""
    every = mask(0, len(text.key)) & ~(text.silent & ~draft.used)
    unread = every & ~draft.used
    if not unread:
        return draft.quality
    last = max((p.end for p in draft.parts if p.level in (Level.DOOR, Level.BUILDING)), default=0)
    behind = unread >> last << last if last else 0
    weight = (unread & ~behind).bit_count() + behind.bit_count() * scores.BEHIND
    return draft.quality * (1 - scores.UNREAD * weight / every.bit_count())


def candidate(draft: Draft, text: Text) -> Candidate:
    """The finished candidate."""
    matched = tuple(
        Match(*text.spelt.span(part.start, part.end), part.level, part.name, part.reading)
        for part in sorted(draft.parts, key=lambda part: part.start)
    )
    point: Point = (draft.entry.lon, draft.entry.lat)
    final = round(score(draft, text), 4)
    return Candidate(point, draft.kind, draft.level, draft.name, final, draft.entry, matched)


def road_key(entry: Entry) -> str:
    """Under which name the doors of a road or zone are kept."""
    return key(entry.road if entry.level is Level.ROAD and entry.road else entry.name)
