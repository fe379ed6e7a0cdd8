"""What lies in a drawn area: grids, components and cases, each under the rights of who asks."""

import datetime

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from pyproj import Geod

from spatial.basemap.reach import circle, corridor, true_area_m2
from spatial.cases.models import Case, CaseClass, CaseEvent, Department
from spatial.cases.models.trail import STEPS
from spatial.cases.services.months import ensure_month
from spatial.components.models import Component
from tests.webmap import factories
from tests.webmap.factories import NORTH, STEP_LAT, STEP_LON, WEST

ADDRESS = "/api/v1/selection"
GEOD = Geod(ellps="WGS84")


def ask(client, **order):
    return client.post(ADDRESS, order, content_type="application/json")


def box(column, row, columns=1, rows=1, inset=0.1):
    """A polygon within whole cells of the town, a little smaller than they are."""
    west, north = WEST + (column + inset) * STEP_LON, NORTH - (row + inset) * STEP_LAT
    east = WEST + (column + columns - inset) * STEP_LON
    south = NORTH - (row + rows - inset) * STEP_LAT
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def case_at(number, column, row, *, days_ago=1, stage="handling", **more):
    """A case of the last days in the middle of a cell."""
    day = timezone.localdate() - datetime.timedelta(days=days_ago)
    ensure_month(day)
    kind, _new = CaseClass.objects.get_or_create(
        catalogue="test", kind="event", code="0110",
        defaults={"main_code": "01", "name": "暴露生活垃圾"},
    )  # fmt: skip
    at = datetime.datetime.combine(day, datetime.time(9), datetime.UTC)
    point = Point(WEST + (column + 0.5) * STEP_LON, NORTH - (row + 0.5) * STEP_LAT, srid=4326)
    ended = {"closed_at": at, "outcome": "done"} if stage == "closed" else {}
    made = Case.objects.create(
        id=int(f"{day:%Y%m%d}{number:06d}"), kind="event", case_class=kind, point=point,
        district_code="110101", grid_code="110101001001001", channel="hotline", stage=stage,
        step=1, stage_since=at, reported_at=at, **ended, **more,
    )  # fmt: skip
    CaseEvent.objects.create(
        id=made.pk * STEPS + 1, case=made, step=1, move="report", stage_after=stage,
        role="operator", at=at, day=day,
    )  # fmt: skip
    return made


def test_a_box_selects_its_grids_with_what_is_in_them(client, town):
    factories.components(town)
    told = ask(client, polygon=box(0, 0)).json()
    assert told["grids"]["count"] == 1
    rows = told["grids"]["rows"]
    assert rows["code"] == ["110101001001001"]
    assert rows["components"] == [2]
    assert told["grids"]["communities"][rows["community"][0]]["name"] == "多福巷社区"
    assert told["grids"]["editions"][0]["version"] == "110101-e1"
    assert told["components"]["count"] == 2
    assert told["components"]["classes"][0]["kind"] == factories.LAMP


def test_what_lies_outside_the_area_is_not_counted_in_a_grid_that_it_cuts(client, town):
    factories.components(town, ((0.05, 0.5), (0.6, 0.5)))
    told = ask(client, polygon=box(0, 0)).json()
    assert told["components"]["count"] == 1
    assert told["grids"]["rows"]["components"] == [1]


def test_components_of_whole_grids_and_of_cut_ones_and_of_none_add_up(client, town):
    factories.components(town, ((0.5, 0.5), (1.2, 0.5), (1.8, 0.5)))
    Component.objects.order_by("pk").filter(grid_code="110101001001001").update(grid_code="")
    # The first cell whole, the second to its half; the first component is in no grid.
    told = ask(client, polygon=box(-0.1, -0.1, 1.7, 1.2, inset=0)).json()
    assert told["components"]["count"] == 2
    rows = told["grids"]["rows"]
    found = dict(zip(rows["code"], rows["components"], strict=True))
    assert (found["110101001001001"], found["110101001001002"]) == (0, 1)


def test_a_member_of_no_department_sees_no_case(client_of, town):
    case_at(1, 0, 0)
    told = ask(client_of("department"), polygon=box(0, 0))
    assert told.status_code == 200
    assert told.json()["cases"]["open"] == {"count": 0, "stages": []}


def test_cases_are_told_to_those_who_see_them(client_of, town):
    case_at(1, 0, 0)
    case_at(2, 0, 0, stage="closed", days_ago=2)
    case_at(3, 0, 0, days_ago=40)
    case_at(4, 3, 3)
    told = ask(client_of("operator"), polygon=box(0, 0)).json()["cases"]
    assert told["open"]["count"] == 2
    assert [(one["stage"], one["n"]) for one in told["open"]["stages"]] == [("handling", 2)]
    assert told["recent"] == {"count": 2, "days": 30}


@pytest.mark.parametrize("role", ["", "viewer", "planner", "gis_staff"])
def test_nobody_else_learns_of_cases(client_of, town, role):
    case_at(1, 0, 0)
    told = ask(client_of(*([role] if role else [])), polygon=box(0, 0)).json()
    assert told["cases"] is None
    assert told["grids"]["rows"]["open"] is None
    assert told["grids"]["rows"]["recent"] is None


def test_a_department_counts_only_its_own(client_of, town):
    mine = Department.objects.create(code="D1", name="环卫")
    client = client_of("department")
    mine.members.add(factories.User.objects.get(username="department"))
    case_at(1, 0, 0, department=mine)
    case_at(2, 0, 0)
    assert ask(client, polygon=box(0, 0)).json()["cases"]["open"]["count"] == 1


def test_a_circle_is_one_of_true_metres(client, town):
    lon, lat = WEST + 3 * STEP_LON, NORTH - 3 * STEP_LAT
    told = ask(client, circle={"center": [lon, lat], "radius_m": 120}).json()
    ring = told["polygon"]["coordinates"][0]
    away = [GEOD.inv(lon, lat, x, y)[2] for x, y in ring]
    assert min(away) == pytest.approx(120, abs=0.05)
    assert max(away) == pytest.approx(120, abs=0.05)
    assert told["area_m2"] == pytest.approx(3.14159 * 120**2, rel=0.002)
    assert told["grids"]["count"] >= 4


@pytest.mark.parametrize("lat", [0, 39.9, 70])
def test_reach_is_true_at_any_latitude(lat):
    made = circle((116.4, lat), 5_000)
    away = [GEOD.inv(116.4, lat, x, y)[2] for x, y in made.coords[0]]
    assert max(abs(one - 5_000) for one in away) < 0.5
    line = corridor([(116.4, lat), (116.45, lat)], 200)
    length = GEOD.line_length([116.4, 116.45], [lat, lat])
    assert true_area_m2(line) == pytest.approx(length * 200 + 3.14159 * 100**2, rel=0.005)


def test_a_corridor_of_many_corners_stays_small_enough_to_be_exported():
    zigzag = [(116.4 + n * 1e-4, 39.9 + n % 2 * 1e-3) for n in range(500)]
    assert corridor(zigzag, 20).num_coords <= 1_100


def test_a_corridor_meets_grids_along_its_line(client, town):
    y = NORTH - 0.5 * STEP_LAT
    line = [[WEST + 0.2 * STEP_LON, y], [WEST + 3.8 * STEP_LON, y]]
    told = ask(client, corridor={"line": line, "width_m": 20}).json()
    assert told["grids"]["count"] == 4


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"circle": {"center": [116.4, 39.9], "radius_m": 0}},
        {"circle": {"center": [116.4, 89.9], "radius_m": 100}},
        {"circle": {"center": [116.4, 39.9], "radius_m": 1e9}},
        {"circle": {"center": ["x", 39.9], "radius_m": 10}},
        {"corridor": {"line": [[116.4, 39.9]], "width_m": 10}},
        {"corridor": {"line": [[116.4, 39.9]] * 501, "width_m": 10}},
        {"corridor": {"line": "x", "width_m": 10}},
        {"polygon": box(0, 0), "circle": {"center": [116.4, 39.9], "radius_m": 10}},
        {"polygon": box(0, 0), "editions": ["x"]},
    ],
)
def test_what_is_no_area_is_refused_by_a_code(client, town, order):
    answer = ask(client, **order)
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")


def test_a_line_of_one_place_is_a_circle(client, town):
    place = [WEST + 0.5 * STEP_LON, NORTH - 0.5 * STEP_LAT]
    told = ask(client, corridor={"line": [place, place], "width_m": 20}).json()
    assert told["grids"]["count"] == 1


def test_an_edition_that_is_gone_or_not_for_the_user(client, client_of, town):
    factories.plan(town.district, edition=2, state="draft")
    for version in ("110101-e9", "110101-e2"):
        answer = ask(client, polygon=box(0, 0), editions=[version])
        assert (answer.status_code, answer.json()["code"]) == (404, "E-PLAN-MISSING")
    told = ask(client_of("gis_staff"), polygon=box(0, 0), editions=["110101-e2"]).json()
    assert told["grids"]["editions"][0]["version"] == "110101-e2"


def test_nothing_there(client, town):
    told = ask(client, circle={"center": [10, 50], "radius_m": 100}).json()
    assert told["grids"]["count"] == 0
    assert told["components"] == {"count": 0, "classes": []}


def test_queries_do_not_grow_with_the_grids(client_of, town, django_assert_max_num_queries):
    factories.components(town)
    client = client_of("operator")
    with django_assert_max_num_queries(12):
        told = ask(client, polygon=box(0, 0, 6, 6)).json()
    assert told["grids"]["count"] == 36


def test_the_panel_asks_for_components_cases_and_editions_of_a_grid(client, client_of, town):
    factories.components(town)
    case_at(1, 0, 0)
    code = "110101001001001"
    assert client.get(f"/api/v1/grids/{code}/components").json()["count"] == 2
    assert client.get(f"/api/v1/grids/{code}/cases").json() == {"open": None, "months": None}
    told = client_of("operator").get(f"/api/v1/grids/{code}/cases").json()
    assert [one["n"] for one in told["open"]] == [1]
    assert len(told["months"]) == 12
    assert sum(one["n"] for one in told["months"]) == 1
    judged = client_of("planner").get(f"/api/v1/grids/{code}/cases").json()
    assert judged["open"] is None
    assert judged["months"] == told["months"]
    editions = client.get(f"/api/v1/grids/{code}/editions").json()
    assert [one["version"] for one in editions] == ["110101-e1"]
    gone = client.get("/api/v1/grids/999999999999999/editions")
    assert (gone.status_code, gone.json()["code"]) == (404, "E-GRID-MISSING")


def test_grids_of_a_polygon_are_exported(client_of, town, settings):
    client = client_of("planner")
    order = {"region": "110101", "format": "geojson", "only": {"polygon": box(0, 0, 2, 1)}}
    made = client.post("/api/v1/exports", order, content_type="application/json").json()["job"]
    state = client.get(f"/api/v1/jobs/{made['id']}").json()["job"]
    assert state["state"] == "done", state
    content = b"".join(client.get(state["file"]).streaming_content)
    assert content.count(b'"BGCODE":') == 2
