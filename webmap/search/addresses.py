"""What the geocoder makes of a text: other names, errors of typing, crossings, coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from geocode import key
from geocode.answers import Candidate, Kind, Verdict
from geocode.store import Level, Spelling
from spatial.basemap.gazetteer.store import begun_names
from spatial.core.errors import InputError
from webmap import geocoding
from webmap.search import codes, components, regions
from webmap.search.ranking import BEGINS, EXACT, READ, Found

GOOD_FROM = 0.5
"""A candidate that explains less of the text is no answer to it."""
SHORTEST = 2
_SHIFT = 0.001
_NUMBERED = (Level.DOOR, Level.BUILDING)


def other_names(text: str, limit: int) -> list[Found]:
    """Places of which the text is an alias, old name or correction, or the beginning of one."""
    spelt = key(text)
    if len(spelt) < SHORTEST:
        return []
    found = begun_names(spelt, Level.COMMUNITY, limit)
    names = geocoding.region_names(spelling.entry for _text, spelling in found)
    return [_named(given, spelling, spelt, names) for given, spelling in found]


def _named(given: str, spelling: Spelling, spelt: str, names: dict[str, str]) -> Found:
    entry = spelling.entry
    around = [names[code] for code in (entry.district, entry.street) if code in names]
    return Found(
        rank=EXACT if spelling.key == spelt else BEGINS,
        type=_type(entry.level),
        label=entry.name,
        detail=" ".join([*around, f"({given})"]),
        center=(round(entry.lon, 7), round(entry.lat, 7)),
    )


def read(text: str, limit: int) -> list[Found]:
    """Places that the text means by the geocoder's reading, best first."""
    if len(text) < SHORTEST:
        return []
    try:
        answer = geocoding.answer_to(text, None, limit)
    except InputError:
        # What is no address is simply not found; the box says nothing while one types.
        return []
    if answer.verdict is Verdict.NONE:
        return []
    good = [c for c in answer.candidates if c.score >= GOOD_FROM and c.point]
    names = geocoding.region_names(c.entry for c in good if c.entry)
    return [found for n, c in enumerate(good) for found in _found(c, READ + n * _SHIFT, names)]


def _found(candidate: Candidate, rank: float, names: dict[str, str]) -> Iterator[Found]:
    """The result as the box knows it; of grids and regions that of their own search."""
    if candidate.kind is Kind.GRID:
        yield from codes.find(candidate.name, 1, None)
    elif candidate.kind is Kind.COMPONENT:
        yield from components.find(candidate.name, 1)
    elif candidate.kind is Kind.REGION and candidate.entry:
        entry = candidate.entry
        code = entry.community or entry.street or entry.district
        yield from (replace(found, rank=rank) for found in regions.find(code, 1, None))
    elif candidate.point:
        yield Found(
            rank=rank,
            type=_type_of(candidate),
            label=_label(candidate),
            detail=_detail(candidate, names),
            center=(round(candidate.point[0], 7), round(candidate.point[1], 7)),
        )


def _type_of(candidate: Candidate) -> str:
    return _type(candidate.level) if candidate.kind is not Kind.CROSSING else "place"


def _type(level: Level | None) -> str:
    if level in _NUMBERED:
        return "address"
    return "road" if level == Level.ROAD else "place"


def _label(candidate: Candidate) -> str:
    roads = [match.name for match in candidate.matched if match.level == Level.ROAD]
    if candidate.kind is Kind.CROSSING and len(roads) > 1:
        return _("crossing of %(one)s and %(other)s") % {"one": roads[0], "other": roads[1]}
    return candidate.name


def _detail(candidate: Candidate, names: dict[str, str]) -> str:
    if candidate.entry is None:
        return candidate.crs
    entry = candidate.entry
    return " ".join(names[code] for code in (entry.district, entry.street) if code in names)
