"""Looks at a file without importing it: layers, counts, fields, reference system, text, extent.

What ends the whole is raised; what the user can answer (which reference system, which encoding) is
kept as a problem of its layer. So is a table without coordinates: it is no map, but it may be a
list of addresses.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import archive, drivers, offsets
from spatial.basemap.io import crs as reference
from spatial.basemap.io.encoding import SAMPLES
from spatial.basemap.io.limits import Limits
from spatial.basemap.io.problems import problem
from spatial.basemap.io.readers import Wanted, read
from spatial.basemap.io.source import Layer, no_coordinates, open_source
from spatial.core.errors import InputError

Box = tuple[float, float, float, float]
GLANCE_BYTES = 8 * 1024**2
"""Files up to this size are read through while their sender waits."""
SAMPLED_FEATURES = 2_000
COUNTED_OSM_BYTES = 64 * 1024**2
"""A larger .osm.pbf is not read five times only to count its layers."""
EDGE_STEPS = 16


@dataclass(frozen=True, slots=True)
class InspectedLayer:
    """One layer."""

    name: str
    geometry_type: str
    features: int | None
    """None where it is only known after reading all of a large file."""
    fields: list[dict[str, str]]
    """``name`` and ``type``: text, number, date or other."""
    crs: dict[str, Any]
    """``epsg``, ``name``, ``how`` (given, prj, file, format; empty when missing), ``note``."""
    encoding: dict[str, str]
    """``name`` and ``how``."""
    samples: list[str]
    """Up to twenty distinct values, those with characters beyond ASCII first."""
    bounds: list[float] | None
    """In the layer's own coordinates."""
    bounds_wgs84: list[float] | None
    problems: list[dict[str, Any]]
    """What has to be answered or mended before an import, as ``code``, ``message``, ``detail``."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is in a file."""

    file: str
    driver: str
    layers: list[InspectedLayer]
    bounds_wgs84: list[float] | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def glance(path: Path, shown: str) -> None:
    """Steps 2 to 6 of the gate as far as they are quick: name, bytes, list of an archive.

    Raises
    ------
    InputError
        The codes of `drivers.identify` and `archive.check_list`.
    """
    small = path.stat().st_size <= GLANCE_BYTES
    driver = drivers.identify(path, shown) if small else drivers.glance(path, shown)
    if driver == drivers.ZIP:
        archive.check_list(path, shown)


def open_upload(
    path: Path,
    original_name: str,
    most: Limits | None = None,
    *,
    crs: reference.Wanted | None = None,
    encoding: str = "auto",
    expected: Box | None = None,
) -> Inspected:
    """Look at a file from outside.

    Parameters
    ----------
    path : Path
        Where its bytes lie, under whatever name.
    original_name : str
        The name its user knows it by; its ending must agree with the bytes.
    most : Limits, optional
        What the reader process may take; else the site's limits.
    crs : int or str, optional
        EPSG number, or the name of a conversion, that the user gave.
    encoding : str
        The user's, or ``auto``.
    expected : tuple, optional
        (west, south, east, north) in degrees of the regions in the store.

    Raises
    ------
    InputError
        Every code of `open_source`.
    """
    with open_source(path, encoding, original_name, most, bare=True) as source:
        layers = [_layer(layer, crs, expected) for layer in source.layers]
        boxes = [layer.bounds_wgs84 for layer in layers if layer.bounds_wgs84]
        return Inspected(source.file, source.driver, layers, _around(boxes))


def _around(boxes: list[list[float]]) -> list[float] | None:
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]


def _layer(layer: Layer, given: reference.Wanted | None, expected: Box | None) -> InspectedLayer:
    problems: list[InputError] = []
    features, bounds = _measure(layer, problems)
    crs, around = _crs(layer, given, expected, bounds, problems)
    return InspectedLayer(
        name=layer.name,
        geometry_type=layer.geometry_type,
        features=features,
        fields=_fields(layer),
        crs=crs,
        encoding={"name": layer.encoding.name, "how": layer.encoding.how},
        samples=_samples(layer, problems),
        bounds=bounds,
        bounds_wgs84=around,
        problems=[error.as_dict() for error in problems],
    )


_TYPES = {"object": "text", "bool": "other"}


def _fields(layer: Layer) -> list[dict[str, str]]:
    found = []
    for name, kind in zip(layer.fields, layer.types, strict=True):
        plain = "date" if kind.startswith("datetime") else "number"
        found.append({"name": name, "type": _TYPES.get(kind, plain)})
    return found


def _measure(layer: Layer, problems: list[InputError]) -> tuple[int | None, list[float] | None]:
    """Count and extent; a layer without features is a problem."""
    if layer.xy:
        count, box = _measure_points(layer)
    else:
        large = layer.driver == drivers.OSM and layer.path.stat().st_size > COUNTED_OSM_BYTES
        facts = layer.reader.info(layer.path, layer.name, layer.reading, full=not large)
        count, box = facts["features"], facts["bounds"]
    if count == 0:
        text = _("The layer is empty; export the file again.")
        problems.append(problem("E-LAYER-EMPTY", text, layer.file, layer.name))
    finite = box is not None and bool(np.isfinite(box).all())
    return (None if count < 0 else count), (box if finite and count else None)


def _measure_points(layer: Layer) -> tuple[int, list[float]]:
    count, box = 0, np.array([np.inf, np.inf, -np.inf, -np.inf])
    for batch in read(layer, Wanted(())):
        count += len(batch)
        one = shapely.total_bounds(batch.geometry)
        box[:2], box[2:] = np.fmin(box[:2], one[:2]), np.fmax(box[2:], one[2:])
    return count, box.tolist()


def _crs(
    layer: Layer,
    given: reference.Wanted | None,
    expected: Box | None,
    bounds: list[float] | None,
    problems: list[InputError],
) -> tuple[dict[str, Any], list[float] | None]:
    """The reference system as a dictionary, and the extent in degrees."""
    nothing = {"epsg": None, "name": "", "how": "", "note": ""}
    if not layer.geometry_type:
        problems.append(no_coordinates(layer.file, layer.name))
        return nothing, None
    place = reference.Place(layer.file, layer.name)
    is_shapefile = layer.driver == drivers.SHAPEFILE
    try:
        wanted = reference.of_layer(layer.crs, given, place, is_shapefile)
    except InputError as error:
        problems.append(error)
        return nothing, None
    system = offsets.source_crs(wanted, place, expected)
    name = system.crs.name if isinstance(wanted, int) else str(wanted)
    facts = {"epsg": system.epsg, "name": name, "how": _how(layer, given), "note": system.note}
    try:
        return facts, None if bounds is None else _in_degrees(system, bounds)
    except InputError as error:
        problems.append(error)
        return facts, None


def _how(layer: Layer, given: reference.Wanted | None) -> str:
    if given is not None:
        return "given"
    if layer.driver == drivers.OSM:
        return "format"
    return "prj" if layer.driver == drivers.SHAPEFILE else "file"


def _in_degrees(system: reference.SourceCrs, bounds: list[float]) -> list[float]:
    """The box of the box: its edges are bent in degrees, so they are moved in small steps."""
    west, south, east, north = bounds
    outline = shapely.LineString([(west, south), (east, south), (east, north), (west, north),
                                  (west, south)])  # fmt: skip
    step = max(east - west, north - south) / EDGE_STEPS
    fine = shapely.segmentize(outline, step) if step > 0 else outline
    moved = system.to_store(np.array([fine], dtype=object))
    system.refuse_elsewhere()
    return [round(float(value), 7) for value in shapely.total_bounds(moved)]


def _samples(layer: Layer, problems: list[InputError]) -> list[str]:
    """Values to judge the encoding by."""
    named = zip(layer.fields, layer.types, strict=True)
    columns = [name for name, kind in named if kind == "object"]
    wanted = Wanted(("name",) if layer.driver == drivers.OSM else tuple(columns))
    values: dict[str, None] = {}
    try:
        for batch in read(layer, wanted, SAMPLED_FEATURES, only_first=True):
            for column in batch.columns.values():
                values |= dict.fromkeys(value for value in column if value)
    except InputError as error:
        problems.append(error)
    found = sorted(values, key=lambda value: value.isascii())
    return [value[:200] for value in found[:SAMPLES]]
