"""Reference systems of answers and of boxes, by the addresses that OGC gave them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from spatial.core.errors import InputError

RADIUS_M = 6_378_137.0
MOST_LAT = 85.0511287798
"""Web Mercator shows nothing beyond."""


@dataclass(frozen=True, slots=True)
class Crs:
    """A reference system; the store's degrees count as CGCS2000 at the scale of a city."""

    uri: str
    srid: int
    """As the database knows it."""
    digits: int
    """Decimals of coordinates in answers: about a centimetre."""
    latitude_first: bool = False

    def as_degrees(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a pair of coordinates as this system orders them."""
        if self.latitude_first:
            return y, x
        if self.srid == METRES.srid:
            lat = math.atan(math.sinh(max(-50.0, min(50.0, y / RADIUS_M))))
            return math.degrees(x / RADIUS_M), math.degrees(lat)
        return x, y


ROOT = "http://www.opengis.net/def/crs"
CRS84 = Crs(f"{ROOT}/OGC/1.3/CRS84", 4326, 7)
METRES = Crs(f"{ROOT}/EPSG/0/3857", 3857, 2)
KNOWN = {
    one.uri: one
    for one in (
        CRS84,
        Crs(f"{ROOT}/EPSG/0/4326", 4326, 7, latitude_first=True),
        Crs(f"{ROOT}/EPSG/0/4490", 4326, 7, latitude_first=True),
        METRES,
    )
}


def crs_of(uri: str, name: str) -> Crs:
    """The system of an address; ``name`` is the parameter that gave it.

    Raises
    ------
    InputError
        ``E-OGC-CRS``.
    """
    found = KNOWN.get(uri)
    if found is None:
        text = _("%(name)s: give one of the reference systems that the collection lists.")
        raise InputError("E-OGC-CRS", text % {"name": name}, known=list(KNOWN))
    return found
