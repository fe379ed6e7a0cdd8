"""Patrol by the API: areas, duty, positions, trails, coverage, persons; each under its rights."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from spatial.patrol.models import AreaGrid, Duty, GridResponsible, PatrolArea, Team
from spatial.patrol.services.members import store_members
from tests.spatial.patrol.conftest import noon
from tests.webmap import factories
from tests.webmap.worker import work
from webmap.demo_patrol import make_patrol

BASE = "/api/v1/patrol"


def client_as(name, *groups):
    """A client of a user made once."""
    user = User.objects.filter(username=name).first() or factories.user(*groups, name=name)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def inspector(db):
    return client_as("inspector", "inspector")


@pytest.fixture
def operator(db):
    return client_as("operator", "operator")


@pytest.fixture
def areas(town):
    """Two areas in the western street, one in the eastern."""
    made = {}
    for code in ("110101001-01", "110101001-02", "110101002-01"):
        made[code] = PatrolArea.objects.create(
            code=code, district_code="110101", street_code=code[:9], grid_count=9, burden=9
        ).pk
    of = {}
    for grid in town.grids.all():
        part = {"110101001001": "110101001-01", "110101001002": "110101001-02"}
        of[grid.code] = made[part.get(grid.code[:12], "110101002-01")]
    store_members(town, of)
    return made


def post(client, address, body):
    return client.post(f"{BASE}/{address}", body, content_type="application/json")


def test_areas_with_members_and_balance(areas, operator, inspector):
    found = operator.get(f"{BASE}/areas?district=110101").json()
    assert [one["code"] for one in found["areas"]] == sorted(areas)
    assert len(found["members"]) == 36
    assert [found["members"].count(k) for k in range(3)] == [9, 9, 18]
    assert found["most_by_mean"] == pytest.approx(1)
    assert inspector.get(f"{BASE}/areas?district=110101").json()["areas"] == []
    answer = operator.get(f"{BASE}/areas?district=999999")
    assert (answer.status_code, answer.json()["code"]) == (404, "E-PLAN-MISSING")


def test_people_of_an_area(areas, operator, inspector):
    Team.objects.create(code="T1", name="一队")
    answer = operator.patch(
        f"{BASE}/areas/110101001-01",
        {"name": "北片", "team": "T1", "inspectors": ["inspector"]},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    form = answer.json()
    assert (form["name"], form["team"]["code"]) == ("北片", "T1")
    (mine,) = inspector.get(f"{BASE}/mine").json()
    assert mine["code"] == "110101001-01"
    assert len(mine["grid_codes"]) == 9
    assert inspector.get(f"{BASE}/areas/110101001-02").status_code == 404
    refused = inspector.patch(
        f"{BASE}/areas/110101001-01", {"name": "我的"}, content_type="application/json"
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "E-ROLE-MISSING")


def test_a_grid_is_given_and_refused(areas, operator):
    # The corner of the northern community beside the southern one.
    code = "110101001001007"
    given = post(operator, "areas/110101001-02/grids", {"grid": code})
    assert given.status_code == 200, given.content
    assert given.json()["grids"] == 10
    apart = post(operator, "areas/110101001-02/grids", {"grid": "110101001001001"})
    assert (apart.status_code, apart.json()["code"]) == (409, "E-PATROL-APART")
    street = post(operator, "areas/110101002-01/grids", {"grid": "110101001001003"})
    assert street.json()["code"] == "E-PATROL-STREET"
    assert post(operator, "areas/110101001-02/grids", {"grid": "x"}).status_code == 400


def test_duty_and_positions(areas, operator, inspector):
    assert inspector.get(f"{BASE}/duty").json()["on_duty"] is False
    batch = {"positions": [{"at": str(noon()), "lon": 116.4005, "lat": 39.9195, "accuracy_m": 9}]}
    assert post(inspector, "positions", batch).json()["code"] == "E-DUTY-NONE"
    started = post(inspector, "duty", {"action": "start"})
    assert started.json()["on_duty"] is True
    since = Duty.objects.get().started_at
    # On duty at noon of yesterday, to send what was then.
    Duty.objects.update(started_at=noon() - timedelta(hours=1))
    assert post(inspector, "positions", batch).json() == {"taken": 1, "known": 0, "refused": []}
    assert post(inspector, "positions", batch).json()["known"] == 1
    late = {**batch["positions"][0], "at": str(timezone.now() + timedelta(hours=1))}
    (refused,) = post(inspector, "positions", {"positions": [late]}).json()["refused"]
    assert refused["code"] == "E-POSITION-FUTURE"
    Duty.objects.update(started_at=since)
    (walker,) = operator.get(f"{BASE}/positions").json()
    assert (walker["username"], walker["lon"]) == ("inspector", 116.4005)
    trail = operator.get(f"{BASE}/trails/inspector?day={noon().date()}").json()
    assert trail["points"] == [[116.4005, 39.9195, 43_200.0, 9.0]]
    cover = operator.get(f"{BASE}/coverage?district=110101&day={noon().date()}").json()
    assert [one["grid"] for one in cover["visits"]] == ["110101001001001"]
    assert cover["areas"][0] == {
        "code": "110101001-01", "walked": 1, "grids": 9, "share": pytest.approx(1 / 9),
    }  # fmt: skip
    other = client_as("inspector2", "inspector")
    assert other.get(f"{BASE}/trails/inspector").status_code == 404
    assert other.get(f"{BASE}/positions").json() == []
    assert post(inspector, "duty", {"action": "stop"}).json()["on_duty"] is False
    assert post(inspector, "duty", {"action": "stop"}).status_code == 409
    assert post(operator, "duty", {"action": "start"}).status_code == 403


def test_who_answers_shows_telephones_to_known_users_only(areas, operator, client):
    grid = "110101001001001"
    for level, code in (("district", grid[:6]), ("community", grid[:12]), ("grid", grid)):
        GridResponsible.objects.create(
            level=level, code=code, name=f"示例{level}", phone="010-1", valid_from="2026-01-01"
        )
    PatrolArea.objects.get(code="110101001-01").inspectors.add(
        factories.user("inspector", name="i")
    )
    public = client.get(f"{BASE}/responsible?grid={grid}").json()
    assert [one["level"] for one in public["levels"]] == ["district", "street", "community", "grid"]
    assert [len(one["persons"]) for one in public["levels"]] == [1, 0, 1, 1]
    assert {p["phone"] for one in public["levels"] for p in one["persons"]} == {""}
    assert public["area"]["inspectors"] == []
    known = operator.get(f"{BASE}/responsible?grid={grid}&telephones=1").json()
    assert {p["phone"] for one in known["levels"] for p in one["persons"]} == {"010-1"}
    assert known["area"]["inspectors"] == [{"username": "i", "name": "i"}]
    assert client.get(f"{BASE}/responsible?grid=110101001001999").status_code == 404


def test_persons_are_imported_and_listed(areas, operator):
    file = SimpleUploadedFile("a.csv", "code,name,phone\n110101,赵示例,010-1\n".encode())
    done = operator.post(f"{BASE}/responsibles/import", {"file": file})
    assert done.json()["created"] == 1, done.content
    listed = operator.get(f"{BASE}/responsibles?code=1101").json()
    assert listed["count"] == 1
    assert listed["persons"][0]["phone"] == "****"
    bad = SimpleUploadedFile("a.csv", b"code,name\n999999,A\n")
    answer = operator.post(f"{BASE}/responsibles/import", {"file": bad})
    assert (answer.status_code, answer.json()["code"]) == (400, "E-RESPONSIBLE-ROWS")


def test_cutting_as_a_job_and_the_demo(beat_ground, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    operator = client_as("operator", "operator")
    client_as("inspector", "inspector")
    ordered = post(operator, "areas", {"district": "110101", "grids_per_area": 4})
    assert ordered.status_code == 202, ordered.content
    busy = post(operator, "areas", {"district": "110101", "grids_per_area": 4})
    assert (busy.status_code, busy.json()["code"]) == (409, "E-PATROL-BUSY")
    work()
    job = operator.get(f"/api/v1/jobs/{ordered.json()['job']['id']}").json()["job"]
    assert job["state"] == "done", job
    assert job["result"]["areas"] == PatrolArea.objects.count()
    assert post(operator, "areas", {"district": "110101", "grids_per_area": 1}).status_code == 400
    told = make_patrol("110101")
    assert told["areas"] and told["positions"] and told["persons"]
    assert make_patrol("110101")["positions"] == 0
    assert AreaGrid.objects.count() == beat_ground.grid_count
    (walker,) = operator.get(f"{BASE}/positions").json()
    assert walker["at"]
    page = operator.get("/desk/patrol/")
    assert page.status_code == 200
    assert b"110101" in page.content


@pytest.fixture
def beat_ground(transactional_db):
    # A worker has a connection of its own.
    from tests.spatial.components.conftest import make_ground

    return make_ground()
