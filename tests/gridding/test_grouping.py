"""Groups of units: connected, balanced, the same whatever the order of the units."""

import json
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from gridding import InputError, check_coverage, make_groups
from gridding.adjacency import shared_edges
from gridding.grouping import main
from gridding.units import join


def checkerboard(columns, rows, seed=0, x0=500_000.0):
    """Units of 100 m with jittered corners."""
    rng = default_rng(seed)
    shift = rng.uniform(-20, 20, (columns + 1, rows + 1, 2))

    def corner(i, j):
        return np.array([x0 + 100.0 * i, 4_400_000.0 + 100.0 * j]) + shift[i, j]

    shapes = [
        shapely.Polygon([corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)])
        for i in range(columns)
        for j in range(rows)
    ]
    return np.array(shapes, object)


def check(units, made, groups):
    """What must hold for every grouping."""
    assert len(made.polygons) == groups
    assert np.bincount(made.label, minlength=groups).tolist() == made.units.tolist()
    assert (made.units > 0).all()
    assert (shapely.get_type_id(made.polygons) == 3).all()
    a, b, _ = shared_edges(units)
    inside = made.label[a] == made.label[b]
    assert join(len(units), a[inside], b[inside]).max() + 1 == groups
    report = check_coverage(made.polygons, np.array([shapely.coverage_union_all(units)]))
    assert report.gap_area_m2 == report.overlap_area_m2 == report.outside_area_m2 == 0
    assert report.invalid_edges == 0


def test_two_loads_at_once():
    units = checkerboard(12, 10)
    area = shapely.area(units)
    # Cases are dense in one corner, so that equal areas would not have equal cases.
    x, y = shapely.get_coordinates(shapely.centroid(units)).T
    cases = np.rint(1 + 9 * np.exp(-((x - x.min()) ** 2 + (y - y.min()) ** 2) / 400.0**2))
    one = make_groups(units, {"area": area}, 8)
    both = make_groups(units, {"area": area, "cases": cases}, 8)
    check(units, one, 8)
    check(units, both, 8)
    assert one.spread[0] < 0.05
    alone = np.bincount(one.label, cases)
    assert alone.std() / alone.mean() > 0.5
    assert both.spread[1] < 0.25
    assert both.loads[:, 1].sum() == cases.sum()
    shape = 4 * np.pi * one.area_m2 / one.perimeter_m**2
    assert np.median(shape) > 0.5


@settings(derandomize=True, max_examples=12, deadline=None)
@given(st.integers(0, 99), st.integers(1, 6), st.integers(1, 6), st.data())
def test_any_number_of_groups_of_any_units(seed, columns, rows, data):
    units = checkerboard(columns, rows, seed)
    groups = data.draw(st.integers(1, len(units)))
    load = default_rng(seed).integers(0, 4, len(units)).astype(float)
    load[0] += 1
    loads = {"load": load, "area": shapely.area(units)}
    made = make_groups(units, loads, groups)
    check(units, made, groups)
    turn = default_rng(seed + 1).permutation(len(units))
    # Rings that begin elsewhere and run the other way are the same units.
    turned = shapely.reverse(units[turn])
    again = make_groups(turned, {n: v[turn] for n, v in loads.items()}, groups)
    assert again.label.tolist() == made.label[turn].tolist()
    assert shapely.to_wkb(again.polygons).tolist() == shapely.to_wkb(made.polygons).tolist()
    assert again.loads.tolist() == made.loads.tolist()


def test_parts_without_common_border_are_grouped_alone():
    units = np.concatenate([checkerboard(6, 5), checkerboard(3, 2, x0=510_000.0)])
    made = make_groups(units, {"area": shapely.area(units)}, 6)
    check(units, made, 6)
    assert not set(made.label[:30]) & set(made.label[30:])
    assert len(set(made.label[:30])) == 5


def test_a_part_without_any_load_is_grouped_all_the_same():
    units = np.concatenate([checkerboard(4, 4), checkerboard(3, 2, x0=510_000.0)])
    load = np.concatenate([np.ones(16), np.zeros(6)])
    made = make_groups(units, {"cases": load}, 5)
    check(units, made, 5)
    assert len(set(made.label[16:])) == 1


def test_units_without_load_can_be_divided():
    units = checkerboard(4, 3)
    for groups in (5, 12):
        made = make_groups(units, {"cases": np.eye(12)[5]}, groups)
        check(units, made, groups)


def test_a_group_round_another_keeps_its_hole():
    ring = checkerboard(3, 3)
    loads = np.ones(9)
    loads[4] = 8
    made = make_groups(ring, {"a": loads}, 2)
    check(ring, made, 2)
    assert sorted(made.units.tolist()) == [1, 8]
    assert len(made.polygons[made.units.argmax()].interiors) == 1


def test_groups_are_numbered_in_rows_from_the_north():
    units = checkerboard(4, 4)
    made = make_groups(units, {"area": shapely.area(units)}, 4)
    centre = shapely.get_coordinates(shapely.centroid(made.polygons))
    assert centre[:2, 1].min() > centre[2:, 1].max()
    assert centre[0, 0] < centre[1, 0] and centre[2, 0] < centre[3, 0]


BOARD = checkerboard(2, 2)
SPLIT = np.array([*BOARD, shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])], object)
OVERLAPPING = np.array([*BOARD, shapely.box(500_050, 4_400_050, 500_060, 4_400_060)], object)


@pytest.mark.parametrize(
    ("units", "loads", "groups", "code"),
    [
        (np.zeros(0, object), {"a": np.zeros(0)}, 1, "E-GROUP-EMPTY"),
        (SPLIT, {"a": np.ones(5)}, 1, "E-GROUP-TYPE"),
        (np.array([None], object), {"a": np.ones(1)}, 1, "E-GROUP-TYPE"),
        (OVERLAPPING, {"a": np.ones(5)}, 1, "E-GROUP-COVERAGE"),
        (BOARD, {}, 2, "E-GROUP-LOAD"),
        (BOARD, {"a": np.zeros(4)}, 2, "E-GROUP-LOAD"),
        (BOARD, {"a": np.array([1, 2, 3, np.nan])}, 2, "E-GROUP-LOAD"),
        (BOARD, {"a": np.array([1, 2, 3, -1.0])}, 2, "E-GROUP-LOAD"),
        (BOARD, {"a": np.ones(3)}, 2, "E-GROUP-LENGTH"),
        (BOARD, {"a": np.ones(4)}, 5, "E-GROUP-COUNT"),
        (BOARD, {"a": np.ones(4)}, 0, "E-GROUP-COUNT"),
    ],
)
def test_what_cannot_be_grouped(units, loads, groups, code):
    with pytest.raises(InputError) as caught:
        make_groups(units, loads, groups)
    assert caught.value.code == code


@pytest.fixture
def file(tmp_path):
    units = checkerboard(6, 6)
    frame = gpd.GeoDataFrame(
        {"code": [f"{k:03d}" for k in range(36)], "cases": np.arange(36)},
        geometry=list(units),
        crs=4548,
    )
    frame.to_file(tmp_path / "grids.gpkg", layer="grids")
    return tmp_path / "grids.gpkg"


def test_groups_of_a_file(file, tmp_path, capsys):
    out, again = tmp_path / "a.gpkg", tmp_path / "b.gpkg"
    words = [str(file), "--groups", "4", "--load", "area", "--load", "cases"]
    assert main([*words, "-o", str(out), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    groups = gpd.read_file(out, layer="groups")
    units = gpd.read_file(out, layer="units")
    assert groups.group.tolist() == [1, 2, 3, 4]
    assert groups.crs.to_epsg() == 4548
    assert groups.load_cases.sum() == sum(range(36)) == 4 * figures["loads"]["cases"]["mean"]
    by_group = units.groupby("group").cases.sum()
    assert by_group.tolist() == groups.load_cases.tolist()
    assert units.groupby("group").size().tolist() == groups.units.tolist()
    assert shapely.coverage_is_valid(groups.geometry.values)
    assert groups.area.sum() == pytest.approx(units.area.sum(), abs=1e-6)
    assert main([*words, "-o", str(again)]) == 0
    assert "4 groups of" in capsys.readouterr().out
    assert out.read_bytes() == again.read_bytes()


def test_errors_of_the_command_are_coded(file, tmp_path, capsys):
    out = tmp_path / "o.gpkg"

    def fails(*words):
        assert main([*map(str, words), "-o", str(out), "--groups", "4"]) == 1
        assert not out.exists()
        return capsys.readouterr().err.split(":")[0]

    assert fails(tmp_path / "none.gpkg") == "E-GROUP-FILE"
    assert fails(file, "--layer", "no") == "E-GROUP-FILE"
    assert fails(file, "--load", "code") == "E-GROUP-FIELD"
    degrees = tmp_path / "degrees.gpkg"
    gpd.read_file(file).to_crs(4326).to_file(degrees, layer="grids")
    assert fails(degrees) == "E-GROUP-CRS"


def test_help_shows_an_example():
    done = subprocess.run(
        [sys.executable, "-m", "gridding.grouping", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "python -m gridding.grouping grids.gpkg -o patrol.gpkg --groups 12" in done.stdout
