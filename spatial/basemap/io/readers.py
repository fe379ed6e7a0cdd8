"""Streams the features of a layer in batches: geometries as shapely arrays, columns as texts.

Memory holds one batch, whatever the size of the file; the features come from the reader process as
an Arrow stream.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from spatial.basemap.io import drivers, table
from spatial.basemap.io.problems import problem
from spatial.basemap.io.source import Layer

BATCH = 25_000
"""Features in memory at a time: about 30 MB of usual buildings and roads."""
OSM_LAYERS = ("points", "lines", "multilinestrings", "multipolygons", "other_relations")
CONTROLS = bytes(i for i in [*range(32), 127] if chr(i) not in "\t\n\v\f\r")
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Batch:
    """Some features in file order."""

    first: int
    """Number of the first feature, from 1."""
    geometry: NDArray[np.object_]
    """Shapely geometries in the source system, None where the file has none or cannot be read."""
    columns: dict[str, NDArray[np.object_]]
    """Only non-empty texts, else None; a wanted column that the layer lacks is not here."""

    def __len__(self) -> int:
        return len(self.geometry)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which columns to read, and how OpenStreetMap tags become columns."""

    columns: tuple[str, ...]
    tags_column: str = ""
    closed_ways: tuple[str, ...] = ()
    by_row: bool = False
    """Control characters come through: the caller looks at them row by row."""


def read(
    layer: Layer, wanted: Wanted, batch: int = BATCH, only_first: bool = False
) -> Iterator[Batch]:
    """Yield the features of a layer, or only the first batch.

    Raises
    ------
    InputError
        ``E-FILE-BROKEN`` when GDAL gives up, ``E-TEXT-ENCODING`` for text that is not UTF-8
        where it must be, ``E-TEXT-CONTROL``, ``E-READER-LIMIT``, ``E-READER-CRASH``.
    """
    names = _names(layer, wanted)
    # From .osm.pbf every wanted tag is a column already; only converted files carry an hstore.
    packed = layer.driver != drivers.OSM and wanted.tags_column in layer.fields
    tags = wanted.tags_column if packed else ""
    columns = [*dict.fromkeys([*names.values(), *(layer.xy or ())])] + ([tags] if tags else [])
    stream = layer.reader.read(
        layer.path,
        layer.name,
        columns=None if layer.driver == drivers.OSM else columns,
        batch=batch,
        encoding=layer.reading,
        first=only_first,
        **_options(layer, wanted),
    )
    first = 1
    for raw, geometry_name in stream:
        found = _batch(raw, geometry_name, layer, first, wanted.by_row)
        yield _with_names(found, names, tags, wanted)
        first += len(found)
    if not only_first and first - 1 < layer.features:
        text = _("The layer says it has %(said)d features but only %(read)d can be read.")
        text %= {"said": layer.features, "read": first - 1}
        raise problem("E-FILE-BROKEN", text, layer.file, layer.name)


def _options(layer: Layer, wanted: Wanted) -> dict[str, str]:
    if layer.driver == drivers.OSM:
        return {"CONFIG_FILE": str(_write_osm_config(layer.path.parent, wanted))}
    return {}


def _write_osm_config(folder: Path, wanted: Wanted) -> Path:
    """Tell GDAL's OSM driver which tags are columns and which closed ways are areas."""
    tags = ",".join(c for c in wanted.columns if c not in ("osm_id", "osm_way_id"))
    lines = ["[general]", f"closed_ways_are_polygons={','.join(wanted.closed_ways)}"]
    lines += ["attribute_name_laundering=no", "report_all_tags=yes"]
    for name in OSM_LAYERS:
        lines += [f"[{name}]", "osm_id=yes", f"attributes={tags}", "other_tags=no"]
    path = folder / "osmconf.ini"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _names(layer: Layer, wanted: Wanted) -> dict[str, str]:
    """Column of the layer for each wanted one, case disregarded (shapefiles shout)."""
    if layer.driver == drivers.OSM:
        return {name: name for name in wanted.columns}
    fields = {field.casefold(): field for field in reversed(layer.fields)}
    found = {name: fields.get(name.casefold(), "") for name in wanted.columns}
    exact = {name: name for name in wanted.columns if name in layer.fields}
    return {name: field for name, field in {**found, **exact}.items() if field}


def _batch(
    raw: dict[str, Any], geometry_name: str, layer: Layer, first: int, by_row: bool
) -> Batch:
    wkb = raw.pop(geometry_name, None)
    if wkb is None:
        size = len(next(iter(raw.values()), []))
        wkb = np.full(size, None, dtype=object)
    columns = {name: _texts(values, layer, name, first, by_row) for name, values in raw.items()}
    if layer.xy:
        geometry = table.points(columns[layer.xy[0]], columns[layer.xy[1]])
    else:
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    return Batch(first, geometry, columns)


def _texts(
    values: NDArray[np.object_], layer: Layer, column: str, first: int, by_row: bool
) -> NDArray[np.object_]:
    found = np.empty(len(values), dtype=object)
    try:
        if set(map(type, values)) <= {bytes, type(None)}:
            texts = [value or b"" for value in values]
            if not by_row:
                _refuse_controls(texts, layer, column, first)
            found[:] = [text.strip() or None for text in _decoded(texts)]
        else:
            found[:] = [_text(value) for value in values]
    except UnicodeDecodeError as error:
        text = _("The text in column %s is not UTF-8; export it again.") % column
        number = first + _first_wrong(values)
        raise problem("E-TEXT-ENCODING", text, layer.file, layer.name, number) from error
    return found


def _refuse_controls(texts: list[bytes], layer: Layer, column: str, first: int) -> None:
    """Tabs and line breaks are usual and become blanks; other control characters are a fault."""
    joined = b"".join(texts)
    if len(joined.translate(None, CONTROLS)) == len(joined):
        return
    wrong = next(
        i for i, text in enumerate(texts) if len(text.translate(None, CONTROLS)) < len(text)
    )
    sentence = _("The text in column %s has control characters; clean it.") % column
    raise problem("E-TEXT-CONTROL", sentence, layer.file, layer.name, first + wrong)


def _decoded(texts: list[bytes]) -> list[str]:
    """All texts of a column at once, joined by NUL, which none of them has."""
    return b"\0".join(texts).decode().split("\0")


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode().strip() or None
    return None if value is None else _number(value)


def _first_wrong(values: NDArray[np.object_]) -> int:
    """Index of the first value that is not UTF-8."""
    for i, value in enumerate(values):
        try:
            _text(value)
        except UnicodeDecodeError:
            return i
    return 0


def _number(value: Any) -> str:
    """A number as its plain text: codes stored as 420101.0 read 420101."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def _with_names(found: Batch, names: dict[str, str], tags: str, wanted: Wanted) -> Batch:
    columns = {n: found.columns[field] for n, field in names.items() if field in found.columns}
    if tags:
        missing = [name for name in wanted.columns if name not in columns]
        columns |= _from_tags(found.columns[tags], missing)
    return Batch(found.first, found.geometry, columns)


def _from_tags(tags: NDArray[np.object_], names: Sequence[str]) -> dict[str, NDArray[np.object_]]:
    """Columns out of an hstore text such as ``"oneway"=>"yes","lit"=>"no"``."""
    columns = {name: np.empty(len(tags), dtype=object) for name in names}
    for i, text in enumerate(tags):
        for key, value in _PAIR.findall(text) if text else ():
            if key in columns:
                columns[key][i] = value.replace('\\"', '"').replace("\\\\", "\\") or None
    return columns
