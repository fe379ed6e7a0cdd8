"""Bad input: each fault has its own code, names the community, and leaves nothing."""

import numpy as np
import pytest
import shapely

from gridding import CodeError, Communities, Features, GridError, GridRules, InputError, make_grids

X, Y = 500_000.0, 4_420_000.0


def square(dx: float, dy: float, w: float = 200.0, h: float = 200.0) -> shapely.Polygon:
    return shapely.box(X + dx, Y + dy, X + dx + w, Y + dy + h)


def communities(*shapes: object) -> Communities:
    codes = tuple(f"110101001{i + 1:03d}" for i in range(len(shapes)))
    return Communities(codes, np.array(shapes, object))


def fails(code: str, c: Communities, f: Features | None = None, names: str = "") -> None:
    with pytest.raises(GridError) as error:
        make_grids(c, f or Features())
    assert error.value.code == code
    assert names in str(error.value)


def test_overlap_names_both():
    fails("E-GRID-OVERLAP", communities(square(0, 0), square(190, 0)), names="110101001002")


def test_a_vertex_the_neighbour_does_not_have():
    left = shapely.Polygon(
        [(X, Y), (X + 200, Y), (X + 200, Y + 90), (X + 200, Y + 200), (X, Y + 200)]
    )
    fails("E-GRID-BORDER", communities(left, square(200, 0)), names="110101001001")


def test_self_crossing():
    bow = shapely.Polygon([(X, Y), (X + 200, Y + 200), (X + 200, Y), (X, Y + 200)])
    fails("E-GRID-INVALID", communities(square(300, 0), bow), names="110101001002")


def test_degrees():
    fails("E-GRID-DEGREES", communities(shapely.box(116.3, 39.8, 116.4, 39.9)))


def test_nan_in_a_community():
    bad = shapely.Polygon([(X, Y), (X + 200, Y), (X + 200, np.nan), (X, Y + 200)])
    fails("E-GRID-NAN", communities(bad), names="110101001001")


def test_nan_in_a_line():
    lines = np.array([shapely.LineString([(X, Y), (X, np.nan)])], object)
    f = Features(lines, np.array([1], np.int8), np.array(["road"]))
    fails("E-GRID-NAN", communities(square(0, 0)), f)


@pytest.mark.parametrize("shape", [None, shapely.Polygon()])
def test_no_shape(shape):
    fails("E-GRID-NOSHAPE", communities(square(0, 0), shape), names="110101001002")


def test_not_a_polygon():
    fails("E-GRID-TYPE", communities(shapely.LineString([(X, Y), (X + 5, Y)])))


def test_nothing():
    fails("E-GRID-EMPTY", communities())


def test_lengths_and_doubles():
    fails("E-GRID-LENGTH", Communities(("1", "2"), np.array([square(0, 0)], object)))
    c = Communities(("7", "7"), np.array([square(0, 0), square(200, 0)], object))
    fails("E-GRID-DOUBLE", c, names="7")
    lines = np.array([shapely.LineString([(X, Y), (X + 9, Y)])], object)
    f = Features(lines, np.zeros(0, np.int8), np.zeros(0, "U1"))
    fails("E-GRID-LENGTH", communities(square(0, 0)), f)


def test_unknown_class():
    lines = np.array([shapely.LineString([(X, Y), (X + 9, Y)])], object)
    f = Features(lines, np.array([8], np.int8), np.array(["road"]))
    fails("E-GRID-CLASS", communities(square(0, 0)), f)


def test_features_elsewhere():
    f = Features(buildings=np.array([shapely.box(24.9, 60.1, 24.91, 60.11)], object))
    fails("E-GRID-FAR", communities(square(0, 0)), f)


def test_more_grids_than_numbers():
    with pytest.raises(CodeError, match="110101001001") as error:
        make_grids(communities(square(0, 0, 1500, 1500)), Features(), GridRules(scheme="cjt213"))
    assert error.value.code == "E-CODE-FULL"
    huge = communities(square(0, 0, 50_000, 50_000))
    fails("E-CODE-FULL", huge, names="110101001001")


@pytest.mark.parametrize("target", [1.0, float("nan"), 1e9])
def test_target_out_of_range(target):
    with pytest.raises(InputError, match="E-GRID-TARGET"):
        GridRules(target_area_m2=target)


def test_errors_survive_the_way_from_a_process():
    import pickle

    error = pickle.loads(pickle.dumps(InputError("E-GRID-NAN", "text", "110101001001")))
    assert (error.code, error.message, error.community) == ("E-GRID-NAN", "text", "110101001001")


def test_crooked_buildings_are_repaired_and_reported():
    bow = shapely.Polygon([(X + 50, Y + 50), (X + 80, Y + 80), (X + 80, Y + 50), (X + 50, Y + 80)])
    result = make_grids(communities(square(0, 0)), Features(buildings=np.array([bow], object)))
    assert [p.code for p in result.report.problems if "REPAIRED" in p.code] == ["W-GRID-REPAIRED"]


def test_a_building_on_the_given_border_is_reported():
    house = square(190, 50, 20, 20)
    c = communities(square(0, 0), square(200, 0))
    result = make_grids(c, Features(buildings=np.array([house], object)))
    assert "W-GRID-BORDERCUT" in [p.code for p in result.report.problems]


def test_empty_missing_and_solid_features_do_no_harm():
    z = shapely.LineString([(X, Y + 100, 5.0), (X + 200, Y + 100, 7.0)])
    f = Features(
        np.array([None, shapely.LineString(), z], object),
        np.array([1, 1, 1], np.int8),
        np.array(["road"] * 3),
        np.array([None, shapely.Polygon()], object),
    )
    assert len(make_grids(communities(square(0, 0)), f).polygons) == 4
