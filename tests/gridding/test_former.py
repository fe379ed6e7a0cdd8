"""Cutting anew with a former edition: what has not changed comes out the same to the bit."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridding import (
    Communities,
    Features,
    Former,
    GridRules,
    InputError,
    fingerprints,
    former_of,
    make_grids,
)
from tests.gridding.test_exact import FEW, assert_exact, cut_units, fingerprint
from tests.gridding.towns import Town, make_town

RULES = GridRules(target_area_m2=4_000.0)
REACH_M = 30.0
X, Y = 500_000, 4_420_000


def cut(town: Town, former: Former | None = None, **options):
    return make_grids(town.communities, town.features, RULES, former=former, **options)


def remember(town: Town, result, pinned=None) -> Former:
    return former_of(result, town.communities, town.features, RULES, pinned)


def with_features(town: Town, **layers) -> Town:
    return replace(town, features=replace(town.features, **layers))


def change(town: Town, kind: str, which: int) -> tuple[Town, shapely.Geometry]:
    """Return the town with one thing more, less or moved, and the ground that concerns."""
    f = town.features
    community = town.communities.polygons[which % len(town.communities.codes)]
    spot = shapely.point_on_surface(community)
    if kind == "house more":
        house = shapely.box(spot.x - 6, spot.y - 9, spot.x + 6, spot.y + 9)
        return with_features(town, buildings=np.append(f.buildings, house)), house
    if kind == "street more":
        street = shapely.LineString([(spot.x - 50, spot.y), (spot.x + 60, spot.y + 20)])
        layers = {
            "lines": np.append(f.lines, street),
            "line_classes": np.append(f.line_classes, np.int8(4)),
            "line_kinds": np.append(f.line_kinds, "road"),
        }
        return with_features(town, **layers), street
    k = which % len(f.buildings)
    gone = f.buildings[k]
    if kind == "house less":
        return with_features(town, buildings=np.delete(f.buildings, k)), gone
    moved = f.buildings.copy()
    moved[k] = shapely.affinity.translate(gone, 5.0, 3.0)
    return with_features(town, buildings=moved), shapely.union_all([gone, moved[k]])


def far(result, ground: shapely.Geometry) -> np.ndarray:
    """Grids that no feature of the changed ground reaches."""
    filled = shapely.convex_hull(ground)
    return shapely.distance(result.polygons, filled) > REACH_M


def kept_of(result, again) -> np.ndarray:
    """Which grids of a result are in the other, to the bit."""
    return np.isin(shapely.to_wkb(result.polygons), shapely.to_wkb(again.polygons))


TOWNS = (
    st.integers(0, 10**6)
    .map(lambda s: make_town(s, columns=2, rows=2))
    .filter(lambda town: len(town.features.buildings) > 0)
)
KINDS = st.sampled_from(["house more", "street more", "house less", "house moved"])


@settings(FEW, max_examples=10)
@given(town=TOWNS, kind=KINDS, which=st.integers(0, 50), mixed=st.integers(0, 10**6))
def test_what_is_far_from_a_change_stays_to_the_bit(town, kind, which, mixed):
    first = cut(town)
    former = remember(town, first)
    new, ground = change(town, kind, which)
    again = cut(new, former)
    assert_exact(new, again)
    units = np.concatenate([new.features.buildings, new.features.compounds])
    assert cut_units(units, new, again) == 0
    lost = far(first, ground) & ~kept_of(first, again)
    # A patch below half a grid takes in one neighbour; one change makes few patches.
    assert lost.sum() <= 2
    same = again.former >= 0
    assert same.any()
    assert (
        shapely.to_wkb(again.polygons[same]) == shapely.to_wkb(first.polygons[again.former[same]])
    ).all()

    order = np.random.default_rng(mixed).permutation(len(first.polygons))
    shuffled = Former(
        former.polygons[order],
        tuple(former.community_codes[i] for i in order),
        tuple(former.fingerprints[i] for i in order),
    )
    other = cut(new, shuffled)
    assert fingerprint(other) == fingerprint(again)
    assert (order[other.former[same]] == again.former[same]).all()


@settings(FEW, max_examples=6)
@given(town=TOWNS)
def test_without_a_change_nothing_changes(town):
    first = cut(town)
    again = cut(town, remember(town, first))
    assert fingerprint(again) == fingerprint(first)
    assert (again.former == np.arange(len(first.polygons))).all()
    assert again.given_border_share == pytest.approx(first.given_border_share)
    assert again.report.units == first.report.units


def test_other_rules_keep_nothing():
    town = make_town(3, columns=2)
    former = remember(town, cut(town))
    rules = GridRules(target_area_m2=9_000.0)
    again = make_grids(town.communities, town.features, rules, former=former)
    assert (again.former == -1).all()
    assert fingerprint(again) == fingerprint(make_grids(town.communities, town.features, rules))


def test_workers_have_no_influence_on_a_recut():
    town = make_town(11, columns=3)
    former = remember(town, cut(town))
    new, _ = change(town, "street more", 1)
    assert fingerprint(cut(new, former)) == fingerprint(cut(new, former, workers=2))


# A square of three by three blocks, cut by a cross of streets into nine grids.
def blocks(*houses: shapely.Polygon) -> Town:
    square = shapely.box(X, Y, X + 300, Y + 300)
    across = [shapely.LineString([(X, Y + d), (X + 300, Y + d)]) for d in (100, 200)]
    along = [shapely.LineString([(X + d, Y), (X + d, Y + 300)]) for d in (100, 200)]
    lines = np.array(across + along, object)
    return Town(
        Communities(("110101001001",), np.array([square], object)),
        Features(lines, np.full(4, 3, np.int8), np.full(4, "road"), np.array(houses, object)),
    )


def cut_blocks(town: Town, former: Former | None = None):
    return make_grids(town.communities, town.features, former=former)


def remember_blocks(town: Town, pinned=None) -> Former:
    return former_of(cut_blocks(town), town.communities, town.features, GridRules(), pinned)


def test_a_house_in_one_block_leaves_the_others():
    town = blocks()
    former = remember_blocks(town)
    again = cut_blocks(blocks(shapely.box(X + 135, Y + 135, X + 165, Y + 165)), former)
    assert (again.former >= 0).sum() == 8
    assert len(again.polygons) == 9


def test_a_house_less_than_the_reach_away_counts():
    former = remember_blocks(blocks())
    again = cut_blocks(blocks(shapely.box(X + 110, Y + 135, X + 165, Y + 165)), former)
    assert (again.former >= 0).sum() == 7


def test_a_community_whose_border_moved_is_cut_there_only():
    former = remember_blocks(blocks())
    ring = [(X, Y), (X + 300, Y), (X + 300, Y + 300), (X + 60, Y + 300), (X, Y + 260)]
    town = replace(
        blocks(), communities=Communities(("110101001001",), np.array([shapely.Polygon(ring)]))
    )
    again = cut_blocks(town, former)
    assert (again.former >= 0).sum() == 8
    assert_exact(town, again)


def test_ground_that_joins_a_community_is_cut_and_the_rest_stays():
    town = blocks()
    former = remember_blocks(town)
    ring = [
        (X, Y),
        (X + 300, Y),
        (X + 300, Y + 300),
        (X + 300, Y + 400),
        (X, Y + 400),
        (X, Y + 300),
    ]
    larger = replace(
        town, communities=Communities(("110101001001",), np.array([shapely.Polygon(ring)]))
    )
    again = cut_blocks(larger, former)
    # The upper row lay on the border that moved away.
    assert (again.former >= 0).sum() == 6
    assert_exact(larger, again)


def test_a_grid_that_changes_its_community_is_not_kept():
    town = blocks()
    former = remember_blocks(town)
    other = replace(town, communities=Communities(("110101001002",), town.communities.polygons))
    assert (cut_blocks(other, former).former == -1).all()


def ten_grids(town: Town) -> Former:
    """The blocks as nine grids, the middle one in two, the smaller of 3,000 m²."""
    extra = shapely.LineString([(X + 170, Y + 100), (X + 170, Y + 200)])
    rim = shapely.boundary(town.communities.polygons[0])
    noded = shapely.union_all([rim, extra, *town.features.lines])
    polygons = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    marks = fingerprints(polygons, town.features, GridRules())
    return Former(polygons, ("110101001001",) * 10, marks)


def test_a_patch_below_half_a_grid_takes_one_neighbour_in():
    town = blocks()
    former = ten_grids(town)
    assert (cut_blocks(town, former).former >= 0).all()
    small = int(shapely.area(former.polygons).argmin())
    marks = tuple("" if i == small else mark for i, mark in enumerate(former.fingerprints))
    again = cut_blocks(town, replace(former, fingerprints=marks))
    released = set(range(10)) - set(again.former.tolist()) - {small}
    assert len(released) == 1
    shared = shapely.intersection(former.polygons[small], former.polygons[released.pop()])
    assert shared.length == pytest.approx(100)
    assert again.area_m2.min() > 5_000


def test_a_patch_of_more_takes_none():
    town = blocks()
    former = ten_grids(town)
    other = int(np.argsort(shapely.area(former.polygons))[1])
    assert 5_000 < former.polygons[other].area < 8_000
    marks = tuple("" if i == other else mark for i, mark in enumerate(former.fingerprints))
    again = cut_blocks(town, replace(former, fingerprints=marks))
    assert set(range(10)) - set(again.former.tolist()) == {other}


def edges(geometry: np.ndarray) -> set:
    """Edges of lines or polygons by the bits of their ends."""
    rings = [r for g in geometry for r in (shapely.get_rings(g) if g.area else [g])]
    out = set()
    for ring in rings:
        xy = [tuple(p) for p in shapely.get_coordinates(ring).tolist()]
        out |= {frozenset(pair) for pair in zip(xy, xy[1:], strict=False)}
    return out


def shared_border(result, i: int, j: int) -> shapely.Geometry:
    """The common border vertex by vertex, as one line or the longest piece of it."""
    pairs = edges(result.polygons[[i]]) & edges(result.polygons[[j]])
    merged = shapely.line_merge(
        shapely.multilinestrings([list(p) for p in sorted(pairs, key=sorted)])
    )
    return max(shapely.get_parts(merged), key=lambda line: line.length)


@settings(FEW, max_examples=8)
@given(town=TOWNS, which=st.lists(st.integers(0, 10**6), min_size=1, max_size=3))
def test_pinned_borders_are_borders_again(town, which):
    first = cut(town)
    pins = []
    for k in which:
        i = k % len(first.polygons)
        near = [j for j in first.neighbours.of(i) if first.community[j] == first.community[i]]
        if near:
            pins.append(shared_border(first, i, int(near[k % len(near)])))
    former = remember(town, first, np.array(pins, object))
    rules = GridRules(target_area_m2=12_000.0)
    again = make_grids(town.communities, town.features, rules, former=former)
    assert edges(former.pinned) <= edges(again.polygons)
    assert_exact(town, again)
    units = np.concatenate([town.features.buildings, town.features.compounds])
    assert cut_units(units, town, again) == 0


def test_a_pin_keeps_a_border_the_search_would_not_choose():
    town = blocks()
    small = make_grids(town.communities, town.features, GridRules(target_area_m2=5_000.0))
    whole = edges(cut_blocks(town).polygons)
    lines = [
        shared_border(small, i, int(j))
        for i in range(len(small.polygons))
        for j in small.neighbours.of(i)
    ]
    line = next(line for line in lines if not edges(np.array([line])) <= whole)
    pinned = np.array([line], object)
    rules = GridRules(target_area_m2=5_000.0)
    former = former_of(small, town.communities, town.features, rules, pinned)
    assert edges(pinned) <= edges(cut_blocks(town, former).polygons)


def test_a_building_across_a_pinned_border_is_an_error_with_the_place():
    first = cut_blocks(blocks())
    left = int(np.flatnonzero(shapely.contains_xy(first.polygons, X + 50, Y + 150))[0])
    middle = int(np.flatnonzero(shapely.contains_xy(first.polygons, X + 150, Y + 150))[0])
    former = remember_blocks(blocks(), np.array([shared_border(first, left, middle)]))
    house = shapely.box(X + 80, Y + 140, X + 120, Y + 160)
    with pytest.raises(InputError, match=r"E-GRID-PIN.*500100\.0, 4420150\.0"):
        cut_blocks(blocks(house), former)
    released = replace(former, pinned=np.zeros(0, object))
    assert cut_blocks(blocks(house), released).report.coverage.ok


def test_a_pinned_line_that_is_no_former_border_is_refused():
    for line in ([(X + 100, Y + 100), (X + 200, Y + 200)], [(X + 1, Y + 1), (X + 2, Y + 2)]):
        former = remember_blocks(blocks(), np.array([shapely.LineString(line)]))
        with pytest.raises(InputError, match="E-GRID-PIN"):
            cut_blocks(blocks(), former)
    former = remember_blocks(blocks(), np.array([shapely.Point(X, Y)]))
    with pytest.raises(InputError, match="E-GRID-PIN"):
        cut_blocks(blocks(), former)


def test_a_pin_on_a_border_that_moved_away_is_refused():
    first = cut_blocks(blocks())
    west = [sorted(edge) for edge in edges(first.polygons) if {p[0] for p in edge} == {X}]
    former = remember_blocks(blocks(), np.array([shapely.LineString(west[0])]))
    assert cut_blocks(blocks(), former).report.coverage.ok
    ring = [(X - 20, Y), (X + 300, Y), (X + 300, Y + 300), (X - 20, Y + 300)]
    moved = Communities(("110101001001",), np.array([shapely.Polygon(ring)]))
    with pytest.raises(InputError, match="E-GRID-PIN"):
        cut_blocks(replace(blocks(), communities=moved), former)


def test_a_former_edition_that_is_none_is_refused():
    town = blocks()
    former = remember_blocks(town)
    with pytest.raises(InputError, match="E-GRID-FORMER"):
        cut_blocks(town, replace(former, fingerprints=former.fingerprints[1:]))
    overlapping = former.polygons.copy()
    overlapping[4] = shapely.box(X + 90, Y + 90, X + 200, Y + 200)
    with pytest.raises(InputError, match="E-GRID-FORMER"):
        cut_blocks(town, replace(former, polygons=overlapping))


def test_fingerprints_know_what_counts():
    town = blocks(shapely.box(X + 40, Y + 40, X + 60, Y + 60))
    grid = np.array([shapely.box(X, Y, X + 100, Y + 100)])

    def mark(changed: Town, rules: GridRules | None = None) -> str:
        return fingerprints(grid, changed.features, rules or GridRules())[0]

    f = town.features
    turned = with_features(town, lines=shapely.reverse(f.lines)[::-1])
    noise = with_features(town, buildings=shapely.transform(f.buildings, lambda xy: xy + 1e-9))
    longer = f.lines.copy()
    longer[0] = shapely.LineString([(X, Y + 100), (X + 300, Y + 100), (X + 300, Y + 150)])
    assert mark(town) == mark(turned) == mark(noise) == mark(with_features(town, lines=longer))
    classes = f.line_classes.copy()
    classes[0] = 5
    others = [
        mark(with_features(town, line_classes=classes)),
        mark(with_features(town, buildings=np.zeros(0, object), compounds=f.buildings)),
        mark(with_features(town, buildings=np.zeros(0, object))),
        mark(town, GridRules(target_area_m2=9_000.0)),
    ]
    assert len({mark(town), *others}) == 5
