"""Why the area of a grid is what it is, from what stands in it and what its border lies on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from gridding.canonical import Ground, Region
from gridding.grounds import Aims
from gridding.kinds import ON_FEATURE
from gridding.types import Bools, Borders, Floats, Geometries, Ints, Reasons
from gridding.units import group_units

# A grid is all of its ground when no more than this share of that is missing: doubles.
WHOLE_SHARE = 1 - 1e-6
# From these shares of ground in units, and of border on features, they are called the reason.
BUILT_SHARE, RING_SHARE = 0.5, 0.98

IN_RANGE, ONE_UNIT, SMALL_GROUND, INDIVISIBLE, RINGED, BEST_PRICE = range(6)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What stands in each of some grids: m² of all units, and of the largest and its sort."""

    built_m2: Floats
    largest_m2: Floats
    is_compound: Bools


def _standing(polygons: Geometries, ground: Ground) -> _Standing:
    """Look only at ground in grids: a unit on both sides of a given border is two."""
    built, largest = np.zeros(len(polygons)), np.zeros(len(polygons))
    compound = np.zeros(len(polygons), bool)
    grid, unit = STRtree(ground.units).query(polygons, predicate="intersects")
    for g in np.unique(grid):
        own = unit[grid == g]
        inside = shapely.intersection(ground.units[own], polygons[g])
        group = group_units(inside)
        blocks = np.array([shapely.union_all(inside[group == k]) for k in range(group.max() + 1)])
        area = shapely.area(blocks)
        built[g] = min(float(area.sum()), shapely.area(polygons[g]))
        largest[g] = area.max()
        compound[g] = ground.is_compound[own][group == area.argmax()].any()
    return _Standing(built, largest, compound)


def feature_share(borders: Borders, grids: int) -> Floats:
    """Return the share of the whole border of each grid that is on features or given."""
    on = borders.length_m * ON_FEATURE[borders.kind]
    inner = borders.right >= 0
    sides = np.concatenate([borders.left, borders.right[inner]])
    length = np.bincount(sides, np.concatenate([borders.length_m, borders.length_m[inner]]), grids)
    return np.asarray(np.bincount(sides, np.concatenate([on, on[inner]]), grids) / length)


def _ground_m2(polygons: Geometries, community: Ints, regions: list[Region]) -> Floats:
    """Area of the connected part of a community that each grid lies in."""
    shapes = np.array([r.polygon for r in regions], object)
    owner = np.array([r.community for r in regions])
    at, region = STRtree(shapes).query(shapely.point_on_surface(polygons), predicate="intersects")
    own = owner[region] == community[at]
    out = np.zeros(len(polygons))
    out[at[own]] = shapely.area(shapes)[region[own]]
    return out


def explain_areas(
    polygons: Geometries,
    community: Ints,
    ring: Floats,
    regions: list[Region],
    ground: Ground,
    target_m2: float,
    aims: Aims,
) -> Reasons:
    """Return for each grid why its area is what it is: the first that holds of these.

    ``in-range``
        Its area is in the range round the target of its ground (0.5 to 1.5 times that, where the
        land use says nothing else), which below are called the range and the target.
    ``one-unit``
        Above the range, one building or compound holds at least the target area of it, and what
        is left beside that is below the range: no border could part it.
    ``small-ground``
        Below the range, and the grid is all of its community, or of a part of that which does not
        hang together with the rest.
    ``indivisible``
        Buildings and compounds hold half of its ground or more; they may not be cut, and leave
        few places where a border may run.
    ``ringed``
        At least 98 % of its border lies on features or is given: the block is that size, and
        another border would leave them.
    ``best-price``
        None of these: the search found nothing better by the prices of area, border and shape.

    Parameters
    ----------
    polygons, community : arrays
        The grids and their communities.
    ring : float array
        Share of the whole border of each grid that is on features or given.
    regions : list of Region
        Connected parts of communities.
    ground : Ground
    target_m2 : float
    aims : Aims
        Target and range of each grid by land use.
    """
    area = shapely.area(polygons)
    share = area / aims.target_m2
    small, large = share < aims.low, share > aims.high
    ground_m2 = _ground_m2(polygons, community, regions)
    out = np.flatnonzero(small | large)
    found = _standing(polygons[out], ground)
    built, largest = np.zeros(len(area)), np.zeros(len(area))
    built[out], largest[out] = found.built_m2 / area[out], found.largest_m2
    compound = np.zeros(len(area), bool)
    compound[out] = found.is_compound
    rules = [
        ~(small | large),
        large & (largest >= aims.target_m2) & (area - largest < aims.low * aims.target_m2),
        small & (area >= WHOLE_SHARE * ground_m2),
        built >= BUILT_SHARE,
        ring >= RING_SHARE,
    ]
    code = np.select(rules, range(len(rules)), BEST_PRICE)
    return Reasons(
        code,
        area,
        ground_m2,
        built,
        largest,
        compound,
        ring,
        target_m2,
        aims.target_m2,
        aims.low,
        aims.high,
    )
