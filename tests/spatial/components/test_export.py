"""Components taken out: fields, filters, a past day, and files that come back unmodified."""

from datetime import date

import pyogrio
import pytest
import shapely
from django.core.management import call_command
from django.utils import timezone

from spatial.basemap.services.exporting import Order, export
from spatial.components.models import Component, ComponentChange
from spatial.components.services.export import COMPONENT_SOURCES
from spatial.core.errors import WanmiError
from tests.spatial.basemap import files
from tests.spatial.components.conftest import COVER, GREEN, LAMP, RAIL, at, bring, survey

POINTS, LINES, AREAS = COMPONENT_SOURCES
INSIDE = [(103, 104), (203, 154), (303, 254), (153, 404)]
"""Off the edges of grids, where the last digit of a coordinate decides."""


@pytest.fixture
def town(plan, tmp_path):
    """Four components, the second without owner, the third broken; all since 2024."""
    path = survey(
        tmp_path / "s.gpkg",
        at(*INSIDE),
        ClassCode=[LAMP, LAMP, COVER, COVER],
        ObjName=["路灯", "路灯", '井盖, "大"', "井盖"],
        DeptCode1="01",
        DeptName1="路灯处",
        DeptName2=["甲公司", "", "乙公司", "甲公司"],
        ObjState=["完好", "完好", "破损", "完好"],
        ORDate="2024-03-01",
        ObjPos=["东街\n北口", "", "", ""],
        DataSource="实测",
    )
    bring(path, day=date(2026, 11, 10))
    return plan


def written(path, source=POINTS, region="110101", **asked):
    asked = {"fmt": "gpkg"} | asked
    return export(source, path, Order(region, **asked))


def rows_of(path, layer="components"):
    meta, _ids, geometry, columns = pyogrio.raw.read(path, layer=layer)
    rows = [dict(zip(meta["fields"], row, strict=True)) for row in zip(*columns, strict=True)]
    return rows, shapely.from_wkb(geometry)


def refused(code, path, **asked):
    with pytest.raises(WanmiError) as caught:
        written(path, **asked)
    assert caught.value.code == code


def test_fields_of_the_standard(town, tmp_path):
    done = written(tmp_path / "c.gpkg")
    rows, points = rows_of(done.path)
    assert (done.rows, done.edition) == (4, "110101-v1")
    lamp = Component.objects.get(code=rows[2]["OBJID"])
    first = {name: str(value) for name, value in rows[2].items()}
    assert first["OBJNAME"] == lamp.name == "路灯"
    assert (first["CLASSCODE"], first["CLASSNAME"]) == (LAMP, "路灯")
    assert (first["MAINCODE"], first["MAINNAME"]) == ("01", "公用设施类")
    assert (first["DEPTCODE1"], first["DEPTNAME1"], first["DEPTNAME2"]) == (
        "01",
        "路灯处",
        "甲公司",
    )
    assert (first["OBJSTATE"], first["ORDATE"], first["BGID"]) == (
        "完好", "2024-03-01", lamp.grid_code
    )  # fmt: skip
    assert points[2].distance(shapely.Point(lamp.point.coords)) < 1e-9
    assert rows[2]["DEPTCODE2"] == "" and rows[3]["DEPTNAME2"] == ""


@pytest.mark.parametrize("fmt, name", [("shp", "c.zip"), ("gpkg", "c.gpkg"), ("csv", "c.csv")])
@pytest.mark.parametrize("srid", [4490, 4548])
def test_a_file_comes_back_unmodified(town, tmp_path, fmt, name, srid):
    bring(survey(tmp_path / "t.gpkg", at((123, 124)), ClassCode=LAMP, ObjState="占用"))
    before = list(Component.objects.order_by("pk").values())
    done = written(tmp_path / name, fmt=fmt, srid=srid)
    assert done.rows == 5
    back = bring(done.path, dataset="other", crs=f"EPSG:{srid}")
    assert (back.unmodified, back.created, back.updated) == (5, 0, 0)
    assert list(Component.objects.order_by("pk").values()) == before


def test_lines_and_areas_come_back_unmodified(plan, tmp_path):
    a, b, c, d = at((100, 100), (150, 100), (150, 140), (100, 140))
    lines = [shapely.LineString([a, b, c]), shapely.MultiLineString([[a, d], [b, c]])]
    files.write(tmp_path / "l.gpkg", lines, {"ClassCode": [RAIL, RAIL]}, crs="EPSG:4326",
                kind="Unknown")  # fmt: skip
    areas = [shapely.Polygon([a, b, c, d])]
    files.write(tmp_path / "a.gpkg", areas, {"ClassCode": [GREEN]}, crs="EPSG:4326")
    for name in ("l", "a"):
        bring(tmp_path / f"{name}.gpkg", dataset=name)
    assert written(tmp_path / "all.gpkg").rows == 3
    for source, fmt, count in ((LINES, "gpkg", 2), (LINES, "shp", 2), (AREAS, "shp", 1)):
        done = written(tmp_path / f"{source.name}.{fmt}", source, fmt=fmt)
        path = done.path.rename(done.path.with_suffix(".zip")) if fmt == "shp" else done.path
        back = bring(path, dataset=f"{source.name}{fmt}")
        assert (back.unmodified, back.updated, done.rows) == (count, 0, count), (source.name, fmt)


def test_filters_pick_rows(town, tmp_path):
    owner = Component.objects.filter(owner__name="甲公司").first().owner_id
    codes = list(Component.objects.values_list("code", flat=True)[:2])
    box = shapely.box(*shapely.total_bounds(at((80, 80), (220, 170))))
    polygon = shapely.geometry.mapping(box)
    for only, count in (
        ({"kind": LAMP}, 2),
        ({"main": "01"}, 4),
        ({"main": "02"}, 0),
        ({"state": "broken"}, 1),
        ({"owner": owner}, 2),
        ({"owner": str(owner), "kind": COVER}, 1),
        ({"codes": codes}, 2),
        ({"polygon": polygon}, 2),
        ({"catalogue": "gbt30428-2013"}, 0),
    ):
        if count:
            assert written(tmp_path / "f.gpkg", only=only).rows == count, only
        else:
            refused("E-EXPORT-EMPTY", tmp_path / "f.gpkg", only=only)


def test_a_component_in_no_grid_belongs_to_its_district_only(town, tmp_path):
    lost = Component.objects.first()
    community = lost.grid_code[:12]
    there = written(tmp_path / "a.gpkg", region=community).rows
    Component.objects.filter(pk=lost.pk).update(grid_code="")
    assert there == 1
    refused("E-EXPORT-EMPTY", tmp_path / "b.gpkg", region=community)
    assert written(tmp_path / "c.gpkg").rows == 4


def test_what_cannot_be_ordered(town, tmp_path):
    path = tmp_path / "x.gpkg"
    refused("E-EXPORT-FILTER", path, only={"colour": "red"})
    refused("E-EXPORT-FILTER", path, only={"state": "odd"})
    refused("E-EXPORT-FILTER", path, only={"owner": "1 or 1"})
    refused("E-EXPORT-FILTER", path, only={"codes": []})
    refused("E-EXPORT-POLYGON", path, only={"polygon": {"type": "Point", "coordinates": [1, 2]}})
    refused("E-EXPORT-POLYGON", path, only={"polygon": {"type": "Polygon"}})
    circle = shapely.geometry.mapping(shapely.Point(116.4, 39.9).buffer(0.01, quad_segs=300))
    refused("E-EXPORT-POLYGON", path, only={"polygon": circle})
    refused("E-REGION-MISSING", path, region="110199")
    refused("E-EXPORT-NODAY", path, source=AREAS, on=date(2026, 11, 1))
    assert not path.exists()


def test_a_past_day_undoes_what_came_later(town, tmp_path):
    codes = list(Component.objects.order_by("code").values_list("code", flat=True))
    moved = at(INSIDE[0], (213, 154), INSIDE[2])
    kinds = {"ObjID": [codes[2], codes[3], codes[0]], "ClassCode": [LAMP, LAMP, COVER]}
    parts = {"DeptName2": ["丙公司", "丁公司", "乙公司"], "ObjState": "完好"}
    bring(survey(tmp_path / "n.gpkg", moved, **kinds, **parts), whole=True, day=date(2026, 11, 20))
    assert Component.objects.get(code=codes[1]).state == "removed"
    now, _points = rows_of(written(tmp_path / "now.gpkg").path)
    assert [row["OBJID"] for row in now] == [codes[0], codes[2], codes[3]]
    then, points = rows_of(written(tmp_path / "then.gpkg", on=date(2026, 11, 19)).path)
    assert [row["OBJID"] for row in then] == codes
    assert [row["OBJSTATE"] for row in then] == ["破损", "完好", "完好", "完好"]
    assert [row["DEPTNAME2"] for row in then] == ["乙公司", "甲公司", "甲公司", ""]
    assert points[3].distance(at(INSIDE[1])[0]) < 1e-7
    assert str(then[3]["CHDATE"]) == "NaT" or str(then[3]["CHDATE"]) < "2026-11-20"
    on_the_day, points = rows_of(written(tmp_path / "day.gpkg", on=date(2026, 11, 20)).path)
    assert [row["DEPTNAME2"] for row in on_the_day] == ["乙公司", "丙公司", "丁公司"]
    assert points[2].distance(moved[1]) < 1e-7
    refused("E-EXPORT-EMPTY", tmp_path / "old.gpkg", on=date(2024, 2, 28))
    # What was gone and came back was not there in between.
    bring(survey(tmp_path / "b.gpkg", at(INSIDE[3]), ObjID=codes[1]), day=date(2026, 11, 25))
    assert ComponentChange.objects.filter(kind="back").count() == 1
    between, _points = rows_of(written(tmp_path / "bet.gpkg", on=date(2026, 11, 22)).path)
    assert codes[1] not in [row["OBJID"] for row in between]
    assert written(tmp_path / "again.gpkg", on=date(2026, 11, 25)).rows == 4


def test_the_state_of_today_is_that_of_now(town, tmp_path):
    now, here = rows_of(written(tmp_path / "now.gpkg").path)
    today, there = rows_of(written(tmp_path / "today.gpkg", on=timezone.localdate()).path)
    assert [str(row) for row in now] == [str(row) for row in today]
    assert shapely.equals_exact(here, there).all()


def test_the_command_filters(town, tmp_path, capsys):
    polygon = tmp_path / "p.geojson"
    polygon.write_text(shapely.to_geojson(at((100, 100))[0].buffer(0.0001)))
    asked = ["components", "110101", "-o", str(tmp_path / "c.gpkg"), "--format", "gpkg"]
    call_command("export_layer", *asked, "--only", f"kind={LAMP}", "--polygon", str(polygon),
                 "--json")  # fmt: skip
    assert '"rows": 1' in capsys.readouterr().out
    for wrong in (["--only", "kind"], ["--polygon", "none.geojson"]):
        with pytest.raises(Exception, match="E-EXPORT"):
            call_command("export_layer", *asked, *wrong)


def test_other_formats_take_the_columns_too(town, tmp_path):
    for fmt in ("xlsx", "parquet", "dxf", "geojson", "fgb"):
        assert written(tmp_path / f"c.{fmt}", fmt=fmt).rows == 4
    assert "OBJID" in (tmp_path / "c.geojson").read_text("utf-8")
