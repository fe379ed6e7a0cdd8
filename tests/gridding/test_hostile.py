"""Towns that look like none: whatever is let in comes out exact, or is refused with a place."""

import re

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gridding import Communities, CutError, Features, GridRules, make_grids
from tests.gridding.nuisances import hostile_town
from tests.gridding.test_exact import assert_exact, cut_units, fingerprint
from tests.gridding.towns import Town

HOSTILE = settings(
    max_examples=24,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
X, Y = 500_000.0, 4_420_000.0


def town_of(*shapes: shapely.Polygon, lines: list[shapely.LineString] = ()) -> Town:
    none = np.zeros(0, object)
    roads = np.array([*lines, None], object)[:-1]
    return Town(
        Communities(tuple(f"110101001{k + 1:03d}" for k in range(len(shapes))), np.array(shapes)),
        Features(
            roads, np.full(len(roads), 4, np.int8), np.full(len(roads), "road"), none, none.copy()
        ),
    )


def roads_across(width_m: float, height_m: float) -> list[shapely.LineString]:
    x = [X + k * 70.0 for k in range(1, int(width_m // 70))]
    y = [Y + k * 65.0 for k in range(1, int(height_m // 65))]
    return [shapely.LineString([(a, Y - 20), (a, Y + height_m + 20)]) for a in x] + [
        shapely.LineString([(X - 20, b), (X + width_m + 20, b)]) for b in y
    ]


@HOSTILE
@given(seed=st.integers(0, 10**6), target=st.sampled_from([700.0, 2_000.0, 10_000.0]))
@example(seed=3857, target=700.0)
def test_hostile_towns_are_exact_or_refused_with_a_place(seed, target):
    town = hostile_town(seed)
    rules = GridRules(target_area_m2=target)
    try:
        result = make_grids(town.communities, town.features, rules)
    except CutError as error:
        # A ring that the snapping cannot keep, or a building that no cut would leave whole.
        assert error.code in {"E-GRID-RING", "E-GRID-UNITCUT"}
        assert re.search(r"\(\d+\.\d, \d+\.\d\)", str(error))
        return
    assert_exact(town, result)
    turned = Features(
        *(
            values[::-1]
            for values in (
                town.features.lines,
                town.features.line_classes,
                town.features.line_kinds,
                town.features.buildings,
                town.features.compounds,
            )
        )
    )
    again = make_grids(town.communities, turned, rules)
    assert fingerprint(again) == fingerprint(result)


def test_a_hole_that_touches_the_outer_ring_in_a_vertex():
    shell = [(X, Y), (X + 150, Y), (X + 300, Y), (X + 300, Y + 260), (X, Y + 260)]
    hole = [(X + 150, Y), (X + 190, Y + 90), (X + 110, Y + 90)]
    town = town_of(
        shapely.Polygon(shell, [hole]), shapely.Polygon(hole), lines=roads_across(300, 260)
    )
    result = make_grids(town.communities, town.features, GridRules(target_area_m2=3_000.0))
    assert_exact(town, result)
    assert (result.community == 0).sum() > 10


def test_a_cleft_of_a_millimetre():
    cleft = [(X + 150.0, Y), (X + 150.0005, Y + 180), (X + 150.001, Y)]
    shell = [(X, Y), cleft[0], cleft[1], cleft[2], (X + 300, Y), (X + 300, Y + 260), (X, Y + 260)]
    town = town_of(shapely.Polygon(shell), lines=roads_across(300, 260))
    result = make_grids(town.communities, town.features, GridRules(target_area_m2=3_000.0))
    assert_exact(town, result)
    assert len(result.polygons) > 10


@pytest.mark.parametrize("times", [2, 3])
def test_vertices_given_again(times):
    xy = np.array([(0, 0), (300, 0), (300, 260), (0, 260), (0, 0)], float) + (X, Y)
    once = town_of(shapely.Polygon(xy), lines=roads_across(300, 260))
    often = town_of(shapely.Polygon(np.repeat(xy, times, axis=0)), lines=roads_across(300, 260))
    rules = GridRules(target_area_m2=3_000.0)
    plain = make_grids(once.communities, once.features, rules)
    result = make_grids(often.communities, often.features, rules)
    assert_exact(often, result)
    assert fingerprint(result) == fingerprint(plain)
    assert cut_units(often.features.buildings, often, result) == 0
