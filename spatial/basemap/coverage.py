"""Finds and mends overlaps, holes and spills among regions of one level. Pure geometry.

Everything happens in a plane that is the file's own system, scaled to metres: points that lie on a
straight border in the file also do so here, so that a neighbour's extra vertex opens no sliver.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

NOISE_WIDTH_M = 0.01
"""Pieces narrower than this are rounding, closed without asking and noted as such."""
PARENT_TOLERANCE_M = 0.5
"""How far a child's outer border may differ from its parent's: two surveys of one line."""
MEND_GAP_M = 5.0
"""Slits up to this width are closed along their middle of neighbours before pieces are given."""
MEND_MAX_SHARE = 0.10
"""A mend that changes a region's area by more than this share is refused."""
METRES_PER_DEGREE = math.pi / 180 * 6371008.8
"""On a sphere of the mean radius (IUGG): over short ways as good as the ellipsoid."""

OVERLAP, HOLE, SPILL = "E-REGION-OVERLAP", "E-REGION-HOLE", "E-REGION-PARENT"


@dataclass(frozen=True, slots=True)
class Plane:
    """Scale from the coordinates of a file to metres."""

    x_m: float
    y_m: float

    @classmethod
    def of(cls, geometry: NDArray[np.object_], degrees: bool, unit_m: float = 1.0) -> Plane:
        """The plane for some geometries; degrees shrink with the cosine of the mean latitude."""
        if not degrees:
            return cls(unit_m, unit_m)
        south, north = shapely.total_bounds(geometry)[[1, 3]]
        middle = math.radians((south + north) / 2)
        return cls(METRES_PER_DEGREE * math.cos(middle), METRES_PER_DEGREE)

    def to_metres(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """File coordinates to metres."""
        return np.asarray(shapely.transform(geometry, lambda xy: xy * [self.x_m, self.y_m]))

    def to_file(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """Metres to file coordinates."""
        return np.asarray(shapely.transform(geometry, lambda xy: xy / [self.x_m, self.y_m]))


@dataclass(frozen=True, slots=True)
class Fault:
    """One overlap, hole or spill."""

    code: str
    regions: tuple[int, ...]
    """Indexes of the regions concerned: two that overlap, one that spills, those round a hole."""
    area_m2: float
    place: shapely.Geometry
    """The piece itself, in metres."""


def faults(regions: NDArray[np.object_], parent: shapely.Geometry | None) -> list[Fault]:
    """Find what is wrong among the regions of one parent, largest first.

    ``parent`` is None for districts; there only a hole between two or more regions counts.
    """
    found = [*_overlaps(regions), *_holes(regions, parent), *_spills(regions, parent)]
    return sorted(found, key=lambda fault: (-fault.area_m2, fault.regions))


def _pieces(geometry: shapely.Geometry, width_m: float = NOISE_WIDTH_M) -> list[shapely.Geometry]:
    """The polygons of a geometry that are wider than ``width_m`` on average."""
    parts = shapely.get_parts(geometry)
    parts = parts[shapely.get_dimensions(parts) == 2]
    width = 2 * shapely.area(parts) / np.maximum(shapely.length(parts), 1e-9)
    return list(parts[width > width_m])


def _overlaps(regions: NDArray[np.object_]) -> list[Fault]:
    tree = shapely.STRtree(regions)
    first, second = tree.query(regions, predicate="intersects")
    found = []
    for i, j in zip(first, second, strict=True):
        if i >= j:
            continue
        common = shapely.intersection(regions[i], regions[j])
        for piece in _pieces(common):
            found.append(Fault(OVERLAP, (int(i), int(j)), float(piece.area), piece))
    return found


def _holes(regions: NDArray[np.object_], parent: shapely.Geometry | None) -> list[Fault]:
    ground = shapely.union_all(regions)
    if parent is None:
        rings = [
            shapely.polygons(ring) for part in shapely.get_parts(ground) for ring in part.interiors
        ]
        empty = [piece for ring in rings for piece in _pieces(ring)]
    else:
        # A strip along the parent's own border is the difference of two surveys, not a hole.
        inner = shapely.buffer(parent, -PARENT_TOLERANCE_M, join_style="mitre")
        left = shapely.difference(inner, shapely.buffer(ground, NOISE_WIDTH_M / 2))
        empty = _pieces(left)
    found = []
    for piece in empty:
        near = shapely.dwithin(regions, piece, PARENT_TOLERANCE_M * 2 + NOISE_WIDTH_M)
        around = tuple(int(i) for i in np.flatnonzero(near))
        if parent is not None or len(around) > 1:
            found.append(Fault(HOLE, around, float(piece.area), piece))
    return found


def _spills(regions: NDArray[np.object_], parent: shapely.Geometry | None) -> list[Fault]:
    if parent is None:
        return []
    outer = shapely.buffer(parent, PARENT_TOLERANCE_M, join_style="mitre")
    return [
        Fault(SPILL, (i,), float(piece.area), piece)
        for i, region in enumerate(regions)
        for piece in _pieces(shapely.difference(region, outer))
    ]


def tidy(regions: NDArray[np.object_]) -> NDArray[np.object_]:
    """Give neighbours the same vertices on their common border; nothing moves by 1 cm.

    Needed before coordinates are projected, where a border straight in one system bends in
    another and a missing vertex would open a slit.
    """
    if shapely.coverage_is_valid(regions):
        return regions
    return _cleaned(regions, NOISE_WIDTH_M, NOISE_WIDTH_M)


def _cleaned(regions: NDArray[np.object_], snap_m: float, gap_m: float) -> NDArray[np.object_]:
    cleaned = shapely.coverage_clean(regions, snapping_distance=snap_m, gap_width=gap_m)
    return np.asarray(cleaned)


def mend(regions: NDArray[np.object_], parent: shapely.Geometry | None) -> NDArray[np.object_]:
    """Return the regions without overlaps, holes and spills.

    An overlap and a slit go to the neighbour with the longest common border, a hole to the region
    that borders most of it, and what spills over the parent is cut off.
    """
    mended = _cleaned(regions, NOISE_WIDTH_M, MEND_GAP_M)
    if parent is not None:
        mended = shapely.intersection(mended, parent)
        mended = np.array([_areal(region) for region in mended], dtype=object)
    for fault in _holes_exact(mended, parent):
        keeper = _longest_neighbour(mended, fault)
        mended[keeper] = _areal(shapely.union(mended[keeper], fault))
    return tidy(mended)


def _holes_exact(
    regions: NDArray[np.object_], parent: shapely.Geometry | None
) -> list[shapely.Geometry]:
    if parent is None:
        return [fault.place for fault in _holes(regions, None)]
    left = shapely.difference(parent, shapely.union_all(regions))
    return _pieces(left, 0.0)


def _longest_neighbour(regions: NDArray[np.object_], piece: shapely.Geometry) -> int:
    shared = shapely.intersection(shapely.buffer(piece, NOISE_WIDTH_M), regions)
    return int(np.argmax(shapely.area(shared)))


def _areal(geometry: shapely.Geometry) -> shapely.Geometry:
    """Only the polygons of a geometry, as one polygon or multipolygon."""
    parts = shapely.get_parts(geometry)
    parts = parts[(shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > 0)]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(list(parts))
