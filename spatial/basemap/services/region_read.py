"""Reads the regions of one level out of a file and checks each by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from spatial.basemap.classify import Columns
from spatial.basemap.io import drivers, layermap
from spatial.basemap.io.layermap import RegionRule
from spatial.basemap.io.problems import problem
from spatial.basemap.io.readers import Wanted, read
from spatial.basemap.io.source import Layer, Source
from spatial.basemap.models import ImportIssue
from spatial.basemap.services.runs import Run

DIGITS = {"district": 6, "street": 9, "community": 12}
NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Fields:
    """Columns the user named; empty means the usual names."""

    code: str | None = None
    name: str | None = None
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of a file, in file order."""

    layer: Layer
    level: str
    code: list[str]
    name: list[str]
    name_en: list[str]
    geometry: NDArray[np.object_]
    """In the file's own system; two-dimensional polygons, perhaps not valid."""

    def label(self, index: int) -> str:
        """Code and name for messages."""
        return f"{self.code[index]} {self.name[index]}".strip()


def pick_layer(source: Source, level: str, wanted: str | None) -> tuple[Layer, RegionRule]:
    """Return the layer that holds a level, and the columns and conditions that usually apply.

    Raises
    ------
    InputError
        ``E-LAYER-MISSING`` when several layers are there and none has a usual name.
    """
    rules = layermap.load("osm" if source.driver == drivers.OSM else "gb")
    rule = rules.regions[level]
    if wanted:
        return source.layer(wanted), rule
    if len(source.layers) == 1:
        return source.layers[0], rule
    for layer in source.layers:
        if layer.name.casefold() in rule.layers:
            return layer, rule
    names = ", ".join(layer.name for layer in source.layers)
    text = _("The file has several layers (%s); name one with --layer.") % names
    raise problem("E-LAYER-MISSING", text, source.file)


def read_regions(run: Run, layer: Layer, rule: RegionRule, level: str, fields: Fields) -> Regions:
    """Read all regions of a layer.

    Raises
    ------
    InputError
        ``E-REGION-FIELD``, ``E-LAYER-EMPTY``, ``E-REGION-CODE``, ``E-REGION-NAME``,
        ``E-REGION-INVALID`` (no polygon).
    """
    sources = [
        _columns(layer, given, usual)
        for given, usual in (
            (fields.code, rule.code), (fields.name, rule.name), (fields.name_en, rule.name_en)
        )
    ]  # fmt: skip
    texts, geometry = _collect(run, layer, rule, sources)
    if not len(geometry):
        text = _("The layer has no region; export it again.")
        raise problem("E-LAYER-EMPTY", text, layer.file, layer.name)
    codes = [_code(value, level, layer, i) for i, value in enumerate(texts[0])]
    found = Regions(layer, level, codes, texts[1], texts[2], geometry)
    _check_codes(found)
    _check_names(found)
    _check_types(found)
    return found


def _columns(layer: Layer, given: str | None, usual: tuple[str, ...]) -> tuple[str, ...]:
    if given is None:
        return usual
    if layer.driver != drivers.OSM and given.casefold() not in {f.casefold() for f in layer.fields}:
        text = _("The layer has no field %(field)s; it has %(fields)s.")
        text %= {"field": given, "fields": ", ".join(layer.fields)}
        raise problem("E-REGION-FIELD", text, layer.file, layer.name)
    return (given,)


def _collect(
    run: Run, layer: Layer, rule: RegionRule, sources: list[tuple[str, ...]]
) -> tuple[list[list[str]], NDArray[np.object_]]:
    conditions = rule.when if layer.driver == drivers.OSM else ()
    columns = [c for source in sources for c in source] + [c.column for c in conditions]
    texts: list[list[str]] = [[], [], []]
    pieces = []
    for batch in read(layer, Wanted(tuple(dict.fromkeys(columns)), closed_ways=("boundary",))):
        table = Columns(batch.columns, len(batch))
        fits = np.ones(len(batch), dtype=bool)
        for condition in conditions:
            fits &= table.fulfil(condition)
        rows = np.flatnonzero(fits)
        run.tally.add(layer.name, read=len(batch), left_out=int((~fits).sum()))
        pieces.append(shapely.force_2d(batch.geometry[rows]))
        for values, source in zip(texts, sources, strict=True):
            values += table.text(source, rows).tolist()
    return texts, np.concatenate(pieces) if pieces else np.empty(0, dtype=object)


def _code(value: str, level: str, layer: Layer, index: int) -> str:
    """The code without the zeros that pad statistical codes of higher levels to 12 digits."""
    digits = DIGITS[level]
    padded = value[digits:]
    if len(value) in (9, 12) and padded and not padded.strip("0"):
        value = value[:digits]
    if not re.fullmatch(rf"\d{{{digits}}}", value):
        text = _("The code must have %(digits)d digits for a %(level)s; it is '%(code)s'.")
        text %= {"digits": digits, "level": level, "code": value[:40]}
        raise problem("E-REGION-CODE", text, layer.file, layer.name, index + 1)
    return value


def _check_codes(found: Regions) -> None:
    seen: dict[str, int] = {}
    for i, code in enumerate(found.code):
        if code in seen:
            text = _("Two regions have the code %s; give each its own.") % code
            raise problem("E-REGION-CODE", text, found.layer.file, found.layer.name, i + 1)
        seen[code] = i


def _check_names(found: Regions) -> None:
    for i, name in enumerate(found.name):
        if not name or len(name) > NAME_LENGTH or len(found.name_en[i]) > NAME_LENGTH:
            text = _("The region needs a name of at most 120 characters; see --name-field.")
            raise problem("E-REGION-NAME", text, found.layer.file, found.layer.name, found.label(i))


def _check_types(found: Regions) -> None:
    dimension = shapely.get_dimensions(found.geometry)
    finite = np.array([g is not None and _is_finite(g) for g in found.geometry])
    for i in np.flatnonzero((dimension != 2) | ~finite | shapely.is_empty(found.geometry)):
        text = _("The region has no polygon; draw it or remove the row.")
        raise problem("E-REGION-INVALID", text, found.layer.file, found.layer.name, found.label(i))


def _is_finite(geometry: shapely.Geometry) -> bool:
    return bool(np.isfinite(shapely.get_coordinates(geometry)).all())


def repair_invalid(run: Run, found: Regions, mend: bool) -> NDArray[np.object_]:
    """Return valid geometries; a self-crossing one is refused unless it is to be mended.

    Raises
    ------
    InputError
        ``E-REGION-INVALID`` with the region and the place of the crossing.
    """
    geometry = found.geometry.copy()
    for i in np.flatnonzero(~shapely.is_valid(geometry)):
        reason = shapely.is_valid_reason(geometry[i])
        if not mend:
            text = _("The border crosses itself: %s; redraw it or give --mend.") % reason
            where = (found.layer.file, found.layer.name, found.label(int(i)))
            raise problem("E-REGION-INVALID", text, *where, place=_numbers(reason))
        mended = shapely.make_valid(geometry[i], method="structure", keep_collapsed=False)
        geometry[i] = mended
        run.tally.reasons["E-REGION-INVALID"] += 1
        severity = ImportIssue.Severity.REPAIRED
        fields = {"layer": found.layer.name, "feature": found.label(int(i))}
        run.note(severity, "E-REGION-INVALID", reason, **fields)
    return geometry


def _numbers(reason: str) -> list[float]:
    inside = reason[reason.find("[") + 1 :]
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", inside)[:2]]
