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
from gridding.rules import GridRules
from gridding.seams import seam_lengths
from gridding.types import Bools, Communities, Features, Floats, Geometries, Ints, Reasons
from gridding.units import UNIT_RIM_M, is_cut, shared_out


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
    return Review(reasons, share, shape, _cut_units(polygons, communities, ground))


def _cut_units(polygons: Geometries, communities: Communities, ground: Ground) -> CutUnits:
    """Units of which what lies in a community, or a part of that, is shared by grids.

    As the engine does it: pieces into which the border of a community cuts a unit are each whole.
    """
    units = ground.units
    unit, area = STRtree(communities.polygons).query(units, predicate="intersects")
    clipped = shapely.intersection(units[unit], communities.polygons[area])
    held = shapely.area(clipped)
    real = is_cut(held, shapely.area(units)[unit])
    unit, held = unit[real], held[real]
    cores = shapely.buffer(clipped[real], -UNIT_RIM_M, quad_segs=1)
    parts, of = shapely.get_parts(cores, return_index=True)
    lost, holder = shared_out(parts, polygons)
    mendable, holder_of = np.zeros(len(units), bool), np.full(len(units), -1)
    mendable[unit[of[is_cut(lost, held[of])]]] = True
    # The grid that holds most of a unit: the largest part comes last.
    order = np.argsort(shapely.area(parts) - lost, kind="stable")
    holder_of[unit[of[order]]] = holder[order]
    given = (np.bincount(unit, minlength=len(units)) > 1) & ~mendable
    cut = np.flatnonzero((mendable | given) & (holder_of >= 0))
    points = shapely.get_coordinates(shapely.point_on_surface(units[cut]))
    return CutUnits(holder_of[cut], ground.is_compound[cut], given[cut], points)
