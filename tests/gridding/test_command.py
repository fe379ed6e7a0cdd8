"""The command from file to file."""

import json
import subprocess
import sys

import geopandas as gpd
import pytest
import shapely

from gridding import BORDER_KINDS
from gridding.__main__ import main
from tests.gridding.towns import make_town


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    made = make_town(2, columns=2)
    f, c = made.features, made.communities
    features, boundary = folder / "features.gpkg", folder / "boundary.gpkg"

    def frame(geometry, **columns):
        return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=4548)

    frame(f.lines, kind=f.line_kinds, cls=f.line_classes).to_file(features, layer="lines")
    frame(f.buildings).to_file(features, layer="buildings")
    frame(f.lines, type=["big"] * len(f.lines)).to_file(features, layer="streets")
    frame(c.polygons, community=[f"{i + 1:03d}" for i in range(len(c.codes))]).to_file(
        boundary, layer="communities"
    )
    return features, boundary


def run(town, out, *more):
    features, boundary = town
    return main([str(features), "--boundary", str(boundary), "-o", str(out), *more])


def test_grids_of_a_file(town, tmp_path, capsys):
    out, report = tmp_path / "grids.gpkg", tmp_path / "report.json"
    assert run(town, out, "--report", str(report)) == 0
    assert gpd.list_layers(out)["name"].tolist() == ["grids", "borders"]
    grids = gpd.read_file(out, layer="grids")
    assert list(grids.columns) == [
        "code",
        "number",
        "community",
        "area_m2",
        "perimeter_m",
        "on_feature_share",
        "neighbours",
        "reason",
        "geometry",
    ]
    assert grids.crs.to_epsg() == 4548
    assert grids.code.is_unique and (grids.code.str.len() == 15).all()
    assert grids.code.iloc[0] == "000000001001001"
    assert shapely.coverage_is_valid(grids.geometry.values)
    ground = gpd.read_file(town[1]).geometry.union_all()
    assert grids.area.sum() == pytest.approx(ground.area, abs=1e-6)
    figures = json.loads(report.read_text("utf-8"))
    assert figures["grids"] == len(grids)
    assert figures["coverage"]["gap_area_m2"] == 0
    printed = capsys.readouterr()
    assert f"{len(grids)} grids in" in printed.out
    assert printed.err == ""


def test_borders_of_a_file(town, tmp_path):
    out = tmp_path / "grids.gpkg"
    assert run(town, out) == 0
    grids = gpd.read_file(out, layer="grids")
    borders = gpd.read_file(out, layer="borders")
    assert list(borders.columns) == ["code_left", "code_right", "kind", "length_m", "geometry"]
    assert set(borders.code_left) <= set(grids.code)
    assert set(borders.code_right.dropna()) <= set(grids.code)
    outer = borders[borders.code_right.isna()]
    assert outer.length.sum() == pytest.approx(grids.union_all().length, abs=1e-6)
    both = 2 * borders.length.sum() - outer.length.sum()
    assert both == pytest.approx(grids.length.sum(), abs=1e-6)
    assert set(borders.kind) <= set(BORDER_KINDS)


def test_report_as_a_page(town, tmp_path, capsys):
    pages = tmp_path / "a.html", tmp_path / "b.HTML"
    for page in pages:
        assert run(town, tmp_path / "o.gpkg", "--report", str(page)) == 0
    text = pages[0].read_text("utf-8")
    assert text.startswith("<!doctype html>") and "Unit grids of features" in text
    assert "000000001001001" in text
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert run(town, tmp_path / "o.gpkg", "--report", str(tmp_path / "no" / "r.html")) == 1
    assert capsys.readouterr().err.startswith("E-GRID-WRITE: ")


def test_the_same_bytes_again(town, tmp_path):
    first, second = tmp_path / "a.gpkg", tmp_path / "b.gpkg"
    run(town, first)
    run(town, second)
    run(town, second)
    assert first.read_bytes() == second.read_bytes()


def test_report_as_json(town, tmp_path, capsys):
    assert run(town, tmp_path / "o.gpkg", "--json", "--target-area", "4000") == 0
    assert json.loads(capsys.readouterr().out)["share_in_range"] > 0.3


def test_layer_map(town, tmp_path):
    layers = tmp_path / "map.toml"
    layers.write_text(
        '[[lines]]\nlayer = "streets"\nkind = "road"\nclass_field = "type"\n'
        "classes = { big = 1 }\n[[communities]]\nlayer = 'communities'\n"
        "code_field = 'community'\n",
        "utf-8",
    )
    assert run(town, tmp_path / "o.gpkg", "--layers", str(layers), "--scheme", "cjt213") == 0
    grids = gpd.read_file(tmp_path / "o.gpkg")
    assert (grids.code.str.len() == 14).all()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("nonsense", "E-GRID-LAYERS"),
        ("[[roads]]\nlayer = 'x'", "E-GRID-LAYERS"),
        ("[[lines]]\nkind = 'x'", "E-GRID-LAYERS"),
        ("[[lines]]\nlayer = 'nowhere'\n[[communities]]\nlayer='communities'", "E-GRID-LAYER"),
        ("[[lines]]\nlayer = 'lines'\nclass_field = 'no'", "E-GRID-LAYER"),
    ],
)
def test_wrong_layer_maps(town, tmp_path, capsys, content, code):
    layers = tmp_path / "map.toml"
    layers.write_text(content, "utf-8")
    assert run(town, tmp_path / "o.gpkg", "--layers", str(layers)) == 1 or code == "E-GRID-LAYER"
    error = capsys.readouterr().err
    assert error.startswith(code) or "class_field" in content
    assert not error or not (tmp_path / "o.gpkg").exists()


def test_errors_are_coded(town, tmp_path, capsys):
    out = tmp_path / "o.gpkg"
    assert main([str(tmp_path / "none.gpkg"), "-o", str(out)]) == 1
    assert capsys.readouterr().err.startswith("E-GRID-FILE: ")
    assert run(town, out, "--crs", "EPSG:4326") == 1
    assert capsys.readouterr().err.startswith("E-GRID-CRS: ")
    assert run(town, out, "--target-area", "3") == 1
    assert capsys.readouterr().err.startswith("E-GRID-TARGET: ")
    assert run(town, tmp_path / "no" / "folder.gpkg") == 1
    assert capsys.readouterr().err.startswith("E-GRID-WRITE: ")
    assert main([str(town[0]), "-o", str(out)]) == 1
    assert capsys.readouterr().err.startswith("E-GRID-LAYER: ")
    assert not out.exists()


def test_degrees_are_projected(town, tmp_path):
    for name, path in (("f", town[0]), ("b", town[1])):
        for layer in ("lines", "buildings") if name == "f" else ("communities",):
            gpd.read_file(path, layer=layer).to_crs(4326).to_file(
                tmp_path / f"{name}.gpkg", layer=layer
            )
    out = tmp_path / "o.gpkg"
    assert (
        main([str(tmp_path / "f.gpkg"), "--boundary", str(tmp_path / "b.gpkg"), "-o", str(out)])
        == 0
    )
    assert gpd.read_file(out).crs.to_epsg() == 4548


def test_help_teaches():
    done = subprocess.run(
        [sys.executable, "-m", "gridding", "--help"], capture_output=True, text=True, check=True
    )
    for word in ("what goes in", "what comes out", "classes of lines", "examples", "exit codes"):
        assert f"\n{word}" in done.stdout
    assert done.stdout.count("python -m gridding ") >= 4
    assert "R.html" in done.stdout
