"""Builds all tiles of one version of a layer and puts them in place at once."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from spatial.core.jobs import Progress, silent
from spatial.grids.models import GridPlan
from webmap.tiles import grid_pyramid, live, store
from webmap.tiles.address import TileAddress
from webmap.tiles.extent import occupied
from webmap.tiles.layers import Layer, layer_named
from webmap.tiles.sources import TileSource, derived_source, no_version, plan_source

KEPT_VERSIONS = 2
"""Of layers that follow the imports: the current one, and the one open maps still ask for."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    layer: str
    version: str
    tiles: int
    size_bytes: int
    largest_bytes: int
    seconds: float


def find_source(layer: Layer, version: str | None) -> TileSource:
    """The source to build, whatever the state of its plan."""
    if layer.name != "grids":
        source = derived_source(layer)
        if version not in (None, source.version):
            raise no_version(layer, version)
        return source
    code, _dash, edition = (version or "").rpartition("-e")
    plans = GridPlan.objects.select_related("district").filter(district__code=code)
    plan = plans.filter(edition=int(edition)).first() if edition.isdecimal() else None
    if plan is None:
        raise no_version(layer, version or "")
    return plan_source(layer, plan)


def addresses(source: TileSource) -> Iterator[TileAddress]:
    """Every address of the layer's zooms that has something near it, from the top down."""
    level = [TileAddress(0, 0, 0)]
    for z in range(source.layer.maxzoom + 1):
        level = [address for address in level if occupied(source, address)]
        if z >= source.layer.minzoom:
            yield from level
        level = [child for address in level for child in address.children()]


def build(
    layer: str, version: str | None = None, progress: Progress = silent, workers: int = 1
) -> Built:
    """Build the pyramid of a layer's version into a new folder, then swap it in.

    With more than one worker each uses a database connection of its own, so what is built must
    be committed.
    """
    source = find_source(layer_named(layer), version)
    started = time.perf_counter()
    folder = store.new_folder(layer)
    try:
        sizes = _fill(folder, source, progress, workers)
        store.publish(folder, source)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if source.plan_id is None:
        store.forget(layer, KEPT_VERSIONS)
    seconds = round(time.perf_counter() - started, 2)
    return Built(layer, source.version, len(sizes), sum(sizes), max(sizes, default=0), seconds)


def _fill(folder: Path, source: TileSource, progress: Progress, workers: int) -> list[int]:
    message = _("tiles of %(layer)s") % {"layer": source.layer.name}
    if source.plan_id is not None:
        return _fill_grids(folder, source, progress, message)
    todo = list(addresses(source))
    sizes = []

    def one(address: TileAddress) -> int:
        data = live.make(source, address)
        if not data:
            return 0
        packed = store.pack(data)
        store.write(folder, address, packed)
        return len(packed)

    for done, size in enumerate(_each(one, todo, workers), start=1):
        sizes.append(size)
        progress(done, len(todo), message)
    return [size for size in sizes if size]


def _fill_grids(folder: Path, source: TileSource, progress: Progress, message: str) -> list[int]:
    """Zoom by zoom; which tiles there are is known when they are made."""
    zooms = source.layer.maxzoom - source.layer.minzoom + 1
    sizes = []
    for made in grid_pyramid.tiles(source):
        packed = store.pack(made.content)
        store.write(folder, made.address, packed, made.form)
        sizes.append(len(packed))
        progress(source.layer.maxzoom - made.address.z, zooms, message)
    progress(zooms, zooms, message)
    return sizes


def _each(
    work: Callable[[TileAddress], int], todo: list[TileAddress], workers: int
) -> Iterable[int]:
    if workers <= 1:
        return map(work, todo)
    return _threads(work, todo, workers)


def _threads(
    work: Callable[[TileAddress], int], todo: list[TileAddress], workers: int
) -> Iterator[int]:
    share = max(1, len(todo) // (workers * 16))
    parts = [todo[i : i + share] for i in range(0, len(todo), share)]

    def run(part: list[TileAddress]) -> list[int]:
        try:
            return [work(address) for address in part]
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        for sizes in pool.map(run, parts):
            yield from sizes
