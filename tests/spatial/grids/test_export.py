"""Exports read back by GDAL: equal codes, areas and counts."""

import csv
import io
import zipfile

import pyogrio
import pytest
import shapely

from spatial.basemap.models import Region
from spatial.core.errors import InputError
from spatial.grids.selectors import grids_of
from spatial.grids.services.export import export_grids

pytestmark = pytest.mark.django_db


def compare(frame, plan, metric=True):
    expected = dict(grids_of(plan).values_list("code", "area_m2"))
    assert dict(zip(frame.BGCODE, frame.AREA, strict=True)) == pytest.approx(expected, abs=1e-3)
    assert len(frame) == plan.grid_count
    if metric:
        areas = dict(zip(frame.BGCODE, frame.geometry.area, strict=True))
        assert areas == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_shapefile(plan, tmp_path, encoding):
    path = tmp_path / "grids.zip"
    export_grids("110101", path, fmt="shp", srid=4548, encoding=encoding)
    names = zipfile.ZipFile(path).namelist()
    assert {n.rpartition(".")[2] for n in names} >= {"shp", "shx", "dbf", "prj", "cpg"}
    assert zipfile.ZipFile(path).read("unit_grids.cpg").decode() == encoding
    frame = pyogrio.read_dataframe(f"/vsizip/{path}/unit_grids.shp")
    compare(frame, plan)
    assert frame.crs.to_epsg() == 4548
    assert set(frame.SQNAME) == {"社区1", "社区2", "社区3", "社区4"}
    assert set(frame.QXNAME) == {"东城区"}
    assert str(frame.ORDATE.iloc[0])[:10] == "2026-11-01"
    assert frame.CHDATE.isna().all()
    assert {"BGCODE", "AREA", "ORDATE", "CHDATE", "NOTE"} <= set(frame.columns)
    assert all(len(name) <= 10 for name in frame.columns)
    assert not shapely.length(shapely.coverage_invalid_edges(frame.geometry.values)).any()


def test_geopackage(plan, tmp_path):
    export_grids("110101", tmp_path / "g.gpkg", fmt="gpkg", srid=4548)
    frame = pyogrio.read_dataframe(tmp_path / "g.gpkg")
    compare(frame, plan)
    assert frame.crs.to_epsg() == 4548


@pytest.mark.parametrize("srid", [4326, 4490])
def test_geojson(plan, tmp_path, srid):
    export_grids("110101", tmp_path / "g.geojson", fmt="geojson", srid=srid)
    frame = pyogrio.read_dataframe(tmp_path / "g.geojson")
    compare(frame, plan, metric=False)
    assert frame.crs.to_epsg() == srid
    west, south, east, north = frame.total_bounds
    assert 116 < west < east < 117
    assert 39 < south < north < 41
    areas = dict(zip(frame.BGCODE, frame.to_crs(4548).area, strict=True))
    assert areas == pytest.approx(dict(grids_of(plan).values_list("code", "area_m2")), abs=0.5)


def test_dxf(plan, tmp_path):
    export_grids("110101", tmp_path / "g.dxf", fmt="dxf", srid=4548)
    frame = pyogrio.read_dataframe(tmp_path / "g.dxf")
    outlines = frame[frame.geom_type != "Point"]
    labels = frame[frame.geom_type == "Point"]
    assert len(outlines) == plan.grid_count
    assert set(labels.Text) == set(grids_of(plan).values_list("code", flat=True))
    rings = [shapely.Polygon(line.coords) for line in outlines.geometry.values]
    assert shapely.area(rings).sum() == pytest.approx(360_000, abs=0.1)


def test_csv(plan, tmp_path):
    export_grids("110101", tmp_path / "g.csv", fmt="csv", srid=4490)
    text = (tmp_path / "g.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [r["BGCODE"] for r in rows] == list(grids_of(plan).values_list("code", flat=True))
    assert shapely.from_wkt(rows[0]["WKT"]).is_valid


def test_the_same_grids_give_the_same_shapefile(plan, tmp_path):
    for name in ("a.zip", "b.zip"):
        export_grids("110101", tmp_path / name, fmt="shp", srid=4548)
    members = [
        {n: z.read(n) for n in z.namelist()}
        for z in (zipfile.ZipFile(tmp_path / "a.zip"), zipfile.ZipFile(tmp_path / "b.zip"))
    ]
    assert members[0] == members[1]


def test_a_formula_in_a_cell_is_text(plan, tmp_path):
    Region.objects.filter(level="district").update(name="=1+1")
    export_grids("110101", tmp_path / "g.csv", fmt="csv", srid=4490)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "g.csv").read_text("utf-8-sig"))))
    assert rows[0]["QXNAME"] == "'=1+1"


def test_text_that_gbk_lacks_is_refused_and_no_file_appears(plan, tmp_path):
    Region.objects.filter(level="community").update(name="𠮷祥社区")
    with pytest.raises(InputError, match="E-TEXT-ENCODING.*SQNAME"):
        export_grids("110101", tmp_path / "g.zip", fmt="shp", srid=4548, encoding="GBK")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("srid", [0, 999999, 2154999])
def test_an_unknown_crs_is_refused(plan, tmp_path, srid):
    with pytest.raises(InputError, match="E-EXPORT-CRS"):
        export_grids("110101", tmp_path / "g.zip", srid=srid)


def test_a_folder_that_cannot_be_written(plan, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="E-EXPORT-WRITE"):
        export_grids("110101", tmp_path / "file" / "g.zip")
