"""Reference systems by what a user calls them: EPSG numbers, conversions, a city's own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import crs as reference
from spatial.basemap.io import drivers, offsets
from spatial.basemap.io.crs import LOCAL, LocalSystem, SourceCrs, Wanted
from spatial.basemap.io.source import Layer
from spatial.basemap.models import LocalCrs
from spatial.core.errors import InputError

USUAL = (
    ("EPSG:4490", "CGCS2000"),
    ("EPSG:4326", "WGS 84"),
    ("EPSG:4610", "Xian 1980"),
    ("EPSG:4214", "Beijing 1954"),
    ("EPSG:3857", "Web Mercator"),
    (offsets.GCJ02, offsets.GCJ02),
    (offsets.BD09, offsets.BD09),
)
"""What files of Chinese cities are usually in; any EPSG number can be given."""


def parse(text: str | int) -> Wanted:
    """What ``EPSG:N``, ``GCJ-02``, ``BD-09`` or ``LOCAL:NAME`` stands for.

    Raises
    ------
    InputError
        ``E-CRS-UNKNOWN``.
    """
    given = str(text).strip()
    if not given.upper().startswith(LOCAL):
        return offsets.parse(text)
    name = given[len(LOCAL) :].lower()
    found = LocalCrs.objects.filter(name=name).first()
    if found is None:
        sentence = _("There is no local system %s; an administrator defines them.") % given[:60]
        raise InputError("E-CRS-UNKNOWN", sentence, crs=given[:60])
    return LocalSystem(found.name, found.definition)


def local_system(text: str) -> LocalSystem | None:
    """The city's own system that a text names, None where it names no such.

    Raises
    ------
    InputError
        ``E-CRS-UNKNOWN`` for one that is not there.
    """
    found = parse(text) if text.strip().upper().startswith(LOCAL) else None
    return found if isinstance(found, LocalSystem) else None


def source_of(
    layer: Layer,
    wanted: Wanted | None,
    expected: tuple[float, float, float, float] | None = None,
) -> SourceCrs:
    """What moves a layer's coordinates to the store: by the user's word, else the file's own.

    ``expected`` is the ground in degrees where the layer should lie.

    Raises
    ------
    InputError
        ``E-SHP-NOPRJ``, ``E-CRS-MISSING``, ``E-CRS-UNKNOWN``.
    """
    place = reference.Place(layer.file, layer.name)
    known = reference.of_layer(layer.crs, wanted, place, layer.driver == drivers.SHAPEFILE)
    return offsets.source_crs(known, place, expected)


def choices() -> list[dict[str, str]]:
    """The usual systems and the local ones, by what is to be given and what they are called."""
    return [{"value": value, "name": str(name)} for value, name in USUAL] + local_choices()


def local_choices() -> list[dict[str, str]]:
    """The local systems alone."""
    local = LocalCrs.objects.order_by("name").values_list("name", "title")
    return [{"value": f"{LOCAL}{name}", "name": title} for name, title in local]
