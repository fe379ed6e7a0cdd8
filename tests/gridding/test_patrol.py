"""Patrol areas: connected, covering, balanced, within their street, the same in any order."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from gridding import InputError, falls_apart, make_patrol_areas
from gridding.adjacency import shared_edges
from gridding.patches import mended
from tests.gridding.test_grouping import checkerboard


def connected(units, made):
    """Whether every area hangs together by common border."""
    a, b, _ = shared_edges(units)
    return not any(
        falls_apart(np.flatnonzero(made.area == k), a, b) for k in range(len(made.units))
    )


@settings(derandomize=True, max_examples=15, deadline=None)
@given(st.integers(0, 99), st.integers(2, 9), st.integers(2, 9), st.integers(1, 20))
def test_areas_cover_hang_together_and_stay_in_their_street(seed, columns, rows, per_area):
    units = checkerboard(columns, rows, seed)
    rng = default_rng(seed)
    street = np.array([f"s{k // rows * 2 // columns}" for k in range(len(units))], object)
    # Streets are no straight cuts: some grids lie across.
    street[rng.random(len(units)) < 0.1] = "s0"
    loads = rng.poisson(60, len(units)), rng.poisson(3, len(units))
    made = make_patrol_areas(units, *loads, street, per_area)
    assert made.units.sum() == len(units)
    assert (made.units > 0).all()
    assert (made.area >= 0).all()
    assert connected(units, made)
    assert [made.label[k] for k in made.area] == street.tolist()
    assert made.loads[:, 1].sum() == loads[0].sum()
    turn = rng.permutation(len(units))
    again = make_patrol_areas(units[turn], *(v[turn] for v in loads), street[turn], per_area)
    assert again.area.tolist() == made.area[turn].tolist()


def test_areas_are_even_where_components_are_not():
    units = checkerboard(20, 15)
    x, _y = shapely.get_coordinates(shapely.centroid(units)).T
    components = np.where(x < x.mean(), 200.0, 20.0)
    made = make_patrol_areas(units, components, np.zeros(len(units)))
    assert len(made.units) == 25
    assert made.variation < 0.08
    assert made.most_by_mean < 1.2
    dense, thin = (made.units[np.unique(made.area[side])] for side in
                   (x < x.mean() - 300, x > x.mean() + 300))  # fmt: skip
    assert dense.mean() < thin.mean()
    assert not made.island.any()


def test_islands_are_named():
    units = np.concatenate([checkerboard(6, 6), checkerboard(2, 1, x0=510_000.0)])
    made = make_patrol_areas(units, np.ones(38), np.ones(38))
    assert made.island.tolist().count(True) == 1
    assert made.units[made.island].tolist() == [2]
    assert made.most_by_mean < 1.2


def test_loads_that_are_nothing_everywhere_do_not_count():
    units = checkerboard(4, 4)
    nothing = np.zeros(16)
    made = make_patrol_areas(units, nothing, nothing, grids_per_area=4)
    assert made.burden.sum() == pytest.approx(16)


@pytest.mark.parametrize(("components", "size", "code"), [
    ([1, -1], 12, "E-PATROL-LOAD"), ([1, np.nan], 12, "E-PATROL-LOAD"),
    ([1], 12, "E-PATROL-LOAD"), ([1, 1], 0, "E-PATROL-SIZE"), ([1, 1], np.nan, "E-PATROL-SIZE"),
])  # fmt: skip
def test_what_cannot_be_balanced_is_refused(components, size, code):
    with pytest.raises(InputError) as caught:
        make_patrol_areas(checkerboard(2, 1), np.array(components), np.ones(2), None, size)
    assert caught.value.code == code


def test_no_grid_is_refused():
    with pytest.raises(InputError) as caught:
        make_patrol_areas(np.zeros(0, object), np.zeros(0), np.zeros(0))
    assert caught.value.code == "E-PATROL-LOAD"


def test_whether_units_fall_apart():
    a, b = np.array([1, 2, 3]), np.array([2, 3, 4])
    assert not falls_apart(np.array([1, 2, 3]), a, b)
    assert falls_apart(np.array([1, 3, 4]), a, b)
    assert not falls_apart(np.array([9]), a, b)


def board_pairs(columns, rows):
    """Neighbours of a board of units, row by row in columns."""
    number = np.arange(columns * rows).reshape(columns, rows)
    a = np.concatenate([number[:-1].ravel(), number[:, :-1].ravel()])
    return a, np.concatenate([number[1:].ravel(), number[:, 1:].ravel()])


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.integers(0, 999), st.integers(1, 7), st.integers(1, 7), st.integers(0, 6))
def test_mended_areas_hang_together_and_hold_every_unit(seed, columns, rows, count):
    rng = default_rng(seed)
    units = columns * rows
    a, b = board_pairs(columns, rows)
    label = [f"s{k}" for k in rng.integers(0, 2, units)]
    given_ = rng.integers(-1, count, units) if count else np.full(units, -1)
    # Whatever comes in, no area of what goes out crosses a label.
    area = mended(given_, label, rng.random(units), a, b)
    assert (area >= 0).all()
    for number in np.unique(area):
        own = np.flatnonzero(area == number)
        assert not falls_apart(own, a, b)
        assert len({label[k] for k in own}) == 1


def test_mending_leaves_alone_what_is_whole():
    a, b = board_pairs(4, 1)
    area = np.array([0, 0, 1, 1])
    assert mended(area, ["s"] * 4, np.ones(4), a, b).tolist() == [0, 0, 1, 1]
    assert mended(np.array([0, 0, -1, 1]), ["s"] * 4, np.ones(4), a, b).tolist() == [0, 0, 1, 1]
    assert mended(np.array([-1, 0, 1, 0]), ["s"] * 4, np.ones(4), a, b).tolist() == [0, 0, 1, 1]
    assert mended(np.array([0, 0, 0, 0]), list("sstt"), np.ones(4), a, b).tolist() == [0, 0, 1, 1]
