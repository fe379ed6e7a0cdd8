"""Reference systems of single cities, as an administrator has defined them by a PROJ string.

A PROJ string can name grids, pipelines and files. Only what defines an ellipsoid, a projection and
a datum shift by numbers is taken, each parameter by name and each value by form, so that no string
makes the server read or ask for anything.
"""

from __future__ import annotations

import re

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from spatial.basemap.io.crs import LocalSystem, Place, SourceCrs
from spatial.core.errors import InputError
from spatial.core.srid import STORE_SRID

LONGEST = 300
MOST_DEG = 180.0
REACH_DEG = 6.0
"""How far from its central meridian a city's own system is taken to hold."""
PROJECTIONS = frozenset(
    {"tmerc", "utm", "merc", "lcc", "omerc", "somerc", "sterea", "stere", "laea", "aea", "cass"}
)
NUMBERS = frozenset(
    {"lat_0", "lon_0", "lat_1", "lat_2", "lat_ts", "lonc", "alpha", "gamma", "k", "k_0", "x_0",
     "y_0", "zone", "a", "b", "rf", "f", "to_meter"}
)  # fmt: skip
FLAGS = frozenset({"south", "no_defs"})
NUMBER = r"[+-]?\d{1,12}(?:\.\d{1,16})?(?:[eE][+-]?\d{1,2})?"
NAMES = {
    "proj": rf"(?:{'|'.join(sorted(PROJECTIONS))})",
    "ellps": r"(?:krass|IAU76|GRS80|WGS84|WGS72|intl|bessel|clrk66|clrk80)",
    "datum": r"WGS84",
    "units": r"m",
    "type": r"crs",
    "towgs84": rf"{NUMBER}(?:,{NUMBER}){{2}}(?:(?:,{NUMBER}){{4}})?",
}


def checked(definition: str) -> CRS:
    """The system of a PROJ string.

    Raises
    ------
    InputError
        ``E-CRS-DEFINITION`` with the part that is not taken, or PROJ's reason.
    """
    words = definition.split()
    if len(definition) > LONGEST or not words:
        raise _refused(definition, _("Give a PROJ string of at most 300 characters."))
    for word in words:
        if not _is_taken(word):
            raise _refused(word, _("“%s” is not taken in a PROJ string.") % word[:60])
    try:
        crs = CRS.from_proj4(definition)
    except CRSError as error:
        text = _("PROJ does not take this string: %s") % str(error)[:200]
        raise _refused(definition, text) from error
    if not crs.is_projected:
        raise _refused(definition, _("Give a projected system (+proj=tmerc …)."))
    return crs


def _is_taken(word: str) -> bool:
    match = re.fullmatch(r"\+([a-z][a-z_0-9]*)(?:=(\S+))?", word)
    if not match:
        return False
    name, value = match[1], match[2]
    if value is None:
        return name in FLAGS
    form = NUMBER if name in NUMBERS else NAMES.get(name)
    return form is not None and re.fullmatch(form, value) is not None


def _refused(part: str, text: str) -> InputError:
    return InputError("E-CRS-DEFINITION", text, part=str(part)[:200])


class LocalSourceCrs(SourceCrs):
    """Metres of a city's own system; ``epsg`` is None, since it has no number."""

    note_code = "I-CRS-LOCAL"

    def __init__(
        self,
        system: LocalSystem,
        place: Place,
        expected: tuple[float, float, float, float] | None = None,
    ) -> None:
        super().__init__(STORE_SRID, place, expected)
        self.name, self.epsg = str(system), None
        self.crs = checked(system.definition)
        self._move = Transformer.from_crs(self.crs, STORE_SRID, always_xy=True)

    @property
    def note(self) -> str:
        """Which definition was used: what the name stands for is kept with the import."""
        return f"{self.name} = {self.crs.to_proj4()}"

    def _check(self, xy: NDArray[np.float64], moved: NDArray[np.float64]) -> None:
        # Without an area of use degrees would pass as metres near the origin of the eastings.
        if (np.abs(xy) <= MOST_DEG).all():
            text = _("The coordinates are degrees but the file says metres; give --crs EPSG:N.")
            raise self._refuse("E-CRS-UNITS", text, np.array([xy.min(axis=0), xy.max(axis=0)]))
        super()._check(xy, moved)

    def _inside(self, moved: NDArray[np.float64]) -> bool:
        # A transverse Mercator takes any number of metres to somewhere: near its own meridian
        # only is it what was meant.
        return super()._inside(moved) and self._near_origin(moved)

    def _near_origin(self, moved: NDArray[np.float64]) -> bool:
        operation = self.crs.coordinate_operation
        origin = next(
            (p.value for p in operation.params if p.name.startswith("Longitude of")), None
        ) if operation else None  # fmt: skip
        return origin is None or bool(np.abs(moved[:, 0] - origin).max() <= REACH_DEG)

    def _reason(self, corners: NDArray[np.float64]) -> InputError:
        error = super()._reason(corners)
        if error.code != "E-CRS-RANGE":
            return error
        text = _("The coordinates lie outside the ground of %s; give the right --crs.") % self.name
        return self._refuse("E-CRS-RANGE", text, corners)

    def _other_zone_form(self, corners: NDArray[np.float64]) -> int | None:  # noqa: ARG002
        return None
