"""From texts to what is kept of their answers: candidates with regions and unit grids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import shapely

from geocode import AddressError
from geocode.answers import Answer, Candidate, Kind, Verdict
from spatial.basemap.selectors import codes_at
from spatial.grids.services.locate import Ground

Find = Callable[[Iterable[str]], Iterator[Answer | AddressError]]
"""The geocoder with its gazetteer: an answer for each text, in order."""

CHUNK = 1_000
KEPT = 5
"""Candidates that a reviewer can choose among; of an exact answer there is one."""
POINTS = frozenset(
    {Kind.PLACE, Kind.INTERPOLATED, Kind.CROSSING, Kind.GRID, Kind.COMPONENT, Kind.COORDINATES}
)
"""Kinds whose point is where the address is. That of a road or region says nothing of the grid."""
OF_PLACES = frozenset({Kind.PLACE, Kind.ROAD, Kind.REGION})
"""Kinds that are a place of the gazetteer."""
HAND = "hand"
"""Kind of a point that a person has set."""


class Found(NamedTuple):
    """A candidate as it is kept; texts are empty where there is nothing."""

    kind: str
    level: int | None
    name: str
    score: float
    lon: float | None
    lat: float | None
    district: str = ""
    street: str = ""
    community: str = ""
    grid: str = ""
    place: int | None = None
    """Number in the gazetteer of what is a place there."""
    crs: str = ""


class Matched(NamedTuple):
    """What came of one text."""

    verdict: str
    code: str
    hint: str
    candidates: tuple[Found, ...]


def match(texts: Iterable[str], find: Find, ground: Ground) -> Iterator[Matched]:
    """What the geocoder finds for each text, in order.

    Parameters
    ----------
    texts : iterable of str
    find : callable
        The geocoder.
    ground : Ground
        The unit grids in force.
    """
    answers = find(texts)
    while chunk := list(islice(answers, CHUNK)):
        kept = [_kept(answer) for answer in chunk]
        flat = _placed([found for _answer, founds in kept for found in founds], ground)
        rest = iter(flat)
        for answer, founds in kept:
            yield _matched(answer, tuple(islice(rest, len(founds))))


def by_hand(name: str, lon: float, lat: float, ground: Ground) -> Found:
    """A point in degrees that a person has set."""
    return _placed([Found(HAND, None, name, 1.0, lon, lat)], ground)[0]


def _kept(answer: Answer | AddressError) -> tuple[Answer | AddressError, list[Found]]:
    if isinstance(answer, AddressError):
        return answer, []
    most = 1 if answer.verdict is Verdict.EXACT else KEPT
    return answer, [_found(candidate) for candidate in answer.candidates[:most]]


def _found(candidate: Candidate) -> Found:
    entry = candidate.entry
    lon, lat = candidate.point or (None, None)
    return Found(
        kind=candidate.kind.value,
        level=candidate.level and int(candidate.level),
        name=candidate.name,
        score=round(candidate.score, 3),
        lon=None if lon is None else round(lon, 7),
        lat=None if lat is None else round(lat, 7),
        district=entry.district if entry else "",
        street=entry.street if entry else "",
        community=entry.community if entry else "",
        place=entry.key if entry and candidate.kind in OF_PLACES else None,
        crs=candidate.crs,
    )


def _placed(founds: Sequence[Found], ground: Ground) -> list[Found]:
    """The same with the grid of each point that has one, and the regions of what has none."""
    placed = list(founds)
    exact = {kind.value for kind in POINTS} | {HAND}
    at = [i for i, found in enumerate(placed) if found.kind in exact and found.lon is not None]
    points = shapely.points([(placed[i].lon, placed[i].lat) for i in at]) if at else np.empty(0)
    for i, grid in zip(at, ground.locate(points) if at else (), strict=True):
        placed[i] = placed[i]._replace(grid=grid)
    bare = [i for i in at if not placed[i].community]
    codes = codes_at([_point(placed[i]) for i in bare]) if bare else []
    for i, (district, street, community) in zip(bare, codes, strict=True):
        placed[i] = placed[i]._replace(district=district, street=street, community=community)
    return placed


def _point(found: Found) -> tuple[Any, Any]:
    return found.lon, found.lat


def _matched(answer: Answer | AddressError, candidates: tuple[Found, ...]) -> Matched:
    if isinstance(answer, AddressError):
        return Matched(Verdict.NONE.value, answer.code, "", ())
    return Matched(answer.verdict.value, "", answer.read.hint[:200], candidates)
