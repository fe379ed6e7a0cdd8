"""Thinned borders are the same on both sides: no gap, no overlap, nothing lost."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridding.thinning import rings_of, thinned


def polygons_of(rings):
    """Rings put together again."""
    found = {}
    for n, polygon in enumerate(rings.polygon):
        found.setdefault(int(polygon), []).append(rings.xy[rings.start[n] : rings.start[n + 1]])
    return np.array([shapely.Polygon(parts[0], parts[1:]) for parts in found.values()])


def coverage(seed, side=6, waves=5):
    """A square cut into cells with wavy borders, one of which holds an island."""
    dice = np.random.default_rng(seed)
    nodes = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="ij"), -1)
    nodes = nodes * 10_000 + dice.integers(-1_500, 1_500, nodes.shape)
    sides = {}

    def border(a, b):
        if (b, a) in sides:
            return sides[b, a][::-1]
        if (a, b) not in sides:
            share = np.linspace(0, 1, waves + 2)[:, None]
            line = nodes[a] * (1 - share) + nodes[b] * share
            line[1:-1] += dice.integers(-300, 300, (waves, 2))
            sides[a, b] = np.rint(line)
        return sides[a, b]

    cells = []
    for i in range(side):
        for j in range(side):
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            ring = [border(corners[k], corners[(k + 1) % 4])[:-1] for k in range(4)]
            cells.append(np.vstack(ring))
    middle = cells[0].mean(axis=0)
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    island = np.rint(middle + 2_000 * np.column_stack([np.cos(turns), np.sin(turns)]))
    return np.array(
        [shapely.Polygon(cells[0], [island]), *map(shapely.Polygon, cells[1:]),
         shapely.Polygon(island)]
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([50, 200, 600]))
def test_neighbours_neither_gape_nor_overlap(seed, tolerance):
    polygons = coverage(seed)
    assert shapely.coverage_is_valid(polygons)
    before = rings_of(polygons, 1)
    after = thinned(before, tolerance)
    found = polygons_of(after)
    assert len(found) == len(polygons)
    assert shapely.coverage_is_valid(found)
    # Nothing is lost inside: the sum of areas is that of what they cover.
    assert shapely.area(found).sum() == pytest.approx(shapely.union_all(found).area)
    assert shapely.hausdorff_distance(polygons, found).max() < 4 * tolerance


def test_junctions_stay_and_borders_get_fewer_vertices():
    polygons = coverage(1)
    before = rings_of(polygons, 1)
    far = thinned(before, 100_000)
    assert len(far.xy) < len(before.xy) / 3
    # The largest of tolerances leaves where three cells meet, and four vertices of an island.
    kept = {tuple(one) for one in far.xy}
    assert {tuple(one) for one in before.xy[before.fixed]} == kept
    assert shapely.get_num_coordinates(polygons_of(far)[-1]) == 5


def test_nothing_to_thin():
    empty = rings_of(np.array([], object), 1)
    assert len(thinned(empty, 10).xy) == 0


def test_outer_rings_run_clockwise_and_holes_the_other_way():
    rings = rings_of(coverage(2), 1)
    first = [shapely.LinearRing(rings.xy[rings.start[n] : rings.start[n + 1]]) for n in (0, 1)]
    assert [shapely.is_ccw(ring) for ring in first] == [False, True]
