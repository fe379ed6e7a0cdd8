"""Files of places: columns, faults row by row, differences, and what is refused."""

import json

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from geocode import to_gcj02
from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.gazetteer.intake import import_places
from spatial.basemap.models import ImportIssue, ImportRun, Place, PlaceName
from spatial.core.errors import InputError
from tests.spatial.basemap import files
from tests.spatial.basemap.gazetteer.conftest import SOUTH, WEST

CRS = "EPSG:4490"


def row(name: str, x: float = 0.005, y: float = 0.005, **more) -> dict:
    return {"name": name, "lon": WEST + x, "lat": SOUTH + y, **more}


GOOD = row("孚王府")


def stored() -> set[str]:
    return set(Place.objects.filter(valid_to=None).values_list("name", flat=True))


def test_chinese_columns_of_a_table(district, table):
    path = table([
        {"标准名称": "孚王府", "地址": "朝阳门内大街137号", "别名": "九爷府;怡亲王府",
         "曾用名": "科学院", "级别": "POI", "经度": WEST + 0.001, "纬度": SOUTH + 0.001},
        {"标准名称": "", "地址": "东四北大街107号院3号楼", "别名": "", "曾用名": "", "级别": "",
         "经度": WEST + 0.002, "纬度": SOUTH + 0.001},
        {"标准名称": "和平里七区", "地址": "", "别名": "", "曾用名": "", "级别": "地片",
         "经度": WEST + 0.003, "纬度": SOUTH + 0.001},
    ])  # fmt: skip
    summary = import_places(path, crs=CRS, dataset="survey")
    assert (summary.created, summary.refused) == (3, 0)
    assert summary.by_kind == {"address": 1, "place": 1, "poi": 1}
    poi = Place.objects.get(name="孚王府")
    assert (poi.kind, poi.level, poi.address) == ("poi", 10, "朝阳门内大街137号")
    assert (poi.alias, poi.old_name) == ("九爷府;怡亲王府", "科学院")
    assert Place.objects.get(kind="address").name == "东四北大街107号院3号楼"
    assert Place.objects.get(kind="place").level == 7


def test_a_workbook_and_a_geopackage(district, tmp_path):
    book = Workbook()
    book.active.append(["名称", "经度", "纬度"])
    book.active.append(["孚王府", WEST + 0.001, SOUTH + 0.001])
    book.save(tmp_path / "a.xlsx")
    assert import_places(tmp_path / "a.xlsx", crs=CRS).created == 1
    points = shapely.points([[files.X0, files.Y0], [files.X0 + 5, files.Y0]])
    path = files.write(tmp_path / "b.gpkg", points, {"NAME": ["甲", "乙"]}, layer="p")
    with pytest.raises(InputError) as caught:
        import_places(path)
    assert caught.value.code == "E-PLACE-ROWS"  # outside the district of these tests
    assert set(caught.value.detail["codes"]) == {"E-PLACE-OUTSIDE"}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (row(""), "E-PLACE-NAME"),
        (row("长" * 10_000), "E-PLACE-LONG"),
        (row("a\x07b"), "E-PLACE-CONTROL"),
        (row("<script>alert(1)</script>"), "E-PLACE-MARKUP"),
        (row("<img src=x onerror=alert(1)>"), "E-PLACE-MARKUP"),
        (row("x'; DROP TABLE basemap_place; --"), "E-PLACE-MARKUP"),
        (row("' OR '1'='1"), "E-PLACE-MARKUP"),
        (row("孚王府", lon="x"), "E-PLACE-NOXY"),
        (row("孚王府", lon=""), "E-PLACE-NOXY"),
        (row("孚王府", lon=0, lat=0), "E-PLACE-ZERO"),
        (row("孚王府", lon=SOUTH + 0.005, lat=WEST + 0.005), "E-PLACE-SWAPPED"),
        (row("孚王府", x=0.5), "E-PLACE-OUTSIDE"),
        (row("孚王府", lon=2.35, lat=48.85), "E-PLACE-ABROAD"),
        (row("孚王府", lon="nan"), "E-PLACE-NOXY"),
        (row("孚王府", lon="1e999"), "E-PLACE-NOXY"),
        (row("孚王府", level="11"), "E-PLACE-LEVEL"),
        (row("孚王府", level="街区"), "E-PLACE-LEVEL"),
    ],
)
def test_a_bad_row_refuses_the_file_and_is_named(district, table, bad, code):
    rows = [{"level": "", **one} for one in (row("第一"), bad, row("第三"))]
    with pytest.raises(InputError) as caught:
        import_places(table(rows), crs=CRS)
    assert caught.value.code == "E-PLACE-ROWS"
    assert caught.value.detail["rows"] == [{"row": 2, "code": code}]
    assert stored() == set()
    run = ImportRun.objects.get()
    assert (run.state, run.error_code) == ("refused", "E-PLACE-ROWS")
    issue = run.issues.get()
    assert (issue.code, issue.severity) == (code, ImportIssue.Severity.REFUSED)
    assert issue.feature.split()[0] == "2"
    assert issue.message


def test_good_rows_go_in_when_asked_for(district, table):
    rows = [row("第一"), row("<b>二</b>"), row("第三", x=9.0), row("O'Brien & Söhne; 1-2")]
    path = table(rows)
    summary = import_places(path, crs=CRS, skip_bad=True)
    assert stored() == {"第一", "O'Brien & Söhne; 1-2"}
    assert (summary.created, summary.refused) == (2, 2)
    assert summary.by_reason == {"E-PLACE-MARKUP": 1, "E-PLACE-OUTSIDE": 1}
    assert {i.feature.split()[0] for i in ImportIssue.objects.all()} == {"2", "3"}


def test_a_file_that_is_wrong_as_a_whole_is_told_as_that(district, table):
    rows = [row(str(n), lon=SOUTH + 0.005, lat=WEST + 0.005) for n in range(3)]
    with pytest.raises(InputError) as caught:
        import_places(table(rows), crs=CRS)
    assert caught.value.code == "E-CRS-SWAPPED"


def test_without_regions_all_of_china_is_taken_and_nothing_else(owner, table):
    assert import_places(table([row("东"), row("西", x=-20)]), crs=CRS).created == 2
    with pytest.raises(InputError) as caught:
        import_places(table([row("东"), row("西", lon=2.3)], "b.csv"), crs=CRS)
    assert caught.value.detail["rows"] == [{"row": 2, "code": "E-PLACE-ABROAD"}]


def test_a_table_without_names_is_refused(district, table):
    with pytest.raises(InputError) as caught:
        import_places(table([{"lon": 116.401, "lat": 39.901, "remark": "x"}]), crs=CRS)
    assert caught.value.code == "E-PLACE-FIELD"


def test_differences_are_new_changed_and_gone(district, table):
    first = [{"id": n, **row(f"第{n}", x=n / 1000)} for n in (1, 2, 3)]
    import_places(table(first), crs=CRS, dataset="d")
    again = import_places(table(first), crs=CRS, dataset="d")
    assert (again.state, again.unmodified) == ("unchanged", 3)
    second = [first[0], {**first[1], "name": "第二"}, {"id": 4, **row("第4")}]
    changed = import_places(table(second, "other.csv"), crs=CRS, dataset="d")
    assert (changed.created, changed.updated, changed.removed, changed.unmodified) == (1, 1, 1, 1)
    assert stored() == {"第1", "第二", "第4"}
    gone = Place.objects.get(name="第3")
    assert gone.valid_to is not None
    back = import_places(table(first), crs=CRS, dataset="d")
    assert (back.created, back.removed) == (1, 1)
    assert Place.objects.filter(name="第3").count() == 2


def test_rows_in_another_order_are_the_same(district, table):
    rows = [row(f"第{n}", x=n / 1000) for n in range(1, 9)]
    import_places(table(rows), crs=CRS, dataset="d")
    order = np.random.default_rng(3).permutation(len(rows))
    again = import_places(table([rows[i] for i in order], "b.csv"), crs=CRS, dataset="d")
    assert (again.unmodified, again.created, again.removed) == (8, 0, 0)


def test_a_dry_run_leaves_nothing(district, table):
    summary = import_places(table([GOOD]), crs=CRS, dry_run=True)
    assert (summary.state, summary.created) == ("dry run", 1)
    assert stored() == set()
    assert not ImportRun.objects.exists()


def test_offset_coordinates_are_moved(district, table):
    import_places(table([row("孚王府", x=0.015)]), crs="GCJ-02")
    place = Place.objects.get(name="孚王府")
    assert place.geom.x == pytest.approx(WEST + 0.015 - 0.0062, abs=5e-4)


def test_a_file_in_gcj02_is_named_by_the_addresses_beside_its_points(district, place, table):
    doors = {f"东四北大街{2 * n}号": (0.001 + n * 0.0003, 0.002) for n in range(1, 31)}
    for name, (x, y) in doors.items():
        place("address", name, x, y, road="东四北大街", door=name[5:])
    build_gazetteer()
    true = np.array(list(doors.values())) + [WEST, SOUTH]
    rows = [
        {"name": f"小店{i}", "address": f"东城区{name}东侧", "lon": lon, "lat": lat}
        for i, (name, (lon, lat)) in enumerate(zip(doors, to_gcj02(true), strict=True))
    ]
    with pytest.raises(InputError) as caught:
        import_places(table(rows), crs=CRS, skip_bad=True)
    assert caught.value.code == "E-PLACE-SHIFTED"
    assert caught.value.detail["system"] == "GCJ-02"
    assert import_places(table(rows), crs="GCJ-02").created == len(doors)
    shops = list(Place.objects.filter(name__startswith="小店").order_by("pk"))
    assert np.allclose([shop.geom.coords for shop in shops], true, atol=1e-6)


def test_the_command_builds_the_gazetteer(district, table, capsys):
    call_command("import_places", str(table([GOOD])), "--crs", CRS, "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["created"] == 1
    assert told["gazetteer_places"] == 5  # with the regions
    assert PlaceName.objects.filter(text="孚王府", live=True).exists()
    with pytest.raises(CommandError, match="E-PLACE-ROWS"):
        call_command("import_places", str(table([row("")], "b.csv")), "--crs", CRS)
