"""Every format read back: rows, fields, dictionary; what is refused before a row is read."""

import csv
import io
import json
import zipfile
from datetime import date

import geopandas
import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pyproj import CRS, Transformer

from spatial.basemap.models import LocalCrs
from spatial.basemap.services.export_features import FEATURE_SOURCES
from spatial.basemap.services.export_regions import REGION_SOURCES
from spatial.basemap.services.exporting import Order, export
from spatial.basemap.services.systems import local_system
from spatial.core.errors import InputError, NotFoundError
from spatial.grids.selectors import grids_of
from spatial.grids.services.export import GRIDS, export_grids

pytestmark = pytest.mark.django_db
REGIONS = {source.name: source for source in REGION_SOURCES}
FEATURES = {source.name: source for source in FEATURE_SOURCES}
NAMES = [f.name for f in GRIDS.fields]


def described(rows):
    """The rows of a dictionary name each field in both languages, with type and source."""
    assert [row["field"] for row in rows] == NAMES
    for row in rows:
        assert row["meaning_zh"] and row["meaning_en"] and row["source"]
        assert row["type"] in {"text", "number", "integer", "date"}
    area = next(row for row in rows if row["field"] == "AREA")
    assert (area["unit"], area["meaning_zh"]) == ("m²", "面积（平方米）")
    assert area["source"] == "网格方案 grid plan 110101-e1"


def told(rows):
    facts = {row["item"]: row["value"] for row in rows}
    assert facts["edition"] == "110101-e1"
    assert facts["in_force"] == "2026-11-01"
    assert facts["crs"].startswith("EPSG:4548 CGCS2000")
    assert date.fromisoformat(facts["day"])


def rows_of(data: bytes):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_flatgeobuf_and_its_dictionary_beside_it(plan, tmp_path):
    export_grids("110101", tmp_path / "g.fgb", fmt="fgb", srid=4548)
    frame = pyogrio.read_dataframe(tmp_path / "g.fgb")
    assert set(frame.BGCODE) == set(grids_of(plan).values_list("code", flat=True))
    assert frame.crs.to_epsg() == 4548
    assert {p.name for p in tmp_path.iterdir()} == {"g.fgb", "g.dictionary.csv", "g.about.csv"}
    described(rows_of((tmp_path / "g.dictionary.csv").read_bytes()))
    told(rows_of((tmp_path / "g.about.csv").read_bytes()))


@pytest.mark.parametrize("fmt", ["shp", "fgb", "dxf", "csv"])
def test_a_zip_holds_data_and_dictionary(plan, tmp_path, fmt):
    export_grids("110101", tmp_path / "g.zip", fmt=fmt, srid=4548)
    with zipfile.ZipFile(tmp_path / "g.zip") as packed:
        assert {f"unit_grids.{fmt}", "dictionary.csv", "about.csv"} <= set(packed.namelist())
        described(rows_of(packed.read("dictionary.csv")))
        told(rows_of(packed.read("about.csv")))


def test_geoparquet(plan, tmp_path):
    path = tmp_path / "g.parquet"
    export_grids("110101", path, fmt="parquet", srid=4548)
    frame = geopandas.read_parquet(path)
    assert frame.crs.to_epsg() == 4548
    assert dict(zip(frame.BGCODE, frame.area, strict=True)) == pytest.approx(
        dict(grids_of(plan).values_list("code", "area_m2")), abs=0.01
    )
    assert frame.ORDATE.iloc[0] == date(2026, 11, 1)
    assert frame.CHDATE.isna().all()
    schema = pq.read_schema(path)
    geo = json.loads(schema.metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Polygon"])
    assert CRS.from_json_dict(column["crs"]).to_epsg() == 4548
    assert column["bbox"] == pytest.approx(list(frame.total_bounds))
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    few = geopandas.read_parquet(path, bbox=(450_000, 4_420_000, 450_050, 4_420_050))
    assert 0 < len(few) < len(frame)
    described(json.loads(schema.metadata[b"wanmi:dictionary"]))
    told(json.loads(schema.metadata[b"wanmi:about"]))
    assert schema.field("AREA").metadata[b"unit"] == "m²".encode()


def test_workbook(plan, tmp_path):
    from spatial.basemap.models import Region

    Region.objects.filter(code="110101").update(name="=1+1")
    export_grids("110101", tmp_path / "g.xlsx", fmt="xlsx", srid=4548)
    book = openpyxl.load_workbook(tmp_path / "g.xlsx")
    assert book.sheetnames == ["unit_grids", "dictionary", "about"]
    head, *rows = book["unit_grids"].iter_rows(values_only=True)
    assert list(head) == [*NAMES, "X", "Y"]
    assert [row[0] for row in rows] == list(grids_of(plan).values_list("code", flat=True))
    assert rows[0][3].date() == date(2026, 11, 1)
    assert rows[0][4] is None
    named = book["unit_grids"].cell(2, NAMES.index("QXNAME") + 1)
    assert (named.value, named.data_type) == ("=1+1", "s")

    def dicts(name):
        first, *rest = book[name].iter_rows(values_only=True)
        return [{k: v or "" for k, v in zip(first, row, strict=True)} for row in rest]

    described(dicts("dictionary"))
    told(dicts("about"))


def test_a_workbook_has_every_row(plan, tmp_path, monkeypatch):
    """Also the first one after those by which columns are measured."""
    codes = list(grids_of(plan).values_list("code", flat=True))
    monkeypatch.setattr("spatial.basemap.io.writers.sheets.MEASURED_ROWS", len(codes) // 2)
    export_grids("110101", tmp_path / "g.xlsx", fmt="xlsx")
    head, *rows = openpyxl.load_workbook(tmp_path / "g.xlsx")["unit_grids"].values
    assert [row[0] for row in rows] == codes


def test_the_dictionary_inside_a_geopackage_and_a_geojson(plan, tmp_path):
    export_grids("110101", tmp_path / "g.gpkg", fmt="gpkg", srid=4548)
    for name, check in (("dictionary", described), ("about", told)):
        frame = pyogrio.read_dataframe(tmp_path / "g.gpkg", layer=name)
        check(frame.fillna("").to_dict("records"))
    assert "110101-e1" in pyogrio.read_info(tmp_path / "g.gpkg")["layer_metadata"]["DESCRIPTION"]
    export_grids("110101", tmp_path / "g.geojson", fmt="geojson", srid=4548)
    collection = json.loads((tmp_path / "g.geojson").read_text("utf-8"))
    described(collection["dictionary"])
    told(collection["about"])


@pytest.mark.parametrize("fmt", ["shp", "gpkg", "parquet", "xlsx", "csv"])
def test_chosen_fields_in_their_order(plan, tmp_path, fmt):
    path = tmp_path / f"g.{'zip' if fmt == 'shp' else fmt}"
    export_grids("110101", path, fmt=fmt, fields=("SQNAME", "BGCODE", "SQNAME"))
    if fmt == "xlsx":
        found = [c.value for c in next(openpyxl.load_workbook(path)["unit_grids"].iter_rows())]
    elif fmt == "parquet":
        found = pq.read_schema(path).names
    elif fmt == "csv":
        found = next(csv.reader(path.read_text("utf-8-sig").splitlines()))
    else:
        found = list(pyogrio.read_info(path, layer="unit_grids")["fields"])
    assert [name for name in found if name in NAMES] == ["SQNAME", "BGCODE"]


@pytest.mark.parametrize(("region", "count"), [("110101001", 18), ("110101002004", 8)])
def test_a_part_of_the_district(plan, tmp_path, region, count):
    done = export_grids(region, tmp_path / "g.gpkg", fmt="gpkg")
    frame = pyogrio.read_dataframe(tmp_path / "g.gpkg", layer="unit_grids")
    assert done.rows == len(frame) == count
    assert frame.BGCODE.str.startswith(region).all()


@pytest.mark.parametrize(
    ("region", "asked", "code"),
    [
        ("110101", {"fmt": "mdb"}, "E-EXPORT-FORMAT"),
        ("110101", {"encoding": "Big5"}, "E-EXPORT-ENCODING"),
        ("110101", {"fields": ("BGCODE", "BGCOD")}, "E-EXPORT-FIELD"),
        ("110101", {"srid": 999_999}, "E-EXPORT-CRS"),
        ("110101", {"on": date(2026, 10, 31)}, "E-EDITION-NONE"),
        ("999999", {}, "E-PLAN-MISSING"),
        ("110101009", {}, "E-REGION-MISSING"),
    ],
)
def test_what_is_refused(plan, tmp_path, region, asked, code):
    with pytest.raises((InputError, NotFoundError), match=code):
        export_grids(region, tmp_path / "g.out", **asked)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("what", "count"), [("districts", 1), ("streets", 2), ("communities", 4)])
def test_regions(plan, tmp_path, what, count):
    export(REGIONS[what], tmp_path / "r.gpkg", Order("110101", "gpkg"))
    frame = pyogrio.read_dataframe(tmp_path / "r.gpkg", layer=what)
    assert len(frame) == count
    assert {"CODE", "NAME", "AREA", "PCODE", "VALIDFROM"} <= set(frame.columns)
    assert set(frame.geom_type) == {"MultiPolygon"}
    facts = pyogrio.read_dataframe(tmp_path / "r.gpkg", layer="about")
    assert "made_up" in set(facts.item)


def test_regions_of_a_street_and_of_no_day(plan, tmp_path):
    done = export(REGIONS["communities"], tmp_path / "r.csv", Order("110101002", "csv"))
    assert done.rows == 2
    with pytest.raises(InputError, match="E-EXPORT-EMPTY"):
        export(REGIONS["districts"], tmp_path / "e.csv", Order("110101002", "csv"))
    with pytest.raises(NotFoundError, match="E-REGION-MISSING"):
        early = Order("110101", "csv", on=date(2025, 1, 1))
        export(REGIONS["streets"], tmp_path / "e.csv", early)
    assert not (tmp_path / "e.csv").exists()


@pytest.mark.parametrize("fmt", ["shp", "gpkg", "geojson", "fgb", "parquet", "dxf", "csv", "xlsx"])
@pytest.mark.parametrize(("what", "count"), [("road", 10), ("building", 2)])
def test_base_map_features_in_every_format(plan, tmp_path, fmt, what, count):
    path = tmp_path / f"f.{'zip' if fmt == 'shp' else fmt}"
    assert export(FEATURES[what], path, Order("110101", fmt, 4548)).rows == count
    if fmt in {"gpkg", "fgb", "geojson", "shp"}:
        assert len(pyogrio.read_dataframe(path, layer=what)) == count


def test_the_base_map_has_no_past(plan, tmp_path):
    with pytest.raises(InputError, match="E-EXPORT-NODAY"):
        export(FEATURES["road"], tmp_path / "f", Order("110101", on=date(2026, 11, 1)))


def test_a_sheet_that_is_too_long_is_refused(plan, tmp_path, monkeypatch):
    monkeypatch.setattr("spatial.basemap.io.writers.checks.SHEET_ROWS", 10)
    with pytest.raises(InputError, match="E-EXPORT-ROWS"):
        export_grids("110101", tmp_path / "g.xlsx", fmt="xlsx")


CITY = (
    "+proj=tmerc +lat_0=39.9 +lon_0=116.35 +k=1 +x_0=500000 +y_0=300000 +ellps=krass "
    "+towgs84=15.8,-154.4,-82.3,0,0,0,0 +units=m +no_defs"
)


@pytest.mark.parametrize("fmt", ["shp", "gpkg", "parquet", "dxf", "geojson"])
def test_a_city_has_its_own_system(plan, tmp_path, fmt):
    LocalCrs.objects.create(name="city", title="本市独立坐标系", definition=CITY)
    path = tmp_path / f"g.{'zip' if fmt == 'shp' else fmt}"
    done = export_grids("110101", path, fmt=fmt, system=local_system("LOCAL:city"))
    assert done.crs == "LOCAL:city"
    frame = geopandas.read_parquet(path) if fmt == "parquet" else pyogrio.read_dataframe(path)
    move = Transformer.from_crs(4326, CRS.from_proj4(CITY), always_xy=True)
    west, south, east, north = shapely.total_bounds(
        shapely.from_wkb(
            [bytes(geom.wkb) for geom in grids_of(plan).values_list("geom", flat=True)]
        )
    )
    corners = np.column_stack(move.transform([west, east], [south, north]))
    bounds = frame.total_bounds.reshape(2, 2)
    # Meridians and eastings are not parallel: the box of the ground is a little larger.
    assert np.abs(bounds - corners).max() < 5
    if fmt in ("shp", "gpkg", "parquet"):
        assert frame.crs.is_projected and "Krass" in frame.crs.to_wkt()


def test_a_system_that_is_not_there_is_refused(plan):
    with pytest.raises(InputError) as error:
        local_system("LOCAL:town")
    assert error.value.code == "E-CRS-UNKNOWN"
