"""One form for the same input: parts, two dimensions, one order, no doubles.

After this the order in which a file lists its features has no influence on the grids.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from gridding.grounds import UsedGround
from gridding.kinds import LINE_WORDS, line_words, tag
from gridding.landuse import LandUse
from gridding.loads import LoadTable, load_table, no_loads
from gridding.parts import LINE, POLYGON, plain_parts
from gridding.rules import GridRules
from gridding.types import Bools, Communities, Features, Floats, Geometries, Ints, Problem

# What the edge of a compound is that may be cut: a wall, with its class.
_WALL_CLASS, _WALL = 5, LINE_WORDS.index("wall")


@dataclass(frozen=True, slots=True)
class Ground:
    """Features in canonical form: simple parts in the order of their WKB.

    ``words`` are indexes into `gridding.kinds.LINE_WORDS`; ``units`` are buildings and compounds
    without their courtyards; ``uses`` is ground whose use has a rule.
    """

    lines: Geometries
    classes: NDArray[np.int8]
    words: NDArray[np.int8]
    units: Geometries
    is_compound: Bools
    loads: LoadTable = field(default_factory=no_loads)
    uses: UsedGround = field(default_factory=UsedGround)

    @property
    def tags(self) -> NDArray[np.int8]:
        """Class and word of each line in one number."""
        return tag(self.classes, self.words)

    def take(self, lines: Ints, units: Ints, polygon: shapely.Polygon) -> Ground:
        """Return some lines and some units, and the loads in a polygon."""
        return Ground(
            self.lines[lines],
            self.classes[lines],
            self.words[lines],
            self.units[units],
            self.is_compound[units],
            self.loads.within(polygon),
            self.uses,
        )


@dataclass(frozen=True, slots=True)
class Region:
    """One connected part of a community, which is cut alone.

    Attributes
    ----------
    community : int
    code : str
    polygon : Polygon
    locked : float array (n, 4)
        Segments of its ring that may get no junction: x, y of the lower end, then of the other.
    traces : array of LineString
        Borders of a former edition inside it, offered to the search beside what it finds.
    """

    community: int
    code: str
    polygon: shapely.Polygon
    locked: Floats = field(default_factory=lambda: np.zeros((0, 4)))
    traces: Geometries = field(default_factory=lambda: np.zeros(0, object))


def _sorted_unique(geometry: Geometries, rank: Ints) -> tuple[Geometries, Ints]:
    """Sort by WKB, keep of equal geometries the one of lowest rank; also return the index."""
    wkb = shapely.to_wkb(geometry)
    # By rank first: the sort by WKB keeps the order of equal ones.
    by_rank = np.argsort(rank, kind="stable").tolist()
    order = np.array(sorted(by_rank, key=wkb.tolist().__getitem__), np.int64)
    if not len(order):
        return geometry, order
    ranked = wkb[order]
    first = np.concatenate([[True], ranked[1:] != ranked[:-1]])
    return geometry[order[first]], order[first]


def _parts(geometry: Geometries, kind: int) -> tuple[Geometries, Ints]:
    """Explode to parts of one geometry type, flat, normalised; with the index of each source."""
    parts, source = plain_parts(shapely.force_2d(np.asarray(geometry, object)))
    keep = (shapely.get_type_id(parts) == kind) & ~shapely.is_empty(parts)
    size = shapely.length(parts) if kind == LINE else shapely.area(parts)
    keep &= np.isfinite(size) & (size > 0)
    return shapely.normalize(parts[keep]), source[keep]


def _fill_courtyards(polygons: Geometries, largest_m2: float) -> Geometries:
    """Remove holes smaller than a limit: a grid in a courtyard could not be reached."""
    filled = shapely.polygons(shapely.get_exterior_ring(polygons))
    wide = np.flatnonzero(shapely.area(filled) - shapely.area(polygons) > largest_m2)
    for i in wide:
        rings = shapely.get_rings(polygons[i])
        holes = [r for r in rings[1:] if shapely.area(shapely.polygons(r)) > largest_m2]
        filled[i] = shapely.Polygon(rings[0], holes)
    return filled


def _units(polygons: Geometries, name: str, hole_m2: float) -> tuple[Geometries, list[Problem]]:
    polygons = np.array(polygons, object)
    wrong = ~shapely.is_valid(polygons) & ~shapely.is_missing(polygons)
    problems = [_repaired(g, name) for g in polygons[wrong]]
    polygons[wrong] = shapely.make_valid(polygons[wrong])
    parts, _ = _parts(polygons, POLYGON)
    return _fill_courtyards(parts, hole_m2), problems


def _repaired(geometry: shapely.Geometry, name: str) -> Problem:
    x, y = shapely.bounds(geometry)[:2]
    message = f"A {name} outline crosses itself; it was repaired for this run. Mend the source."
    return Problem("W-GRID-REPAIRED", "", message, float(x), float(y))


def _unruled(words: set[str], land_use: tuple[LandUse, ...]) -> list[Problem]:
    rest = sorted(words - {rule.use for rule in land_use})
    if not rest:
        return []
    message = (
        f"No rule for ground of the use {', '.join(rest)}; it counts as any other. Add a rule, or "
        "correct the word."
    )
    return [Problem("W-GRID-LANDUSE", "", message)]


def canonical_uses(features: Features, rules: GridRules) -> tuple[UsedGround, list[Problem]]:
    """Return the ground whose use has a rule, the smallest first, and what had to be repaired.

    Parameters
    ----------
    features : Features
    rules : GridRules
        Its ``land_use``; holes as large as a courtyard belong to the ground.
    """
    words = np.asarray(features.ground_uses).astype(str)
    if not rules.land_use or not len(words):
        return UsedGround(), []
    grounds = np.asarray(features.grounds, object)
    by_use = sorted(rules.land_use, key=lambda rule: rule.use)
    shapes, of_rule, problems = [], [], _unruled(set(words.tolist()), rules.land_use)
    for number, rule in enumerate(by_use):
        parts, more = _units(grounds[words == rule.use], "ground", rules.courtyard_m2)
        shapes.append(parts)
        of_rule.append(np.full(len(parts), number))
        problems += more
    polygons, order = _sorted_unique(np.concatenate(shapes), np.zeros(sum(map(len, shapes)), int))
    smallest = np.argsort(shapely.area(polygons), kind="stable")
    own = [by_use[number] for number in np.concatenate(of_rule)[order[smallest]]]
    uses = UsedGround(
        polygons[smallest],
        np.array([rule.target_area_m2 or np.nan for rule in own], float),
        np.array([rule.whole for rule in own], bool),
        np.array([rule.low for rule in own], float),
        np.array([rule.high for rule in own], float),
    )
    return uses, problems


def _lines(
    features: Features, walled: Geometries
) -> tuple[Geometries, NDArray[np.int8], NDArray[np.int8]]:
    """Parts of all lines and of the edges of some compounds, with class and word."""
    lines, source = _parts(features.lines, LINE)
    classes = np.asarray(features.line_classes, np.int8)[source]
    words = line_words(features.line_kinds)[source]
    edges, _ = _parts(shapely.boundary(walled), LINE)
    return (
        np.concatenate([lines, edges]),
        np.concatenate([classes, np.full(len(edges), _WALL_CLASS, np.int8)]),
        np.concatenate([words, np.full(len(edges), _WALL, np.int8)]),
    )


def canonical_features(features: Features, rules: GridRules) -> tuple[Ground, list[Problem]]:
    """Return the features in canonical form and what had to be repaired.

    Parameters
    ----------
    features : Features
    rules : GridRules
        Which courtyards belong to their building or compound, and which compounds are not cut; of
        others the edge is a wall, and no more. What the land use says is whole is a compound in
        any case.
    """
    buildings, problems = _units(features.buildings, "building", rules.courtyard_m2)
    compounds, more = _units(features.compounds, "compound", rules.courtyard_m2)
    problems += more
    is_whole = shapely.area(compounds) <= rules.whole_m2
    lines, classes, words = _lines(features, compounds[~is_whole])
    lines, order = _sorted_unique(lines, tag(classes, words).astype(np.int64))
    uses, more = canonical_uses(features, rules)
    compounds = np.concatenate([compounds[is_whole], uses.polygons[uses.whole]])
    problems += more
    both = np.concatenate([buildings, compounds])
    kind = np.repeat([0, 1], [len(buildings), len(compounds)])
    units, unit_order = _sorted_unique(both, 1 - kind)
    ground = Ground(
        lines,
        classes[order],
        words[order],
        units,
        kind[unit_order] == 1,
        load_table(features.loads),
        uses,
    )
    return ground, sorted(problems, key=lambda p: (p.code, p.x, p.y))


def canonical_regions(communities: Communities) -> list[Region]:
    """Return the connected parts of all communities, in the order of their codes."""
    regions = []
    for community in sorted(range(len(communities.codes)), key=lambda i: communities.codes[i]):
        # A vertex given twice in a row is no border.
        given = shapely.remove_repeated_points(communities.polygons[[community]])
        parts, _ = _parts(given, POLYGON)
        ordered, _ = _sorted_unique(parts, np.zeros(len(parts), np.int64))
        code = communities.codes[community]
        regions += [Region(community, code, part) for part in ordered]
    return regions
