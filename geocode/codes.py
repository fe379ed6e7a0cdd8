"""Answers to texts that are no addresses: coordinates, grid codes and component codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from geocode.answers import Answer, Candidate, Kind, Match, Plane, Point, Read, Reading, Verdict
from geocode.coordinates import Found
from geocode.lookups import What
from geocode.spelling import key
from geocode.store import Entry, Level

_CODE = re.compile(
    r"(?:单元网格|网格|城市部件|部件|井盖)?(?:编码|编号|代码|标识码|号)?[#-]?(\d{14,17})(?:号)?(?:网格|部件)?"
)
_COMPONENT_FROM = 16
"""Digits of a component's code: 16, or 17 by GB/T 47678; a grid's has 14 or 15."""


def code_in(spelling: str) -> tuple[What, str] | None:
    """The grid or component code that a key consists of."""
    match = _CODE.fullmatch(spelling)
    if match is None:
        return None
    code = match.group(1)
    return (What.COMPONENT if len(code) >= _COMPONENT_FROM else What.GRID), code


def coded(written: str, spelling: str, what: What, code: str, found: Mapping[str, Entry]) -> Answer:
    """The answer to a code; none when no grid or component bears it."""
    entry = found.get(code)
    if entry is None:
        return Answer((), Verdict.NONE, Read(spelling, unread=(written,)))
    kind = Kind.GRID if what is What.GRID else Kind.COMPONENT
    start = written.find(code)
    where = (start, start + len(code)) if start >= 0 else (0, len(written))
    match = Match(*where, entry.level, entry.name, Reading.EXACT)
    one = Candidate((entry.lon, entry.lat), kind, entry.level, entry.name, 1.0, entry, (match,))
    return Answer((one,), Verdict.EXACT, Read(spelling))


def coordinates(written: str, found: Found, project: Callable[[Plane], Point] | None) -> Answer:
    """The answer to coordinates: two candidates when their order cannot be told."""
    points: tuple[Point | None, ...] = found.points
    if found.plane is not None:
        known = project is not None and found.plane.epsg is not None
        points = (project(found.plane) if known and project else None,)
    match = Match(0, len(written), Level.POI, found.crs, Reading.EXACT)
    candidates = tuple(
        Candidate(
            point,
            Kind.COORDINATES,
            None,
            _shown(point, found.plane),
            1.0 / len(points),
            matched=(match,),
            crs=found.crs,
            plane=found.plane,
        )
        for point in points
    )
    if len(points) > 1:
        verdict = Verdict.AMBIGUOUS
    else:
        verdict = Verdict.PARTIAL if points[0] is None else Verdict.EXACT
    return Answer(candidates, verdict, Read(key(written)))


def _shown(point: Point | None, plane: Plane | None) -> str:
    if plane is not None:
        return f"{plane.east_m:.2f}, {plane.north_m:.2f}"
    return f"{point[0]:.6f}, {point[1]:.6f}" if point else ""
