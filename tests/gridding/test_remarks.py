"""What is left out, far away or missing stands in the report, with count and place."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from gridding import Communities, Features, InputError, Problem, check_coverage, make_grids

X, Y = 500_000.0, 4_420_000.0


def box(x, y, w=200.0, h=200.0):
    return shapely.box(X + x, Y + y, X + x + w, Y + y + h)


def array(*shapes):
    out = np.empty(len(shapes), object)
    out[:] = shapes
    return out


def communities(*shapes):
    return Communities(tuple(f"110101001{i + 1:03d}" for i in range(len(shapes))), array(*shapes))


def roads(*shapes):
    shapes = shapes or (shapely.LineString([(X - 9, Y + 100), (X + 909, Y + 100)]),)
    n = len(shapes)
    return Features(array(*shapes), np.full(n, 4, np.int8), np.full(n, "road"))


def remarks(code, features, *shapes):
    result = make_grids(communities(*(shapes or (box(0, 0),))), features)
    assert result.report.coverage.ok
    return [p for p in result.report.problems if p.code == code]


def test_good_input_has_no_remark():
    result = make_grids(communities(box(0, 0), box(200, 0)), roads())
    assert [p for p in result.report.problems if "SMALL" not in p.code] == []


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [
        (shapely.LineString([(X, Y), (X + 9, Y)]), "W-GRID-TYPE", "are no polygon"),
        (shapely.Point(X, Y), "W-GRID-TYPE", "are no polygon"),
        (shapely.Polygon(), "W-GRID-EMPTY", "no geometry"),
        (shapely.Polygon([(X, Y), (X + 9, Y), (X + 5, Y)]), "W-GRID-EMPTY", "no area"),
        (shapely.force_3d(box(5, 5, 9, 9)), "W-GRID-FLAT", "heights"),
        (
            shapely.GeometryCollection([box(5, 5, 9, 9), shapely.Point(X, Y)]),
            "W-GRID-TYPE",
            "collections",
        ),
        (box(50_000, 0), "W-GRID-FAR", "more than 1.0 km"),
    ],
)
def test_one_building_that_is_none(wrong, code, words):
    features = replace(roads(), buildings=array(box(20, 20, 9, 9), wrong))
    (found,) = remarks(code, features)
    assert found.message.startswith("1 of 2 buildings") and words in found.message
    assert "feature 1" in found.message
    assert np.isnan(found.x) == wrong.is_empty


def test_points_and_polygons_as_lines():
    good = roads().lines[0]
    (found,) = remarks("W-GRID-TYPE", roads(good, shapely.Point(X, Y), box(0, 0)))
    assert found.message.startswith("2 of 3 lines are no line")


def test_collections_however_deep_give_their_lines():
    good = roads().lines[0]
    deep = good
    for _ in range(4):
        deep = shapely.GeometryCollection([deep])
    plain = make_grids(communities(box(0, 0)), roads(good))
    nested = make_grids(communities(box(0, 0)), roads(deep))
    assert shapely.to_wkb(plain.polygons).tolist() == shapely.to_wkb(nested.polygons).tolist()


def test_a_community_with_nothing_in_it():
    (found,) = remarks("W-GRID-BARE", roads(), box(0, 0), box(0, 200))
    assert found.community == "110101001002" and "building" in found.message
    assert shapely.Point(found.x, found.y).within(box(0, 200))
    assert len(remarks("W-GRID-BARE", Features())) == 1


def test_a_hole_between_communities():
    hole = box(50, 50, 30, 30)
    (found,) = remarks("W-GRID-HOLE", roads(), box(0, 0).difference(hole))
    assert "900.0 m²" in found.message
    assert shapely.Point(found.x, found.y).within(hole)
    assert remarks("W-GRID-HOLE", roads(), box(0, 0).difference(hole), hole) == []


def test_a_narrow_gap_that_is_open():
    (found,) = remarks("W-GRID-HOLE", roads(), box(0, 0), box(200.2, 0))
    assert found.community == "110101001001" and "gap" in found.message


def test_a_small_community():
    (found,) = remarks("W-GRID-SMALL", roads(), box(0, 60, 60, 60))
    assert "all of its ground" in found.message


def test_what_reading_left_out_is_in_the_report():
    mine = Problem("W-GRID-TYPE", "", "x")
    assert remarks("W-GRID-TYPE", replace(roads(), remarks=(mine,))) == [mine]


@pytest.mark.parametrize("value", [1.5, float("nan"), 257.0])
def test_a_class_is_a_whole_number(value):
    features = replace(roads(), line_classes=np.array([value]))
    with pytest.raises(InputError, match="E-GRID-CLASS"):
        make_grids(communities(box(0, 0)), features)


def test_a_shed_right_across_a_house_is_one_with_it():
    house, shed = box(70, 80, 60, 40), box(95, 60, 8, 90)
    features = replace(roads(), buildings=array(house, shed))
    ground = communities(box(0, 0))
    result = make_grids(ground, features)
    both = shapely.union(house, shed)
    shares = shapely.area(shapely.intersection(result.polygons, both)) / both.area
    assert shares.max() > 0.99
    assert check_coverage(result.polygons, ground.polygons).ok
