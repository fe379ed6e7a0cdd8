"""Layer maps, their rules on columns, the Arrow reader, and the page of error codes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from django.conf import settings
from pyogrio.raw import open_arrow

import gridding
from spatial.basemap import coverage
from spatial.basemap.classify import assign
from spatial.basemap.geometry import AREA, LINE, POINT, clean
from spatial.basemap.io import crs, layermap
from spatial.basemap.io.arrow import batches
from spatial.basemap.models import BaseFeature, Place

APP = Path(settings.BASE_DIR) / "spatial" / "basemap"


def column(*values):
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def test_shipped_maps_use_known_kinds_and_reach_all_of_them():
    for rules in layermap.shipped():
        kinds = {rule.kind for rule in rules.features} - {layermap.LEAVE_OUT}
        assert kinds == set(BaseFeature.Kind.values), rules.name
        assert {rule.kind for rule in rules.places} <= set(Place.Kind.values)
        assert set(rules.regions) == set(layermap.LEVELS)
        for rule in rules.features:
            assert (rule.line_class > 0) == (rule.kind in layermap.LINE_KINDS), rule


@pytest.mark.parametrize(("tags", "expected"), [
    ({"highway": "primary"}, ("road", 1, False)),
    ({"highway": "primary", "tunnel": "yes"}, ("road", 1, True)),
    ({"highway": "living_street"}, ("road", 4, False)),
    ({"highway": "footway"}, ("road", 7, False)),
    ({"highway": "footway", "footway": "sidewalk"}, ("leave_out", 0, False)),
    ({"highway": "proposed"}, ("leave_out", 0, False)),
    ({"railway": "subway", "layer": "-2"}, ("rail", 2, True)),
    ({"waterway": "river"}, ("water_line", 1, False)),
    ({"waterway": "canal"}, ("water_line", 5, False)),
    ({"barrier": "fence"}, ("wall", 5, False)),
    ({"power": "line"}, ("", 0, False)),
])  # fmt: skip
def test_openstreetmap_lines(tags, expected):
    columns = {key: column(value) for key, value in tags.items()}
    found = assign(layermap.load("osm").features, "lines", columns, 1)
    assert (found.kind[0], found.line_class[0], found.underground[0]) == expected


@pytest.mark.parametrize(("row", "expected"), [
    ({"RTYPE": "快速路"}, 1), ({"RTYPE": "次干路"}, 2), ({"RTYPE": "支路"}, 3),
    ({"RTYPE": "胡同"}, 4), ({"RTYPE": "内部道路"}, 6), ({"GB": "430501"}, 1),
    ({"GB": "430502"}, 2), ({"GB": "430503"}, 3), ({"GB": "430600"}, 6), ({"GB": "440300"}, 7),
    ({"RTYPE": "胡同", "GB": "430501"}, 4), ({}, 4),
])  # fmt: skip
def test_chinese_roads_by_type_then_by_code(row, expected):
    columns = {key: column(value) for key, value in row.items()}
    found = assign(layermap.load("gb").features, "lrdl", columns, 1)
    assert found.line_class[0] == expected


@pytest.mark.parametrize(("shipped", "layer", "row", "expected"), [
    ("osm", "multipolygons", {"leisure": "park"}, ("green", "park")),
    ("osm", "multipolygons", {"landuse": "railway"}, ("ground", "rail")),
    ("osm", "multipolygons", {"landuse": "residential"}, ("ground", "residential")),
    ("osm", "multipolygons", {"natural": "water"}, ("water_area", "water")),
    ("osm", "multipolygons", {"natural": "wood"}, ("green", "forest")),
    ("osm", "multipolygons", {"place": "village"}, ("ground", "village")),
    ("osm", "multipolygons", {"amenity": "university"}, ("compound", "campus")),
    ("osm", "multipolygons", {"amenity": "prison"}, ("compound", "")),
    ("osm", "multipolygons", {"landuse": "grass"}, ("green", "")),
    ("osm", "multipolygons", {"building": "yes", "landuse": "port"}, ("building", "")),
    ("gb", "HYDA", {"HTYPE": "湖泊"}, ("water_area", "water")),
    ("gb", "YARDA", {"YTYPE": "公园"}, ("green", "park")),
    ("gb", "YARDA", {"YTYPE": "胡同区"}, ("ground", "hutong")),
    ("gb", "YARDA", {"YTYPE": "小区"}, ("compound", "superblock")),
    ("gb", "YARDA", {"YTYPE": "机关"}, ("compound", "")),
    ("gb", "VEGA", {"VTYPE": "林地"}, ("green", "forest")),
])  # fmt: skip
def test_areas_have_a_use_beside_their_kind(shipped, layer, row, expected):
    columns = {key: column(value) for key, value in row.items()}
    found = assign(layermap.load(shipped).features, layer, columns, 1)
    assert (found.kind[0], found.use[0]) == expected


def test_shipped_maps_use_words_that_have_a_rule():
    named = {f"={rule.use}" for rule in gridding.read_land_use()}
    for rules in layermap.shipped():
        used = {word for rule in rules.features for word in rule.use}
        assert {"=park", "=water", "=village", "=rail", "=port"} <= used <= named, rules.name


def test_names_come_from_the_first_that_is_filled():
    rules = layermap.load("gb").places
    columns = {
        "ADDRESS": column("甲街1号", None, None),
        "STREET_NAME": column(None, "乙街", "丙街"),
        "HOUSE_NO": column(None, "2号", None),
    }
    found = assign(rules, "ADDP", columns, 3)
    assert found.name.tolist() == ["甲街1号", "乙街2号", ""]
    assert set(found.subtype) == {"门牌"}


def test_control_characters_become_spaces():
    rules = layermap.parse(
        {"feature": [{"layers": ["a"], "kind": "wall", "name": "n"}]}, "m.toml"
    ).features
    found = assign(rules, "a", {"n": column("a\r\nb\tc\x00d")}, 1)
    assert found.name[0] == "a b c d"


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_arrow_reader_gives_what_was_written(tmp_path, size):
    numbers = list(range(20))
    texts = [None if i % 3 == 0 else f"字{i}" for i in numbers]
    points = shapely.points(numbers, numbers)
    path = tmp_path / "a.gpkg"
    pyogrio.raw.write(
        path, shapely.to_wkb(points),
        [np.array(numbers, "int64"), np.array(numbers) / 2, np.array(texts, object),
         np.array([i % 2 == 0 for i in numbers])],
        ["i", "f", "t", "b"], geometry_type="Point", crs="EPSG:4326", driver="GPKG",
    )  # fmt: skip
    rows = {"i": [], "f": [], "t": [], "b": [], "geom": []}
    with open_arrow(path, batch_size=size) as (meta, stream):
        for batch in batches(stream):
            assert len(batch["i"]) <= size
            batch["geom"] = batch.pop(meta["geometry_name"])
            for name in rows:
                rows[name] += list(batch[name])
    assert rows["i"] == numbers
    assert rows["f"] == [n / 2 for n in numbers]
    assert [t and t.decode() for t in rows["t"]] == texts
    assert rows["b"] == [i % 2 == 0 for i in numbers]
    assert shapely.equals(shapely.from_wkb(rows["geom"]), points).all()


def test_clean_gives_each_kind_its_dimension():
    square, line, point = (
        shapely.box(0, 0, 1, 1),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Point(0, 0),
    )
    many = shapely.MultiLineString([[(0, 0), (1, 0)], [(0, 1), (1, 1)]])
    shapes = np.array([square, line, point, square, line, shapely.MultiPolygon([square]), many])
    wanted = np.array([AREA, LINE, POINT, POINT, AREA, AREA, LINE], dtype=np.int8)
    found = clean(shapes, wanted)
    assert found.reason.tolist() == ["", "", "", "", "E-GEOM-TYPE", "", ""]
    types = [g.geom_type for g in found.geometry]
    assert types[3] == "Point"
    assert types[5] == "Polygon"
    assert types[6] == "MultiLineString"


def test_zone_forms_are_paired():
    assert crs._siblings(4527) == [4548]
    assert crs._siblings(4548) == [4527]
    assert crs._siblings(2363) == [2384]
    assert crs._siblings(4326) == []
    for by_zone, by_meridian, count in crs._FAMILIES:
        for step in range(count):
            one, other = (crs.CRS.from_epsg(first + step) for first in (by_zone, by_meridian))
            param = "Longitude of natural origin"
            origins = [
                next(p.value for p in system.coordinate_operation.params if p.name == param)
                for system in (one, other)
            ]
            assert origins[0] == origins[1], (one.name, other.name)


def test_mend_keeps_the_ground_of_the_parent():
    parent = shapely.box(0, 0, 200, 100)
    shapes = np.array([shapely.box(0, 0, 103, 100), shapely.box(100, 0, 197, 100)])
    codes = [fault.code for fault in coverage.faults(shapes, parent)]
    assert sorted(codes) == ["E-REGION-HOLE", "E-REGION-OVERLAP"]
    mended = coverage.mend(shapes, parent)
    assert shapely.coverage_is_valid(mended)
    assert shapely.area(mended).sum() == pytest.approx(20_000)
    assert coverage.faults(mended, parent) == []


def test_every_code_in_the_source_is_explained():
    page = (Path(settings.BASE_DIR) / "docs/errors.md").read_text("utf-8")
    own = [p for p in APP.rglob("*.py") if p.name != "writers.py" and "export" not in p.name]
    text = "\n".join(p.read_text("utf-8") for p in own)
    codes = set(re.findall(r'"([EI]-[A-Z]+-[A-Z]+)"', text))
    assert len(codes) > 40
    explained = set(re.findall(r"^\| `([EI]-[A-Z]+-[A-Z]+)`", page, re.MULTILINE))
    assert codes <= explained, codes - explained


def test_files_are_opened_in_io_only():
    for path in APP.rglob("*.py"):
        if "io" not in path.relative_to(APP).parts:
            assert not re.search(r"^\s*(import|from) (pyogrio|geopandas|zipfile|tomllib)\b",
                                 path.read_text("utf-8"), re.MULTILINE), path  # fmt: skip
