"""Ground whose use has a rule: what it counts, and what that means for grids on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import STRtree

from gridding.types import Bools, Floats, Geometries, Ints


@dataclass(frozen=True, slots=True)
class UsedGround:
    """Polygons of land use, the smallest first: where two overlap, the first one holds.

    Attributes
    ----------
    polygons : array of Polygon
    target_m2 : float array
        Target of their own; NaN where that of the run holds.
    whole : bool array
        Whether each is one grid at most.
    """

    polygons: Geometries = field(default_factory=lambda: np.zeros(0, object))
    target_m2: Floats = field(default_factory=lambda: np.zeros(0))
    whole: Bools = field(default_factory=lambda: np.zeros(0, bool))

    def near(self, polygon: shapely.Polygon) -> UsedGround:
        """Return those that meet a polygon, in their order."""
        if not len(self.polygons):
            return self
        return self.take(np.flatnonzero(shapely.intersects(self.polygons, polygon)))

    def take(self, at: Ints) -> UsedGround:
        """Return some of them; ``at`` ascends."""
        return UsedGround(self.polygons[at], self.target_m2[at], self.whole[at])

    @property
    def edges(self) -> Geometries:
        """Edges offered as borders: those of whole ground are walls already."""
        return np.asarray(shapely.get_parts(shapely.boundary(self.polygons[~self.whole])))

    def targets(self, target_m2: float) -> Floats:
        """Return the target of each where ``target_m2`` is that of the run."""
        return np.where(np.isnan(self.target_m2), target_m2, self.target_m2)


def ground_at(points: Geometries, uses: UsedGround) -> Ints:
    """Return the ground each point lies on, -1 for none."""
    count = len(uses.polygons)
    out = np.full(len(points), count)
    if count:
        ground, point = STRtree(points).query(uses.polygons, predicate="intersects")
        np.minimum.at(out, point, ground)
    return np.where(out == count, -1, out)


def point_weights(points: Geometries, uses: UsedGround, target_m2: float) -> Floats:
    """Return what a square metre counts at each point, 1 where the target of the run holds."""
    weight = np.append(target_m2 / uses.targets(target_m2), 1.0)
    return np.asarray(weight[ground_at(points, uses)])


def _load(polygon: shapely.Polygon, near: UsedGround, target_m2: float) -> float:
    """Area of a polygon in grids, each part by the target of its ground."""
    rest, load = polygon, 0.0
    for ground, target, whole in zip(
        near.polygons, near.targets(target_m2), near.whole, strict=True
    ):
        part = shapely.area(shapely.intersection(rest, ground)) / target
        load += min(1.0, part) if whole else part
        rest = shapely.difference(rest, ground)
    return float(load + shapely.area(rest) / target_m2)


def own_targets(polygons: Geometries, uses: UsedGround, target_m2: float) -> Floats:
    """Return for each polygon the area at which it would be one grid by its ground, m².

    The harmonic mean of the targets of its parts; what is whole counts one grid at most.
    """
    out = np.full(len(polygons), target_m2)
    if not len(uses.polygons):
        return out
    at, ground = STRtree(uses.polygons).query(polygons, predicate="intersects")
    order = np.lexsort((ground, at))
    met, start = np.unique(at[order], return_index=True)
    for i, near in zip(met.tolist(), np.split(ground[order], start[1:]), strict=False):
        out[i] = shapely.area(polygons[i]) / _load(polygons[i], uses.take(near), target_m2)
    return out
