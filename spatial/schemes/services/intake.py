"""Brings an edition of a scheme in from a file, through the gate of all files; all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

import gridding
from spatial.basemap.io import crs as reference
from spatial.basemap.io.problems import problem
from spatial.basemap.io.readers import Wanted, read
from spatial.basemap.io.source import Layer, Source, fingerprint, open_source
from spatial.basemap.models import Region
from spatial.basemap.services import systems
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent
from spatial.core.srid import STORE_SRID
from spatial.grids.services.inputs import district_now
from spatial.grids.services.metric import metric_srid_of, projected
from spatial.schemes.models import GridScheme, SchemeEdition
from spatial.schemes.services.editions import store_edition

CODE_LENGTH, NAME_LENGTH = 40, 120
MOST_CELLS = 100_000
OVERLAP_M2 = 1.0


@dataclass(frozen=True, slots=True)
class Fields:
    """Which layer and columns hold the cells."""

    code: str
    name: str = ""
    layer: str = ""


def import_edition(
    scheme: GridScheme,
    path: Path,
    district_code: str,
    fields: Fields,
    *,
    crs: str | None = None,
    encoding: str = "auto",
    file_name: str | None = None,
    dry_run: bool = False,
    user: Any = None,
    progress: Progress = silent,
) -> SchemeEdition | None:
    """Read cells from a file and keep them as a draft; None for a dry run.

    Cells need not cover the district (schools do not), but may not overlap by more than a square
    metre. An outline that crosses itself is refused with its place.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``.
    InputError
        ``E-SCHEME-FIELD``, ``-CODE``, ``-NAME``, ``-SHAPE``, ``-OVERLAP``, ``-OUTSIDE``, ``-MANY``
        and what the gate of files refuses; nothing is written.
    """
    district = district_now(district_code)
    wanted = None if crs is None else systems.parse(crs)
    shown = file_name or path.name
    progress(0, 3, str(_("reading")))
    with open_source(path, encoding, shown) as source:
        layer = _layer(source, fields.layer)
        codes, names, shapes = _cells(
            layer, fields, systems.source_of(layer, wanted, district.geom.extent)
        )
        facts = {"file": shown, "layer": layer.name, "sha256": fingerprint(path)}
    progress(1, 3, str(_("checking")))
    srid = metric_srid_of(district)
    _check(codes, shapes, district, srid)
    progress(2, 3, str(_("writing")))
    if dry_run:
        return None
    cells = (codes, names, shapes)
    origin = SchemeEdition.Origin.IMPORTED
    edition = store_edition(scheme, district, srid, cells, origin, facts, user)
    progress(3, 3, str(_("done")))
    return edition


def _layer(source: Source, wanted: str) -> Layer:
    if wanted:
        return source.layer(wanted)
    if len(source.layers) == 1:
        return source.layers[0]
    names = ", ".join(layer.name for layer in source.layers)
    text = _("The file has several layers (%s); name one.") % names
    raise problem("E-LAYER-MISSING", text, source.file)


def _cells(
    layer: Layer, fields: Fields, system: reference.SourceCrs
) -> tuple[list[str], list[str], NDArray[np.object_]]:
    columns = [column for column in (fields.code, fields.name) if column]
    known = {name.casefold(): name for name in layer.fields}
    for column in columns:
        if column.casefold() not in known:
            text = _("The layer has no field %(field)s; it has %(fields)s.")
            text %= {"field": column, "fields": ", ".join(layer.fields)}
            raise problem("E-SCHEME-FIELD", text, layer.file, layer.name)
    columns = [known[column.casefold()] for column in columns]
    texts: list[list[str]] = [[] for _column in columns]
    pieces: list[NDArray[np.object_]] = []
    count = 0
    for batch in read(layer, Wanted(tuple(columns))):
        for values, column in zip(texts, columns, strict=True):
            values += [_text(value) for value in batch.columns[column]]
        _refuse_shapes(batch.geometry, layer, count)
        pieces.append(system.to_store(shapely.force_2d(batch.geometry)))
        count += len(batch)
        if count > MOST_CELLS:
            text = _("More than %s cells are too many for a scheme.") % f"{MOST_CELLS:,}"
            raise problem("E-SCHEME-MANY", text, layer.file, layer.name)
    if not count:
        raise problem("E-LAYER-EMPTY", _("The layer is empty."), layer.file, layer.name)
    system.refuse_elsewhere()
    codes = texts[0]
    names = texts[1] if fields.name else [""] * len(codes)
    _refuse_words(codes, names, layer)
    return codes, names, np.concatenate(pieces)


def _text(value: Any) -> str:
    """A value as text; a whole number without the point that a column of floats gives it."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _refuse_words(codes: list[str], names: list[str], layer: Layer) -> None:
    seen: set[str] = set()
    for i, (code, name) in enumerate(zip(codes, names, strict=True), 1):
        if not code or len(code) > CODE_LENGTH or code in seen:
            text = _("Each cell needs a code of its own of at most 40 characters; this is “%s”.")
            raise problem("E-SCHEME-CODE", text % code[:60], layer.file, layer.name, i)
        if len(name) > NAME_LENGTH:
            text = _("A name has at most 120 characters.")
            raise problem("E-SCHEME-NAME", text, layer.file, layer.name, i)
        seen.add(code)


def _refuse_shapes(geometry: NDArray[np.object_], layer: Layer, before: int) -> None:
    for i, shape in enumerate(geometry, before + 1):
        if shape is None or shapely.is_empty(shape) or shapely.get_dimensions(shape) != 2:
            text = _("The cell has no polygon; draw it or remove the row.")
            raise problem("E-SCHEME-SHAPE", text, layer.file, layer.name, i)
        if not shapely.is_valid(shape):
            text = _("The outline of the cell is not valid: %s.") % shapely.is_valid_reason(shape)
            raise problem("E-SCHEME-SHAPE", text, layer.file, layer.name, i)


def _check(codes: list[str], shapes: NDArray[np.object_], district: Region, srid: int) -> None:
    metric = gridding.project(shapes, STORE_SRID, srid)
    whole = projected([district.geom], srid)[0]
    for i in np.flatnonzero(~shapely.intersects(metric, whole)):
        text = _("Cell %(code)s lies outside district %(district)s.")
        facts = {"code": codes[i], "district": district.code}
        raise InputError("E-SCHEME-OUTSIDE", text % facts, **{"cell": codes[i]})
    one, other = shapely.STRtree(metric).query(metric, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    common = shapely.intersection(metric[one], metric[other])
    area = shapely.area(common)
    for k in np.flatnonzero(area > OVERLAP_M2):
        text = _("Cells %(one)s and %(other)s overlap by %(area).1f m².")
        facts = {"one": codes[one[k]], "other": codes[other[k]], "area": float(area[k])}
        place = gridding.project(np.array([common[k].centroid], object), srid, STORE_SRID)[0]
        where = [round(place.x, 7), round(place.y, 7)]
        raise InputError("E-SCHEME-OVERLAP", text % facts, cells=[facts["one"], facts["other"]],
                         place=where)  # fmt: skip
