"""The wall's numbers: those of lists and sheets, for whom, and what does not stand on it."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from spatial.cases.lists import Asked, counts
from spatial.cases.models import Case
from spatial.cases.selectors import visible_to
from spatial.cases.services.given import Given
from spatial.cases.services.moving import make_move
from spatial.cases.stages import Stage
from spatial.core import roles
from tests.spatial.cases.conftest import World, person, photos_apart, world  # noqa: F401 - fixtures
from webmap import wall
from webmap.keeping import Kept

TODAY = {"reported", "filed", "dispatched", "handled", "reworked", "closed"}


def client_for(user):
    client = Client()
    client.force_login(user)
    return client


def ask(user, status=200, **query):
    answer = client_for(user).get("/api/v1/wall", query)
    assert answer.status_code == status, answer.content
    return answer.json()


@pytest.fixture
def busy(world: World):  # noqa: F811
    """Cases at several stages, one of them overdue."""
    for stage in (Stage.REPORTED, Stage.FILED, Stage.HANDLING, Stage.VERIFIED, Stage.CLOSED):
        world.case(stage)
    world.late = world.case(Stage.HANDLING)
    Case.objects.filter(pk=world.late.pk).update(due_at=timezone.now() - timedelta(days=2))
    return world


def test_numbers_are_those_of_lists_and_events(busy):
    found = ask(busy.operator, district="110101")
    totals = found["totals"]
    assert {name: totals[name] for name in TODAY} == {
        "reported": 6, "filed": 5, "dispatched": 4, "handled": 2, "reworked": 0, "closed": 1,
    }  # fmt: skip
    listed = counts(busy.operator, Asked(place="110101"))
    assert totals["open"] == sum(one["n"] for one in listed) == 5
    assert totals["overdue"] == sum(one["red"] for one in listed) == 1
    assert {one["stage"]: one["open"] for one in found["stages"]} == {
        one["stage"]: one["n"] for one in listed
    }
    assert [one["number"] for one in found["overdue"]] == [busy.late.number]
    assert found["overdue"][0]["case_class"] == "暴露生活垃圾"
    assert len(found["newest"]) == 5
    assert found["trend"][-1] == {
        "day": str(timezone.localdate()), "reported": 6, "handled": 2, "closed": 1,
    }  # fmt: skip
    assert len(found["trend"]) == 30
    assert found["lately"]["on_time"] == 1.0
    assert [(one["name"], one["overdue"]) for one in found["departments"]] == [("路灯所", 1)]


def test_areas_have_bounds_and_loads(busy):
    found = ask(busy.operator, district="110101")
    assert found["areas"]
    for one in found["areas"]:
        west, south, east, north = one["bounds"]
        assert west < east and south < north
    assert sum(one["open"] for one in found["areas"]) == 5
    whole = ask(busy.operator)
    assert [one["code"] for one in whole["areas"]] == ["110101"]
    assert whole["areas"][0]["open"] == whole["totals"]["open"] == 5


def test_the_centre_is_that_of_the_role_unless_another_is_asked(busy):
    assert ask(busy.operator)["centre"] == "supervision"
    assert ask(busy.dispatcher)["centre"] == "command"
    assert ask(busy.leader)["centre"] == "command"
    assert ask(busy.operator, centre="command")["ranked"] == "department"
    assert ask(busy.operator, district="110101")["ranked"] == "street"


def test_a_department_sees_its_own_and_no_grades(busy):
    own = ask(busy.worker, district="110101")
    assert own["totals"]["open"] == visible_to(busy.worker).filter(closed_at__isnull=True).count()
    assert own["totals"]["handled"] == 2 and own["totals"]["reported"] == 0
    other = ask(busy.other_worker, district="110101")
    assert other["totals"]["open"] == 0 and other["totals"]["handled"] == 0
    assert other["overdue"] == other["newest"] == other["ranking"] == other["hot"] == []
    assert all(one["grade"] == "" and one["score"] is None for one in own["areas"])
    assert own["duty"] is None
    answer = client_for(busy.other_worker).get(f"/api/v1/wall/cases/{busy.late.number}")
    assert answer.json()["code"] == "E-CASE-MISSING"


def test_a_leader_sees_all_numbers_without_grades(busy):
    found = ask(busy.leader, district="110101")
    assert found["totals"]["open"] == 5
    assert found["ranking"] == [] and found["duty"] is None


@pytest.mark.parametrize("role", [roles.INSPECTOR, roles.PLANNER, roles.VIEWER])
def test_others_have_no_wall(busy, role):
    assert ask(person(f"a-{role}", role), 403)["code"] == "E-ROLE-MISSING"


def test_nothing_of_persons_stands_on_it(busy):
    case = busy.report(contact="13800138000", description="张三丰说 13800138000")
    make_move(busy.operator, case.pk, "file", Given(standard=busy.standard.pk))
    client = client_for(busy.operator)
    for address in ("/api/v1/wall?district=110101", f"/api/v1/wall/cases/{case.number}"):
        text = json.dumps(client.get(address).json(), ensure_ascii=False)
        assert case.number in text
        for word in ("13800138000", "张三丰", "inspector", "operator"):
            assert word not in text


def test_a_case_comes_with_its_photo_and_steps(busy):
    found = client_for(busy.operator).get(f"/api/v1/wall/cases/{busy.late.number}").json()
    assert found["stage"] == "handling" and found["department"] == "路灯所"
    assert [one["stage"] for one in found["steps"]] == [
        "reported", "filed", "dispatched", "handling",
    ]  # fmt: skip
    assert set(found["steps"][0]) == {"label", "stage", "at"}


def test_unchanged_numbers_are_304(busy):
    client = client_for(busy.operator)
    first = client.get("/api/v1/wall?district=110101")
    same = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    assert client.get("/api/v1/wall?district=110101", **same).status_code == 304
    busy.report()
    assert client.get("/api/v1/wall?district=110101", **same).status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"district": "999999"}, 404, "E-DISTRICT-MISSING"),
        ({"district": "1101"}, 400, "E-REQUEST-INVALID"),
        ({"district": "１１０１０１"}, 400, "E-REQUEST-INVALID"),
        ({"centre": "third"}, 400, "E-REQUEST-INVALID"),
    ],
)
def test_bad_input(busy, query, status, code):
    assert ask(busy.operator, status, **query)["code"] == code


def test_walls_share_what_is_kept(busy, settings, django_assert_max_num_queries):
    settings.WALL_NOW_KEPT_S = settings.WALL_DAYS_KEPT_S = 60.0
    now, slow = wall.NOW, wall.SLOW
    wall.NOW = Kept(lambda: settings.WALL_NOW_KEPT_S, behind=False)
    wall.SLOW = Kept(lambda: settings.WALL_DAYS_KEPT_S, behind=False)
    try:
        before = ask(busy.operator, district="110101")
        busy.report()
        client = client_for(busy.operator)
        with django_assert_max_num_queries(6):
            again = client.get("/api/v1/wall?district=110101").json()
        assert again == before
        # What a department sees is its own, whatever is kept for others.
        assert ask(busy.other_worker, district="110101")["totals"]["open"] == 0
    finally:
        wall.NOW, wall.SLOW = now, slow


def test_the_page_knows_its_centre(busy):
    page = client_for(busy.dispatcher).get("/wall/")
    assert page.status_code == 200 and '"centre": "command"' in page.content.decode()
    asked = client_for(busy.dispatcher).get("/wall/?centre=supervision").content.decode()
    assert '"centre": "supervision"' in asked
    wrong = client_for(busy.dispatcher).get("/wall/?centre=<script>").content.decode()
    assert '"centre": "command"' in wrong
    inspector = client_for(busy.inspector).get("/wall/")
    assert inspector.status_code == 403


def test_the_desk_leads_to_it_for_those_who_may(busy):
    assert 'href="/wall/"' in client_for(busy.operator).get("/desk/").content.decode()
    assert 'href="/wall/"' not in client_for(busy.inspector).get("/desk/").content.decode()
