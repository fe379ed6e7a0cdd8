"""Exactness over made-up towns: what must hold for every input that the checks let in."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridding import Communities, Features, GridRules, check_coverage, make_grids
from gridding.adjacency import shared_edges
from tests.gridding.towns import Town, make_town

FEW = settings(
    max_examples=14,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def fingerprint(result) -> bytes:
    return b"".join(shapely.to_wkb(result.polygons)) + result.numbers.tobytes()


def assert_exact(town: Town, result) -> None:
    """Independent of the package: by union and difference."""
    grids, shapes = result.polygons, town.communities.polygons
    assert shapely.is_valid(grids).all()
    assert (shapely.get_type_id(grids) == 3).all()
    assert shapely.coverage_is_valid(grids)
    ground, cover = shapely.union_all(shapes), shapely.union_all(grids)
    assert shapely.area(shapely.symmetric_difference(ground, cover)) < 1e-6
    assert shapely.area(grids).sum() == pytest.approx(shapely.area(ground), abs=1e-6)
    for c, shape in enumerate(shapes):
        own = shapely.union_all(grids[result.community == c])
        assert shapely.area(shapely.symmetric_difference(own, shape)) < 1e-6
    assert result.report.coverage.ok


def cut_units(units: np.ndarray, town: Town, result) -> int:
    """Units of which, in one community, a second grid holds more than 1 m² and 1 %."""
    count = 0
    for unit in units:
        filled = shapely.Polygon(unit.exterior)
        for c, shape in enumerate(town.communities.polygons):
            for piece in shapely.get_parts(shapely.intersection(filled, shape)):
                inside = shapely.area(
                    shapely.intersection(piece, result.polygons[result.community == c])
                )
                lost = inside.sum() - inside.max()
                count += bool(lost > 1.01 and lost > 0.0101 * filled.area)
    return count


@FEW
@given(
    seed=st.integers(0, 10**6),
    columns=st.integers(1, 3),
    rows=st.integers(1, 2),
    target=st.sampled_from([2_000.0, 10_000.0]),
)
def test_every_town_is_covered_exactly_and_nothing_is_cut(seed, columns, rows, target):
    town = make_town(seed, columns=columns, rows=rows)
    result = make_grids(town.communities, town.features, GridRules(target_area_m2=target))
    assert_exact(town, result)
    units = np.concatenate([town.features.buildings, town.features.compounds])
    assert cut_units(units, town, result) == 0


@FEW
@given(seed=st.integers(0, 10**6))
def test_tiny_communities(seed):
    town = make_town(seed, size_m=60.0, columns=3, rows=2)
    result = make_grids(town.communities, town.features, GridRules(target_area_m2=700.0))
    assert_exact(town, result)


@settings(FEW, max_examples=5)
@given(seed=st.integers(0, 10**6), shuffle=st.integers(0, 10**6))
def test_order_has_no_influence(seed, shuffle):
    town = make_town(seed, columns=2)
    rng = np.random.default_rng(shuffle)
    f, c = town.features, town.communities
    i, j, k = (rng.permutation(len(x)) for x in (f.lines, f.buildings, f.compounds))
    m = rng.permutation(len(c.codes))
    features = Features(
        shapely.reverse(f.lines[i]),
        f.line_classes[i],
        f.line_kinds[i],
        f.buildings[j],
        f.compounds[k],
    )
    communities = Communities(tuple(c.codes[x] for x in m), c.polygons[m])
    rules = GridRules(target_area_m2=5_000.0)
    one = make_grids(c, f, rules)
    other = make_grids(communities, features, rules)
    assert fingerprint(one) == fingerprint(other)
    assert [c.codes[x] for x in one.community] == [communities.codes[x] for x in other.community]


def test_workers_have_no_influence():
    town = make_town(11, columns=3, rows=1)
    seen = []
    one = make_grids(town.communities, town.features)
    two = make_grids(town.communities, town.features, workers=2, progress=lambda *a: seen.append(a))
    assert fingerprint(one) == fingerprint(two)
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert seen[-1][0] == seen[-1][1]


def test_a_river_through_is_followed():
    square = shapely.box(500_000, 4_420_000, 500_200, 4_420_200)
    river = shapely.LineString([(499_900, 4_420_090), (500_100, 4_420_110), (500_300, 4_420_095)])
    features = Features(
        np.array([river], object),
        np.array([1], np.int8),
        np.array(["water"]),
    )
    result = make_grids(Communities(("110101001001",), np.array([square], object)), features)
    assert len(result.polygons) == 4
    borders = shapely.union_all(shapely.boundary(result.polygons))
    inside = river.intersection(square)
    assert borders.buffer(0.02).intersection(inside).length == pytest.approx(inside.length, abs=0.1)


def test_no_features_at_all():
    town = make_town(5)
    result = make_grids(town.communities, Features())
    assert_exact(town, result)
    assert result.report.on_feature_share == 0.0 or result.report.grids <= 3


def test_neighbours_share_border_on_both_sides():
    town = make_town(3, columns=2)
    result = make_grids(town.communities, town.features, GridRules(target_area_m2=4_000.0))
    a, b, length = shared_edges(result.polygons)
    assert (length > 0).all()
    for i in range(len(result.polygons)):
        for j in result.neighbours.of(i):
            assert i in result.neighbours.of(j)
            assert shapely.intersection(result.polygons[i], result.polygons[j]).length > 0
    pairs = {(min(x, y), max(x, y)) for x, y in zip(a, b, strict=True)}
    assert result.neighbours.counts.sum() == 2 * len(pairs)


def test_numbers_run_north_to_south_and_west_to_east():
    square = shapely.box(500_000, 4_420_000, 500_300, 4_420_300)
    lines = [shapely.LineString([(500_000, y), (500_300, y)]) for y in (4_420_100, 4_420_200)] + [
        shapely.LineString([(x, 4_420_000), (x, 4_420_300)]) for x in (500_100, 500_200)
    ]
    features = Features(np.array(lines, object), np.full(4, 3, np.int8), np.full(4, "road"))
    result = make_grids(Communities(("110101001001",), np.array([square], object)), features)
    centre = shapely.get_coordinates(shapely.centroid(result.polygons)) - [500_000, 4_420_000]
    assert result.numbers.tolist() == list(range(1, 10))
    assert np.rint(centre).tolist() == [[x, y] for y in (250, 150, 50) for x in (50, 150, 250)]
    assert result.on_feature_share.tolist() == [1.0] * 9
    assert result.given_border_share[4] == pytest.approx(0.0, abs=1e-9)
    assert result.given_border_share[0] == pytest.approx(0.5)


def test_check_tells_faults_apart():
    squares = shapely.box([0, 10, 0, 10], [0, 0, 10, 10], [10, 20, 10, 20], [10, 10, 20, 20])
    whole = np.array([shapely.box(0, 0, 20, 20)], object)
    assert check_coverage(squares, whole).ok
    assert check_coverage(squares[:3], whole).gap_area_m2 == 100.0
    moved = squares.copy()
    moved[3] = shapely.box(9.5, 10, 19.5, 20)
    report = check_coverage(moved, whole)
    assert (report.gap_area_m2, report.overlap_area_m2) == (5.0, 5.0)
    assert report.invalid_edges == 3
    outside = squares.copy()
    outside[3] = shapely.box(10, 10, 21, 20)
    assert check_coverage(outside, whole).outside_area_m2 == 10.0
    halves = np.array([shapely.box(0, 0, 15, 20), shapely.box(15, 0, 20, 20)], object)
    assert check_coverage(squares, halves).in_several_communities == 2
    assert check_coverage(np.zeros(0, object), whole).gap_area_m2 == 400.0
