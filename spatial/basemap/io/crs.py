"""The reference system of a layer, and whether its coordinates can be in it.

Only integer EPSG codes of pyproj's own database are taken, from the file or from the user. What
does not fit is refused with the likely reason (swapped axes, metres labelled as degrees, zone
number in front of the eastings); nothing is guessed and moved by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError

from spatial.basemap.io.problems import problem
from spatial.core.errors import InputError
from spatial.core.srid import STORE_SRID

MARGIN_DEG = 1.5
"""How far coordinates may lie beyond the area of use: a city can reach over a zone's edge."""
NEAR_DEG = 0.2
"""How far beside the regions a file may lie and still be of their ground: about 20 km."""
MAX_LATITUDE = 85.06
"""Beyond it the tiles' projection, web Mercator, has no end."""
CGCS2000 = 4490
KINDS = (PJType.GEOGRAPHIC_2D_CRS, PJType.PROJECTED_CRS)
ZONE_WIDTH_M = 1_000_000
LOCAL = "LOCAL:"
"""Stands before the name of a city's own system."""


@dataclass(frozen=True, slots=True)
class LocalSystem:
    """A city's own system: its name here and its PROJ string (`spatial.basemap.io.localcrs`)."""

    name: str
    definition: str

    def __str__(self) -> str:
        return f"{LOCAL}{self.name}"


Wanted = int | str | LocalSystem
"""An EPSG number, the name of a conversion of `spatial.basemap.io.offsets`, or a city's own."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is: names for the message."""

    file: str
    layer: str


@lru_cache(maxsize=1)
def allowed() -> frozenset[int]:
    """EPSG numbers of the two-dimensional geographic and projected systems pyproj knows."""
    found = query_crs_info("EPSG", pj_types=list(KINDS), allow_deprecated=True)
    return frozenset(int(info.code) for info in found)


def parse_epsg(text: str | int) -> int:
    """Return the number of ``EPSG:N``.

    Raises
    ------
    InputError
        ``E-CRS-UNKNOWN`` when it is not of this form or not known.
    """
    match = re.fullmatch(r"(?:EPSG:)?(\d{4,6})", str(text).strip(), re.IGNORECASE)
    if not match or int(match[1]) not in allowed():
        sentence = _("The reference system %s is not known; give --crs EPSG:N.") % str(text)[:60]
        raise InputError("E-CRS-UNKNOWN", sentence, crs=str(text)[:60])
    return int(match[1])


def of_layer(named: str | None, wanted: Wanted | None, place: Place, is_shapefile: bool) -> Wanted:
    """Return the system of a layer: the user's, else the file's own.

    ``named`` is what GDAL found in the file, an ``EPSG:N`` or WKT text.

    Raises
    ------
    InputError
        ``E-SHP-NOPRJ``, ``E-CRS-MISSING``, ``E-CRS-UNKNOWN``.
    """
    if wanted is not None:
        return wanted
    if not named:
        code = "E-SHP-NOPRJ" if is_shapefile else "E-CRS-MISSING"
        text = _("The reference system is not in the file; give --crs EPSG:N.")
        raise problem(code, text, place.file, place.layer)
    number = _number(named)
    if number is None:
        text = _("The reference system of the file is not known; give --crs EPSG:N.")
        raise problem("E-CRS-UNKNOWN", text, place.file, place.layer, crs=named[:200])
    return number


def _number(named: str) -> int | None:
    try:
        if match := re.fullmatch(r"EPSG:(\d+)", named):
            number = int(match[1])
        elif named == "OGC:CRS84":
            number = STORE_SRID
        else:
            number = CRS.from_wkt(named).to_epsg() or 0
    except CRSError:
        return None
    return number if number in allowed() else None


class SourceCrs:
    """Moves coordinates of one layer into the store's system, checking that they fit first.

    Parameters
    ----------
    epsg : int
        An allowed EPSG number. Coordinates are x before y, whatever order the system itself has.
    place : Place
        Names for messages.
    expected : tuple, optional
        (west, south, east, north) in degrees of the ground already in the store. With it swapped
        axes are seen where both orders are somewhere on Earth.
    """

    def __init__(
        self,
        epsg: int,
        place: Place,
        expected: tuple[float, float, float, float] | None = None,
    ) -> None:
        self.epsg: int | None = epsg
        self.crs = CRS.from_epsg(epsg)
        self.place = place
        self.expected = expected
        self.met = expected is None
        """Whether any coordinate box so far touched the ground expected."""
        area = self.crs.area_of_use
        self.area = area.bounds if area else (-180.0, -90.0, 180.0, 90.0)
        self._move = self._transformer()

    note_code = "I-CRS-SHIFT"

    @property
    def note(self) -> str:
        """What is uncertain about the datum shift; empty when it is known to centimetres."""
        if self._move is None or self._datum_is_store():
            return ""
        accuracy = self._move.accuracy
        return f"datum shift, accuracy {accuracy:g} m" if accuracy >= 0 else "datum shift unknown"

    def _datum_is_store(self) -> bool:
        base = self.crs.geodetic_crs
        return base is not None and base.to_epsg() in (STORE_SRID, CGCS2000)

    def _transformer(self) -> Transformer | None:
        """None where the coordinates are the store's already (WGS 84 and CGCS2000 degrees)."""
        if self.epsg in (STORE_SRID, CGCS2000):
            return None
        # CGCS2000 is taken as equal to WGS 84 (spatial.core.srid): no datum step between them.
        base = self.crs.geodetic_crs
        target = CGCS2000 if base is not None and base.to_epsg() == CGCS2000 else STORE_SRID
        west, south, east, north = self.area
        area = AreaOfInterest(west, south, east, north) if west < east else None
        return Transformer.from_crs(self.epsg, target, always_xy=True, area_of_interest=area)

    def to_store(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return the geometries in degrees, longitude first; the input is not changed.

        Raises
        ------
        InputError
            ``E-CRS-SWAPPED``, ``-UNITS``, ``-ZONE`` or ``-RANGE``.
        """
        xy = shapely.get_coordinates(geometries)
        if not len(xy):
            return geometries
        moved = self.coordinates(xy)
        self._check(xy, moved)
        if moved is xy:
            return geometries
        return np.asarray(shapely.set_coordinates(geometries.copy(), moved))

    def from_store(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return geometries in degrees as coordinates of this system."""
        if self._move is None:
            return geometries
        move = self._move

        def back(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(move.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))

        return np.asarray(shapely.transform(geometries, back))

    def coordinates(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Longitudes and latitudes of source coordinates; infinite where there is no answer."""
        if self._move is None:
            return xy
        return np.column_stack(self._move.transform(xy[:, 0], xy[:, 1]))

    def _check(self, xy: NDArray[np.float64], moved: NDArray[np.float64]) -> None:
        if self._inside(moved):
            self._check_expected(xy, moved)
            self.met = self.met or self._touches(moved)
            return
        low, high = xy.min(axis=0), xy.max(axis=0)
        raise self._reason(np.array([low, high]))

    def _inside(self, moved: NDArray[np.float64]) -> bool:
        west, south, east, north = self.area
        if west > east:
            west, east = -180.0, 180.0
        low, high = moved.min(axis=0), moved.max(axis=0)
        if not (np.isfinite(low).all() and np.isfinite(high).all()):
            return False
        inside = low[0] >= max(west - MARGIN_DEG, -180) and high[0] <= min(east + MARGIN_DEG, 180)
        south, north = south - MARGIN_DEG, north + MARGIN_DEG
        return bool(
            inside and low[1] >= max(south, -MAX_LATITUDE) and high[1] <= min(north, MAX_LATITUDE)
        )

    def _check_expected(self, xy: NDArray[np.float64], moved: NDArray[np.float64]) -> None:
        if self.expected is None or self._meets(moved):
            return
        if self._meets(self.coordinates(xy[:, ::-1])):
            raise self._swapped()

    def _touches(self, moved: NDArray[np.float64]) -> bool:
        west, south, east, north = self.expected or (-180.0, -90.0, 180.0, 90.0)
        low, high = moved.min(axis=0), moved.max(axis=0)
        beside = low[0] > east + NEAR_DEG or high[0] < west - NEAR_DEG
        return not (beside or low[1] > north + NEAR_DEG or high[1] < south - NEAR_DEG)

    def refuse_elsewhere(self) -> None:
        """Refuse a layer none of whose coordinates came near the regions in the store.

        Raises
        ------
        InputError
            ``E-CRS-ELSEWHERE``.
        """
        if not self.met:
            text = _("Nothing in the layer is near the regions; give the right --crs or file.")
            where, box = self.place, [round(value, 6) for value in self.expected or ()]
            facts = {"epsg": self.epsg, "regions": box}
            raise problem("E-CRS-ELSEWHERE", text, where.file, where.layer, **facts)

    def _meets(self, moved: NDArray[np.float64]) -> bool:
        west, south, east, north = self.expected or (-180.0, -90.0, 180.0, 90.0)
        lon, lat = moved.mean(axis=0)
        wide = west - NEAR_DEG <= lon <= east + NEAR_DEG
        return bool(wide and south - NEAR_DEG <= lat <= north + NEAR_DEG)

    def _reason(self, corners: NDArray[np.float64]) -> InputError:
        if self._inside(self.coordinates(corners[:, ::-1])):
            return self._swapped()
        degrees = bool((np.abs(corners) <= [180, 180]).all())
        if self.crs.is_geographic and not degrees:
            text = _("The coordinates are metres but the file says degrees; give --crs EPSG:N.")
            return self._refuse("E-CRS-UNITS", text, corners)
        if self.crs.is_projected and degrees:
            text = _("The coordinates are degrees but the file says metres; give --crs EPSG:N.")
            return self._refuse("E-CRS-UNITS", text, corners)
        if zoned := self._other_zone_form(corners):
            text = _("The eastings do not fit the form of the zone; give --crs EPSG:%d.") % zoned
            return self._refuse("E-CRS-ZONE", text, corners)
        text = _("The coordinates lie outside EPSG:%d; give the right --crs.") % (
            self.epsg or STORE_SRID
        )
        return self._refuse("E-CRS-RANGE", text, corners)

    def _swapped(self) -> InputError:
        text = _("The axes are swapped (latitude first); export with x before y.")
        return problem("E-CRS-SWAPPED", text, self.place.file, self.place.layer)

    def _refuse(self, code: str, text: str, corners: NDArray[np.float64]) -> InputError:
        box = [round(float(value), 6) for value in corners.ravel()]
        where = self.place
        return problem(code, text, where.file, where.layer, epsg=self.epsg, bounds=box)

    def _other_zone_form(self, corners: NDArray[np.float64]) -> int | None:
        """EPSG number of the same projection with or without zone number in its eastings."""
        if not self.crs.is_projected:
            return None
        easting = _false_easting(self.crs)
        zone = int(corners[0, 0] // ZONE_WIDTH_M)
        for other in _siblings(self.epsg):
            if easting is None or _false_easting(CRS.from_epsg(other)) == easting:
                continue
            wanted = int((_false_easting(CRS.from_epsg(other)) or 0) // ZONE_WIDTH_M)
            if wanted == zone:
                return other
        return None


def _false_easting(crs: CRS) -> float | None:
    operation = crs.coordinate_operation
    for param in operation.params if operation else ():
        if param.name == "False easting":
            return float(param.value)
    return None


# First number of each family of zones, with as many zones: by number, by central meridian.
_FAMILIES = [
    (4491, 4502, 11), (4513, 4534, 21), (2327, 2338, 11), (2349, 2370, 21),
    (21413, 21453, 11), (2401, 2422, 21),
]  # fmt: skip


def _siblings(epsg: int) -> list[int]:
    """The same central meridian written the other way; both widths of zone for a zone number."""
    for by_zone, by_meridian, count in _FAMILIES:
        if by_zone <= epsg < by_zone + count:
            return [by_meridian + epsg - by_zone]
        if by_meridian <= epsg < by_meridian + count:
            return [by_zone + epsg - by_meridian]
    return []
