"""What goes in and what comes out: frozen records of arrays, all in one metric CRS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def _no_geometry() -> Geometries:
    return np.zeros(0, object)


@dataclass(frozen=True, slots=True)
class Communities:
    """The regions each of which is cut alone (communities, or streets where there are none).

    Attributes
    ----------
    codes : tuple of str
        One unique code a region: 12, 9 or 6 digits, or any string where no grid codes are
        asked for. Their order does not matter.
    polygons : array of Polygon or MultiPolygon
        Metres. Must be a valid coverage: no overlap, shared borders with the same vertices.
    """

    codes: tuple[str, ...]
    polygons: Geometries


@dataclass(frozen=True, slots=True)
class PointLoad:
    """A load at points: components, cases, inhabitants, minutes of patrol.

    Attributes
    ----------
    name : str
        Unique among the loads of the features.
    points : array of Point
        In the CRS of the communities. Points outside all of them are counted nowhere.
    amounts : float array
        One a point, 0 or more, in any unit: 1 a component, or how many live at an address.
    """

    name: str
    points: Geometries
    amounts: Floats


@dataclass(frozen=True, slots=True)
class Features:
    """What borders should follow and what they may not cut, in the CRS of the communities.

    Attributes
    ----------
    lines : array of LineString or MultiLineString
    line_classes : int8 array
        1 motorway to primary road, river; 2 secondary road, railway; 3 tertiary; 4 residential;
        5 wall, fence, hedge, lane; 6 service road, stream; 7 path.
    line_kinds : array of str
        ``road``, ``rail``, ``water``, ``wall`` or another word; kept for reports.
    buildings, compounds : arrays of Polygon or MultiPolygon
        Objects managed whole. Compounds (院落) may be larger than a grid.
    loads : tuple of PointLoad
        What may be balanced beside the area (``GridRules.balance``) and is counted by grid.
    grounds : array of Polygon or MultiPolygon
        Ground by land use; what a use means say the rules (``GridRules.land_use``). Where two
        overlap, the smaller one holds.
    ground_uses : array of str
        ``mountain``, ``park``, ``village`` or another word of the rules, one a ground.
    remarks : tuple of Problem
        What whoever read the features had to leave out or repair; they go into the report.
    """

    lines: Geometries = field(default_factory=_no_geometry)
    line_classes: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    line_kinds: NDArray[Any] = field(default_factory=lambda: np.zeros(0, "U1"))
    buildings: Geometries = field(default_factory=_no_geometry)
    compounds: Geometries = field(default_factory=_no_geometry)
    loads: tuple[PointLoad, ...] = ()
    grounds: Geometries = field(default_factory=_no_geometry)
    ground_uses: NDArray[Any] = field(default_factory=lambda: np.zeros(0, "U1"))
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the user should look at; the grids are exact all the same.

    Attributes
    ----------
    code : str
        ``W-GRID-…``.
    community : str
        Code of the community, or an empty string.
    message : str
        What was found and what was done.
    x, y : float
        Place, in the CRS of the input; NaN when there is none.
    """

    code: str
    community: str
    message: str
    x: float = float("nan")
    y: float = float("nan")


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Exactness of a set of grids; every number is zero when nothing is wrong.

    Areas in m², lengths in m. ``bad`` lists the indexes of the polygons concerned.
    """

    gap_area_m2: float
    overlap_area_m2: float
    outside_area_m2: float
    invalid_edges: int
    invalid_geometries: int
    multipart: int
    in_several_communities: int
    bad: Ints

    @property
    def ok(self) -> bool:
        """Whether the coverage is exact."""
        counts = self.invalid_edges + self.invalid_geometries + self.multipart
        areas = self.gap_area_m2 + self.overlap_area_m2 + self.outside_area_m2
        return counts + self.in_several_communities == 0 and areas == 0.0


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """How a load is spread over the grids.

    Attributes
    ----------
    name : str
    total, outside : float
        Amount in all grids, and at points that lie in none.
    mean, largest : float
        Amount in a grid.
    cv : float
        Coefficient of variation over grids: standard deviation by mean; 0 without any load.
    price : float
        What the rules put on it; 0 for a load that is only counted.
    """

    name: str
    total: float
    outside: float
    mean: float
    largest: float
    cv: float
    price: float = 0.0


@dataclass(frozen=True, slots=True)
class GridReport:
    """Counts, figures and problems of one run.

    Attributes
    ----------
    communities, grids : int
    area_mean_m2, area_min_m2, area_max_m2, area_cv : float
    share_in_range, share_near_target : float
        Share of grids within the range round the target of their ground, 0.5 to 1.5 times that
        where no land use says otherwise, and of those not more than half way to its ends.
    on_feature_share : float
        Share of all border inside communities that lies on real features, by length.
    shape_median : float
        Median of Polsby and Popper's 4 π area / perimeter².
    shape_poor_share : float
        Share of grids below 0.2 of that.
    units, units_cut : int
        Buildings and compounds that may not be cut (once for each region they lie in); those
        cut all the same, always 0: a run that would cut one ends with ``E-GRID-UNITCUT``.
    coverage : CoverageReport
    problems : tuple of Problem
    loads : tuple of LoadFigures
        One for each load of the features, by name.
    """

    communities: int
    grids: int
    area_mean_m2: float
    area_min_m2: float
    area_max_m2: float
    area_cv: float
    share_in_range: float
    share_near_target: float
    on_feature_share: float
    shape_median: float
    shape_poor_share: float
    units: int
    units_cut: int
    coverage: CoverageReport
    problems: tuple[Problem, ...]
    loads: tuple[LoadFigures, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Which grids share border of positive length, in compressed rows.

    The neighbours of grid ``i`` are ``indices[indptr[i]:indptr[i + 1]]``, ascending.
    """

    indptr: Ints
    indices: Ints

    def of(self, grid: int) -> Ints:
        """Return the neighbours of one grid."""
        return self.indices[self.indptr[grid] : self.indptr[grid + 1]]

    @property
    def counts(self) -> Ints:
        """How many neighbours each grid has."""
        return np.diff(self.indptr)


@dataclass(frozen=True, slots=True)
class Borders:
    """Every border of the grids once, cut where its kind or a grid beside it changes.

    The lines of a grid add up to its ring to the bit, their lengths to its perimeter.

    Attributes
    ----------
    lines : array of LineString
        In the CRS of the input, as the grids have them; ``left`` lies on the left of its way.
    left, right : int arrays
        Indexes of the grids beside it, the lower on the left; ``right`` is -1 where no community
        follows.
    kind : int array
        What it lies on, an index into `BORDER_KINDS`: a line by kind and class, gap, party wall,
        free cut, facade, edge of a compound, border of a community.
    length_m : float array
    """

    lines: Geometries
    left: Ints
    right: Ints
    kind: Ints
    length_m: Floats


REASON_NAMES: tuple[str, ...] = (
    "in-range",
    "one-unit",
    "small-ground",
    "indivisible",
    "ringed",
    "best-price",
)
"""Names of the values of ``Reasons.code``; what each means: `gridding.reasons.explain_areas`."""

_SENTENCES = (
    "Its {area:,.0f} m² are within the range round the target of {target:,.0f} m², {low:,.0f} to "
    "{high:,.0f} m².",
    "One {unit} of {largest:,.0f} m², which may not be cut, fills it.",
    "It is all of its ground: that has no more than {ground:,.0f} m².",
    "Buildings and compounds, which may not be cut, hold {built:.0%} of its ground.",
    "It is ringed: {ring:.0%} of its border lies on features or is given; the block is that size.",
    "No one reason: buildings and compounds hold {built:.0%} of its ground, {ring:.0%} of its "
    "border lies on features or is given; the search found nothing better by its prices.",
)


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why the area of each grid is what it is, and the figures that say so.

    Attributes
    ----------
    code : int array
        Index into `REASON_NAMES`.
    area_m2 : float array
    ground_m2 : float array
        Area of the community, or of the connected part of it, that the grid lies in.
    built_share : float array
        Share of the grid in buildings and compounds; 0 where the area is within the range, since
        only the others are looked at. So for the next two.
    largest_m2 : float array
        Area in the grid of its largest building or compound, those that overlap taken as one.
    largest_is_compound : bool array
    feature_share : float array
        Share of the whole border that lies on features or is given.
    target_m2 : float
        Target of the run.
    own_target_m2 : float array
        Target of each grid by the land use of its ground.
    low, high : float arrays
        Range of each grid by the land use of its ground, as shares of that.
    """

    code: Ints
    area_m2: Floats
    ground_m2: Floats
    built_share: Floats
    largest_m2: Floats
    largest_is_compound: Bools
    feature_share: Floats
    target_m2: float
    own_target_m2: Floats
    low: Floats
    high: Floats

    @property
    def share(self) -> Floats:
        """Area of each grid by its own target."""
        return self.area_m2 / self.own_target_m2

    @property
    def in_range(self) -> Bools:
        """Which grids are within their range."""
        return (self.share >= self.low) & (self.share <= self.high)

    @property
    def near_target(self) -> Bools:
        """Which grids are not more than half way to the ends of their range."""
        return (self.share >= (1 + self.low) / 2) & (self.share <= (1 + self.high) / 2)

    def name(self, grid: int) -> str:
        """Return the name of the reason of a grid."""
        return REASON_NAMES[self.code[grid]]

    def sentence(self, grid: int) -> str:
        """Return the reason of a grid in a sentence, with its figures."""
        return _SENTENCES[self.code[grid]].format(
            area=self.area_m2[grid],
            target=self.own_target_m2[grid],
            low=self.low[grid] * self.own_target_m2[grid],
            high=self.high[grid] * self.own_target_m2[grid],
            unit="compound" if self.largest_is_compound[grid] else "building",
            largest=self.largest_m2[grid],
            ground=self.ground_m2[grid],
            built=self.built_share[grid],
            ring=self.feature_share[grid],
        )


@dataclass(frozen=True, slots=True)
class GridResult:
    """The grids, sorted by community code and number.

    Attributes
    ----------
    polygons : array of Polygon
        In the CRS of the input.
    community : int array
        Index into ``communities.codes``.
    numbers : int array
        From 1 in each community: rows north to south, west to east in a row.
    area_m2, perimeter_m : float arrays
    on_feature_share : float array
        Share of the border a grid has with grids of its own community that lies on real
        features (lines, party walls, axes of gaps between buildings); 1 where it has none.
    given_border_share : float array
        Share of the whole border that is border of the community, given and not chosen.
    neighbours : Neighbours
    borders : Borders
        What each border lies on.
    reasons : Reasons
        Why each area is what it is.
    report : GridReport
    former : int array
        Index of the former grid that a grid is, unchanged to the bit; -1 for a new one.
    loads : dict of float arrays
        Amount of each load in each grid, by name.
    """

    polygons: Geometries
    community: Ints
    numbers: Ints
    area_m2: Floats
    perimeter_m: Floats
    on_feature_share: Floats
    given_border_share: Floats
    neighbours: Neighbours
    borders: Borders
    reasons: Reasons
    report: GridReport
    former: Ints
    loads: dict[str, Floats]
