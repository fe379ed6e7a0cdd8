"""Segments clipped to polygons, against GEOS."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridding.clip import clip_segments

WITH_HOLE = shapely.Polygon(
    [(0, 0), (100, 0), (100, 80), (60, 40), (0, 80)],
    [[(20, 10), (40, 10), (40, 30), (20, 30)]],
)
FAR = shapely.affinity.translate(WITH_HOLE, 386_000.0, 6_672_000.0)


def lines_of(pieces: np.ndarray) -> np.ndarray:
    return shapely.linestrings(pieces.reshape(-1, 2, 2))


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**31), vertices=st.integers(3, 12), far=st.booleans())
def test_pieces_are_what_an_overlay_gives(seed, vertices, far):
    chance = np.random.default_rng(seed)
    origin = np.array([386_000.0, 6_672_000.0]) if far else np.zeros(2)
    angle = np.sort(chance.uniform(0, 2 * np.pi, vertices))
    reach = chance.uniform(10, 100, vertices)
    star = shapely.Polygon(
        origin + np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
    )
    polygons = np.array([p for p in (star, FAR if far else WITH_HOLE) if p.is_valid], object)
    owner = chance.integers(0, len(polygons), 20)
    segments = chance.uniform(-120, 120, (20, 4)) + np.tile(origin, 2)
    pieces, of = clip_segments(segments, owner, polygons)
    expected = shapely.length(shapely.intersection(lines_of(segments), polygons[owner]))
    got = np.bincount(of, shapely.length(lines_of(pieces)), len(segments))
    # Pieces of a millimetre and less are left out.
    assert got == pytest.approx(expected, abs=5e-3)
    middle = shapely.line_interpolate_point(lines_of(pieces), 0.5, normalized=True)
    assert shapely.covers(polygons[owner[of]], middle).all()


def test_a_segment_through_a_hole_comes_in_two_pieces():
    pieces, of = clip_segments(
        np.array([[-10.0, 20.0, 110.0, 20.0]]), np.array([0]), np.array([WITH_HOLE], object)
    )
    assert pieces.tolist() == [[0.0, 20.0, 20.0, 20.0], [40.0, 20.0, 100.0, 20.0]]
    assert of.tolist() == [0, 0]


def test_what_lies_outside_or_touches_a_corner_gives_nothing():
    segments = np.array([[-10.0, -10.0, 110.0, -10.0], [20.0, 160.0, 160.0, 20.0]])
    pieces, of = clip_segments(segments, np.array([0, 0]), np.array([WITH_HOLE], object))
    assert not len(pieces)
    assert not len(of)
    assert clip_segments(np.zeros((0, 4)), np.zeros(0, int), np.array([WITH_HOLE], object))[
        0
    ].shape == (0, 4)


def test_a_segment_inside_is_given_back_as_it_is():
    inside = np.array([[1.0, 1.0, 10.0, 5.0]])
    pieces, _ = clip_segments(inside, np.array([0]), np.array([WITH_HOLE], object))
    assert pieces.tolist() == inside.tolist()
