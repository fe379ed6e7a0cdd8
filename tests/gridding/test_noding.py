"""Noding: the theorem, checked by other code, on the lines that break noders."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import STRtree

from gridding.noding import node, on_lattice

FEW = settings(max_examples=60, deadline=None, derandomize=True)
PLACE = st.tuples(st.integers(0, 14), st.integers(0, 14))


def crossed(graph) -> int:
    """Pairs of edges that meet anywhere but at ends of both."""
    lines = shapely.linestrings(graph.xy[graph.edges].astype(float))
    i, j = STRtree(lines).query(lines, predicate="intersects")
    i, j = i[i < j], j[i < j]
    return int((~shapely.relate_pattern(lines[i], lines[j], "FF*F*****")).sum())


def assert_noded(graph, segments: np.ndarray, *, reach: float = 0.75) -> None:
    assert crossed(graph) == 0
    assert (graph.edges[:, 0] < graph.edges[:, 1]).all()
    assert len(np.unique(graph.edges, axis=0)) == len(graph.edges)
    drawn = shapely.multilinestrings([graph.xy[e] for e in graph.edges])
    given_lines = shapely.multilinestrings(list(segments.reshape(-1, 2, 2)))
    # Nothing is lost, nothing is added: half the diagonal of a pixel is the most a line moves.
    assert shapely.hausdorff_distance(drawn, given_lines, densify=0.1) <= reach


@FEW
@given(ends=st.lists(st.tuples(PLACE, PLACE), min_size=1, max_size=14))
def test_a_small_lattice_full_of_coincidences(ends):
    segments = np.array([(*a, *b) for a, b in ends if a != b], np.int64).reshape(-1, 4)
    graph = node(segments, np.zeros(len(segments), np.int8))
    if len(segments):
        assert_noded(graph, segments)


@FEW
@given(seed=st.integers(0, 10**6))
def test_bundles_of_nearly_parallel_lines(seed):
    rng = np.random.default_rng(seed)
    start, end = rng.integers(0, 3000, 2), rng.integers(0, 3000, 2)
    shift = rng.integers(-2, 3, (30, 4))
    cut = np.sort(rng.uniform(0, 1, (30, 2)), axis=1)
    a = np.rint(start + cut[:, :1] * (end - start)).astype(np.int64) + shift[:, :2]
    b = np.rint(start + cut[:, 1:] * (end - start)).astype(np.int64) + shift[:, 2:]
    segments = np.column_stack([a, b])
    segments = segments[(a != b).any(axis=1)]
    graph = node(segments, np.zeros(len(segments), np.int8))
    assert_noded(graph, segments)


@FEW
@given(seed=st.integers(0, 10**6))
def test_lines_all_over_and_far_from_the_origin(seed):
    rng = np.random.default_rng(seed)
    segments = rng.integers(0, 4000, (60, 4))
    far = np.array([50_000_000, 442_000_000] * 2)
    zero = np.zeros(60, np.int8)
    here, there = node(segments, zero), node(segments + far, zero)
    assert_noded(here, segments)
    assert (here.xy + far[:2] == there.xy).all()
    assert (here.edges == there.edges).all()


@FEW
@given(seed=st.integers(0, 10**6))
def test_order_and_direction_have_no_influence(seed):
    rng = np.random.default_rng(seed)
    segments = rng.integers(0, 200, (40, 4))
    tag = rng.integers(0, 100, 40).astype(np.int8)
    turn = rng.random(40) < 0.5
    other = np.where(turn[:, None], segments[:, [2, 3, 0, 1]], segments)
    order = rng.permutation(40)
    one, two = node(segments, tag), node(other[order], tag[order])
    assert (one.xy == two.xy).all()
    assert (one.edges == two.edges).all()
    assert (one.tag == two.tag).all()


def test_lines_a_millimetre_apart_become_one_with_the_lowest_tag():
    lines = shapely.linestrings([[(0.0, 0.0), (10.0, 3.0)], [(0.001, 0.0), (10.001, 3.0)]])
    segments, of = on_lattice(lines)
    graph = node(segments, np.array([9, 4], np.int8)[of])
    assert len(graph.edges) == 1
    assert graph.tag.tolist() == [4]
    assert graph.places.tolist() == [[0.0, 0.0], [10.0, 3.0]]


def test_a_crossing_of_long_lines_is_rounded_exactly():
    # Products of these do not fit in 64 bits; Python's numbers say where they cross.
    a, b, c, d = (0, 1), (900_000_001, 700_000_003), (3, 650_000_011), (899_999_999, 17)
    graph = node(np.array([[*a, *b], [*c, *d]]), np.zeros(2, np.int8))
    dx, dy, ex, ey = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    part = (c[0] - a[0]) * ey - (c[1] - a[1]) * ex
    whole = dx * ey - dy * ex
    cross = [(2 * dx * part + whole) // (2 * whole) + a[0]]
    cross += [(2 * dy * part + whole) // (2 * whole) + a[1]]
    assert cross in graph.xy.tolist()
    assert len(graph.xy) == 5
    assert len(graph.edges) == 4
