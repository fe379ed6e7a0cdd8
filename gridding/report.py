"""Figures, problems and the exactness check of a finished set of grids."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridding.adjacency import neighbours
from gridding.arcs import Arcs
from gridding.borders import explain_borders
from gridding.canonical import Ground, Region
from gridding.check import check_coverage
from gridding.errors import CutError
from gridding.grounds import own_aims
from gridding.loads import amounts_in, load_figures
from gridding.reasons import explain_areas, feature_share
from gridding.rules import GridRules
from gridding.types import (
    Borders,
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
    """Grids with the lengths of their inner borders.

    ``piece`` is what a grid was cut from, ``former`` the former grid it is, -1 for none.
    """

    polygons: Geometries
    community: Ints
    piece: Ints
    former: Ints
    inner_m: Floats
    on_feature_m: Floats

    def take(self, order: Ints) -> GridParts:
        """Return the grids in another order."""
        return GridParts(
            self.polygons[order],
            self.community[order],
            self.piece[order],
            self.former[order],
            self.inner_m[order],
            self.on_feature_m[order],
        )

    def joined(self, other: GridParts) -> GridParts:
        """Return these grids and others."""
        return GridParts(
            np.concatenate([self.polygons, other.polygons]),
            np.concatenate([self.community, other.community]),
            np.concatenate([self.piece, other.piece]),
            np.concatenate([self.former, other.former]),
            np.concatenate([self.inner_m, other.inner_m]),
            np.concatenate([self.on_feature_m, other.on_feature_m]),
        )

    def longer(self, inner_m: Floats, on_feature_m: Floats) -> GridParts:
        """Return the grids with more inner border."""
        return replace(
            self,
            inner_m=self.inner_m + inner_m,
            on_feature_m=self.on_feature_m + on_feature_m,
        )


def no_parts() -> GridParts:
    """Return no grids."""
    none, zero = np.zeros(0, np.int64), np.zeros(0)
    return GridParts(np.zeros(0, object), none, none, none, zero, zero)


def _size_problems(
    polygons: Geometries,
    community: Ints,
    communities: Communities,
    reasons: Reasons,
) -> list[Problem]:
    area = reasons.area_m2
    xy = shapely.get_coordinates(shapely.centroid(polygons))
    out = []
    for i in np.flatnonzero(~reasons.in_range):
        is_large = reasons.share[i] > 1
        code, what = ("W-GRID-LARGE", "large") if is_large else ("W-GRID-SMALL", "small")
        message = f"A grid of {area[i]:.0f} m² is {what} for the target. {reasons.sentence(int(i))}"
        x, y = float(xy[i, 0]), float(xy[i, 1])
        out.append(Problem(code, communities.codes[community[i]], message, x, y))
    return out


def _border_problems(communities: Communities, ground: Ground) -> list[Problem]:
    """Units that the given borders cut: reported, since no grid can mend it."""
    if not len(ground.units):
        return []
    borders = shapely.boundary(communities.polygons)
    met = np.unique(shapely.STRtree(ground.units).query(borders, predicate="intersects")[1])
    shrunk = shapely.buffer(ground.units[met], -0.5, quad_segs=1)
    community, unit = shapely.STRtree(shrunk).query(borders, predicate="intersects")
    unit, first = np.unique(met[unit], return_index=True)
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
    reasons: Reasons,
    units: int,
    coverage: CoverageReport,
    communities: int,
    problems: list[Problem],
) -> GridReport:
    area = shapely.area(parts.polygons)
    shape = 4 * np.pi * area / shapely.length(parts.polygons) ** 2
    inner = float(parts.inner_m.sum())
    return GridReport(
        communities=communities,
        grids=len(area),
        area_mean_m2=float(area.mean()),
        area_min_m2=float(area.min()),
        area_max_m2=float(area.max()),
        area_cv=float(area.std() / area.mean()),
        share_in_range=float(reasons.in_range.mean()),
        share_near_target=float(reasons.near_target.mean()),
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


def _borders(parts: GridParts, drawn: list[Arcs]) -> Borders:
    lines = [np.zeros(0, object), *(arcs.lines for arcs in drawn)]
    kinds = [np.zeros(0, np.int64), *(arcs.border for arcs in drawn)]
    return explain_borders(
        parts.polygons,
        parts.community,
        parts.piece,
        np.concatenate(lines),
        np.concatenate(kinds).astype(np.int64),
    )


def finish(
    parts: GridParts,
    numbers: Ints,
    communities: Communities,
    ground: Ground,
    regions: list[Region],
    drawn: list[Arcs],
    units: int,
    problems: list[Problem],
    rules: GridRules,
) -> GridResult:
    """Return the result with its report; refuse one that is not exact.

    ``units`` counts the buildings and compounds met, once for each region they lie in.

    Raises
    ------
    CutError
        ``E-GRID-INEXACT``.
    """
    coverage = _exact(parts, communities)
    perimeter = shapely.length(parts.polygons)
    has_inner = parts.inner_m > 0
    share = np.where(has_inner, parts.on_feature_m / np.where(has_inner, parts.inner_m, 1), 1.0)
    borders = _borders(parts, drawn)
    target_m2 = rules.target_area_m2
    aims = own_aims(parts.polygons, ground.uses, target_m2)
    ring = feature_share(borders, len(parts.polygons))
    reasons = explain_areas(parts.polygons, parts.community, ring, regions, ground, target_m2, aims)
    problems = problems + _border_problems(communities, ground)
    problems += _size_problems(parts.polygons, parts.community, communities, reasons)
    report = _figures(parts, reasons, units, coverage, len(communities.codes), problems)
    inside = amounts_in(parts.polygons, ground.loads)
    report = replace(report, loads=load_figures(inside, ground.loads, rules.balance))
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
        former=parts.former,
        loads=dict(zip(ground.loads.names, inside.T.copy(), strict=True)),
    )
