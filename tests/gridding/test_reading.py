"""What files may hold beside plain layers: read right, or named with count and place."""

import json
import struct

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import CRS

from gridding import InputError, metric_crs
from gridding.__main__ import main
from gridding.frames import cut

X, Y = 500_000.0, 4_420_000.0
ZONE = 4548
CODE = "110101001001"
SQUARE = shapely.box(X, Y, X + 200, Y + 200)
ROAD = shapely.LineString([(X - 9, Y + 100), (X + 209, Y + 100)])


def frame(*shapes, crs=ZONE, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def roads(*shapes, crs=ZONE):
    shapes = shapes or (ROAD,)
    return frame(*shapes, crs=crs, cls=[4] * len(shapes), kind=["road"] * len(shapes))


def wkb_row(path, layer, *rows, names=()):
    """Write a layer from raw WKB, with a column of names."""
    pyogrio.raw.write(
        path,
        np.array(rows, object),
        [np.array(names or [str(i) for i in range(len(rows))], object)],
        ["name"],
        layer=layer,
        geometry_type="Unknown",
        crs=f"EPSG:{ZONE}",
        driver="GPKG",
        append=path.exists(),
    )


@pytest.fixture
def run(tmp_path, capsys):
    """Write a town of some layers and cut it: exit code, report or error, and grids."""

    def go(*more, crs=ZONE, raw=(), square=SQUARE, **layers):
        path, out = tmp_path / "town.gpkg", tmp_path / "out.gpkg"
        layers = {"lines": roads(), "communities": frame(square, code=[CODE])} | layers
        for layer, rows in layers.items():
            rows.to_crs(crs).to_file(path, layer=layer)
        for layer, wkb in raw:
            wkb_row(path, layer, *wkb)
        status = main([str(path), "-o", str(out), "--json", *map(str, more)])
        said = capsys.readouterr()
        if status:
            assert not out.exists()
            return said.err, None
        return json.loads(said.out), gpd.read_file(out, layer="grids")

    return go


def found(report, code):
    return [p["message"] for p in report["problems"] if p["code"] == code]


# --- reference systems


@pytest.mark.parametrize(("crs", "words"), [(3857, "1.70 times"), (2263, "not in metres")])
def test_what_is_not_true_to_scale_is_projected_and_said(run, crs, words):
    report, grids = run(crs=crs)
    assert grids.crs.to_epsg() == ZONE
    assert grids.area.sum() == pytest.approx(SQUARE.area, rel=2e-4)
    (message,) = found(report, "W-GRID-CRS")
    assert words in message and f"EPSG:{ZONE}" in message


@pytest.mark.parametrize(("crs", "words"), [(3857, "1.70 times"), (4326, "not in metres")])
def test_a_system_that_is_not_true_cannot_be_asked_for(run, crs, words):
    error, _ = run("--crs", f"EPSG:{crs}")
    assert error.startswith("E-GRID-CRS: ") and words in error and f"EPSG:{ZONE}" in error


def test_frames_in_web_mercator_are_refused():
    with pytest.raises(InputError, match=f"E-GRID-CRS.*1.70 times.*to_crs.{ZONE}"):
        cut(frame(SQUARE, code=[CODE]).to_crs(3857), roads())


def test_a_site_system_is_taken_as_it_is():
    site = CRS.from_wkt(
        'ENGCRS["site",EDATUM["pole"],CS[Cartesian,2],AXIS["x",east],'
        'AXIS["y",north],LENGTHUNIT["metre",1]]'
    )
    done = cut(frame(SQUARE, code=[CODE], crs=site), roads(crs=site))
    assert done.grids.crs == site and done.grids.area_m2.sum() == pytest.approx(SQUARE.area)
    with pytest.raises(InputError, match="E-GRID-CRS.*no way"):
        cut(frame(SQUARE, code=[CODE], crs=site), roads())


def test_a_place_that_is_none():
    with pytest.raises(InputError, match="E-GRID-CRS.*no place"):
        cut(frame(shapely.box(1e12, 1e12, 2e12, 2e12), code=[CODE]), roads())


@pytest.mark.parametrize(("shapes", "code"), [((), "E-GRID-EMPTY"), ((None,), "E-GRID-NOSHAPE")])
@pytest.mark.parametrize("crs", [ZONE, 4326])
def test_communities_without_a_place_are_told_as_such(run, shapes, code, crs):
    error, _ = run(crs=crs, communities=frame(*shapes, code=[CODE] * len(shapes)))
    assert error.startswith(f"{code}: ")


def test_metric_crs_of_the_town():
    x, y = gpd.GeoSeries([SQUARE], crs=ZONE).to_crs(4326).iloc[0].centroid.coords[0]
    assert metric_crs(x, y) == ZONE


# --- geometries


def polygon_wkb(sort, *rings):
    body = b"".join(
        struct.pack("<I", len(r)) + b"".join(struct.pack("<ddd", *p) for p in r) for r in rings
    )
    return struct.pack("<BII", 1, sort, len(rings)) + body


def house(x, y, w=40.0, h=30.0, tall=9.0, sort=1015, face=1003):
    """A house as a surface: a roof of two triangles, a floor, and a wall that stands upright."""
    a, b, c, d = (x, y), (x + w, y), (x + w, y + h), (x, y + h)
    faces = [[(*p, z) for p in ring] for ring, z in (((a, b, c, a), tall), ((a, c, d, a), 0.0))]
    faces.append([(*a, 0.0), (*b, 0.0), (*b, tall), (*a, 0.0)])
    parts = b"".join(polygon_wkb(face, f) for f in faces)
    return struct.pack("<BII", 1, sort, len(faces)) + parts


@pytest.mark.parametrize(("sort", "face"), [(1015, 1003), (1016, 1017)])
def test_a_house_as_a_surface_has_its_footprint(run, sort, face):
    raw = house(X + 80, Y + 20, sort=sort, face=face)
    report, grids = run(raw=[("buildings", [raw])])
    (message,) = found(report, "W-GRID-SURFACE")
    assert message.startswith("1 of 1 rows of layer buildings")
    footprint = shapely.box(X + 80, Y + 20, X + 120, Y + 50)
    assert report["units"] == 1
    assert shapely.area(shapely.intersection(grids.geometry.values, footprint)).max() > 1199


def test_a_triangle_as_a_house(run):
    corners = [(X + 50, Y + 20, 0), (X + 90, Y + 20, 0), (X + 50, Y + 60, 0), (X + 50, Y + 20, 0)]
    report, _ = run(raw=[("buildings", [polygon_wkb(1017, corners)])])
    assert len(found(report, "W-GRID-SURFACE")) == 1 and report["units"] == 1


def test_a_ring_that_is_not_closed_is_named(run):
    ring = [(X + 50, Y + 20, 0), (X + 90, Y + 20, 0), (X + 50, Y + 60, 0), (X + 51, Y + 21, 0)]
    good = shapely.box(X + 120, Y + 20, X + 140, Y + 50).wkb
    report, _ = run(raw=[("buildings", [good, polygon_wkb(1003, ring)])])
    (message,) = found(report, "W-GRID-BROKEN")
    assert message.startswith("1 of 2 rows of layer buildings") and "feature 1" in message
    assert report["units"] == 1


def test_arcs_are_chords_and_said(run, tmp_path):
    points = [(X - 9, Y + 60), (X + 100, Y + 140), (X + 209, Y + 60)]
    arc = struct.pack("<BII", 1, 8, 3) + b"".join(struct.pack("<dd", *p) for p in points)
    report, grids = run(
        "--layers",
        layer_map(tmp_path, '[[lines]]\nlayer = "arcs"\nkind = "road"\nclass = 1\n'),
        raw=[("arcs", [arc])],
    )
    (message,) = found(report, "W-GRID-CURVE")
    assert message.startswith("1 of 1 rows of layer arcs")
    assert len(grids) > 1 and report["on_feature_share"] > 0.5


def test_straight_layers_have_no_remark_on_curves(run):
    report, _ = run(buildings=frame(shapely.box(X + 20, Y + 20, X + 60, Y + 60)))
    assert {p["code"] for p in report["problems"]} <= {"W-GRID-SMALL"}


# --- layer maps and fields


def layer_map(folder, text):
    file = folder / "map.toml"
    file.write_text(text + '[[communities]]\nlayer = "communities"\ncode_field = "code"\n', "utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('lines = "roads"', "give a table"),
        ("[[lines]]\nlayer = 7", "layer is a text"),
        ('[[lines]]\nlayer = "lines"\nclass = "big"', "class of 1 to 7"),
        ('[[lines]]\nlayer = "lines"\nclass = 9', "class of 1 to 7"),
        ('[[lines]]\nlayer = "lines"\nclass_field = "cls"\nclasses = [1, 2]', "classes is a table"),
        ('[[lines]]\nlayer = "lines"\nclass_field = "cls"\nclasses = { a = 2.5 }', "class of 1"),
        ('[[compounds]]\nlayer = "x"\nwhere = "use"', "where is a table"),
        ('[[compounds]]\nlayer = "x"\nwhere = { field = "use", values = 7 }', "where is such as"),
        ('[[grounds]]\nlayer = "x"\nuses = ["wood"]', "uses is a table"),
    ],
)
def test_values_of_a_wrong_sort(run, tmp_path, text, words):
    error, _ = run("--layers", layer_map(tmp_path, text + "\n"))
    assert error.startswith("E-GRID-LAYERS: ") and words in error


def test_a_layer_that_is_mapped_and_missing(run, tmp_path):
    text = '[[lines]]\nlayer = "lines"\nkind = "road"\n[[buildings]]\nlayer = "houses"\n'
    report, _ = run("--layers", layer_map(tmp_path, text))
    (message,) = found(report, "W-GRID-NOLAYER")
    assert "houses" in message and "communities, lines" in message


def test_numbers_with_gaps_are_matched_as_they_are_written(run, tmp_path):
    # A column of whole numbers with a gap comes as 7.0.
    parcels = [shapely.box(X + x, Y + 20, X + x + 30, Y + 60) for x in (10, 60, 110)]
    text = (
        '[[lines]]\nlayer = "lines"\nkind = "road"\n[[compounds]]\nlayer = "parcels"\n'
        'where = { field = "use", values = [7] }\n'
    )
    report, _ = run(
        "--layers", layer_map(tmp_path, text), parcels=frame(*parcels, use=[7, None, 8])
    )
    assert report["units"] == 1


def test_a_line_without_a_kind_is_a_line(run, tmp_path):
    lines = frame(ROAD, cls=[4], kind=[None])
    run(lines=lines)
    borders = gpd.read_file(tmp_path / "out.gpkg", layer="borders")
    assert set(borders.kind) == {"community", "free-cut", "line-4"}


def test_rows_of_a_load_without_place(run):
    loads = frame(shapely.Point(X + 5, Y + 5), None, name=["bins"] * 2, amount=[2.0, 3.0])
    report, grids = run(loads=loads)
    (message,) = found(report, "W-GRID-EMPTY")
    assert message.startswith("1 of 2 rows of load layer loads") and "feature 1" in message
    assert grids.load_bins.sum() == 2


# --- frames


def test_frames_say_what_they_lack():
    loads = {"bins": frame(shapely.Point(X + 5, Y + 5), None)}
    buildings = frame(shapely.box(X + 20, Y + 20, X + 60, Y + 60), None)
    done = cut(frame(SQUARE, code=[CODE]), roads(), buildings, loads=loads)
    messages = [p.message for p in done.result.report.problems if p.code == "W-GRID-EMPTY"]
    assert [m.split(";")[0] for m in messages] == [
        "1 of 2 rows of load bins have no geometry",
        "1 of 2 buildings have no geometry",
    ]


@pytest.mark.parametrize("value", [2.5, 0, 8, None])
def test_a_class_of_a_frame_is_not_rounded(value):
    lines = frame(ROAD, ROAD, cls=[4, value], kind=["road"] * 2)
    with pytest.raises(InputError, match=r"E-GRID-CLASS: Line 1 at \(499991.0, 4420100.0\)"):
        cut(frame(SQUARE, code=[CODE]), lines)


def test_a_coordinate_that_is_no_number_has_a_place():
    bad = shapely.LineString([(X, Y), (float("nan"), Y + 9)])
    with pytest.raises(InputError, match=r"E-GRID-NAN.*beside \(500000.0, 4420000.0\)"):
        cut(frame(SQUARE, code=[CODE]), roads(ROAD, bad))


# --- numbers


WIDE = shapely.box(X, Y, X + 1000, Y + 1000)
MANY = {"lines": roads(), "square": WIDE}


def test_too_many_grids_are_told_by_the_region_that_has_them(run):
    error, _ = run("--scheme", "cjt213", "--target-area", "8000", **MANY)
    assert error.startswith("E-CODE-FULL: ") and CODE in error and "numbers 99" in error


def test_a_large_compound_is_one_grid_and_no_crowd(run, tmp_path):
    # 3.24 km² are more than 99 grids of 15,000 m², but most of it is one compound.
    wide = shapely.box(X, Y, X + 1800, Y + 1800)
    yard = frame(shapely.box(X + 100, Y + 100, X + 1700, Y + 1700))
    report, grids = run("--scheme", "cjt213", square=wide, compounds=yard)
    assert 1 < len(grids) <= 99
    (tmp_path / "out.gpkg").unlink()
    error, _ = run("--scheme", "cjt213", "--cut-compounds", square=wide, compounds=yard)
    assert error.startswith("E-CODE-FULL: ")


def test_a_report_that_cannot_be_written_leaves_no_half(run, tmp_path, monkeypatch):
    report = tmp_path / "r.html"
    report.write_text("former", "utf-8")

    def torn(self, text, encoding):
        self.write_bytes(text[:9].encode(encoding))
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.write_text", torn)
    path, out = tmp_path / "t.gpkg", tmp_path / "o.gpkg"
    roads().to_file(path, layer="lines")
    frame(SQUARE, code=[CODE]).to_file(path, layer="communities")
    assert main([str(path), "-o", str(out), "--report", str(report)]) == 1
    assert report.read_bytes() == b"former"
    assert not list(tmp_path.glob("*.part"))
