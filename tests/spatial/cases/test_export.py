"""Cases taken out: read back by GDAL and compared row by row with what the selectors show."""

from datetime import UTC, date, timedelta

import geopandas
import openpyxl
import pandas as pd
import pyogrio
import pytest
from django.core.management import call_command
from django.utils import timezone, translation
from pyproj import Transformer

from spatial.basemap.io.writers import FORMATS
from spatial.basemap.models import LocalCrs
from spatial.basemap.services import export_spool
from spatial.basemap.services.exporting import Order, export
from spatial.basemap.services.systems import local_system
from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import Case, Department, Kind
from spatial.cases.selectors import visible_to
from spatial.cases.services.export import CASE_SOURCE, scope_of, still_sees
from spatial.cases.stages import ENDED, Stage
from spatial.core.errors import WanmiError
from spatial.core.jobs import CancelledError
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.locate import locate
from spatial.grids.services.publish import publish_plan

NAMES = [field.name for field in CASE_SOURCE.fields]
MADE = Wanted(("110101",), 400, days=40, open_share=0.3, until=date(2026, 11, 20))
PRIVATE = ("13812345678", "010-6512 3456", "110101199003077715", "zhang@example.org", "王某")


@pytest.fixture
def made(world):
    make_cases(MADE, stars={"inspector": world.inspector})
    world.case(Stage.HANDLING)
    world.case(Stage.DIVIDED)
    return world


def written(path, user=None, region="110101", **asked):
    asked = {"fmt": "gpkg", "unlimited": user is None} | asked
    return export(CASE_SOURCE, path, Order(region, user=user, **asked))


def frame_of(path):
    if path.suffix == ".parquet":
        return geopandas.read_parquet(path)
    return pyogrio.read_dataframe(path, layer=None if path.suffix == ".zip" else "cases")


def told(case):
    """A case as its file says, made of the model and nothing of the export."""
    time = timezone.get_default_timezone()

    def moment(at):
        return at and at.astimezone(time).strftime("%Y-%m-%d %H:%M:%S")

    return {
        "CASENO": case.number,
        "KIND": {"component": "部件", "event": "事件"}[case.kind],
        "CLASSCODE": case.case_class.code,
        "MAINNAME": case.case_class.main_name,
        "STAGE": case.stage,
        "DEPTNAME": case.department and case.department.name,
        "BGID": case.grid_code,
        "SQCODE": case.community_code,
        "JDCODE": case.street_code,
        "QXCODE": case.district_code,
        "EDITION": case.plan and case.plan.edition,
        "PLACE": case.place,
        "RPTTIME": moment(case.reported_at),
        "ENDTIME": moment(case.closed_at),
        "DUETIME": moment(case.deadline),
        "LATE": None if case.late is None else int(case.late),
        "REWORKS": case.reworks,
        "lon": round(case.point.x, 9),
        "lat": round(case.point.y, 9),
    }


def rows_of(frame):
    frame = frame.assign(lon=frame.geometry.x.round(9), lat=frame.geometry.y.round(9))
    return [
        # GDAL takes texts of GeoJSON that look like a time for one.
        {
            name: None if pd.isna(value) else str(value) if name.endswith("TIME") else value
            for name, value in row.items()
        }
        for row in frame.to_dict("records")
    ]


def filled(row):
    """A file has an empty text or nothing where there is none."""
    return {name: None if value == "" else value for name, value in row.items()}


def same(frame, cases):
    """Row by row."""
    cases = list(cases.select_related("case_class", "department", "plan").order_by("pk"))
    assert len(frame) == len(cases)
    for row, case in zip(rows_of(frame), cases, strict=True):
        wanted = told(case)
        assert filled({name: row[name] for name in wanted}) == filled(wanted)


@pytest.mark.parametrize("fmt", ["gpkg", "parquet", "fgb", "geojson"])
def test_rows_are_those_of_the_selectors(made, tmp_path, fmt):
    done = written(tmp_path / f"c.{fmt}", made.operator, fmt=fmt)
    frame = frame_of(done.path)
    assert set(frame.columns) - {"bbox"} == {*NAMES, "geometry"}
    assert done.rows == Case.objects.count() > 300
    if fmt == "fgb":  # Its index sorts the rows by place.
        frame = frame.sort_values("CASENO", ignore_index=True)
    same(frame, visible_to(made.operator))


def test_a_shapefile_in_gbk_and_a_metric_system(made, tmp_path):
    Case.objects.update(description="", place="长安街1号")
    done = written(tmp_path / "c.zip", fmt="shp", srid=4548, encoding="GBK")
    frame = frame_of(done.path)
    assert frame.crs.to_epsg() == 4548
    same(frame.to_crs(4490), Case.objects.all())


def test_a_citys_own_system(made, tmp_path):
    definition = "+proj=tmerc +lat_0=39.9 +lon_0=116.35 +x_0=500000 +y_0=300000 +ellps=krass"
    LocalCrs.objects.create(name="city", title="本市", definition=definition)
    done = written(tmp_path / "c.gpkg", system=local_system("LOCAL:city"))
    first = frame_of(done.path).geometry.iloc[0]
    case = Case.objects.order_by("pk").first()
    x, y = Transformer.from_crs(4490, definition, always_xy=True).transform(*case.point.coords)
    assert (first.x, first.y) == pytest.approx((x, y), abs=1e-3)


def test_tables_and_drawings(made, tmp_path):
    first = Case.objects.order_by("pk").first()
    table = pd.read_csv(written(tmp_path / "c.csv", fmt="csv").path, dtype=str)
    assert list(table.CASENO) == [one.number for one in Case.objects.order_by("pk")]
    assert table.WKT[0].startswith("POINT (")
    book = openpyxl.load_workbook(written(tmp_path / "c.xlsx", fmt="xlsx").path, read_only=True)
    assert book.sheetnames == ["cases", "dictionary", "about"]
    rows = list(book["cases"].iter_rows(values_only=True))
    assert len(rows) == Case.objects.count() + 1
    assert rows[1][0] == first.number
    drawing = pyogrio.read_dataframe(written(tmp_path / "c.dxf", fmt="dxf").path)
    assert first.number in set(drawing.Text.dropna())
    assert first.case_class.code in set(drawing.Layer)


def test_every_format_has_the_dictionary(made, tmp_path):
    for fmt in FORMATS:
        done = written(tmp_path / f"d.{'zip' if fmt in ('shp', 'csv') else fmt}", fmt=fmt,
                       fields=("CASENO", "STAGE"))  # fmt: skip
        assert done.bytes > 0
    frame = pyogrio.read_dataframe(tmp_path / "d.gpkg", layer="dictionary")
    assert list(frame.field) == ["CASENO", "STAGE"]
    about = pyogrio.read_dataframe(tmp_path / "d.gpkg", layer="about").set_index("item").value
    assert {"period", "seen", "private", "crs"} <= set(about.index)


def test_each_sees_his_own(made, tmp_path):
    for user in (made.worker, made.other_worker, made.leader, made.inspector):
        frame = frame_of(written(tmp_path / "o.gpkg", user).path)
        assert list(frame.CASENO) == [one.number for one in visible_to(user).order_by("pk")]
    assert 0 < visible_to(made.worker).count() < Case.objects.count()
    for nobody in (None, made.other_inspector):
        with pytest.raises(WanmiError, match="E-EXPORT-EMPTY"):
            export(CASE_SOURCE, tmp_path / "n.gpkg", Order("110101", fmt="gpkg", user=nobody))
    assert not (tmp_path / "n.gpkg").exists()


def test_a_department_that_has_a_part_has_the_case(world, tmp_path):
    case = world.case(Stage.DIVIDED)
    for user in (world.worker, world.other_worker):
        assert list(frame_of(written(tmp_path / "p.gpkg", user).path).CASENO) == [case.number]


def test_filters_pick_what_the_selectors_pick(made, tmp_path):
    first, last = date(2026, 11, 1), date(2026, 11, 10)
    community = Case.objects.exclude(community_code="").first().community_code
    of_class = Case.objects.first().case_class
    ended = ",".join(sorted(ENDED))
    for only, region, wanted in (
        ({"first": "2026-11-01", "last": "2026-11-10"}, "110101",
         {"pk__gte": 20261101000000, "pk__lt": 20261111000000}),
        ({"first": first}, "110101", {"reported_at__date__gte": first}),
        ({"last": last}, "110101", {"reported_at__date__lte": last}),
        ({"stage": ended}, "110101", {"stage__in": ENDED}),
        ({"stage": "closed"}, community[:9], {"stage": "closed", "street_code": community[:9]}),
        ({}, community, {"community_code": community}),
        ({"of": "event"}, "110101", {"kind": Kind.EVENT}),
        ({"catalogue": of_class.catalogue, "main": of_class.main_code, "kind": of_class.code},
         "110101", {"case_class__code": of_class.code,
                    "case_class__catalogue": of_class.catalogue}),
    ):  # fmt: skip
        cases = Case.objects.filter(**wanted)
        assert cases.count() > 0, only
        same(frame_of(written(tmp_path / "f.gpkg", only=only, region=region).path), cases)


def test_a_closed_case_keeps_the_grid_of_its_day(world, tmp_path):
    case = world.case(Stage.CLOSED)
    frame = frame_of(written(tmp_path / "g.gpkg").path).iloc[0]
    assert (case.grid_code, case.plan.edition) == (frame.BGID, frame.EDITION)
    with translation.override("zh-hans"):
        assert frame.STAGENAME == str(Stage.CLOSED.label) != "closed"


def test_all_cases_can_be_counted_on_either_edition(made, tmp_path):
    first = made.plan.valid_from
    later = first + timedelta(days=20)
    plan = make_plan("110101", target_area_m2=20_000)
    assert check_plan(plan)["ok"]
    publish_plan(plan, later)
    for day, edition in ((first, made.plan), (later, plan)):
        frame = frame_of(written(tmp_path / "e.gpkg", on=day).path)
        same(frame, Case.objects.all())
        cases = Case.objects.order_by("pk")
        grids = locate([case.point.coords for case in cases], edition)
        assert list(frame.BGIDON) == [grid.code if grid else "" for grid in grids]
        assert set(frame.EDITIONON) == {edition.edition}
    kept = frame[frame.STAGE.isin(ENDED)]
    assert (kept.BGID != kept.BGIDON).any()
    about = pyogrio.read_dataframe(tmp_path / "e.gpkg", layer="about").set_index("item").value
    assert about["counted_on"] == str(later)


def test_nothing_of_who_reported_is_in_the_file(world, tmp_path):
    words = f"我是{PRIVATE[-1]}，电话 {PRIVATE[0]} 或 {PRIVATE[1]}，身份证 {PRIVATE[2]}"
    world.inspector.first_name = "监督员姓名"
    world.inspector.save()
    world.report(description=f"电话13812345678，部件 1101010118000001 {words[-18:]}")
    world.report(channel="web", description=words, place=f"门口 {PRIVATE[0]}")
    Case.objects.update(contact="zhang@example.org")
    for fmt in ("geojson", "csv"):
        text = written(tmp_path / f"s.{fmt}", fmt=fmt).path.read_text("utf-8")
        assert not any(secret in text for secret in PRIVATE), fmt
        assert "监督员姓名" not in text
        assert world.inspector.username not in text.replace("inspectors", "")
    frame = frame_of(written(tmp_path / "s.gpkg").path).set_index("CHANNEL")
    own, public = (Case.objects.get(channel=one).number for one in ("inspector", "web"))
    by_number = frame.set_index("CASENO")
    assert "1101010118000001" in by_number.DESCR[own]
    assert by_number.DESCR[own].startswith("电话***，")
    assert not by_number.DESCR[public]
    assert by_number.PLACE[public] == "门口 ***"


def test_what_cannot_be_asked(made, tmp_path):
    path = tmp_path / "x.gpkg"
    for code, asked in (
        ("E-EDITION-NONE", {"on": date(2020, 1, 1)}),
        ("E-EXPORT-FIELD", {"fields": ("BGIDON",)}),
        ("E-REGION-MISSING", {"region": "110199"}),
        ("E-REGION-MISSING", {"region": "1101"}),
        ("E-EXPORT-FILTER", {"only": {"state": "broken"}}),
        ("E-EXPORT-FILTER", {"only": {"stage": "closed,lost"}}),
        ("E-EXPORT-FILTER", {"only": {"first": "yesterday"}}),
        ("E-EXPORT-FILTER", {"only": {"first": "2026-11-02", "last": "2026-11-01"}}),
        ("E-EXPORT-FILTER", {"only": {"of": "person"}}),
        ("E-EXPORT-FILTER", {"only": {"kind": ["0110"]}}),
        ("E-EXPORT-FIELD", {"fields": ("CONTACT",)}),
        ("E-EXPORT-CRS", {"srid": 99999}),
        ("E-EXPORT-EMPTY", {"only": {"first": "2020-01-01", "last": "2020-01-02"}}),
    ):
        with pytest.raises(WanmiError) as caught:
            written(path, **asked)
        assert caught.value.code == code, asked
    assert {one.name for one in tmp_path.iterdir()} <= {"photos"}


def test_rows_come_in_parts_and_a_cancel_leaves_nothing(made, tmp_path, monkeypatch):
    monkeypatch.setattr(export_spool, "BLOCK_BYTES", 4096)
    monkeypatch.setattr(export_spool, "PART_ROWS", 50)
    Case.objects.filter(pk=Case.objects.first().pk).update(place='两行\n"引号", 逗号')
    for fmt in ("gpkg", "parquet", "csv", "xlsx", "shp"):
        asked = {"fields": tuple(n for n in NAMES if n != "DESCR")} if fmt == "shp" else {}
        path = tmp_path / f"m.{'zip' if fmt == 'shp' else fmt}"
        assert written(path, fmt=fmt, **asked).rows == Case.objects.count()
    same(frame_of(tmp_path / "m.gpkg"), Case.objects.all())
    same(frame_of(tmp_path / "m.parquet"), Case.objects.all())
    seen = []

    def stop(done, total, message=""):
        seen.append((done, total))
        if done > total * 0.7:
            raise CancelledError

    with pytest.raises(CancelledError):
        export(CASE_SOURCE, tmp_path / "no.gpkg", Order("110101", fmt="gpkg", unlimited=True), stop)
    assert not (tmp_path / "no.gpkg").exists()
    assert all(done <= total for done, total in seen)


def test_a_drawing_and_a_sheet_have_their_limits(made, tmp_path, monkeypatch):
    for name, fmt in (
        ("DRAWING_ROWS", "dxf"), ("SHEET_ROWS", "xlsx"), ("SHAPEFILE_BYTES", "shp")
    ):  # fmt: skip
        monkeypatch.setattr(f"spatial.basemap.io.writers.checks.{name}", 10)
        with pytest.raises(WanmiError, match="E-EXPORT-ROWS"):
            written(tmp_path / f"l.{fmt}", fmt=fmt)
    assert {one.name for one in tmp_path.iterdir()} <= {"photos"}


def test_who_sees_less_than_before_no_longer_gets_the_file(world):
    whole, own = scope_of(world.operator), scope_of(world.worker)
    assert whole == {"all": True}
    assert still_sees(world.operator, own)
    assert still_sees(world.worker, own)
    assert not still_sees(world.worker, whole)
    world.worker.departments.clear()
    assert not still_sees(world.worker, own)
    other = Department.objects.create(code="D9", name="新部门")
    world.worker.departments.add(other)
    assert not still_sees(world.worker, own)
    world.worker.departments.add(world.lamps)
    assert still_sees(world.worker, own)


def test_the_command_sees_all(made, tmp_path, capsys):
    path = tmp_path / "c.csv"
    call_command("export_layer", "cases", "110101", "-o", str(path), "--format", "csv", "--only",
                 "first=2026-11-01", "--only", "last=2026-11-10", "--json")  # fmt: skip
    count = Case.objects.filter(pk__gte=20261101000000, pk__lt=20261111000000).count()
    assert f'"rows": {count}' in capsys.readouterr().out


def test_a_day_is_a_day_of_the_site(world, tmp_path):
    """Half past midnight in China is the day before in UTC."""
    case = world.report()
    late = timezone.now().astimezone(UTC).replace(hour=16, minute=30, second=5)
    Case.objects.filter(pk=case.pk).update(reported_at=late)
    frame = frame_of(written(tmp_path / "t.gpkg").path).iloc[0]
    day = late.date() + timedelta(days=1)
    assert f"{day} 00:30:05" == frame.RPTTIME
    assert str(frame.RPTDATE)[:10] == str(day)
