"""Hot spots, clusters and chance against published code and against what was put in."""

import numpy as np
import pytest
import shapely
from scipy import stats

from spatial.evaluation.analysis.chance import adjusted, gamma_prior, upper_tail, wilson
from spatial.evaluation.analysis.clusters import space_time_clusters
from spatial.evaluation.analysis.hotspots import gi_star
from spatial.evaluation.analysis.neighbours import queen, rings, within_distance

VALUES = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4, 3]
BY_ESDA = [
    -0.838234, -0.615685, -1.72837, -0.801133, -1.054274, -0.059343, 0.745814, 0.085802, 1.07582,
    0.311552, 0.126104, 0.745814, 1.240823, 1.900835, 1.424236, -0.430238, 0.250805, 1.07582,
    1.735832, 1.238789, -1.270313, -1.172027, -0.615685, -0.059343, 0.025925,
]  # fmt: skip
"""esda 2.9.0, ``G_Local(VALUES, lat2W(5, 5, rook=False), transform="B", star=True)``."""


def lattice(side):
    return [shapely.box(c, r, c + 1, r + 1) for r in range(side) for c in range(side)]


def centres(side):
    return np.array([(c, r) for r in range(side) for c in range(side)], float) * 100


def test_gi_star_gives_the_numbers_of_esda():
    assert gi_star(VALUES, queen(lattice(5))).z == pytest.approx(BY_ESDA, abs=1e-6)


def test_gi_star_is_that_of_esda_where_it_is_installed():
    esda = pytest.importorskip("esda")
    weights = pytest.importorskip("libpysal.weights")
    values = np.random.default_rng(3).poisson(2, 400).astype(float)
    theirs = esda.G_Local(
        values, weights.lat2W(20, 20, rook=False), transform="B", star=True, permutations=0
    )
    assert gi_star(values, queen(lattice(20))).z == pytest.approx(theirs.Zs, abs=1e-9)


def test_a_hot_place_is_found_and_chance_is_not():
    chance = np.random.default_rng(1)
    neighbours = queen(lattice(30))
    assert np.mean([gi_star(chance.poisson(3, 900), neighbours).signs().any()
                    for _n in range(40)]) < 0.25  # fmt: skip
    values = chance.poisson(3, 900)
    hot = np.flatnonzero(np.hypot(*(centres(30) - centres(30)[465]).T) < 250)
    values[hot] += 8
    found = np.flatnonzero(gi_star(values, neighbours).signs() == 1)
    assert set(hot) & set(found) and len(set(found) - set(hot)) <= len(hot)
    assert 465 in found


@pytest.mark.parametrize("values", [[], [1.0] * 5, [2.0] * 50])
def test_where_nothing_differs_nothing_is_hot(values):
    neighbours = within_distance(np.random.default_rng(1).random((len(values), 2)), 0.1)
    if not values:
        return
    found = gi_star(values, neighbours)
    assert not found.signs().any()
    assert (found.p == 1).all()


def test_areas_that_all_touch_differ_from_none():
    neighbours = within_distance(np.zeros((20, 2)), 1.0)
    assert (gi_star(np.arange(20), neighbours).z == 0).all()


def test_false_discoveries_are_adjusted_as_scipy_does():
    p = np.random.default_rng(2).random(300) ** 2
    assert adjusted(p) == pytest.approx(stats.false_discovery_control(p))
    assert len(adjusted([])) == 0


def test_bounds_of_a_share():
    low, high = wilson([0, 8, 0], [10, 10, 0])
    # Newcombe 1998, table of Wilson's interval for 8 of 10.
    assert (low[1], high[1]) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert (low[0], low[2], high[2]) == (0, 0, 1)


def test_rates_of_few_cases_are_drawn_to_their_group():
    chance = np.random.default_rng(5)
    rates = chance.gamma(2.0, 0.5, 4000)
    counts = chance.poisson(rates * 3)
    prior = gamma_prior(counts.astype(float), 3.0, np.zeros(4000, int))
    assert prior.shape[0] == pytest.approx(2.0, rel=0.2)
    shrunk = (prior.shape + counts) / (prior.per_exposure + 3)
    assert np.abs(shrunk - rates).mean() < 0.85 * np.abs(counts / 3 - rates).mean()
    same = gamma_prior(np.full(50, 4.0), 2.0, np.zeros(50, int))
    assert same.mean == pytest.approx(np.full(50, 2.0))


def test_the_tail_is_that_of_counted_draws():
    chance = np.random.default_rng(7)
    drawn = chance.poisson(chance.gamma(3.0, 2.0 / 3.0, 200_000))
    assert upper_tail(6, 3.0, 2.0) == pytest.approx(np.mean(drawn >= 6), abs=0.003)


def test_nearest_areas_of_a_point_hold_it():
    (small, all_) = rings(centres(4), (3, 99))
    assert (small.sum(axis=1) == 3).all()
    assert small.diagonal().all()
    assert all_.sum() == 256


def scattered(seed=4, cases=3_000, side=20, days=28):
    chance = np.random.default_rng(seed)
    # Places and days that differ, but not together.
    place, day = chance.random(side * side), chance.random(days)
    area = chance.choice(side * side, cases, p=place / place.sum())
    return area, chance.choice(days, cases, p=day / day.sum())


def test_a_cluster_that_was_put_in_is_found_with_its_days():
    area, day = scattered()
    near = np.flatnonzero(np.hypot(*(centres(20) - centres(20)[210]).T) < 150)
    chance = np.random.default_rng(6)
    area = np.append(area, chance.choice(near, 40))
    day = np.append(day, chance.integers(12, 15, 40))
    found = space_time_clusters(area, day, centres(20), seed=1, permutations=99)
    first = found[0]
    assert first.p == 0.01
    assert len(set(near) & set(first.areas)) >= 6
    assert 11 <= first.first_day <= 12 and 14 <= first.last_day <= 15
    assert first.cases > 2 * first.expected
    assert found == space_time_clusters(area, day, centres(20), seed=1, permutations=99)


def test_busy_places_and_busy_days_alone_are_no_cluster():
    found = [
        space_time_clusters(*scattered(seed, 800, 10), centres(10), seed=1, permutations=99)
        for seed in range(8)
    ]
    assert sum(map(bool, found)) <= 2
    assert space_time_clusters(np.array([1]), np.array([0]), centres(2), seed=1) == []
