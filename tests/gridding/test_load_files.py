"""Loads from layers, files and frames: counted by grid, priced on request, shown in the report."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridding import GridRules, InputError
from gridding.__main__ import main
from gridding.frames import cut
from gridding.grouping import main as group
from tests.gridding.towns import make_town

PEOPLE = 40


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A base map with a layer of loads, and a file with people at houses."""
    folder = tmp_path_factory.mktemp("loads")
    made = make_town(2, columns=2)
    f, c = made.features, made.communities

    def frame(geometry, **columns):
        return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=4548)

    town = folder / "town.gpkg"
    frame(f.lines, kind=f.line_kinds, cls=f.line_classes).to_file(town, layer="lines")
    frame(f.buildings).to_file(town, layer="buildings")
    frame(c.polygons, code=c.codes).to_file(town, layer="communities")
    x0, y0, x1, y1 = shapely.total_bounds(c.polygons)
    rng = np.random.default_rng(5)
    # All in the west, so that there is something to balance.
    west = shapely.points(rng.uniform(x0, x0 + (x1 - x0) / 3, PEOPLE), rng.uniform(y0, y1, PEOPLE))
    names = np.where(np.arange(PEOPLE) < 10, "bins", "lamps")
    frame(west, name=names, amount=np.ones(PEOPLE)).to_file(town, layer="loads")
    houses = folder / "houses.gpkg"
    frame(f.buildings, people=np.full(len(f.buildings), 3.0)).to_file(houses, layer="a")
    frame(f.buildings[:4], people=np.full(4, 7.0)).to_file(houses, layer="b")
    return town, houses, len(f.buildings)


def run(town, out, *more):
    return main([str(town[0]), "-o", str(out), *map(str, more)])


def grids(path):
    return gpd.read_file(path, layer="grids")


def test_the_layer_of_loads_is_counted_by_grid(town, tmp_path, capsys):
    assert run(town, tmp_path / "o.gpkg", "--json") == 0, capsys.readouterr().err
    report = json.loads(capsys.readouterr().out)
    assert [load["name"] for load in report["loads"]] == ["bins", "lamps"]
    made = grids(tmp_path / "o.gpkg")
    assert made["load_bins"].sum() + report["loads"][0]["outside"] == 10
    assert made["load_lamps"].sum() + report["loads"][1]["outside"] == 30


def test_loads_that_are_only_counted_move_nothing(town, tmp_path):
    run(town, tmp_path / "a.gpkg")
    run(town, tmp_path / "b.gpkg", "--load", f"people={town[1]}:a:people")
    a, b = grids(tmp_path / "a.gpkg"), grids(tmp_path / "b.gpkg")
    assert a.geometry.to_wkb().tolist() == b.geometry.to_wkb().tolist()
    assert "load_people" in b and "load_people" not in a


@pytest.mark.parametrize(
    ("place", "total"), [("", "n"), (":a", "n"), (":a:people", "3n"), (":b:people", "28")]
)
def test_files_layers_and_fields(town, tmp_path, capsys, place, total):
    load = f"people={town[1]}{place}"
    assert run(town, tmp_path / "o.gpkg", "--load", load, "--json") == 0
    people = json.loads(capsys.readouterr().out)["loads"][-1]
    want = {"n": town[2], "3n": 3 * town[2], "28": 28}[total]
    assert people["total"] + people["outside"] == pytest.approx(want)


def test_loads_of_one_name_are_one(town, tmp_path, capsys):
    more = ["--load", f"bins={town[1]}:a", "--load", f"bins={town[1]}:b:people", "--json"]
    assert run(town, tmp_path / "o.gpkg", *more) == 0
    bins = json.loads(capsys.readouterr().out)["loads"][0]
    assert bins["total"] + bins["outside"] == pytest.approx(10 + town[2] + 28)


def test_a_price_evens_a_load_out_and_the_report_shows_it(town, tmp_path, capsys):
    run(town, tmp_path / "a.gpkg", "--json")
    bare = json.loads(capsys.readouterr().out)["loads"][1]
    page = tmp_path / "r.html"
    more = ["--balance", "lamps=1500", "--report", page, "--json"]
    assert run(town, tmp_path / "b.gpkg", *more) == 0
    priced = json.loads(capsys.readouterr().out)["loads"][1]
    assert priced["cv"] < bare["cv"]
    assert (bare["price"], priced["price"]) == (0, 1500)
    text = page.read_text("utf-8")
    assert "<h2>Loads</h2>" in text and "price 1500" in text and "only counted" in text
    assert 'aria-label="Histogram of lamps"' in text


def test_without_loads_the_report_says_nothing_of_them():
    made = make_town(2)
    done = cut(
        gpd.GeoDataFrame(
            {"code": made.communities.codes}, geometry=list(made.communities.polygons), crs=4548
        )
    )
    assert done.result.loads == {} and not any(c.startswith("load_") for c in done.grids)


def test_frames_take_loads(town):
    path, houses, count = town
    communities = gpd.read_file(path, layer="communities")
    people = gpd.read_file(houses, layer="a").rename(columns={"people": "amount"})
    degrees = people.to_crs(4326)
    rules = GridRules(balance=(("people", 400.0),))
    done = cut(communities, loads={"people": degrees}, rules=rules)
    figures = done.result.report.loads[0]
    assert figures.total + figures.outside == pytest.approx(3 * count)
    assert done.grids["load_people"].sum() == pytest.approx(figures.total)


def test_counted_loads_are_grouped_by_their_name(town, tmp_path, capsys):
    assert run(town, tmp_path / "o.gpkg") == 0
    out = tmp_path / "g.gpkg"
    args = [str(tmp_path / "o.gpkg"), "-o", str(out), "--groups", "3", "--load", "lamps"]
    assert group(args) == 0, capsys.readouterr().err
    made = gpd.read_file(out, layer="groups")
    assert made["load_lamps"].sum() == grids(tmp_path / "o.gpkg")["load_lamps"].sum()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--load", "people"], "E-GRID-LOAD"),
        (["--load", "=x.gpkg"], "E-GRID-LOAD"),
        (["--load", "people=none.gpkg"], "E-GRID-FILE"),
        (["--load", "people={houses}:c"], "E-GRID-LAYER"),
        (["--load", "people={houses}:a:cats"], "E-GRID-FIELD"),
        (["--balance", "people=1"], "E-GRID-LOAD"),
        (["--balance", "bins=much"], "E-GRID-LOAD"),
        (["--balance", "bins=-1"], "E-GRID-RULES"),
        (["--balance", "bins"], "E-GRID-LOAD"),
    ],
)
def test_wrong_loads_are_refused(town, tmp_path, capsys, more, code):
    more = [text.replace("{houses}", str(town[1])) for text in more]
    assert run(town, tmp_path / "o.gpkg", *more) == 1
    assert code in capsys.readouterr().err


def test_rows_without_a_name_or_a_number_are_refused(town, tmp_path, capsys):
    path = tmp_path / "bad.gpkg"
    gpd.read_file(town[0], layer="communities").to_file(path, layer="communities")
    gpd.read_file(town[0], layer="lines").to_file(path, layer="lines")
    loads = gpd.read_file(town[0], layer="loads")
    loads.assign(name=[None, *loads["name"][1:]]).to_file(path, layer="loads")
    assert main([str(path), "-o", str(tmp_path / "o.gpkg")]) == 1
    assert "E-GRID-LOAD" in capsys.readouterr().err
    loads.assign(amount=[-1.0, *loads["amount"][1:]]).to_file(path, layer="loads")
    assert main([str(path), "-o", str(tmp_path / "o.gpkg")]) == 1
    assert "E-GRID-LOAD" in capsys.readouterr().err


def test_a_layer_map_names_loads(town, tmp_path, capsys):
    text = "[[loads]]\nlayer='loads'\nname='things'\n[[communities]]\nlayer='communities'\n"
    (tmp_path / "map.toml").write_text(text + "[[lines]]\nlayer='lines'\nclass=4\n")
    more = ["--layers", tmp_path / "map.toml", "--json"]
    assert run(town, tmp_path / "o.gpkg", *more) == 0, capsys.readouterr().err
    things = json.loads(capsys.readouterr().out)["loads"]
    assert [load["name"] for load in things] == ["things"]
    assert things[0]["total"] + things[0]["outside"] == PEOPLE
    (tmp_path / "map.toml").write_text("[[loads]]\nlayer='loads'\n")
    assert run(town, tmp_path / "o.gpkg", *more) == 1
    assert "E-GRID-LAYERS" in capsys.readouterr().err


def test_a_frame_of_loads_needs_numbers(town):
    communities = gpd.read_file(town[0], layer="communities")
    bad = gpd.read_file(town[0], layer="loads").assign(amount="many")
    with pytest.raises(InputError, match="E-GRID-LOAD"):
        cut(communities, loads={"lamps": bad})
