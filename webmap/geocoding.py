"""Addresses to points and points to addresses, for the command, the API and the search box."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db import connection
from django.utils.translation import gettext as _

from geocode import AddressError, geocode, geocode_many
from geocode.answers import Answer, Candidate, Plane
from geocode.store import Entry, Level
from spatial.basemap.gazetteer.reverse import near
from spatial.basemap.gazetteer.store import DatabaseStore
from spatial.basemap.models import Region
from spatial.basemap.selectors import transformer
from spatial.components.models import Component
from spatial.core.errors import InputError, NotFoundError
from spatial.core.validity import valid_on_sql
from spatial.grids.services.locate import locate
from webmap.language import in_language

STREET, COMMUNITY = 9, 12
"""Digits of the codes of a street and a community, which a grid's code begins with."""
WORLD = (-180.0, -90.0, 180.0, 90.0)
GRIDS = f"""
SELECT g.code, g.id, ST_X(g.point), ST_Y(g.point), c.code
FROM (
    SELECT g.id, g.code, g.community_id, ST_PointOnSurface(g.geom) AS point
    FROM grids_unitgrid g WHERE g.code = ANY(%(codes)s) AND {valid_on_sql("g")}
) g JOIN basemap_region c ON c.id = g.community_id
"""  # noqa: S608 - the condition is a constant


def store() -> DatabaseStore:
    """The gazetteer with the unit grids in force and the register of components."""
    return DatabaseStore(grids=grid_entries, components=component_entries)


def component_entries(codes: Collection[str]) -> dict[str, Entry]:
    """Components in use by code, with the community of their unit grid."""
    rows = Component.objects.filter(code__in=list(codes), valid_to__isnull=True)
    found = rows.values_list("pk", "code", "point", "district_code", "grid_code")
    return {
        code: Entry(
            key, Level.POI, code, point.x, point.y, district, grid[:STREET], grid[:COMMUNITY]
        )
        for key, code, point, district, grid in found
    }


def grid_entries(codes: Collection[str]) -> dict[str, Entry]:
    """Unit grids in force by code, each at a point inside."""
    with connection.cursor() as cursor:
        cursor.execute(GRIDS, {"codes": list(codes), "on": None})
        rows = cursor.fetchall()
    return {
        code: Entry(key, Level.POI, code, lon, lat, community[:6], community[:9], community)
        for code, key, lon, lat, community in rows
    }


def address(text: str, district: str | None = None, limit: int = 5) -> dict[str, Any]:
    """The places that a text means, best first, as the API shows them.

    Parameters
    ----------
    text : str
        An address, place, crossing, code of a unit grid, or coordinates.
    district : str, optional
        Only places of this district; it also names the zone of plane coordinates without one.
    limit : int
        Most candidates.

    Raises
    ------
    InputError
        ``E-ADDRESS-EMPTY``, ``E-ADDRESS-LONG``, ``E-ADDRESS-CONTROL``.
    NotFoundError
        ``E-DISTRICT-MISSING``.
    """
    answer = answer_to(text, district, limit)
    names = region_names(c.entry for c in answer.candidates if c.entry)
    return {
        "query": text,
        "verdict": answer.verdict.value,
        "read": {"key": answer.read.key, "hint": answer.read.hint, "unread": answer.read.unread},
        "candidates": [_form(candidate, names) for candidate in answer.candidates],
    }


def answer_to(text: str, district: str | None = None, limit: int = 5) -> Answer:
    """What the geocoder answers; see `address`."""
    try:
        return geocode(
            text,
            store(),
            district=district,
            limit=limit,
            near=_middle(district),
            project=_projected,
        )
    except AddressError as error:
        raise InputError(error.code, _reason(error.code)) from error


def finder(district: str | None = None) -> Callable[..., Iterator[Answer | AddressError]]:
    """The geocoder with this gazetteer for many texts: an answer for each, in order.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``.
    """
    return partial(
        geocode_many, store=store(), district=district, near=_middle(district), project=_projected
    )


def _reason(code: str) -> str:
    return {
        "E-ADDRESS-EMPTY": _("The address is empty; write a place or a number."),
        "E-ADDRESS-LONG": _("The address is longer than 200 characters; shorten it."),
        "E-ADDRESS-CONTROL": _("The address has control characters; type it anew."),
    }[code]


def _middle(district: str | None) -> tuple[float, float] | None:
    """A point in the district, or in the only one there is; None where there are several."""
    current = Region.objects.filter(level=Region.Level.DISTRICT, valid_to__isnull=True)
    wanted = current if district is None else current.filter(code=district)
    points = list(wanted.annotate(inner=PointOnSurface("geom")).values_list("inner")[:2])
    if district is not None and not points:
        text = _("There is no district %s; import it, or leave the code out.") % district
        raise NotFoundError("E-DISTRICT-MISSING", text, district=district)
    return points[0][0].coords if len(points) == 1 else None


def _projected(plane: Plane) -> tuple[float, float]:
    """Degrees of plane coordinates of a zone of CGCS2000, which is taken as equal to WGS 84."""
    move = transformer(plane.epsg)
    lon, lat = move.transform(plane.east_m, plane.north_m, direction="INVERSE")
    return lon, lat


def region_names(entries: Iterable[Entry]) -> dict[str, str]:
    """Names by code, in the language of the page, of the regions in which entries lie."""
    codes = {code for e in entries for code in (e.district, e.street, e.community) if code}
    current = Region.objects.filter(valid_to__isnull=True, code__in=codes)
    found = current.values_list("code", "name", "name_en")
    return {code: in_language(name, name_en) for code, name, name_en in found}


def _form(candidate: Candidate, names: dict[str, str]) -> dict[str, Any]:
    entry = candidate.entry
    codes = (entry.district, entry.street, entry.community) if entry else ("", "", "")
    shown = dict(zip(("district", "street", "community"), codes, strict=True))
    return {
        "kind": candidate.kind.value,
        "level": candidate.level and int(candidate.level),
        "name": candidate.name,
        "detail": " ".join(names[code] for code in codes if code in names),
        "score": round(candidate.score, 3),
        "center": [round(value, 7) for value in candidate.point] if candidate.point else None,
        **{level: code or None for level, code in shown.items()},
        "matched": [
            {
                "start": match.start,
                "end": match.end,
                "level": int(match.level),
                "name": match.name,
                "reading": match.reading.value,
            }
            for match in candidate.matched
        ],
        "crs": candidate.crs,
    }


def reverse(lon: float, lat: float) -> dict[str, Any]:
    """What is at a point: unit grid, regions, nearest road and door, a crossing, and words.

    Raises
    ------
    InputError
        ``E-ADDRESS-POINT`` when the numbers are no degrees, or stand in the wrong order.
    """
    _check(lon, lat)
    found = near(lon, lat)
    grid = locate([(lon, lat)])[0]
    return {
        "lon": lon,
        "lat": lat,
        "words": found.words,
        "grid": grid.code if grid else None,
        **{level: found.regions.get(level) for level in ("district", "street", "community")},
        "road": {"name": found.road, "distance_m": found.road_distance_m} if found.road else None,
        "door": asdict(found.door) if found.door else None,
        "crossing": asdict(found.crossing) if found.crossing else None,
    }


def _check(lon: float, lat: float) -> None:
    west, south, east, north = WORLD
    if west <= lon <= east and south <= lat <= north:
        return
    swapped = west <= lat <= east and south <= lon <= north
    text = (
        _("Latitude and longitude are swapped; give longitude (east) first.")
        if swapped
        else _("These are no degrees of longitude and latitude; check the numbers.")
    )
    raise InputError("E-ADDRESS-POINT", text, lon=lon, lat=lat)
