"""Ground whose use has a rule: what it counts, and what that means for grids on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import STRtree

from gridding.landuse import HIGH, LOW
from gridding.locating import locate
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
    low, high : float arrays
        Shares of the target between which a grid is within its range.
    """

    polygons: Geometries = field(default_factory=lambda: np.zeros(0, object))
    target_m2: Floats = field(default_factory=lambda: np.zeros(0))
    whole: Bools = field(default_factory=lambda: np.zeros(0, bool))
    low: Floats = field(default_factory=lambda: np.zeros(0))
    high: Floats = field(default_factory=lambda: np.zeros(0))

    def near(self, polygon: shapely.Polygon) -> UsedGround:
        """Return those that meet a polygon, in their order."""
        if not len(self.polygons):
            return self
        return self.take(np.flatnonzero(shapely.intersects(self.polygons, polygon)))

    def take(self, at: Ints) -> UsedGround:
        """Return some of them; ``at`` ascends."""
        return UsedGround(
            self.polygons[at], self.target_m2[at], self.whole[at], self.low[at], self.high[at]
        )

    @property
    def edges(self) -> Geometries:
        """Edges offered as borders: those of whole ground are walls already."""
        return np.asarray(shapely.get_parts(shapely.boundary(self.polygons[~self.whole])))

    def targets(self, target_m2: float) -> Floats:
        """Return the target of each where ``target_m2`` is that of the run."""
        return np.where(np.isnan(self.target_m2), target_m2, self.target_m2)


def point_weights(points: Geometries, uses: UsedGround, target_m2: float) -> Floats:
    """Return what a square metre counts at each point, 1 where the target of the run holds."""
    weight = np.append(target_m2 / uses.targets(target_m2), 1.0)
    return np.asarray(weight[locate(points, uses.polygons)])


@dataclass(frozen=True, slots=True)
class Aims:
    """What the area of each grid should be by its ground.

    Attributes
    ----------
    target_m2 : float array
        Area at which it would be one grid: the harmonic mean of the targets of its parts; what is
        whole counts one grid at most.
    low, high : float arrays
        Range as shares of that: the means of those of its parts, by how much of a grid they are.
    """

    target_m2: Floats
    low: Floats
    high: Floats


def _aim(polygon: shapely.Polygon, near: UsedGround, target_m2: float) -> tuple[float, ...]:
    """Target, low and high of one polygon, each part by what holds on its ground."""
    rest, load, low, high = polygon, 0.0, 0.0, 0.0
    rows = near.polygons, near.targets(target_m2), near.whole, near.low, near.high
    for ground, target, whole, own_low, own_high in zip(*rows, strict=True):
        part = shapely.area(shapely.intersection(rest, ground)) / target
        part = min(1.0, part) if whole else part
        load += part
        low, high = low + part * (own_low - LOW), high + part * (own_high - HIGH)
        rest = shapely.difference(rest, ground)
    load += shapely.area(rest) / target_m2
    return float(shapely.area(polygon) / load), LOW + low / load, HIGH + high / load


def own_aims(polygons: Geometries, uses: UsedGround, target_m2: float) -> Aims:
    """Return what the area of each polygon should be; without ground, that of the run."""
    n = len(polygons)
    aims = np.column_stack([np.full(n, target_m2), np.full(n, LOW), np.full(n, HIGH)])
    if len(uses.polygons):
        at, ground = STRtree(uses.polygons).query(polygons, predicate="intersects")
        order = np.lexsort((ground, at))
        met, start = np.unique(at[order], return_index=True)
        for i, near in zip(met.tolist(), np.split(ground[order], start[1:]), strict=False):
            aims[i] = _aim(polygons[i], uses.take(near), target_m2)
    return Aims(aims[:, 0], aims[:, 1], aims[:, 2])
