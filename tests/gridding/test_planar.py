"""Faces of noded linework against those of GEOS."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridding.noding import STEP_M, node, on_lattice
from gridding.planar import faces_of, inner_points, kept, measures, polygons_of

FEW = settings(max_examples=60, deadline=None, derandomize=True)
PLACE = st.tuples(st.integers(0, 9), st.integers(0, 9))


def graph_of(segments: np.ndarray):
    segments = segments[(segments[:, :2] != segments[:, 2:]).any(axis=1)]
    return node(segments, np.zeros(len(segments), np.int8))


def assert_like_geos(segments: np.ndarray) -> None:
    graph = graph_of(segments)
    planar = faces_of(graph)
    mine = polygons_of(planar)
    lines = shapely.linestrings(graph.places[graph.edges])
    theirs = shapely.get_parts(shapely.polygonize(lines))
    assert shapely.is_valid(mine).all()
    assert sorted(shapely.to_wkt(shapely.normalize(mine), 2)) == sorted(
        shapely.to_wkt(shapely.normalize(theirs), 2)
    )
    area, centre = measures(planar)
    assert area == pytest.approx(shapely.area(mine), rel=1e-9, abs=1e-9)
    assert centre == pytest.approx(shapely.get_coordinates(shapely.centroid(mine)), abs=1e-6)
    assert shapely.contains_xy(mine, *inner_points(planar).T).all()
    if len(mine):
        assert_sides(planar, mine)


def assert_sides(planar, polygons: np.ndarray) -> None:
    """A little beside the middle of each edge lies the face it says."""
    ends = planar.graph.places[planar.graph.edges]
    step = ends[:, 1] - ends[:, 0]
    left = np.column_stack([-step[:, 1], step[:, 0]]) * 1e-6
    for face, sign in ((planar.face[::2], 1.0), (planar.face[1::2], -1.0)):
        at = ends.mean(axis=1) + sign * left
        holds = shapely.contains_xy(polygons[:, None], at[:, 0], at[:, 1])
        assert (holds.sum(axis=0) == (face >= 0)).all()
        assert (holds.argmax(axis=0)[face >= 0] == face[face >= 0]).all()


@FEW
@given(ends=st.lists(st.tuples(PLACE, PLACE), min_size=3, max_size=20))
def test_a_small_lattice(ends):
    assert_like_geos(np.array([(*a, *b) for a, b in ends], np.int64))


@FEW
@given(seed=st.integers(0, 10**6))
def test_squares_in_squares_and_squares_that_touch(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 30, (2, 14))
    size = rng.choice([2, 4, 30], 14, p=[0.6, 0.3, 0.1])
    lines = shapely.boundary(shapely.box(x, y, x + size, y + size)).astype(object)
    segments, _ = on_lattice(shapely.transform(lines, lambda xy: xy * STEP_M))
    assert_like_geos(segments)


def test_some_of_the_faces():
    lines = shapely.boundary(shapely.box([0, 1], [0, 1], [3, 2], [3, 2]))
    segments, _ = on_lattice(lines)
    planar = faces_of(graph_of(segments))
    area, _ = measures(planar)
    assert area.tolist() == pytest.approx([8.0, 1.0])
    one = kept(planar, area < 2)
    assert measures(one)[0].tolist() == pytest.approx([1.0])
    assert shapely.equals(polygons_of(one), shapely.box(1, 1, 2, 2)).tolist() == [True]


def test_nothing():
    planar = faces_of(graph_of(np.array([[0, 0, 5, 5]])))
    assert len(planar) == 0
    assert len(polygons_of(planar)) == 0
