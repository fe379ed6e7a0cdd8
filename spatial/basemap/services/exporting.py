"""Takes data out as a file: whatever a `Source` reads, in any format, CRS and encoding.

A source says which fields there are and what they mean, and reads a region as it was on a day: as a
`Table` in memory, or as a `Stream` where there may be millions of rows. The grids' source is in
`spatial.grids`, those of regions and of the base map are here; whoever lists them decides what can
be exported.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from spatial.basemap.io.crs import LocalSystem
from spatial.basemap.io.localcrs import checked
from spatial.basemap.io.writers import (
    AnyLayer,
    Fact,
    Field,
    Flow,
    Layer,
    refuse_unknown,
    write_layer,
)
from spatial.basemap.io.writers.columns import slices
from spatial.basemap.selectors import transformer
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent
from spatial.core.srid import STORE_SRID

READ_ROWS = 2_000
"""Rows between two steps of the progress."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as they were read: geometry in the store's system, one array a field."""

    geometry: NDArray[np.object_]
    columns: Mapping[str, Any]
    labels: Any
    """Text of each row in drawings: a list, or an array of Arrow's."""
    groups: Any
    edition: str
    """Names the state of the data, such as ``110101-e2``."""
    facts: tuple[Fact, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.geometry)


@dataclass(frozen=True, slots=True)
class Stream:
    """Rows that are read anew, some at a time, whenever they are asked for."""

    rows: int
    kind: str
    """Type of the geometry of all rows, such as ``Point``."""
    parts: Callable[[], Iterator[Table]]
    edition: str
    facts: tuple[Fact, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.rows


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for of a source."""

    region: str
    """Code of a district, street or community."""
    fmt: str = "shp"
    srid: int = 4490
    system: LocalSystem | None = None
    """A city's own reference system, in place of ``srid``."""
    encoding: str = "UTF-8"
    on: date | None = None
    fields: tuple[str, ...] = ()
    """Fields in the order wanted; none for all."""
    only: Mapping[str, Any] = field(default_factory=dict)
    """Which rows, by the filters that the source knows; none for all."""
    user: Any = None
    """Who gets the file; counts where not everybody sees every row. Nobody sees none of those."""
    unlimited: bool = False
    """Whoever gives a command on the server sees every row, whoever he is."""

    @property
    def crs(self) -> str:
        """The reference system, as ``EPSG:N`` or ``LOCAL:NAME``."""
        return str(self.system or f"EPSG:{self.srid}")


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be exported."""

    name: str
    title_zh: str
    title_en: str
    fields: tuple[Field, ...]
    check: Callable[[Order], None]
    """Raises a coded error for a region, a day or a filter there is nothing of; cheap."""
    read: Callable[[Order, Progress], Table | Stream]
    filters: frozenset[str] = frozenset()
    """Names that ``Order.only`` may have."""
    fields_of: Callable[[Order], tuple[Field, ...]] | None = None
    """The fields, where they hang on what is asked for; ``fields`` are those there always are."""

    def fields_for(self, order: Order) -> tuple[Field, ...]:
        """The fields that an order can choose from."""
        return self.fields_of(order) if self.fields_of else self.fields


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What was written."""

    path: Path
    edition: str
    rows: int
    crs: str
    bytes: int


def check_order(source: Source, order: Order) -> None:
    """Refuse what can be seen to be wrong before any row is read.

    Raises
    ------
    InputError
        ``E-EXPORT-FORMAT``, ``E-EXPORT-ENCODING``, ``E-EXPORT-FIELD``, ``E-EXPORT-FILTER``,
        ``E-EXPORT-CRS``, and what the source's ``check`` raises.
    """
    refuse_unknown(order.fmt, order.encoding)
    _refuse_filters(source, order)
    known = [f.name for f in source.fields_for(order)]
    strange = [name for name in order.fields if name not in known]
    if strange:
        text = _("There is no field %(name)s; there are %(known)s.")
        facts = {"name": strange[0], "known": ", ".join(known)}
        raise InputError("E-EXPORT-FIELD", text % facts, unknown=strange, known=known)
    _transformer(order)
    source.check(order)


def _refuse_filters(source: Source, order: Order) -> None:
    strange = sorted(set(order.only) - source.filters)
    if strange:
        text = _("%(what)s cannot be filtered by %(name)s; there are: %(known)s.")
        known = ", ".join(sorted(source.filters)) or "–"
        facts = {"what": source.name, "name": strange[0][:40], "known": known}
        raise InputError("E-EXPORT-FILTER", text % facts)


def export(source: Source, path: Path, order: Order, progress: Progress = silent) -> ExportSummary:
    """Write what a source has of a region to ``path``.

    Raises
    ------
    InputError
        ``E-EXPORT-EMPTY`` where there is not a single row, and what `check_order` and `write_layer`
        raise.
    """
    check_order(source, order)
    with _spared():
        return _export(source, path, order, progress)


@contextmanager
def _spared() -> Iterator[None]:
    """Keep Python's search for garbage off what was there before: an eighth of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _export(source: Source, path: Path, order: Order, progress: Progress) -> ExportSummary:
    layer, edition = _read(source, order, progress)
    rows = len(layer)
    progress(rows + 1, rows + 2, _("writing the file"))
    write_layer(layer, path, order.fmt, order.encoding)
    progress(rows + 2, rows + 2, _("done"))
    return ExportSummary(path, edition, rows, order.crs, path.stat().st_size)


def _read(source: Source, order: Order, progress: Progress) -> tuple[AnyLayer, str]:
    """The layer in its reference system; what was read is given up before anything is written."""
    table = source.read(order, progress)
    rows = len(table)
    if not rows:
        text = _("There is nothing of %(what)s in %(region)s.")
        facts = {"what": source.name, "region": order.region}
        raise InputError("E-EXPORT-EMPTY", text % facts, **facts)
    if isinstance(table, Stream):
        return _flow(source, table, order, progress), table.edition
    progress(rows, rows + 2, _("changing the reference system"))
    return _layer(source, table, order), table.edition


def _flow(source: Source, stream: Stream, order: Order, progress: Progress) -> Flow:
    def read() -> Iterator[Layer]:
        done = stream.rows
        for table in stream.parts():
            yield _layer(source, table, order)
            done += len(table)
            progress(done, 2 * stream.rows + 2, _("writing the file"))

    return Flow(
        name=source.name,
        crs=_crs_name(order),
        kind=stream.kind,
        rows=stream.rows,
        read=read,
        fields=_chosen(source, order),
        origins=stream.origins,
        facts=(*_facts(source, order), *stream.facts),
    )


def _layer(source: Source, table: Table, order: Order) -> Layer:
    fields = _chosen(source, order)
    return Layer(
        name=source.name,
        geometry=_projected(table.geometry, order),
        columns={f.name: table.columns[f.name] for f in fields},
        crs=_crs_name(order),
        labels=table.labels,
        groups=table.groups,
        fields=fields,
        origins=table.origins,
        facts=(*_facts(source, order), *table.facts),
    )


def _chosen(source: Source, order: Order) -> tuple[Field, ...]:
    fields = source.fields_for(order)
    if not order.fields:
        return fields
    by_name = {f.name: f for f in fields}
    return tuple(by_name[name] for name in dict.fromkeys(order.fields))


def _crs_name(order: Order) -> str:
    return checked(order.system.definition).to_wkt() if order.system else order.crs


def _facts(source: Source, order: Order) -> tuple[Fact, ...]:
    day = order.on or timezone.localdate()
    called = order.system.definition if order.system else CRS.from_epsg(order.srid).name
    return (
        Fact("content", "内容", "content", f"{source.title_zh} {source.title_en}"),
        Fact("region", "区域", "region", order.region),
        Fact("day", "所示日期", "state of the day", day.isoformat()),
        Fact("crs", "坐标系", "reference system", f"{order.crs} {called}"),
    )


def _transformer(order: Order) -> Transformer:
    """How to get from the store's system, x before y, to the one that is asked for."""
    try:
        if order.system:
            return Transformer.from_crs(
                STORE_SRID, checked(order.system.definition), always_xy=True
            )
        return transformer(order.srid)
    except (CRSError, ProjError) as error:
        raise _bad_crs(order) from error


def _projected(geometry: NDArray[np.object_], order: Order) -> NDArray[np.object_]:
    """The geometries in another reference system, x before y; those given are given up for them.

    By slices, so that a million shapes are never there twice.
    """
    if not order.system and order.srid == STORE_SRID:
        return geometry
    system = _transformer(order)
    for part in slices(len(geometry)):
        xy = shapely.get_coordinates(geometry[part])
        moved = np.column_stack(system.transform(xy[:, 0], xy[:, 1]))
        if not np.isfinite(moved).all():
            raise _bad_crs(order)
        geometry[part] = shapely.set_coordinates(geometry[part].copy(), moved)
    return geometry


def _bad_crs(order: Order) -> InputError:
    text = _("%(crs)s is unknown or does not cover the district; choose another.")
    return InputError("E-EXPORT-CRS", text % {"crs": order.crs}, crs=order.crs)


def gathered(
    found: Any, names: tuple[str, ...], progress: Progress
) -> tuple[dict[str, list[Any]], NDArray[np.object_]]:
    """Read rows as columns by name, and their geometry.

    Column by column, since a list of 35,000 rows costs a quarter of the time of an export in
    Python's search for garbage.
    """
    count = found.count()
    rows = found.values_list(*names, AsWKB("geom")).iterator(READ_ROWS)
    columns: list[list[Any]] = [[] for _name in names]
    blobs: list[bytes] = []
    while chunk := list(islice(rows, READ_ROWS)):
        progress(len(blobs), count + 2, _("reading"))
        *values, shapes = zip(*chunk, strict=True)
        for column, more in zip(columns, values, strict=True):
            column.extend(more)
        blobs.extend(map(bytes, shapes))
    geometry = np.asarray(shapely.from_wkb(np.array(blobs, dtype=object)))
    return dict(zip(names, columns, strict=True)), geometry


def days(values: Any) -> NDArray[np.datetime64]:
    """Dates as numpy keeps them; None becomes a missing day."""
    return pa.array(values, pa.date32()).to_numpy(zero_copy_only=False)
