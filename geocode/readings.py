"""All that a text may mean, given the names found in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from geocode import drafts, fitting, scores
from geocode.drafts import Draft
from geocode.finding import above, weight
from geocode.lookups import Ask, Steps, What
from geocode.store import Level
from geocode.text import Named, Text

PLACES, REGIONS = 20, 10
"""Names tried for one text; what promises less is not the answer."""


def readings(
    text: Text, names: Sequence[Named], district: str | None
) -> Steps[list[tuple[float, Draft]]]:
    """All readings that the names allow, each with its score; none known to lie elsewhere."""
    anchors = _anchors(names)
    roads = [n for n in anchors if n.spelling.entry.level in (Level.ROAD, Level.ZONE)]
    pairs = _pairs(roads) if _may_cross(text, roads) else {}
    doors, crossings = yield [
        Ask(What.DOORS, {drafts.road_key(n.spelling.entry) for n in roads} if text.tokens else ()),
        Ask(What.CROSSING, pairs.keys()),
    ]
    alone = scores.ONE_ROAD if text.crossings else 1.0
    made: list[Draft] = []
    for named in anchors:
        known = doors.get(drafts.road_key(named.spelling.entry)) if named in roads else None
        numbered = drafts.numbered(text, named, known) if named in roads else []
        made += numbered or [drafts.place(named, alone)]
    for pair, points in crossings.items():
        made += [drafts.crossing(*pairs[pair], point) for point in points]
    around = fitting.contexts(names)
    whole = [fitting.supported(draft, around, text) for draft in made if _within(draft, district)]
    high = above(text, names)
    whole = [draft._replace(used=draft.used | high) for draft in whole]
    return [(fitting.score(draft, text), draft) for draft in whole]


def as_corrected(
    text: Text, names: Sequence[Named], district: str | None
) -> list[tuple[float, Draft]]:
    """The places of names that are corrections of the whole text, each with its score."""
    made = [drafts.place(named) for named in names]
    return [(fitting.score(draft, text), draft) for draft in made if _within(draft, district)]


def _within(draft: Draft, district: str | None) -> bool:
    entry = draft.entry
    return not district or entry.level <= Level.CITY or entry.district in ("", district)


def _anchors(names: Sequence[Named]) -> list[Named]:
    """The names worth trying: near and long ones, and enough of each."""
    places = [n for n in names if n.spelling.entry.level > Level.COMMUNITY]
    places.sort(key=lambda n: (-weight(n), n.spelling.entry.key))
    regions = [n for n in names if n.spelling.entry.level <= Level.COMMUNITY]
    regions.sort(key=lambda n: (-n.spelling.entry.level, -weight(n), n.spelling.entry.key))
    return [*places[:PLACES], *regions[:REGIONS]]


def _may_cross(text: Text, roads: Sequence[Named]) -> bool:
    return len(roads) > 1 and bool(text.crossings or text.joints or not text.tokens)


def _pairs(roads: Sequence[Named]) -> dict[tuple[str, str], tuple[Named, Named]]:
    pairs: dict[tuple[str, str], tuple[Named, Named]] = {}
    for first, second in combinations(sorted(roads, key=lambda named: named.start), 2):
        if first.end <= second.start:
            one, other = (drafts.road_key(n.spelling.entry) for n in (first, second))
            if one != other:
                pairs.setdefault((min(one, other), max(one, other)), (first, second))
    return pairs
