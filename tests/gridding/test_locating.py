import numpy as np
import shapely

from gridding import locate, locate_xy

SQUARES = shapely.box([0, 10, 0, 10], [0, 0, 10, 10], [10, 20, 10, 20], [10, 10, 20, 20])


def test_inside_and_outside():
    points = shapely.points([[5, 5], [15, 5], [5, 15], [15, 15], [30, 5]])
    assert locate(points, SQUARES).tolist() == [0, 1, 2, 3, -1]


def test_a_shared_edge_belongs_to_the_lowest_code():
    points = shapely.points([[10, 5], [5, 10], [10, 10], [10, 15], [20, 5]])
    assert locate(points, SQUARES).tolist() == [0, 0, 0, 2, 1]
    codes = ["d", "c", "b", "a"]
    assert locate(points, SQUARES, codes).tolist() == [1, 2, 3, 3, 1]


def test_the_order_of_grids_does_not_matter():
    rng = np.random.default_rng(1)
    codes = np.array(["11", "12", "13", "14"])
    points = shapely.points(rng.integers(-5, 26, (500, 2)).astype(float))
    order = rng.permutation(4)
    found = locate(points, SQUARES, codes)
    again = locate(points, SQUARES[order], codes[order])
    name = np.append(codes, "none")
    assert (name[found] == np.append(codes[order], "none")[again]).all()


def test_missing_points_are_nowhere():
    points = np.array([None, shapely.Point(), shapely.Point(1, 1)], object)
    assert locate(points, SQUARES).tolist() == [-1, -1, 0]
    assert locate_xy(np.array([5.0]), np.array([5.0]), SQUARES).tolist() == [0]
