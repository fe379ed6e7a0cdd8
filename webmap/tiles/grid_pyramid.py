"""All tiles of an edition's grids at once: read once, thinned once for each zoom.

PostGIS makes a tile when it is asked for (`webmap.tiles.grids`); here neighbours are thinned
together, so that they never gape, and nothing is read, cut or thinned twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet
from numpy.typing import NDArray

from gridding.thinning import Rings, rings_of, thinned
from spatial.grids.models import UnitGrid
from webmap.tiles import grids, pixels, store
from webmap.tiles.address import WORLD_M, TileAddress, pixel_m
from webmap.tiles.encoding import polygon_layer
from webmap.tiles.sources import TileSource

Ints = NDArray[np.int64]
UNIT_M = 0.01
EXACT_FROM = 14
TOLERANCE_PX = 0.3
"""How far a border may move while the map is far; both sides move together."""


@dataclass(frozen=True, slots=True)
class MadeTile:
    """A tile in one of its forms, plain."""

    address: TileAddress
    form: str
    content: bytes


def tiles(source: TileSource) -> Iterator[MadeTile]:
    """Tiles of all zooms that have something, the nearest zoom first."""
    ids, shapes = _read(UnitGrid.objects.filter(plan=source.plan_id))
    if not len(ids):
        return
    rings = rings_of(shapes, UNIT_M)
    for z in range(source.layer.maxzoom, source.layer.minzoom - 1, -1):
        if z < EXACT_FROM:
            rings = thinned(rings, TOLERANCE_PX * pixel_m(z) / UNIT_M)
        yield from _zoom(z, ids, rings)


def pixels_at(source: TileSource, address: TileAddress) -> bytes:
    """The pixels of one tile, made now; no bytes when nothing is there."""
    west, south, east, north = address.metres(grids.BUFFER_SHARE)
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 3857
    near = UnitGrid.objects.filter(plan=source.plan_id, geom3857__bboverlaps=box)
    ids, shapes = _read(near)
    if not len(ids):
        return b""
    made = (one for one in _zoom(address.z, ids, rings_of(shapes, UNIT_M))
            if one.address == address and one.form == store.PIXELS)  # fmt: skip
    return next((one.content for one in made), b"")


def _read(grids_: QuerySet[UnitGrid]) -> tuple[Ints, NDArray[Any]]:
    rows = grids_.order_by("ordinal")
    both = list(rows.annotate(shape=AsWKB("geom3857")).values_list("ordinal", "shape"))
    ids = np.array([ordinal for ordinal, _shape in both], np.int64)
    return ids, shapely.from_wkb([bytes(shape) for _ordinal, shape in both])


@dataclass(frozen=True, eq=False)
class _Quantized:
    """Rings in units of the tiles of a zoom, y down; see `polygon_layer`."""

    xy: Ints
    ring_start: Ints
    first_ring: Ints
    """For each of ``polygon``, and where the last one ends."""
    polygon: Ints
    boxes: Ints
    """Least and greatest x and y of each of ``polygon``."""


def _zoom(z: int, ids: Ints, rings: Rings) -> Iterator[MadeTile]:
    extent = grids.extent_at(z)
    found = _quantized(rings, WORLD_M / 2**z / extent)
    margin = int(extent * grids.BUFFER_SHARE)
    tiles_, chosen = _pairs(found.boxes, extent, margin)
    order = np.lexsort((chosen, tiles_[:, 0], tiles_[:, 1]))
    tiles_, chosen = tiles_[order], chosen[order]
    begins = np.flatnonzero(np.diff(tiles_, axis=0, prepend=-1).any(axis=1))
    parts = (found.xy, found.ring_start, found.first_ring)
    own = ids[found.polygon]
    for begin, end in zip(begins, np.append(begins[1:], len(chosen)), strict=True):
        x, y = (int(n) for n in tiles_[begin])
        address, origin = TileAddress(z, x, y), (x * extent, y * extent)
        some = chosen[begin:end]
        vectors = polygon_layer("grids", extent, own, parts, some, origin)
        yield MadeTile(address, store.VECTORS, vectors)
        if z <= pixels.UP_TO:
            image = pixels.pixel_tile(extent, own, parts, some, origin)
            yield MadeTile(address, store.PIXELS, image)


def _quantized(rings: Rings, unit_m: float) -> _Quantized:
    half = WORLD_M / 2
    metres = rings.xy * UNIT_M
    xy = np.column_stack([half + metres[:, 0], half - metres[:, 1]])
    xy = np.rint(xy / unit_m).astype(np.int64)
    ring = np.repeat(np.arange(len(rings.polygon)), np.diff(rings.start))
    first = np.diff(ring, prepend=-1) != 0
    before = np.arange(len(ring)) - 1
    before[first] = rings.start[1:] - 1
    # What fell together with the vertex before it is left out, and then rings without a face.
    kept = (xy != xy[before]).any(axis=1)
    kept &= (np.bincount(ring[kept], minlength=len(rings.polygon)) > 2)[ring]  # noqa: PLR2004
    xy, ring = xy[kept], ring[kept]
    ring_start = np.append(np.flatnonzero(np.diff(ring, prepend=-1)), len(ring))
    of_ring = rings.polygon[ring[ring_start[:-1]]]
    first_ring = np.append(np.flatnonzero(np.diff(of_ring, prepend=-1)), len(of_ring))
    begins = ring_start[first_ring[:-1]]
    boxes = np.column_stack([np.minimum.reduceat(xy, begins), np.maximum.reduceat(xy, begins)])
    return _Quantized(xy, ring_start, first_ring, of_ring[first_ring[:-1]], boxes)


def _pairs(boxes: Ints, extent: int, margin: int) -> tuple[Ints, Ints]:
    """Tiles that polygons come near to: columns and rows, and which polygon."""
    low = (boxes[:, :2] - margin) // extent
    high = (boxes[:, 2:] + margin) // extent
    size = high - low + 1
    count = size.prod(axis=1)
    chosen = np.repeat(np.arange(len(boxes)), count)
    nth = np.arange(len(chosen)) - np.repeat(np.cumsum(count) - count, count)
    wide = size[chosen, 0]
    return low[chosen] + np.column_stack([nth % wide, nth // wide]), chosen
