"""The command on files that are wrong: a code and a place, and nothing written or destroyed."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridding.__main__ import main

X, Y = 500_000.0, 4_420_000.0
SQUARE = shapely.box(X, Y, X + 200, Y + 200)
ROAD = shapely.LineString([(X - 9, Y + 100), (X + 209, Y + 100)])
CODE = "110101001001"


def write(path, geometry, layer, **columns):
    frame = gpd.GeoDataFrame(columns, geometry=list(geometry), crs=4548)
    frame.to_file(path, layer=layer)


@pytest.fixture
def town(tmp_path):
    """A writer of a town with one thing wrong, and the run on it."""

    def run(*more, codes=(CODE,), shapes=(SQUARE,), classes=(4,), lines=None, out=None):
        path = tmp_path / "town.gpkg"
        write(
            path,
            lines or [ROAD] * len(classes),
            "lines",
            cls=list(classes),
            kind=["road"] * len(classes),
        )
        write(path, shapes, "communities", code=list(codes))
        out = out or tmp_path / "out.gpkg"
        return main([str(path), "-o", str(out), *map(str, more)]), path, out

    return run


@pytest.mark.parametrize(
    "classes", [(257,), (0,), (4.5,), (4, None), ("big",), (float("nan"), 4.0)]
)
def test_a_class_that_is_none(town, capsys, classes):
    status, _, out = town(classes=classes)
    error = capsys.readouterr().err
    assert status == 1 and error.startswith("E-GRID-CLASS: ")
    assert "499991.0, 4420100.0" in error
    assert not out.exists()


def test_a_community_without_code(town, capsys):
    beside = shapely.box(X + 200, Y, X + 400, Y + 200)
    status, _, _ = town(codes=(CODE, None), shapes=(SQUARE, beside))
    error = capsys.readouterr().err
    assert status == 1 and error.startswith("E-GRID-NOCODE: ") and "row 1" in error


def test_a_community_without_polygon(town, capsys):
    status, _, _ = town(codes=(CODE, "110101001002"), shapes=(SQUARE, None))
    error = capsys.readouterr().err
    assert status == 1 and error.startswith("E-GRID-NOSHAPE: ") and "110101001002" in error


@pytest.mark.parametrize(
    ("code", "grid"),
    [(7.0, "000000001007001"), (float(CODE), CODE + "001"), (7, "000000001007001")],
)
def test_codes_that_are_numbers(town, code, grid):
    status, _, out = town(codes=(code,))
    assert status == 0
    assert gpd.read_file(out, layer="grids").code.iloc[0] == grid


def test_an_unknown_reference_system(town, capsys):
    assert town("--crs", "EPSG:999999")[0] == 1
    assert capsys.readouterr().err.startswith("E-GRID-CRS: ")


def test_no_output_over_an_input(town, tmp_path, capsys):
    path = tmp_path / "town.gpkg"
    status, _, _ = town(out=path)
    assert status == 1 and capsys.readouterr().err.startswith("E-GRID-WRITE: ")
    assert set(gpd.list_layers(path)["name"]) == {"lines", "communities"}
    assert town("--report", path)[0] == 1
    assert town("--report", tmp_path / "out.gpkg")[0] == 1
    assert set(gpd.list_layers(path)["name"]) == {"lines", "communities"}


@pytest.mark.parametrize("report", ["no/r.html", "."])
def test_a_report_that_cannot_be_written_is_said_before_cutting(town, tmp_path, capsys, report):
    status, _, out = town("--report", tmp_path / report)
    assert status == 1 and capsys.readouterr().err.startswith("E-GRID-WRITE: ")
    assert not out.exists()


@pytest.mark.parametrize("content", [b"", b"no map at all"])
def test_what_is_no_map(tmp_path, capsys, content):
    path = tmp_path / "x.gpkg"
    path.write_bytes(content)
    assert main([str(path), "-o", str(tmp_path / "o.gpkg")]) == 1
    assert capsys.readouterr().err.startswith("E-GRID-FILE: ")


def test_heights_and_missing_lines_are_counted_in_the_summary(town, capsys):
    high = shapely.force_3d(np.array([ROAD], object), 5.0)[0]
    status, _, _ = town("--json", lines=[high, None], classes=(4, 4))
    text = capsys.readouterr().out
    assert status == 0
    assert "1 of 2 lines have heights" in text and "1 of 2 lines have no geometry" in text
