"""Exactness of a set of grids, measured."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import STRtree

from gridding.types import CoverageReport, Floats, Geometries

# Doubles of metres carry about 1e-9 m, so areas do not add up to the last digit: measured at
# 5e-8 m² a km². Below this, and this share of the whole, zero.
NOISE_M2, NOISE_SHARE = 1e-4, 1e-12


def _zero(area_m2: float, whole_m2: float) -> float:
    noise_m2 = NOISE_M2 + NOISE_SHARE * whole_m2
    return 0.0 if abs(area_m2) <= noise_m2 else float(max(area_m2, 0.0))


def _strays(polygons: Geometries, communities: Geometries) -> tuple[Floats, Floats]:
    """Area of each grid outside the community that holds most of it, and outside all."""
    whole = shapely.area(polygons)
    # Most grids that have no border of their community lie in it to the bit; that is fast to see.
    within = np.zeros(len(polygons), bool)
    within[STRtree(polygons).query(communities, predicate="covers")[1]] = True
    rest = np.flatnonzero(~within)
    at, community = STRtree(communities).query(polygons[rest], predicate="intersects")
    grid = rest[at]
    area = shapely.area(shapely.intersection(polygons[grid], communities[community]))
    most, total = np.where(within, whole, 0.0), np.where(within, whole, 0.0)
    np.maximum.at(most, grid, area)
    np.add.at(total, grid, area)
    return total - most, whole - total


def check_coverage(polygons: Geometries, communities: Geometries) -> CoverageReport:
    """Measure whether grids cover their communities without gap or overlap.

    Parameters
    ----------
    polygons : array of Polygon
        The grids, any order.
    communities : array of Polygon or MultiPolygon
        In the same metric CRS.

    Returns
    -------
    CoverageReport
        Areas below 1e-4 m² and 1e-12 of the whole (the noise of doubles) are given as 0.
    """
    polygons, communities = np.asarray(polygons, object), np.asarray(communities, object)
    if not len(polygons):
        gap = float(shapely.area(communities).sum())
        return CoverageReport(gap, 0.0, 0.0, 0, 0, 0, 0, np.zeros(0, np.int64))
    invalid = ~shapely.is_valid(polygons)
    multipart = shapely.get_num_geometries(polygons) > 1
    if invalid.any():
        # What is not valid cannot be measured; it counts as it is, its ground as it was meant.
        polygons = np.where(invalid, shapely.make_valid(polygons), polygons)
    wrong_edges = shapely.length(shapely.coverage_invalid_edges(polygons)) > 0
    elsewhere, outside = _strays(polygons, communities)
    stray = elsewhere > NOISE_M2
    total = float(shapely.area(polygons).sum())
    ground = float(shapely.area(communities).sum())
    union = shapely.union_all(polygons) if wrong_edges.any() or invalid.any() else None
    covered = total if union is None else float(shapely.area(union))
    out = float(outside[outside > NOISE_M2].sum())
    bad = wrong_edges | invalid | multipart | stray | (outside > NOISE_M2)
    return CoverageReport(
        gap_area_m2=_zero(ground - (covered - out), ground),
        overlap_area_m2=_zero(total - covered, ground),
        outside_area_m2=_zero(out, ground),
        invalid_edges=int(wrong_edges.sum()),
        invalid_geometries=int(invalid.sum()),
        multipart=int(multipart.sum()),
        in_several_communities=int(stray.sum()),
        bad=np.flatnonzero(bad),
    )
