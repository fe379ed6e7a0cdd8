"""Edits of a coverage: exact after each, or refused with a code and nothing changed."""

import numpy as np
import pytest
import shapely
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from numpy.random import default_rng
from shapely import LineString, Polygon

from gridding import Communities, Features, GridRules, fingerprints, make_grids
from gridding.edits import (
    NEW,
    EditError,
    Patch,
    measure,
    merge,
    move,
    pin,
    reassign,
    snap_line,
    snap_points,
    split,
    unpin,
)
from gridding.edits.patch import same_ground
from tests.gridding.sheets import applied, edits, is_exact, sheet


def box(column, row, *more):
    """A square of 100 m; further vertices on its southern side."""
    x, y = 100.0 * column, 100.0 * row
    south = [(x + dx, y) for dx in more]
    return Polygon([(x, y), *south, (x + 100, y), (x + 100, y + 100), (x, y + 100)])


def board(**more):
    """Three squares a row, two rows; the last column is another community."""
    cells = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (0, 1), 5: (1, 1), 6: (2, 1)}
    polygons = {key: box(*cell) for key, cell in cells.items()}
    community = {1: 1, 2: 1, 3: 2, 4: 1, 5: 1, 6: 2}
    return Patch(polygons, community, **more)


def refused(call, *args):
    with pytest.raises(EditError) as caught:
        call(*args)
    return caught.value.code


@settings(derandomize=True, max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_any_sequence_of_edits_leaves_the_coverage_exact(seed):
    rng = default_rng(seed)
    first = sheet(rng)
    assert is_exact(first, first)
    last, done = edits(rng, first, 25)
    assert done > 3
    assert is_exact(last, first)


@settings(derandomize=True, max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_vertices_that_an_edit_does_not_touch_keep_their_bits(seed):
    rng = default_rng(seed)
    patch = sheet(rng)
    key = int(rng.choice(list(patch.polygons)))
    west, south, east, north = patch.polygons[key].bounds
    middle = (south + north) / 2
    try:
        change = split(patch, key, np.array([[west - 100, middle], [east + 100, middle]]))
    except EditError:
        reject()
    before = {tuple(xy) for xy in shapely.get_coordinates(list(patch.polygons.values()))}
    after = applied(patch, change)
    found = [set(map(tuple, shapely.get_coordinates(p))) for p in after.polygons.values()]
    assert before <= set().union(*found)
    for k in change.noded:
        assert set(map(tuple, shapely.get_coordinates(patch.polygons[k]))) < found[k - 1]


def test_merge_keeps_the_key_of_the_largest_and_all_vertices():
    patch = board()
    change = merge(patch, [1, 2, 5])
    assert (set(change.polygons), change.gone) == ({1}, {2, 5})
    assert change.polygons[1].area == 30_000
    assert change.reshaped == {1, 2, 5}
    assert is_exact(applied(patch, change), patch)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ([1, 5], "E-EDIT-APART"),
        ([1, 2, 4, 3], "E-EDIT-BORDER"),
        ([1], "E-EDIT-FEW"),
        ([1, 1], "E-EDIT-FEW"),
    ],
)
def test_merges_that_cannot_be(keys, code):
    assert refused(merge, board(), keys) == code


def test_merge_round_another_grid_leaves_a_hole():
    ring = Polygon([(-100, -100), (200, -100), (200, 0), (200, 200), (-100, 200), (-100, 0)])
    inner = box(0, 0)
    outer = [
        Polygon([(-100, -100), (200, -100), (200, 0), (100, 0), (0, 0), (-100, 0)]),
        Polygon(
            [(-100, 0), (0, 0), (0, 100), (100, 100), (100, 0), (200, 0), (200, 200), (-100, 200)]
        ),
    ]
    patch = Patch({1: inner, 2: outer[0], 3: outer[1]}, {1: 1, 2: 1, 3: 1})
    change = merge(patch, [2, 3])
    whole = change.polygons[3]
    assert len(whole.interiors) == 1
    assert whole.area == ring.area - inner.area
    assert is_exact(applied(patch, change), patch)


def test_split_puts_the_same_vertex_on_both_sides():
    patch = board()
    change = split(patch, 1, np.array([[30.0, -20.0], [40.0, 50.0], [30.0, 150.0]]))
    assert set(change.polygons) == {1, NEW, 4}
    assert change.noded == {4}
    assert change.polygons[1].area > change.polygons[NEW].area
    assert change.parent == 1
    shared = set(map(tuple, shapely.get_coordinates(change.polygons[4]))) - set(
        map(tuple, shapely.get_coordinates(patch.polygons[4]))
    )
    assert shared
    assert shared <= set(map(tuple, shapely.get_coordinates(change.polygons[1])))
    assert shared <= set(map(tuple, shapely.get_coordinates(change.polygons[NEW])))


def test_split_across_the_border_of_a_community_gives_the_vertex_to_both_sides():
    patch = board()
    change = split(patch, 2, np.array([[50.0, 50.0], [250.0, 60.0]]), 60.0)
    assert 3 in change.noded
    after = applied(patch, change)
    assert is_exact(after, patch)
    vertex = (set(map(tuple, shapely.get_coordinates(change.polygons[3])))) - {
        (200.0, 0.0),
        (300.0, 0.0),
        (300.0, 100.0),
        (200.0, 100.0),
    }
    assert len(vertex) == 1
    assert change.polygons[3].area == pytest.approx(10_000, abs=1e-9)


def test_a_vertex_on_the_rim_has_no_other_side():
    patch = board()
    change = split(patch, 3, np.array([[250.0, -10.0], [250.0, 110.0]]))
    assert change.noded == {6}
    assert is_exact(applied(patch, change), patch)


def test_split_through_a_corner_adds_no_vertex_there():
    patch = board()
    change = split(patch, 2, np.array([[100.01, 0.01], [199.99, 99.98]]))
    assert set(change.polygons) == {2, NEW}
    assert {len(p.exterior.coords) for p in change.polygons.values()} == {4}


def test_a_line_along_the_border_does_not_cross():
    assert refused(split, board(), 2, np.array([[90.0, 0.0], [210.0, 0.0]])) == "E-EDIT-NOCROSS"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ([[10, 50], [90, 50]], "E-EDIT-NOCROSS"),
        ([[-50, 50], [90, 50]], "E-EDIT-NOCROSS"),
        ([[-500, 50], [-200, 50]], "E-EDIT-NOCROSS"),
        ([[30, -10], [30, 50], [60, 50], [60, -10], [80, -10], [80, 110]], "E-EDIT-MULTIPART"),
        ([[30, 30], [30, 30]], "E-EDIT-LINE"),
        ([[30, 30]], "E-EDIT-LINE"),
        ([], "E-EDIT-LINE"),
        ([[30, np.nan], [30, 90]], "E-EDIT-LINE"),
        ([[-10, 20], [90, 20], [90, 80], [50, -10]], "E-EDIT-LINE"),
        ([[0.3, -10], [0.3, 50], [-10, 50]], None),
        ([[0.9, -10], [0.9, 0.9], [-10, 0.9]], "E-EDIT-SLIVER"),
    ],
)
def test_lines_that_do_not_split(line, code):
    patch = board()
    if code is None:
        assert is_exact(applied(patch, split(patch, 1, np.array(line, float))), patch)
    else:
        assert refused(split, patch, 1, np.array(line, float)) == code


def test_the_ends_of_a_line_reach_the_border():
    line = np.array([[50.0, 3.0], [50.0, 96.0]])
    assert refused(split, board(), 1, line) == "E-EDIT-NOCROSS"
    change = split(board(), 1, line, 5.0)
    assert change.polygons[NEW].area == change.polygons[1].area == 5_000


def test_a_moved_node_takes_all_neighbours_with_it():
    patch = board()
    change = move(patch, np.array([100.0, 100.0]), np.array([110.0, 90.0]))
    assert set(change.polygons) == {1, 2, 4, 5}
    after = applied(patch, change)
    assert is_exact(after, patch)
    assert all((110.0, 90.0) in p.exterior.coords for k, p in after.polygons.items() if k in (1, 5))


def test_a_point_on_an_edge_becomes_a_node_that_moves():
    patch = board()
    change = move(patch, np.array([100.01, 50.0]), np.array([120.0, 50.0]))
    assert set(change.polygons) == {1, 2}
    assert change.polygons[1].area == 11_000


def test_a_whole_border_moves_at_once():
    patch = board()
    bent = applied(patch, move(patch, np.array([50.0, 100.0]), np.array([50.0, 120.0])))
    sources = np.array([[100.0, 100.0], [50.0, 120.0]])
    change = move(bent, sources, sources + [0.0, -10.0])
    assert is_exact(applied(bent, change), patch)
    assert change.polygons[1].area < bent.polygons[1].area


def test_a_node_moved_on_the_next_one_is_taken_away():
    patch = board()
    bent = applied(patch, move(patch, np.array([50.0, 100.0]), np.array([50.0, 120.0])))
    change = move(bent, np.array([50.0, 120.0]), np.array([100.01, 100.0]))
    assert change.polygons[1].equals(patch.polygons[1])


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ((200, 50), (210, 50), "E-EDIT-GIVEN"),
        ((200, 100), (190, 100), "E-EDIT-GIVEN"),
        ((0, 100), (10, 100), "E-EDIT-GIVEN"),
        ((50, 50), (60, 50), "E-EDIT-NONODE"),
        ((100, 100), (np.nan, 100), "E-EDIT-NONODE"),
        ((100, 100), (350, 100), "E-EDIT-INVALID"),
        ((100, 100), (-50, 250), "E-EDIT-INEXACT"),
    ],
)
def test_moves_that_cannot_be(source, target, code):
    assert refused(move, board(), np.array(source, float), np.array(target, float)) == code


def test_a_sliver_goes_to_the_neighbour_it_touches():
    patch = board()
    change = reassign(patch, 1, 2, np.array([[90.0, -5.0], [80.0, 105.0]]))
    assert set(change.polygons) == {1, 2, 4}
    assert not change.gone
    assert change.polygons[2].area == pytest.approx(11_500)
    assert is_exact(applied(patch, change), patch)


@pytest.mark.parametrize(
    ("giver", "taker", "line", "code"),
    [
        (1, 1, [[90, -5], [80, 105]], "E-EDIT-FEW"),
        (2, 3, [[190, -5], [180, 105]], "E-EDIT-BORDER"),
        (1, 5, [[90, -5], [80, 105]], "E-EDIT-NOTBESIDE"),
        (1, 2, [[90, 15], [80, 85]], "E-EDIT-NOCROSS"),
    ],
)
def test_pieces_that_cannot_be_given(giver, taker, line, code):
    assert refused(reassign, board(), giver, taker, np.array(line, float)) == code


def test_a_pinned_border_is_held_and_takes_vertices():
    lines = pin(board(), 1, 2)
    assert [line.coords[:] for line in lines] == [[(100.0, 0.0), (100.0, 100.0)]]
    patch = board(pinned=lines)
    assert refused(merge, patch, [1, 2]) == "E-EDIT-PINNED"
    node = (np.array([100.0, 100.0]), np.array([105.0, 100.0]))
    assert refused(move, patch, *node) == "E-EDIT-PINNED"
    assert refused(move, patch, np.array([100.0, 50.0]), np.array([105.0, 50.0])) == "E-EDIT-PINNED"
    cut = np.array([[90.0, -5.0], [80.0, 105.0]])
    assert refused(reassign, patch, 1, 2, cut) == "E-EDIT-PINNED"
    change = split(patch, 1, np.array([[-5.0, 40.0], [105.0, 40.0]]))
    assert [line.coords[:] for line in change.pinned] == [
        [(100.0, 0.0), (100.0, 40.0), (100.0, 100.0)]
    ]
    assert refused(pin, applied(patch, change), 2, 1) == "E-EDIT-NOPIN"


def test_a_pin_is_released_as_far_as_two_grids_share_it():
    patch = board(pinned=pin(board(), 1, 2))
    cut = applied(patch, split(patch, 1, np.array([[-5.0, 40.0], [105.0, 40.0]])))
    rest = unpin(cut, 1, 2)
    assert [line.coords[:] for line in rest[0]] == [[(100.0, 0.0), (100.0, 40.0)]]
    assert refused(unpin, board(), 1, 2) == "E-EDIT-NOPIN"
    assert refused(pin, board(), 2, 3) == "E-EDIT-BORDER"
    assert refused(pin, board(), 1, 5) == "E-EDIT-APART"


def test_a_grid_left_alone_does_not_even_get_a_vertex():
    patch = board(alone=frozenset({4}))
    line = np.array([[30.0, -5.0], [30.0, 105.0]])
    assert refused(split, patch, 1, line) == "E-EDIT-ALONE"
    assert refused(merge, patch, [4, 5]) == "E-EDIT-ALONE"
    assert split(patch, 1, np.array([[0.0, 100.0], [100.0, 0.0]])).noded == frozenset()


def test_the_proof_sees_gap_overlap_and_a_vertex_on_one_side():
    ground = np.array([box(0, 0), box(1, 0)], object)
    assert same_ground(ground, ground[::-1])
    bent = Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (101, 50)])
    over = Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (99, 50)])
    one_side = Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 50)])
    for wrong in (bent, over, one_side):
        assert not same_ground(ground, np.array([ground[0], wrong], object))
    twice = np.array([ground[0], ground[1], ground[1]], object)
    assert not same_ground(ground, twice)


def test_points_snap_to_vertices_before_segments():
    road = LineString([(0, 0), (50, 0), (100, 10)])
    points = snap_points(np.array([[52.0, 3.0], [20.0, 4.0], [20.0, 30.0]]), [road], 5.0)
    assert points.tolist() == [[50.0, 0.0], [20.0, 0.0], [20.0, 30.0]]
    assert snap_points(points + 1.0, [road], 0.0).tolist() == (points + 1.0).tolist()
    assert snap_points(points, [], 5.0).tolist() == points.tolist()


def test_a_line_follows_the_feature_between_two_points_on_it():
    road = LineString([(0, 0), (50, 20), (100, 0)])
    line = snap_line(np.array([[-1.0, 1.0], [101.0, -1.0]]), [road], 5.0)
    assert line.tolist() == [[0.0, 0.0], [50.0, 20.0], [100.0, 0.0]]
    crossed = LineString([(-2, -50), (-2, 50)])
    line = snap_line(np.array([[-1.0, 1.0], [101.0, -1.0]]), [crossed, road], 5.0)
    assert line.tolist() == [[0.0, 0.0], [50.0, 20.0], [100.0, 0.0]]
    detour = LineString([(0, 0), (50, 200), (100, 0)])
    line = snap_line(np.array([[-1.0, 1.0], [101.0, -1.0]]), [detour], 5.0)
    assert line.tolist() == [[0.0, 0.0], [100.0, 0.0]]


@pytest.mark.parametrize("keep_compounds", [True, False])
def test_grids_are_measured_anew_as_the_run_measured_them(keep_compounds):
    """A compound of any size counts as it did, or the next cut would take the grid for changed."""
    walls = np.array([shapely.box(20, 20, 70, 60), shapely.box(150, 30, 290, 190)], object)
    roads = [LineString([(x, -9), (x, 209)]) for x in (100, 200)]
    features = Features(
        lines=np.array([*roads, LineString([(-9, 100), (309, 100)])], object),
        line_classes=np.full(3, 4, np.int8),
        line_kinds=np.full(3, "road"),
        compounds=walls,
    )
    whole = np.array([shapely.box(0, 0, 300, 200)], object)
    rules = GridRules(keep_compounds=keep_compounds)
    made = make_grids(Communities(("110101001001",), whole), features, rules)
    every = np.arange(len(made.polygons))
    found = measure(made.polygons, made.community, every, features, rules)
    assert found.fingerprints == fingerprints(made.polygons, features, rules)
    assert found.on_feature_share == pytest.approx(made.on_feature_share, abs=0.02)
    assert found.area_m2 == pytest.approx(made.area_m2)
