"""GCJ-02 and BD-09 as named conversions: only when the user says so; never guessed or written."""

from __future__ import annotations

import re

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from geocode import from_bd09, from_gcj02, to_bd09, to_gcj02
from spatial.basemap.io.crs import LocalSystem, Place, SourceCrs, Wanted, parse_epsg
from spatial.basemap.io.localcrs import LocalSourceCrs
from spatial.core.errors import InputError
from spatial.core.srid import STORE_SRID

CHINA = (73.4, 3.4, 135.1, 53.6)
GCJ02, BD09 = "GCJ-02", "BD-09"


def parse(text: str | int) -> Wanted:
    """Return the name of a conversion, or the number of ``EPSG:N``.

    Raises
    ------
    InputError
        ``E-CRS-UNKNOWN``.
    """
    match = re.fullmatch(r"(GCJ|BD)-?(02|09)", str(text).strip(), re.IGNORECASE | re.ASCII)
    name = f"{match[1]}-{match[2]}".upper() if match else ""
    return name if name in (GCJ02, BD09) else parse_epsg(text)


def named(wanted: Wanted) -> str:
    """Return the text that `parse` reads."""
    return f"EPSG:{wanted}" if isinstance(wanted, int) else str(wanted)


def source_crs(
    wanted: Wanted, place: Place, expected: tuple[float, float, float, float] | None = None
) -> SourceCrs:
    """The system that moves a layer's coordinates."""
    if isinstance(wanted, str):
        return OffsetCrs(wanted, place, expected)
    if isinstance(wanted, LocalSystem):
        return LocalSourceCrs(wanted, place, expected)
    return SourceCrs(wanted, place, expected)


class OffsetCrs(SourceCrs):
    """Degrees of GCJ-02 or BD-09; ``epsg`` is None, since neither has a number."""

    note_code = "I-CRS-GCJ02"

    def __init__(
        self, name: str, place: Place, expected: tuple[float, float, float, float] | None = None
    ) -> None:
        super().__init__(STORE_SRID, place, expected)
        self.name, self.epsg, self.area = name, None, CHINA

    @property
    def note(self) -> str:
        """Which conversion, and that nobody states how true it is."""
        return f"converted from {self.name} to WGS 84 by the common formula, accuracy not published"

    def coordinates(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Longitudes and latitudes in WGS 84."""
        return from_gcj02(from_bd09(xy) if self.name == BD09 else xy)

    def from_store(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return geometries of the store as they would stand in the file."""

        def back(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            shown = to_gcj02(xy)
            return to_bd09(shown) if self.name == BD09 else shown

        return np.asarray(shapely.transform(geometries, back))

    def _reason(self, corners: NDArray[np.float64]) -> InputError:
        error = super()._reason(corners)
        if error.code != "E-CRS-RANGE":
            return error
        text = _("%s is used in China only; give the right --crs.") % self.name
        return self._refuse("E-CRS-OFFSET", text, corners)
