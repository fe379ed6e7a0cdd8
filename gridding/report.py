"""Figures, problems and the exactness check of a finished set of grids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.adjacency import neighbours
from gridding.borders import explain_borders
from gridding.canonical import Ground, Region
from gridding.check import check_coverage
from gridding.errors import CutError
from gridding.reasons import explain_areas
from gridding.region import Cut
from gridding.rules import GridRules
from gridding.types import (
    Communities,
    CoverageReport,
    Floats,
    Geometries,
    GridReport,
    GridResult,
    Ints,
    Problem,
    Reasons,
)


@dataclass(frozen=True, slots=True)
class GridParts:
    """Grids with the lengths of their inner borders."""

    polygons: Geometries
    community: Ints
    inner_m: Floats
    on_feature_m: Floats

    def take(self, order: Ints) -> GridParts:
        """Return the grids in another order."""
        return GridParts(
            self.polygons[order],
            self.community[order],
            self.inner_m[order],
            self.on_feature_m[order],
        )


def _size_problems(
    polygons: Geometries,
    community: Ints,
    communities: Communities,
    reasons: Reasons,
    rules: GridRules,
) -> list[Problem]:
    area = shapely.area(polygons)
    low, high = 0.5 * rules.target_area_m2, 1.5 * rules.target_area_m2
    xy = shapely.get_coordinates(shapely.centroid(polygons))
    out = []
    for i in np.flatnonzero((area < low) | (area > high)):
        code, what = ("W-GRID-LARGE", "large") if area[i] > high else ("W-GRID-SMALL", "small")
        message = f"A grid of {area[i]:.0f} m² is {what} for the target. {reasons.sentence(int(i))}"
        x, y = float(xy[i, 0]), float(xy[i, 1])
        out.append(Problem(code, communities.codes[community[i]], message, x, y))
    return out


def _border_problems(communities: Communities, ground: Ground) -> list[Problem]:
    """Units that the given borders cut: reported, since no grid can mend it."""
    if not len(ground.units):
        return []
    borders = shapely.boundary(communities.polygons)
    shrunk = shapely.buffer(ground.units, -0.5, quad_segs=1)
    community, unit = shapely.STRtree(shrunk).query(borders, predicate="intersects")
    unit, first = np.unique(unit, return_index=True)
    xy = shapely.get_coordinates(shapely.centroid(ground.units[unit]))
    return [
        Problem(
            "W-GRID-BORDERCUT",
            communities.codes[community[f]],
            f"The given border cuts a {'compound' if ground.is_compound[u] else 'building'}.",
            float(x),
            float(y),
        )
        for u, f, (x, y) in zip(unit, first, xy, strict=True)
    ]


def _figures(
    parts: GridParts,
    rules: GridRules,
    units: int,
    coverage: CoverageReport,
    communities: int,
    problems: list[Problem],
) -> GridReport:
    area = shapely.area(parts.polygons)
    share = area / rules.target_area_m2
    shape = 4 * np.pi * area / shapely.length(parts.polygons) ** 2
    inner = float(parts.inner_m.sum())
    return GridReport(
        communities=communities,
        grids=len(area),
        area_mean_m2=float(area.mean()),
        area_min_m2=float(area.min()),
        area_max_m2=float(area.max()),
        area_cv=float(area.std() / area.mean()),
        share_in_range=float(((share >= 0.5) & (share <= 1.5)).mean()),
        share_near_target=float(((share >= 0.75) & (share <= 1.25)).mean()),
        on_feature_share=float(parts.on_feature_m.sum() / inner) if inner else 1.0,
        shape_median=float(np.median(shape)),
        shape_poor_share=float((shape < 0.2).mean()),
        units=units,
        units_cut=0,
        coverage=coverage,
        problems=tuple(problems),
    )


def _exact(parts: GridParts, communities: Communities) -> CoverageReport:
    coverage = check_coverage(parts.polygons, communities.polygons)
    if not coverage.ok:
        first = communities.codes[parts.community[coverage.bad[0]]] if len(coverage.bad) else ""
        raise CutError(
            "E-GRID-INEXACT",
            f"The grids do not cover the communities exactly (first at {first or 'unknown'}: "
            f"{coverage}); report this input.",
            first or None,
        )
    return coverage


def finish(
    parts: GridParts,
    numbers: Ints,
    communities: Communities,
    ground: Ground,
    regions: list[Region],
    cuts: list[Cut],
    problems: list[Problem],
    rules: GridRules,
) -> GridResult:
    """Return the result with its report; refuse one that is not exact.

    Raises
    ------
    CutError
        ``E-GRID-INEXACT``.
    """
    coverage = _exact(parts, communities)
    perimeter = shapely.length(parts.polygons)
    has_inner = parts.inner_m > 0
    share = np.where(has_inner, parts.on_feature_m / np.where(has_inner, parts.inner_m, 1), 1.0)
    borders = explain_borders(
        parts.polygons,
        parts.community,
        np.concatenate([c.arcs.lines for c in cuts]),
        np.concatenate([c.arcs.border for c in cuts]),
    )
    reasons = explain_areas(
        parts.polygons, parts.community, borders, regions, ground, rules.target_area_m2
    )
    problems = problems + _border_problems(communities, ground)
    problems += _size_problems(parts.polygons, parts.community, communities, reasons, rules)
    units = sum(c.units for c in cuts)
    report = _figures(parts, rules, units, coverage, len(communities.codes), problems)
    return GridResult(
        polygons=parts.polygons,
        community=parts.community,
        numbers=numbers,
        area_m2=shapely.area(parts.polygons),
        perimeter_m=perimeter,
        on_feature_share=share,
        given_border_share=np.clip(1 - parts.inner_m / perimeter, 0.0, 1.0),
        neighbours=neighbours(parts.polygons),
        borders=borders,
        reasons=reasons,
        report=report,
    )
