"""Makes geometries fit for the store: two-dimensional, finite, valid, of the right type.

Works on whole arrays. Nothing is dropped in silence: every geometry that is refused or repaired
carries the code of its reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

MAX_AREA_CHANGE = 0.05
"""A repair may change the area of a polygon by at most this share; else it is refused."""
MAX_VERTICES = 1_000_000
POINT, LINE, AREA = 0, 1, 2

EMPTY, NAN, TYPE, INVALID, HUGE = (
    "E-GEOM-EMPTY",
    "E-GEOM-NAN",
    "E-GEOM-TYPE",
    "E-GEOM-INVALID",
    "E-GEOM-HUGE",
)
REPAIRED = "I-GEOM-REPAIRED"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Geometries after cleaning; ``reason`` is empty where all is well."""

    geometry: NDArray[np.object_]
    reason: NDArray[np.object_]
    """A refusal's code, or ``I-GEOM-REPAIRED``, or an empty text."""
    area_change: NDArray[np.float64]
    """Share of the area a repair changed."""

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Geometries that may be stored."""
        return (self.reason == "") | (self.reason == REPAIRED)


def clean(geometry: NDArray[np.object_], dimension: NDArray[np.int8]) -> Cleaned:
    """Return the geometries cleaned, each for the dimension (0, 1, 2) its kind needs.

    A polygon where a point is needed gives a point inside it.
    """
    deep = shapely.has_z(geometry) | shapely.has_m(geometry)
    geometry = shapely.force_2d(geometry) if deep.any() else geometry.copy()
    reason = np.full(len(geometry), "", dtype=object)
    change = np.zeros(len(geometry))
    reason[shapely.is_missing(geometry) | shapely.is_empty(geometry)] = EMPTY
    reason[_not_finite(geometry) & (reason == "")] = NAN
    reason[(shapely.get_num_coordinates(geometry) > MAX_VERTICES) & (reason == "")] = HUGE
    _repair(geometry, reason, change)
    _to_points(geometry, reason, dimension)
    _check_type(geometry, reason, dimension)
    return Cleaned(_single(geometry), reason, change)


def _not_finite(geometry: NDArray[np.object_]) -> NDArray[np.bool_]:
    # An infinite or missing number anywhere makes the sum of the bounds not finite; bounds of NaN
    # vertices alone may hide them, so a batch that has any is looked through vertex by vertex.
    if np.isfinite(shapely.get_coordinates(geometry)).all():
        return np.zeros(len(geometry), dtype=bool)
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    bad = np.zeros(len(geometry), dtype=bool)
    bad[owner[~np.isfinite(xy).all(axis=1)]] = True
    return bad


def _repair(
    geometry: NDArray[np.object_], reason: NDArray[np.object_], change: NDArray[np.float64]
) -> None:
    sound = reason == ""
    areal = sound & (shapely.get_dimensions(geometry) == AREA)
    wrong = np.flatnonzero(areal)[~shapely.is_valid(geometry[areal])]
    if not len(wrong):
        return
    before = shapely.area(geometry[wrong])
    mended = shapely.make_valid(geometry[wrong], method="structure", keep_collapsed=False)
    after = shapely.area(mended)
    share = np.abs(after - before) / np.maximum(np.maximum(after, before), 1e-300)
    geometry[wrong], change[wrong] = mended, share
    reason[wrong] = np.where((share > MAX_AREA_CHANGE) | (after == 0), INVALID, REPAIRED)


def _to_points(
    geometry: NDArray[np.object_], reason: NDArray[np.object_], dimension: NDArray[np.int8]
) -> None:
    usable = (reason == "") | (reason == REPAIRED)
    areas = usable & (dimension == POINT) & (shapely.get_dimensions(geometry) == AREA)
    geometry[areas] = shapely.point_on_surface(geometry[areas])


def _check_type(
    geometry: NDArray[np.object_], reason: NDArray[np.object_], dimension: NDArray[np.int8]
) -> None:
    usable = (reason == "") | (reason == REPAIRED)
    types = shapely.get_type_id(geometry)
    wrong = (shapely.get_dimensions(geometry) != dimension) | (types == 7) | (types == 2)
    many_points = (types == 4) & (shapely.get_num_geometries(geometry) > 1)
    reason[usable & (wrong | many_points)] = TYPE
    lines = usable & (dimension == LINE) & (reason != TYPE)
    reason[lines & (shapely.length(geometry) == 0)] = EMPTY


def _single(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """A collection of one part becomes that part; lines in several parts stay one feature."""
    one = (shapely.get_type_id(geometry) >= 4) & (shapely.get_num_geometries(geometry) == 1)
    geometry[one] = shapely.get_geometry(geometry[one], 0)
    return geometry
