"""How well a reading fits the whole text: what agrees, what contradicts, what is left unread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from geocode import scores
from geocode.answers import Candidate, Kind, Match, Point, Reading
from geocode.drafts import Draft, Part, part_of
from geocode.numbers import doors
from geocode.store import Entry, Level
from geocode.text import Named, Text, mask

_EXPLICIT = ("省", "市", "区", "县", "街道", "镇", "乡", "村", "社区", "地区")
_CODES = {
    Level.PROVINCE: ("district", 2),
    Level.CITY: ("district", 4),
    Level.DISTRICT: ("district", 6),
    Level.STREET: ("street", 9),
    Level.COMMUNITY: ("community", 12),
}
_REGIONS = frozenset(_CODES)
_NAMES = frozenset((Level.ROAD, Level.ZONE, Level.POI))
_NUMBERS = frozenset((Level.DOOR, Level.BUILDING))


class Context(NamedTuple):
    """The meanings of one piece of the text: those that are spelt so, or else all."""

    start: int
    end: int
    mask: int
    exact: list[Named]
    meanings: list[Named]


def contexts(names: Iterable[Named]) -> list[Context]:
    """What each piece may mean, the longest piece first; errors only where they are few."""
    spans: dict[tuple[int, int], list[Named]] = {}
    for named in names:
        if named.nearness >= scores.CONTEXT_FROM:
            spans.setdefault((named.start, named.end), []).append(named)
    found = []
    for (start, end), meanings in spans.items():
        exact = [named for named in meanings if named.nearness == 1.0]
        meanings.sort(key=lambda named: (-named.nearness, named.spelling.entry.key))
        found.append(Context(start, end, mask(start, end), exact, exact or meanings))
    found.sort(key=lambda c: (c.start - c.end, -c.meanings[0].nearness, c.start))
    return found


def supported(draft: Draft, around: Iterable[Context], text: Text) -> Draft:
    """``draft`` with the regions, roads and numbers of the text that agree or disagree with it.

    Of several places with one name the one that agrees counts.
    """
    for context in around:
        if context.mask & draft.used:
            continue
        agreeing = next((n for n in context.meanings if _agrees(draft.entry, n)), None)
        if agreeing is not None:
            part, factor = part_of(agreeing)
            draft = draft.reading(part, factor**0.5)
        elif _contradicts(draft.entry, context.exact, text.key[context.start : context.end]):
            part, _ = part_of(context.exact[0])
            factor = scores.CONFLICT[part.level]
            draft = draft.reading(part._replace(reading=Reading.CONFLICT), factor)
    return _own_number(draft, text)


def _agrees(entry: Entry, named: Named) -> bool:
    other = named.spelling.entry
    if other.level in _CODES:
        part, size = _CODES[other.level]
        mine, its = getattr(entry, part), getattr(other, part)
        inside = entry.level > other.level and (not mine or not its)
        return inside or (bool(mine) and mine[:size] == its[:size])
    if other.level is Level.ROAD:
        return entry.road == other.name
    if other.level is Level.ZONE:
        return other.name in (entry.zone, entry.name)
    return other.key == entry.key or (bool(entry.poi) and other.poi == entry.poi)


def _contradicts(entry: Entry, exact: Sequence[Named], written: str) -> bool:
    """Whether a region was meant, by its full name, and the place lies in another."""
    deepest = max((named.spelling.entry.level for named in exact), default=Level.POI)
    return deepest <= min(Level.COMMUNITY, entry.level) and written.endswith(_EXPLICIT)


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
    unread = mask(0, len(text.key)) & ~(text.silent | draft.used | draft.excused)
    if not unread:
        return draft.quality
    levels = _REGIONS if draft.kind is Kind.REGION else _NAMES
    parts = [part for part in draft.parts if part.level in levels]
    size = sum(part.end - part.start for part in parts)
    names = sum(part.mask for part in parts)
    weight = _weight(unread, _last_number(draft), names, text.gaps)
    region = scores.REGION if draft.kind is Kind.REGION else 1.0
    return draft.quality * region * size / (size + weight) if size else 0.0


def _last_number(draft: Draft) -> int:
    """Where the last number that was understood ends, or the text."""
    ends = [part.end for part in draft.parts if part.level in _NUMBERS]
    if draft.excused:
        ends.append(draft.excused.bit_length())
    return max(ends, default=0)


def _weight(unread: int, last: int, names: int, gaps: int) -> float:
    """Unread characters: whole ones up to two places from a name, others `scores.FAR`."""
    far = unread >> last << last if last else 0
    near, ring = 0, names
    for _ in range(2):
        ring = ((ring << 1) & ~gaps | (ring & ~gaps) >> 1) & unread & ~far
        near |= ring
    return near.bit_count() + scores.FAR * (unread & ~near).bit_count()


def candidate(draft: Draft, text: Text) -> Candidate:
    """The finished candidate."""
    matched = tuple(
        Match(*text.spelt.span(part.start, part.end), part.level, part.name, part.reading)
        for part in sorted(draft.parts, key=lambda part: part.start)
    )
    point: Point = (draft.entry.lon, draft.entry.lat)
    final = round(score(draft, text), 4)
    return Candidate(point, draft.kind, draft.level, draft.name, final, draft.entry, matched)
