"""Grids looked at as they stand, whoever drew them: reasons of areas, shapes, what they cut.

A run knows of each border what it was drawn on; here that is measured from the map again, so that
grids that were edited by hand are judged like others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from gridding.canonical import Ground, canonical_features, canonical_regions
from gridding.grounds import own_aims
from gridding.reasons import explain_areas
from gridding.region import UNIT_NOISE_M2, UNIT_NOISE_SHARE
from gridding.rules import GridRules
from gridding.seams import seam_lengths
from gridding.types import Bools, Communities, Features, Floats, Geometries, Ints, Reasons


@dataclass(frozen=True, slots=True)
class CutUnits:
    """Buildings and compounds that lie in several grids.

    Attributes
    ----------
    grid : int array
        The grid that holds most of each.
    is_compound : bool array
    given : bool array
        Whether only borders of communities cut it, which no grid can mend.
    xy : float array (n, 2)
        A point inside, in the reference system of the grids.
    """

    grid: Ints
    is_compound: Bools
    given: Bools
    xy: Floats


@dataclass(frozen=True, slots=True)
class Review:
    """What there is to say of each grid, and of what they cut.

    ``on_feature_share`` is of the border inside communities (1 where there is none); ``shape`` is
    4 π A / P².
    """

    reasons: Reasons
    on_feature_share: Floats
    shape: Floats
    cut: CutUnits


def review_grids(
    polygons: Geometries,
    community: Ints,
    communities: Communities,
    features: Features,
    rules: GridRules,
) -> Review:
    """Look at grids that cover communities exactly.

    Parameters
    ----------
    polygons : array of Polygon
        In the metric reference system of communities and features.
    community : int array
        Of each grid, an index into ``communities``.
    communities : Communities
    features : Features
    rules : GridRules
        By which they were cut.
    """
    ground, _ = canonical_features(features, rules)
    inner_m, on_m = seam_lengths(polygons, community, np.arange(len(polygons)), ground, rules.gap_m)
    perimeter_m = shapely.length(polygons)
    ring = 1 - (inner_m - on_m) / perimeter_m
    reasons = explain_areas(
        polygons,
        community,
        ring,
        canonical_regions(communities),
        ground,
        rules.target_area_m2,
        own_aims(polygons, ground.uses, rules.target_area_m2),
    )
    share = np.divide(on_m, inner_m, out=np.ones(len(polygons)), where=inner_m > 0)
    shape = 4 * np.pi * shapely.area(polygons) / perimeter_m**2
    return Review(reasons, share, shape, _cut_units(polygons, community, ground))


def _cut_units(polygons: Geometries, community: Ints, ground: Ground) -> CutUnits:
    """Units of which two grids or more hold more than the noise of the survey."""
    grid, unit = STRtree(ground.units).query(polygons, predicate="intersects")
    several = np.bincount(unit, minlength=len(ground.units))[unit] > 1
    grid, unit = grid[several], unit[several]
    held = shapely.area(shapely.intersection(polygons[grid], ground.units[unit]))
    whole = shapely.area(ground.units)[unit]
    real = (held > UNIT_NOISE_M2) & (held > UNIT_NOISE_SHARE * whole)
    grid, unit, held = grid[real], unit[real], held[real]
    order = np.lexsort((-held, unit))
    grid, unit = grid[order], unit[order]
    first = np.flatnonzero(np.concatenate([[True], unit[1:] != unit[:-1]]))[: len(unit)]
    grids = np.diff(np.append(first, len(unit)))
    places = np.unique(np.column_stack([unit, community[grid]]), axis=0)[:, 0]
    cut = first[grids > 1]
    own = unit[cut]
    points = shapely.get_coordinates(shapely.point_on_surface(ground.units[own]))
    given = np.bincount(places, minlength=len(ground.units))[own] == grids[grids > 1]
    return CutUnits(grid[cut], ground.is_compound[own], given, points)
