"""A survey comes into the register: read, checked, placed, compared."""

from datetime import date

import numpy as np
import pytest
import shapely
from django.db import connection
from django.db.utils import InternalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import geocode
from fixtures import catalogues
from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.gazetteer.intake import import_places
from spatial.basemap.models import ImportIssue, ImportRun
from spatial.components.models import CodeCounter, Component, ComponentChange, Organisation
from spatial.components.services.catalogue import store_catalogue
from spatial.grids.models import UnitGrid
from spatial.grids.services.locate import Ground, locate
from tests.spatial.basemap import files
from tests.spatial.components.conftest import (
    COVER,
    GREEN,
    LAMP,
    RAIL,
    TREE,
    at,
    bring,
    issues,
    refuse,
    survey,
)

SPOTS = ((20, 20), (250, 30), (420, 380), (590, 590))


def test_standard_names_are_read_by_themselves(plan, tmp_path):
    path = survey(
        tmp_path / "s.shp",
        at(*SPOTS),
        OBJID=[f"110101{LAMP}{i:06d}" for i in range(1, 5)],
        OBJNAME=["路灯甲", "路灯乙", "路灯丙", "路灯丁"],
        DEPTCODE1="D1",
        DEPTNAME1="城管委",
        DEPTNAME2=["电力公司", "电力公司", "区政府", ""],
        DEPTNAME3="路灯所",
        OBJSTATE=["完好", "破损", "丢失", "废弃"],
        ORDATE="2024-03-01",
        CHDATE=["2025-01-02", "", "2025/1/3", "20250104"],
        DATASOURCE="实测",
        OBJPOS="路口",
        NOTE="高杆",
    )
    done = bring(path)
    assert (done.read, done.kept, done.created) == (4, 4, 4)
    found = list(Component.objects.order_by("code").select_related("kind", "owner", "supervisor"))
    assert [c.code[-6:] for c in found] == ["000001", "000002", "000003", "000004"]
    assert [c.state for c in found] == ["intact", "broken", "missing", "abandoned"]
    first = found[0]
    assert (first.kind.code, first.name, first.position) == (LAMP, "路灯甲", "路口")
    assert (first.supervisor.code, first.supervisor.name) == ("D1", "城管委")
    assert first.owner.name == "电力公司"
    assert found[3].owner is None
    assert Organisation.objects.count() == 4
    assert (first.valid_from, first.changed_on) == (date(2024, 3, 1), date(2025, 1, 2))
    assert [c.changed_on for c in found[1:]] == [None, date(2025, 1, 3), date(2025, 1, 4)]
    # The grid is that of the one function that locates.
    grids = locate([c.point.coords for c in found])
    assert [c.grid_code for c in found] == [grid.code for grid in grids]
    assert not ComponentChange.objects.exists()


def test_codes_are_given_without_gaps_by_district_and_class(plan, tmp_path):
    path = survey(tmp_path / "a.gpkg", at(*SPOTS), ClassCode=[LAMP, LAMP, COVER, LAMP])
    bring(path, dataset="a")
    more = survey(tmp_path / "b.gpkg", at((100, 30), (130, 30)), ClassCode=["路灯", "street lamp"])
    bring(more, dataset="b")
    codes = sorted(Component.objects.values_list("code", flat=True))
    assert codes == [f"110101{COVER}000001", *(f"110101{LAMP}{i:06d}" for i in range(1, 6))]
    # Codes that the file brings move the counter on.
    given = survey(tmp_path / "c.gpkg", at((160, 30)), ObjID=f"110101{LAMP}000009")
    bring(given, dataset="c")
    bring(survey(tmp_path / "d.gpkg", at((190, 30)), ClassCode=LAMP), dataset="d")
    assert Component.objects.latest("pk").code == f"110101{LAMP}000010"
    assert CodeCounter.objects.get(class_code=LAMP).last == 10


def test_a_layer_named_after_its_class_needs_no_column(plan, tmp_path):
    path = tmp_path / "classes.gpkg"
    files.write(path, at((20, 20)), {"名称": ["甲"]}, crs="EPSG:4326", layer="0118_路灯")
    files.write(path, at((50, 20)), {"名称": ["乙"]}, crs="EPSG:4326", layer="行道树")
    assert bring(path).created == 2
    assert {c.kind.code for c in Component.objects.all()} == {LAMP, TREE}


def test_lines_and_areas_keep_their_shape_and_a_point_inside(plan, tmp_path):
    (corner,) = at((300, 300))
    green = corner.buffer(0.0003).difference(corner.buffer(0.0002))
    rail = shapely.LineString([*at((10, 10))[0].coords, *at((90, 10))[0].coords])
    path = tmp_path / "shapes.gpkg"
    files.write(path, [green], {"class": [GREEN]}, crs="EPSG:4326", layer="green")
    files.write(path, [rail], {"class": [RAIL]}, crs="EPSG:4326", layer="rail")
    bring(path)
    kept = Component.objects.get(kind__code=GREEN)
    assert kept.shape.geom_type == "Polygon"
    assert kept.shape.contains(kept.point)
    assert Component.objects.get(kind__code=RAIL).shape.geom_type == "LineString"
    wrong = survey(tmp_path / "wrong.gpkg", [rail], ClassCode=LAMP)
    refuse("E-COMPONENT-ROWS", wrong)
    assert issues("E-GEOM-TYPE") == [1]


BAD = {
    "E-COMPONENT-ZERO": {"points": [shapely.Point(0, 0)]},
    "E-COMPONENT-SWAPPED": {"points": [shapely.Point(39.9284, 116.4151)]},
    "E-COMPONENT-ABROAD": {"points": [shapely.Point(-3.7, 40.4)]},
    "E-COMPONENT-OUTSIDE": {"points": [shapely.Point(121.5, 31.2)]},
    "E-COMPONENT-CLASS": {"ClassCode": "0199"},
    "E-COMPONENT-CODE": {"ObjID": f"110101{COVER}00001"},
    "E-COMPONENT-FOREIGN": {"ObjID": f"110102{LAMP}000001"},
    "E-COMPONENT-STATE": {"ObjState": "还行"},
    "E-COMPONENT-DATE": {"ORDate": "昨天"},
    "E-COMPONENT-REVERSED": {"ORDate": "2025-02-01", "CHDate": "2025-01-31"},
    "E-COMPONENT-LONG": {"ObjName": "灯" * 101},
    "E-COMPONENT-CONTROL": {"ObjName": "路\x07灯"},
}


@pytest.mark.parametrize("code", BAD)
def test_a_bad_row_is_named_and_stops_the_file(plan, tmp_path, code):
    values = dict(BAD[code])
    (bad,) = values.pop("points", at((40, 20)))
    usual = {"ClassCode": LAMP, "ObjState": "完好", "ORDate": "", "CHDate": "", "ObjName": "灯",
             "ObjID": ""}  # fmt: skip
    columns = {name: [value, values.get(name, value)] for name, value in usual.items()}
    path = survey(tmp_path / "bad.gpkg", [*at((20, 20)), bad], **columns)
    error = refuse("E-COMPONENT-ROWS", path)
    assert error.detail["reasons"] == {code: 1}
    assert issues(code) == [2]
    assert ImportRun.objects.first().state == ImportRun.State.REFUSED
    # The good rows go in only when that is asked for.
    done = bring(path, good_rows=True)
    assert (done.created, done.refused) == (1, 1)
    assert issues(code) == [2]


def test_two_rows_with_one_code(plan, tmp_path):
    path = survey(tmp_path / "t.gpkg", at(*SPOTS[:3]), ObjID=f"110101{LAMP}000007")
    refuse("E-COMPONENT-ROWS", path)
    assert issues("E-COMPONENT-TWICE") == [2, 3]
    assert bring(path, good_rows=True).created == 1


def test_a_component_keeps_the_catalogue_it_was_surveyed_by(plan, tmp_path):
    bring(survey(tmp_path / "a.gpkg", at(*SPOTS[:2]), ClassCode=["0118", "0101"]))
    store_catalogue(catalogues.load("gbt30428-2013"))
    lamp, cover = "1101010118000001", "1101010101000001"
    # There 0118 is a cover of a septic tank, and 0101 what it was.
    again = survey(tmp_path / "b.gpkg", at(*SPOTS[:2]), ObjID=[lamp, cover], ObjState="破损")
    refuse("E-COMPONENT-ROWS", again, catalogue="gbt30428-2013")
    assert issues("E-COMPONENT-CATALOGUE") == [1]
    done = bring(again, catalogue="gbt30428-2013", good_rows=True)
    assert (done.updated, done.refused) == (1, 1)
    kept = {one.code: (one.state, one.kind.catalogue.version) for one in Component.objects.all()}
    assert kept == {lamp: ("intact", "cjt214-2007"), cover: ("broken", "cjt214-2007")}


def test_what_should_be_looked_at_is_listed_and_goes_in(plan, tmp_path):
    # Two lamps .3 m apart, one in a building, one with another grid's code, one with markup.
    spots = at((20, 20), (20.3, 20), (140, 150), (250, 30), (300.1, 5))
    other = UnitGrid.objects.filter(plan=plan).order_by("-code").first().code
    path = survey(
        tmp_path / "l.gpkg",
        spots,
        ClassCode=[LAMP, LAMP, LAMP, COVER, TREE],
        BGID=["", "", "", other, ""],
        Note=["", "", "", "", "<b>x</b>'; DROP TABLE components_component; --"],
    )
    assert bring(path).created == 5
    assert issues("I-COMPONENT-NEAR") == [2]
    assert issues("I-COMPONENT-BUILDING") == [3]
    assert issues("I-COMPONENT-BGID") == [4]
    assert issues("I-COMPONENT-MARKUP") == [5]
    assert "DROP TABLE" in Component.objects.get(kind__code=TREE).note


def test_a_resurvey_is_a_difference_with_history(plan, tmp_path):
    first = survey(
        tmp_path / "a.gpkg", at(*SPOTS), ClassCode=LAMP, ObjState="完好", DeptName2="电力公司"
    )
    bring(first, day=date(2025, 5, 1))
    assert bring(first, day=date(2025, 5, 1)).state == "unchanged"
    codes = list(Component.objects.order_by("code").values_list("code", flat=True))
    # The first as it was, the second broken, the third moved 30 m, the fourth gone, a fifth new.
    again = survey(
        tmp_path / "b.gpkg",
        at(SPOTS[0], SPOTS[1], (420, 350), (100, 500)),
        ClassCode=LAMP,
        ObjID=[*codes[:3], ""],
        ObjState=["完好", "破损", "完好", "完好"],
    )
    done = bring(again, whole=True, day=date(2026, 5, 1))
    assert (done.created, done.updated, done.unmodified, done.removed) == (1, 2, 1, 1)
    one, two, three, four, five = Component.objects.order_by("code")
    # The second file has no owners: they stay.
    assert {c.owner.name for c in (one, two, three, four)} == {"电力公司"}
    assert five.owner is None
    assert (two.state, two.changed_on) == ("broken", date(2026, 5, 1))
    assert (four.state, four.valid_to) == ("removed", date(2026, 5, 1))
    changes = {c.component.code: c for c in ComponentChange.objects.all()}
    assert changes[two.code].kind == "changed"
    assert (changes[two.code].before, changes[two.code].after) == (
        {"state": "intact"},
        {"state": "broken"},
    )
    moved = changes[three.code]
    assert moved.kind == "moved"
    assert set(moved.before) >= {"point"}
    assert changes[four.code].kind == "gone"
    # What was gone is found again.
    bring(first, dataset="survey", day=date(2026, 6, 1))
    assert Component.objects.filter(valid_to__isnull=True).count() >= 5


def test_rows_without_codes_are_matched_by_place(plan, tmp_path):
    bring(survey(tmp_path / "a.gpkg", at(*SPOTS), ClassCode=LAMP))
    near = [(x + 0.4, y) for x, y in SPOTS[:3]]
    done = bring(survey(tmp_path / "b.gpkg", at(*near, (590, 585)), ClassCode=LAMP), whole=True)
    assert (done.updated, done.created, done.removed) == (3, 1, 1)
    # Of another data set they are others, and told as near.
    beside = at((near[0][0] + 0.2, near[0][1]), (300, 300))
    third = bring(survey(tmp_path / "c.gpkg", beside, ClassCode=LAMP), dataset="other")
    assert third.created == 2
    assert issues("I-COMPONENT-NEAR") == [1]


@pytest.mark.parametrize(("kind", "reach_m"), [(LAMP, 1.0), ("0121", 2.0), ("0502", 20.0)])
def test_rows_without_codes_are_looked_for_to_twice_the_accuracy(plan, tmp_path, kind, reach_m):
    """In each direction, for a class of accuracy A, B and C."""
    old = ((100, 100), (300, 100), (100, 300), (300, 300))
    bring(survey(tmp_path / "a.gpkg", at(*old), ClassCode=kind))
    codes = sorted(Component.objects.values_list("code", flat=True))
    near, far = 0.95 * reach_m, 1.1 * reach_m
    steps = ((near, 0), (0, near), (far, 0), (0, far))
    new = [(x + dx, y + dy) for (x, y), (dx, dy) in zip(old, steps, strict=True)]
    done = bring(survey(tmp_path / "b.gpkg", at(*new), ClassCode=kind), whole=True)
    assert (done.updated, done.created, done.removed) == (2, 2, 2)
    moved = ComponentChange.objects.filter(kind="moved").values_list("component__code", flat=True)
    assert sorted(moved) == codes[:2]


def test_history_cannot_be_changed(plan, tmp_path):
    path = survey(tmp_path / "a.gpkg", at(SPOTS[0]), ClassCode=LAMP)
    bring(path)
    bring(survey(tmp_path / "b.gpkg", at(SPOTS[0]), ClassCode=LAMP, ObjState="破损"))
    change = ComponentChange.objects.get()
    with pytest.raises(InternalError, match="E-COMPONENT-HISTORY"):
        ComponentChange.objects.filter(pk=change.pk).update(after={})


def test_a_survey_in_gcj02_is_named(plan, tmp_path):
    rng = np.random.default_rng(3)
    true = at(*rng.uniform(5, 595, (60, 2)))
    grids = [grid.code for grid in locate([p.coords[0] for p in true])]
    shifted = geocode.to_gcj02(shapely.get_coordinates(true))
    # The district is 600 m wide: of rows shifted by as much some stay in it.
    path = survey(tmp_path / "gcj.gpkg", list(shapely.points(shifted)), ClassCode=LAMP, BGID=grids)
    error = refuse("E-COMPONENT-SHIFTED", path, good_rows=True)
    assert error.detail["system"] == "GCJ-02"
    assert 300 < error.detail["shift_m"] < 800
    done = bring(path, crs="GCJ-02")
    assert done.created == 60
    assert not issues("I-COMPONENT-BGID")
    # The register knows the components now: a file with their codes is seen, too.
    codes = list(Component.objects.order_by("pk").values_list("code", flat=True))
    coded = survey(tmp_path / "coded.gpkg", list(shapely.points(shifted)), ObjID=codes)
    assert refuse("E-COMPONENT-SHIFTED", coded, good_rows=True).detail["system"] == "GCJ-02"


def test_a_table_in_gcj02_is_named_by_its_addresses_whatever_system_it_was_given(plan, tmp_path):
    doors = [f"史家胡同{n}号" for n in range(1, 31)]
    true = at(*((10 + 19 * n, 300) for n in range(30)))
    places = {"name": doors, "road": ["史家胡同"] * 30, "door": [name[4:] for name in doors]}
    import_places(files.write(tmp_path / "p.gpkg", true, places, crs="EPSG:4326"))
    build_gazetteer()
    shifted = geocode.to_gcj02(shapely.get_coordinates(true))
    lines = [f"路灯,东城区{door}对面,{x:.8f},{y:.8f}"
             for door, (x, y) in zip(doors, shifted, strict=True)]  # fmt: skip
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["小类,位置,经度,纬度", *lines]), "utf-8")
    # A table names no system: the one it has to be given is no better word than its addresses.
    error = refuse("E-COMPONENT-SHIFTED", path, crs="EPSG:4490", good_rows=True)
    assert error.detail["system"] == "GCJ-02"
    assert bring(path, crs="GCJ-02").created == 30
    # Who overrules what the file itself says is believed, and the report tells it.
    columns = {"ClassCode": [LAMP] * 30, "ObjPos": [f"{door}北侧" for door in doors]}
    own = survey(tmp_path / "o.gpkg", list(shapely.points(shifted)), **columns)
    bring(own, dataset="own", crs="EPSG:4326", good_rows=True)
    assert ImportIssue.objects.filter(code="E-COMPONENT-SHIFTED", severity="info").exists()


def test_a_column_map_and_a_class_for_all(plan, tmp_path):
    path = survey(tmp_path / "own.csv.gpkg", at(*SPOTS[:2]), BH=["x1", "x2"], QS="区政府")
    refuse("E-COMPONENT-ROWS", path)
    assert issues("E-COMPONENT-CLASS") == [1, 2]
    refuse("E-COMPONENT-FIELD", path, columns={"owner": "NOPE"})
    refuse("E-COMPONENT-FIELD", path, columns={"colour": "BH"})
    done = bring(path, kind="路灯", columns={"owner": "QS", "name": "BH"})
    assert done.created == 2
    assert {(c.name, c.owner.name) for c in Component.objects.all()} == {
        ("x1", "区政府"),
        ("x2", "区政府"),
    }


def test_a_table_of_coordinates(plan, tmp_path):
    rows = ["ObjID,小类,名称,经度,纬度"]
    for i, point in enumerate(at(*SPOTS[:2]), 1):
        rows.append(f",路灯,灯{i},{point.x:.8f},{point.y:.8f}")
    path = tmp_path / "t.csv"
    path.write_bytes("\n".join(rows).encode("gb18030"))
    assert bring(path, crs="EPSG:4490").created == 2
    assert {c.name for c in Component.objects.all()} == {"灯1", "灯2"}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_many_and_few_points_are_located_alike(plan, data):
    """Also on borders and corners, where the lowest code counts."""
    grids = list(UnitGrid.objects.filter(plan=plan))
    points = []
    for _i in range(data.draw(st.integers(1, 12))):
        ring = grids[data.draw(st.integers(0, len(grids) - 1))].geom.exterior_ring.coords
        k = data.draw(st.integers(0, len(ring) - 2))
        share = data.draw(st.sampled_from([0, 0.5, 0.25, 1]))
        (x0, y0), (x1, y1) = ring[k], ring[k + 1]
        points.append((x0 + (x1 - x0) * share, y0 + (y1 - y0) * share))
    few = [grid.code if grid else "" for grid in locate(points)]
    assert Ground(plan).locate(shapely.points(points)).tolist() == few


def test_the_stage_is_gone_after_an_import(plan, tmp_path):
    bring(survey(tmp_path / "a.gpkg", at(SPOTS[0]), ClassCode=LAMP))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM components_component")
        assert cursor.fetchone() == (1,)
