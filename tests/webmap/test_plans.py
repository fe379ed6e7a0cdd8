"""Plans over the API: cut, look, compare, check, publish, delete."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from spatial.core.models import AuditEntry, Job
from spatial.grids.models import GridPlan
from tests.spatial.grids.conftest import make_dataset, make_district
from webmap import plans
from webmap.tasks import cut_plan_task

PLANS = "/api/v1/plans"


@pytest.fixture
def district(db):
    return make_district(make_dataset())


@pytest.fixture
def staff(db):
    """Clients of two people of the GIS staff."""
    group, _ = Group.objects.get_or_create(name="gis_staff")
    clients = []
    for name in ("anna", "bo"):
        user = User.objects.create(username=name)
        user.groups.add(group)
        client = Client()
        client.force_login(user)
        clients.append(client)
    return clients


def post(client, address, body=None):
    return client.post(address, body or {}, content_type="application/json")


def cut(client, **more):
    """Order a plan; the tests' tasks run at once."""
    answer = post(client, PLANS, {"district": "110101", **more})
    assert answer.status_code == 202, answer.content
    return Job.objects.get(pk=answer.json()["job"]["id"])


def test_a_plan_from_order_to_publication_by_two_persons(district, staff):
    anna, bo = staff
    job = cut(anna)
    assert (job.state, job.result["version"]) == ("done", "110101-e1")
    found = anna.get(f"{PLANS}/110101-e1").json()
    assert found["created_by"] == "anna"
    assert (found["may_edit"], found["may_publish"], found["needs_second"]) == (True, False, True)
    looked = anna.get(f"{PLANS}/110101-e1/review").json()
    assert [p["kind"] for p in looked["problems"]] == ["large"]
    checked = post(anna, f"{PLANS}/110101-e1/check").json()
    assert checked["state"] == "checked"
    assert checked["check_report"]["ok"] is True
    refused = post(anna, f"{PLANS}/110101-e1/publish")
    assert (refused.status_code, refused.json()["code"]) == (409, "E-PLAN-SECOND")
    assert bo.get(f"{PLANS}/110101-e1").json()["may_publish"] is True
    done = post(bo, f"{PLANS}/110101-e1/publish", {"valid_from": "2026-02-01"})
    assert (done.status_code, done.json()["state"]) == (200, "published")
    actions = AuditEntry.objects.order_by("id").values_list("action", "actor_name")
    assert list(actions) == [
        ("plan.made", "anna"),
        ("plan.checked", "anna"),
        ("plan.published", "bo"),
    ]


def test_the_rules_of_an_order_reach_the_plan(district, staff):
    cut(staff[0], target_area_m2=20_000, scheme="cjt213", land_use="default", cut_compounds=True)
    plan = GridPlan.objects.get()
    assert (plan.target_area_m2, plan.scheme) == (20_000, "cjt213")
    assert plan.rules["keep_compounds"] is False
    assert plan.rules["land_use"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"target_area_m2": 1},
        {"target_area_m2": "nan"},
        {"scheme": "none"},
        {"land_use": "/etc/passwd"},
    ],
)
def test_orders_that_cannot_be_cut_are_refused(district, staff, wrong):
    answer = post(staff[0], PLANS, {"district": "110101", **wrong})
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")
    assert not Job.objects.exists()


def test_a_district_is_cut_once_at_a_time(district, staff):
    bo = staff[1]
    Job.objects.create(kind=plans.KIND, state="queued", params={"district": "110101"})
    refused = post(bo, PLANS, {"district": "110101"})
    assert (refused.status_code, refused.json()["code"]) == (409, "E-PLAN-BUSY")
    cutting = bo.get(PLANS).json()["cutting"]
    assert [(c["district"], c["state"], c["is_mine"]) for c in cutting] == [
        ("110101", "queued", False)
    ]
    assert post(bo, PLANS, {"district": "999999"}).json()["code"] == "E-DISTRICT-MISSING"


def test_what_the_engine_refuses_stands_in_the_job(district):
    job = Job.objects.create(
        kind=plans.KIND,
        params={
            "district": "110101",
            "target_area_m2": -1.0,
            "scheme": "gbt30428",
            "land_use": "",
            "cut_compounds": False,
            "afresh": False,
        },
    )
    cut_plan_task.call(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "E-GRID-TARGET")
    assert not GridPlan.objects.exists()


def test_a_part_is_cut_by_its_code(district, staff):
    order = {"district": "110101", "only": ["110101001"]}
    response = post(staff[0], PLANS, order)
    job = Job.objects.get(pk=response.json()["job"]["id"])
    cut_plan_task.call(str(job.pk))
    job.refresh_from_db()
    # There is no edition in force of which the rest could be kept.
    assert (job.state, job.error_code) == ("failed", "E-PLAN-ONLY")
    for wrong in (["东华门"], ["1"], "110101001"):
        assert post(staff[0], PLANS, {**order, "only": wrong}).status_code == 400


def test_two_plans_are_compared(district, staff):
    cut(staff[0])
    cut(staff[0], target_area_m2=20_000)
    found = staff[1].get(f"{PLANS}/110101-e2/changes?against=110101-e1").json()
    assert sum(found["counts"].values()) == len(found["grids"])
    assert set(found["counts"]) <= {"kept", "changed", "new", "gone"}
    assert found["counts"]["gone"] > 0
    assert staff[1].get(f"{PLANS}/110101-e2/changes?against=110101-e9").status_code == 404
    assert staff[1].get(f"{PLANS}/110101-e2/changes").status_code == 400


def test_a_draft_is_deleted_and_an_edition_is_not(district, staff):
    anna, bo = staff
    cut(anna)
    post(anna, f"{PLANS}/110101-e1/check")
    post(bo, f"{PLANS}/110101-e1/publish", {"valid_from": "2026-02-01"})
    cut(anna, target_area_m2=20_000)
    assert anna.delete(f"{PLANS}/110101-e2").status_code == 204
    refused = anna.delete(f"{PLANS}/110101-e1")
    assert (refused.status_code, refused.json()["code"]) == (409, "E-PLAN-PUBLISHED")
    assert [p["version"] for p in bo.get(PLANS).json()["plans"]] == ["110101-e1"]


def test_a_date_before_the_edition_in_force_changes_nothing(district, staff):
    anna, bo = staff
    cut(anna)
    post(anna, f"{PLANS}/110101-e1/check")
    post(bo, f"{PLANS}/110101-e1/publish", {"valid_from": "2026-02-01"})
    cut(anna, target_area_m2=20_000)
    post(anna, f"{PLANS}/110101-e2/check")
    refused = post(bo, f"{PLANS}/110101-e2/publish", {"valid_from": "2026-01-01"})
    assert (refused.status_code, refused.json()["code"]) == (409, "E-PLAN-DATE")
    assert GridPlan.objects.get(edition=2).state == "checked"
