"""Borders: each once, as long as the perimeters, and of the kind that lies under them."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, box

from gridding import BORDER_KINDS, Communities, CutError, Features, GridRules, Prices, make_grids
from gridding.borders import explain_borders
from gridding.kinds import GIVEN, ON_FEATURE
from tests.gridding.towns import X0, Y0, make_town


def shapes(*geometry):
    return np.array(geometry, object) if geometry else np.zeros(0, object)


def place(x0, y0, x1, y1):
    return box(X0 + x0, Y0 + y0, X0 + x1, Y0 + y1)


def line(*points):
    return LineString([(X0 + x, Y0 + y) for x, y in points])


def field(lines=(), words=(), classes=(), buildings=(), compounds=(), prices=None):
    """One community 100 m high, which becomes grids of 10,000 m²."""
    return make_grids(
        Communities(("110101001001",), shapes(place(0, 0, 200, 100))),
        Features(
            shapes(*lines),
            np.array(classes or [4] * len(lines), np.int8),
            np.array(words or ["road"] * len(lines), "U8"),
            shapes(*buildings),
            shapes(*compounds),
        ),
        GridRules(prices=prices or Prices()),
    )


def lengths(result):
    """Length by name of kind."""
    b = result.borders
    return {
        BORDER_KINDS[k]: pytest.approx(b.length_m[b.kind == k].sum(), abs=0.05)
        for k in np.unique(b.kind)
    }


def by_grid(result):
    b = result.borders
    inner = b.right >= 0
    return np.bincount(
        np.concatenate([b.left, b.right[inner]]),
        np.concatenate([b.length_m, b.length_m[inner]]),
        len(result.polygons),
    )


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10**6), target=st.sampled_from([2_000.0, 10_000.0]))
def test_borders_of_towns_add_up(seed, target):
    town = make_town(seed)
    result = make_grids(town.communities, town.features, GridRules(target_area_m2=target))
    b = result.borders
    assert by_grid(result) == pytest.approx(result.perimeter_m, abs=1e-6)
    assert b.length_m == pytest.approx(shapely.length(b.lines), abs=1e-9)
    assert (b.length_m > 0).all()
    assert shapely.is_simple(b.lines).all()
    # Each once: no two have a piece of positive length in common.
    whole = shapely.length(shapely.union_all(b.lines))
    assert whole == pytest.approx(b.length_m.sum(), abs=1e-6)
    # Beside the grids they name, with the left one on the left.
    inner = b.right >= 0
    assert (b.left[inner] < b.right[inner]).all()
    a, c = (shapely.get_coordinates(shapely.get_point(b.lines, i)) for i in (0, 1))
    normal = np.column_stack([-(c - a)[:, 1], (c - a)[:, 0]])
    beside = shapely.points((a + c) / 2 + 1e-4 * normal)
    assert shapely.intersects(result.polygons[b.left], beside).all()
    # Given where the communities change, chosen elsewhere.
    across = np.where(inner, result.community[b.right], -1)
    assert ((b.kind == GIVEN) == (result.community[b.left] != across)).all()
    # The figure of the report is told from the mesh, this from the finished lines.
    chosen = b.kind != GIVEN
    on = (b.length_m * ON_FEATURE[b.kind])[chosen].sum()
    total = b.length_m[chosen].sum()
    assert result.report.on_feature_share == pytest.approx(on / total if total else 1.0)


@pytest.mark.parametrize(
    ("word", "number", "name"),
    [
        ("road", 1, "road-1"),
        ("road", 4, "road-4"),
        ("rail", 2, "rail-2"),
        ("water", 1, "water-1"),
        ("wall", 5, "wall-5"),
        ("tramway", 3, "line-3"),
    ],
)
def test_a_line_keeps_its_word_and_class(word, number, name):
    result = field([line((100, -10), (100, 110))], [word], [number])
    assert len(result.polygons) == 2
    assert lengths(result) == {name: 100.0, "community": 600.0}
    assert len(result.borders.lines) == 3
    assert sorted(result.borders.right.tolist()) == [-1, -1, 1]


def test_a_border_is_cut_where_the_word_or_the_class_changes():
    words = ["road", "water", "water"]
    result = field(
        [line((100, -10), (100, 30)), line((100, 30), (100, 60)), line((100, 60), (100, 110))],
        words,
        [4, 4, 2],
    )
    assert len(result.polygons) == 2
    assert lengths(result) == {"road-4": 30.0, "water-4": 30.0, "water-2": 40.0, "community": 600.0}


def test_of_coincident_lines_the_same_one_counts_in_any_order():
    same = line((100, -10), (100, 110))
    one = field([same, same], ["wall", "rail"], [4, 4])
    other = field([same, same], ["rail", "wall"], [4, 4])
    assert lengths(one) == lengths(other) == {"rail-4": 100.0, "community": 600.0}


def test_open_ground_is_cut_freely():
    result = field()
    inner_m = (result.perimeter_m.sum() - 600) / 2
    assert inner_m >= 100
    assert lengths(result) == {"free-cut": inner_m, "community": 600.0}


def test_a_gap_is_no_party_wall():
    left, right = place(5, 5, 95, 95), place(105, 5, 195, 95)
    apart = lengths(field(buildings=[left, right]))
    assert apart["gap"].expected > 80 and "party-wall" not in apart
    touching = lengths(field(buildings=[place(5, 5, 100, 95), place(100, 5, 195, 95)]))
    assert touching["party-wall"] == 90.0


def test_the_edge_of_a_compound_has_its_name():
    result = field(compounds=[place(0, 0, 130, 100)], prices=Prices(compound=-1.0))
    assert lengths(result) == {"compound-edge": 100.0, "community": 600.0}


def test_a_wall_on_open_ground_is_a_facade():
    result = field(buildings=[place(0, 0, 130, 100)], prices=Prices(facade=-1.0))
    assert lengths(result) == {"facade": 100.0, "community": 600.0}


def test_between_communities_both_sides_are_named():
    result = make_grids(
        Communities(
            ("110101001001", "110101001002"),
            shapes(place(0, 0, 100, 100), place(100, 0, 200, 100)),
        ),
        Features(),
    )
    b = result.borders
    assert lengths(result) == {"community": 700.0}
    shared = np.flatnonzero(b.right >= 0)
    assert b.length_m[shared] == pytest.approx([100.0])
    assert (b.left[shared[0]], b.right[shared[0]]) == (0, 1)


def test_an_island_has_one_closed_border():
    hole = place(40, 40, 60, 60)
    outer = shapely.difference(place(0, 0, 100, 100), hole)
    kinds = np.array([BORDER_KINDS.index("road-6")])
    ring = shapely.get_exterior_ring(shapes(hole))
    one = np.zeros(2, np.int64)
    b = explain_borders(shapes(outer, hole), one, one, ring, kinds)
    assert b.right.tolist() == [-1, 1]
    assert b.length_m.tolist() == [400.0, 80.0]
    assert shapely.is_closed(b.lines).all()


def test_a_border_that_was_never_drawn_is_refused():
    pair = shapes(place(0, 0, 100, 100), place(100, 0, 200, 100))
    with pytest.raises(CutError, match="E-GRID-INEXACT") as error:
        one = np.zeros(2, np.int64)
        explain_borders(pair, one, one, shapes(), np.zeros(0, np.int64))
    assert f"{X0 + 100:.1f}" in str(error.value)


def test_a_border_of_a_former_edition_says_so():
    pair = shapes(place(0, 0, 100, 100), place(100, 0, 200, 100))
    b = explain_borders(pair, np.zeros(2, np.int64), np.arange(2), shapes(), np.zeros(0, np.int64))
    assert [BORDER_KINDS[k] for k in b.kind[b.right >= 0]] == ["former"]
