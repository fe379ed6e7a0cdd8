"""Loads at points: counted by grid, and balanced where the rules ask for it."""

import dataclasses

import numpy as np
import pytest
import shapely
from numpy.random import default_rng

from gridding import (
    Communities,
    Features,
    Former,
    GridRules,
    InputError,
    PointLoad,
    fingerprints,
    former_of,
    make_grids,
)
from gridding.atoms import AtomGraph
from gridding.loads import amounts_in, balanced, load_table
from gridding.partition import kernel_arrays, search
from gridding.trees import LOAD_CAP, extra_price
from tests.gridding.towns import X0, Y0, make_town

RULES = GridRules(target_area_m2=4_000.0)
BALANCED = dataclasses.replace(RULES, balance=(("components", 1500.0),))


def points(xy):
    return shapely.points(np.asarray(xy, float))


def lopsided_town():
    """A square kilometre's quarter of streets and lanes, with all components in its west."""
    side, step = 400.0, 25.0
    at = np.arange(step, side, step)
    across = [shapely.LineString([(X0, Y0 + t), (X0 + side, Y0 + t)]) for t in at]
    up = [shapely.LineString([(X0 + t, Y0), (X0 + t, Y0 + side)]) for t in at]
    lines = np.array(across + up, object)
    rng = default_rng(4)
    x, y = rng.uniform(2, side / 2 - 2, 400), rng.uniform(2, side - 2, 400)
    load = PointLoad("components", points(np.column_stack([X0 + x, Y0 + y])), np.ones(400))
    square = shapely.box(X0, Y0, X0 + side, Y0 + side)
    communities = Communities(("110101001001",), np.array([square], object))
    features = Features(
        lines, np.full(len(lines), 6, np.int8), np.full(len(lines), "road"), loads=(load,)
    )
    return communities, features


def wkb(result):
    return shapely.to_wkb(result.polygons).tolist()


@pytest.fixture(scope="module")
def lopsided():
    communities, features = lopsided_town()
    return (
        communities,
        features,
        make_grids(communities, features, RULES),
        make_grids(communities, features, BALANCED),
    )


def test_the_term_evens_out_the_load(lopsided):
    _, _, plain, even = lopsided
    (before,), (after,) = plain.report.loads, even.report.loads
    assert before.name == "components" and before.total == after.total == 400
    # Half of the ground has nothing: without the term about 1.
    assert before.cv > 0.9
    assert after.cv < 0.85 * before.cv
    assert even.report.coverage.ok


def test_loads_that_are_not_balanced_change_nothing(lopsided):
    communities, features, plain, _ = lopsided
    bare = make_grids(communities, dataclasses.replace(features, loads=()), RULES)
    assert wkb(bare) == wkb(plain)
    assert bare.report.loads == ()
    assert plain.report.area_cv == bare.report.area_cv


def test_the_order_of_points_and_processes_does_not_matter(lopsided):
    communities, features, _, even = lopsided
    (load,) = features.loads
    turned = PointLoad(load.name, load.points[::-1], load.amounts[::-1])
    other = PointLoad("cases", points([[X0 + 5, Y0 + 5]]), np.array([3.0]))
    changed = dataclasses.replace(features, loads=(turned, other))
    result = make_grids(communities, changed, BALANCED)
    assert wkb(result) == wkb(even)
    assert [f.name for f in result.report.loads] == ["cases", "components"]


@pytest.mark.parametrize("seed", [1, 4])
def test_towns_with_loads_stay_exact_on_any_number_of_processes(seed):
    town = make_town(seed)
    x0, y0, x1, y1 = shapely.total_bounds(town.communities.polygons)
    rng = default_rng(seed)
    # Some outside of all communities.
    xy = np.column_stack([rng.uniform(x0 - 50, x1 + 50, 300), rng.uniform(y0 - 50, y1 + 50, 300)])
    load = PointLoad("components", points(xy), rng.uniform(0, 5, 300))
    features = dataclasses.replace(town.features, loads=(load,))
    one = make_grids(town.communities, features, BALANCED)
    assert one.report.coverage.ok
    (figures,) = one.report.loads
    assert figures.outside > 0
    assert figures.total + figures.outside == pytest.approx(load.amounts.sum())
    assert wkb(one) == wkb(make_grids(town.communities, features, BALANCED, workers=2))


def test_rules_without_balance_keep_their_fingerprints(lopsided):
    _, features, plain, _ = lopsided
    assert "balance" not in RULES.settled()
    known = fingerprints(plain.polygons, features, RULES)
    # Loads are no ground: other cases next year cut nothing anew.
    assert known == fingerprints(plain.polygons, dataclasses.replace(features, loads=()), RULES)
    assert not set(known) & set(fingerprints(plain.polygons, features, BALANCED))


def test_cutting_anew_with_loads_keeps_what_holds(lopsided):
    communities, features, _, even = lopsided
    former = former_of(even, communities, features, BALANCED)
    assert isinstance(former, Former)
    house = shapely.box(X0 + 30, Y0 + 30, X0 + 45, Y0 + 45)
    changed = dataclasses.replace(features, buildings=np.array([house], object))
    again = make_grids(communities, changed, BALANCED, former=former)
    assert again.report.coverage.ok
    assert (again.former >= 0).sum() > 0
    assert again.report.loads[0].total == 400


def test_a_point_on_an_edge_counts_once():
    squares = shapely.box(np.array([0.0, 10.0]), 0.0, np.array([10.0, 20.0]), 10.0)
    load = PointLoad("a", points([[10, 5], [15, 5], [50, 5]]), np.array([2.0, 3.0, 7.0]))
    assert amounts_in(squares, load_table((load,))).tolist() == [[2.0], [3.0]]


def test_loads_are_scaled_to_what_a_grid_is_due():
    atom = np.array([0, 0, 1])
    amounts = np.array([[1.0, 0.0], [2.0, 0.0], [5.0, 0.0]])
    extra, prices = balanced(atom, amounts, 4.0, (("a", 9.0), ("nothing", 8.0)))
    assert extra.tolist() == [[1.5], [2.5]]
    assert prices == (9.0,)


def test_the_price_of_a_load_is_capped():
    rows, weights = np.array([[1.0], [1.5], [3.0], [90.0]]), np.array([0.0, 0, 0, 0, 10.0])
    price = [extra_price(rows, i, 0.0, rows, i, 1.0, weights) for i in range(4)]
    assert price == [0.0, 2.5, 10 * LOAD_CAP, 10 * LOAD_CAP]
    assert extra_price(rows, 2, -1.0, rows, 0, 2.0, weights) == 0.0
    none = np.zeros((2, 0))
    assert extra_price(none, 0, 1.0, none, 1, 1.0, weights) == 0.0


def test_the_search_keeps_sums_of_loads_true():
    """A strip of atoms, the load at one end: the search must not lose or double any."""
    n = 40
    here = np.concatenate([np.arange(n - 1), np.arange(1, n)])
    there = np.concatenate([np.arange(1, n), np.arange(n - 1)])
    order = np.lexsort((there, here))
    extra = np.where(np.arange(n) < 10, 0.8, 0.0)[:, None]
    graph = AtomGraph(
        of_face=np.arange(n),
        area=np.full(n, 0.2),
        load=np.full(n, 0.2),
        outer=np.full(n, 20.0),
        indptr=np.concatenate([[0], np.cumsum(np.bincount(here))]),
        neighbour=there[order],
        length=np.full(2 * n - 2, 50.0),
        cost=np.zeros(2 * n - 2),
        x=np.arange(n, dtype=float),
        y=np.zeros(n),
        extra=extra,
    )
    weights = np.array([120.0, 290.0, 0.0, 0.0])
    spread = []
    for price in (1e-9, 3000.0):
        label = search(kernel_arrays(graph), 8, 8, np.append(weights, price), np.uint64(7))
        _, group = np.unique(label, return_inverse=True)
        spread.append(np.bincount(group, extra[:, 0]).std())
    assert spread[1] < spread[0]


def _refused(features, rules=RULES):
    communities, _ = lopsided_town()
    with pytest.raises(InputError) as caught:
        make_grids(communities, features, rules)
    return caught.value


@pytest.mark.parametrize(
    ("load", "code"),
    [
        (PointLoad("a", points([[X0, Y0]]), np.array([-1.0])), "E-GRID-LOAD"),
        (PointLoad("a", points([[X0, Y0]]), np.array([np.nan])), "E-GRID-LOAD"),
        (PointLoad("a", np.array([None], object), np.array([1.0])), "E-GRID-LOAD"),
        (PointLoad("a", np.array([shapely.Point()]), np.array([1.0])), "E-GRID-LOAD"),
        (PointLoad("a", np.array([shapely.box(0, 0, 1, 1)]), np.array([1.0])), "E-GRID-LOAD"),
        (PointLoad("a", points([[X0, Y0]]), np.ones(2)), "E-GRID-LENGTH"),
        (PointLoad("a", points([[X0, np.nan]]), np.ones(1)), "E-GRID-NAN"),
    ],
)
def test_loads_that_cannot_be_counted(load, code):
    assert _refused(Features(loads=(load,))).code == code


def test_names_of_loads():
    load = PointLoad("a", points([[X0, Y0]]), np.ones(1))
    assert _refused(Features(loads=(load, load))).code == "E-GRID-LOAD"
    missing = _refused(Features(loads=(load,)), BALANCED)
    assert missing.code == "E-GRID-LOAD" and "components" in missing.message
    for balance in ((("a", 1.0), ("a", 2.0)), (("a", 0.0),), (("a", float("nan")),)):
        with pytest.raises(InputError) as caught:
            GridRules(balance=balance)
        assert caught.value.code == "E-GRID-RULES"
