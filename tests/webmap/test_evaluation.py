"""The addresses of evaluation."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.core import roles
from spatial.core.errors import WanmiError
from spatial.evaluation.defaults import default_schemes
from spatial.evaluation.models import PublishedResult, WeightScheme
from spatial.evaluation.services.publishing import publication_named, verify
from spatial.patrol.models import PatrolArea
from spatial.patrol.services.cutting import make_areas
from tests.spatial.cases.conftest import *  # noqa: F403
from tests.spatial.cases.conftest import person

WANTED = Wanted(("110101",), 900, days=50, open_share=0.1, until=date(2026, 11, 20))
API = "/api/v1/evaluation"
MONTH = "period=2026-11"


@pytest.fixture
def made(world, client):
    make_cases(WANTED, stars={"inspector": world.inspector})
    client.force_login(person("planner", roles.PLANNER))
    return world


def test_results_open_into_their_sum_and_the_cases_behind(made, client):
    told = client.get(f"{API}/community?{MONTH}&limit=5").json()
    assert told["period"]["running"] is True
    assert told["scheme"] == "community-v1"
    first = told["results"][0]
    assert first["state"] == "graded"
    assert first["low"] <= first["score"] <= first["high"]
    one = client.get(f"{API}/community/{first['code']}?{MONTH}").json()
    assert one["result"] == first
    assert sum(term["contribution"] for term in one["terms"]) == pytest.approx(
        first["score"], abs=0.03
    )
    assert sum(term["weight"] for term in one["terms"]) == pytest.approx(1, abs=1e-5)
    assert one["before"]["period"] == "2026-10"
    assert one["before"]["result"]["code"] == first["code"]
    gains = [lift["to_gain"] for lift in one["lifts"]]
    assert gains == sorted(gains, reverse=True)
    # Every number is as many cases as the list behind it says, page by page.
    client.force_login(made.operator)
    for counter in ("filed", "closed", "closed_on_time", "overdue", "found_by_public"):
        total, after = 0, ""
        while after is not None:
            address = f"{API}/community/{first['code']}/cases?{MONTH}&counter={counter}&limit=7"
            page = client.get(f"{address}&after={after}" if after else address).json()
            total += sum(case["counts"] for case in page["cases"])
            assert page["hidden"] == 0
            after = page["after"]
        assert total == one["counts"].get(counter, 0), counter


@pytest.mark.parametrize("kind", ["grid", "department", "inspector", "dispatcher", "centre"])
def test_numbers_of_every_kind_are_so_many_cases(made, client, kind):
    client.force_login(made.operator)
    told = client.get(f"{API}/{kind}?{MONTH}&sort=-score&limit=3").json()
    for one in told["results"][:2]:
        counts = client.get(f"{API}/{kind}/{one['code']}?{MONTH}").json()["counts"]
        for counter in ("filed", "checked", "dispatched", "closed", "overdue"):
            address = f"{API}/{kind}/{one['code']}/cases?{MONTH}&counter={counter}&limit=200"
            answer = client.get(address)
            if answer.status_code == 400:
                assert answer.json()["code"] == "E-EVAL-COUNTER"
                continue
            told = answer.json()
            if told["after"] is None:
                found = sum(case["counts"] for case in told["cases"])
                assert found == counts.get(counter, 0), (one["code"], counter)


def test_missed_reports_of_an_inspector_are_the_cases_of_his_areas(made, client):
    make_areas("110101", 4)
    for area in PatrolArea.objects.filter(in_use=True):
        area.inspectors.add(made.inspector)
    client.force_login(made.operator)
    address = f"{API}/inspector/{made.inspector.pk}"
    counts = client.get(f"{address}?{MONTH}").json()["counts"]
    for counter in ("missed", "filed"):
        total, after = 0, ""
        while after is not None:
            more = f"&after={after}" if after else ""
            page = client.get(f"{address}/cases?{MONTH}&counter={counter}&limit=100{more}")
            total += sum(case["counts"] for case in page.json()["cases"])
            after = page.json()["after"]
        assert total == counts[counter] > 0


def test_a_class_of_area_is_set_by_planners_and_narrows_the_ranking(made, client):
    told = client.get(f"{API}/grid?{MONTH}&limit=1").json()
    assert told["classes"] == []
    street = told["results"][0]["code"][:9]
    order = {"code": street, "area_class": "2", "valid_from": "2026-01-01"}
    answer = client.post(f"{API}/classes", order, content_type="application/json")
    assert [one["code"] for one in answer.json()["areas"]] == [street]
    told = client.get(f"{API}/grid?{MONTH}&area_class=2&limit=100").json()
    assert {one["code"][:9] for one in told["results"]} == {street}
    assert {one["scheme"] for one in told["results"]} == {"grid-2-v1"}
    assert {one["code"]: one["scheme"] for one in told["classes"]}["2"] == "grid-2-v1"
    rest = client.get(f"{API}/grid?{MONTH}&area_class=none&limit=100").json()
    assert street not in {one["code"][:9] for one in rest["results"]}
    few = ",".join(one["code"] for one in told["results"][:2])
    assert client.get(f"{API}/grid?{MONTH}&codes={few}").json()["count"] == 2
    bad = client.post(f"{API}/classes", {"code": "1", "area_class": "2"},
                      content_type="application/json")  # fmt: skip
    assert (bad.status_code, bad.json()["code"]) == (400, "E-EVAL-AREA")
    client.force_login(made.operator)
    assert client.post(f"{API}/classes", order, content_type="application/json").status_code == 403


def test_a_trend_and_the_periods_to_choose_from(made, client):
    told = client.get(f"{API}/periods").json()
    assert told["months"] == ["2026-10", "2026-11"]
    points = client.get(f"{API}/trend/district/110101?{MONTH}&count=3").json()
    assert [point["period"] for point in points] == ["2026-09", "2026-10", "2026-11"]
    assert points[0]["result"]["state"] == "none"


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("nothing", 404, "E-EVAL-KIND"),
        ("grid?period=2031-01", 400, "E-EVAL-FUTURE"),
        ("grid?period=soon", 400, "E-EVAL-PERIOD"),
        ("grid?scheme=none", 404, "E-EVAL-SCHEME"),
        ("grid/999?period=2026-11", 404, "E-EVAL-NOOBJECT"),
        ("cell?period=2026-11", 400, "E-EVAL-OBJECT"),
        ("district/110101/cases?counter=luck", 400, "E-EVAL-COUNTER"),
        ("publications/77", 404, "E-EVAL-MISSING"),
    ],
)
def test_what_cannot_be_answered_says_why(world, client, address, status, code):
    client.force_login(person("planner", roles.PLANNER))
    answer = client.get(f"{API}/{address}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_drawn_polygon_is_the_sum_of_the_grids_in_it(made, client):
    shape = {"type": "Polygon", "coordinates": [[[116, 39], [117, 39], [117, 41], [116, 41],
                                                 [116, 39]]]}  # fmt: skip
    body = {"polygon": shape, "period": "2026-11"}
    answer = client.post(f"{API}/polygon", body, content_type="application/json")
    told = answer.json()["results"][0]
    district = client.get(f"{API}/district/110101?{MONTH}").json()
    assert told["sample"] > 0
    # Its numbers list their cases as those of any object do.
    whole = answer.json()
    assert sum(term["contribution"] or 0 for term in whole["terms"]) == pytest.approx(
        told["score"], abs=0.05
    )
    client.force_login(made.operator)
    for counter in ("filed", "closed", "overdue"):
        total, after = 0, None
        while True:
            more = {"counter": counter, "limit": 100} | ({"after": after} if after else {})
            page = client.post(f"{API}/polygon/cases", body | more,
                               content_type="application/json").json()  # fmt: skip
            total += sum(case["counts"] for case in page["cases"])
            after = page["after"]
            if after is None:
                break
        assert total == whole["counts"].get(counter, 0), counter
    assert told["values"]["closing_rate"] == pytest.approx(
        district["result"]["values"]["closing_rate"], abs=0.05
    )


def test_published_results_are_frozen_proved_and_corrected_beside(made, client):
    order = {"kind": "street", "period": "2026-10"}
    running = client.post(f"{API}/publications", {**order, "period": "2026-11"},
                          content_type="application/json")  # fmt: skip
    assert (running.status_code, running.json()["code"]) == (409, "E-EVAL-RUNNING")
    answer = client.post(f"{API}/publications", order, content_type="application/json")
    assert answer.status_code == 201
    made_ = answer.json()
    again = client.post(f"{API}/publications", order, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "E-EVAL-TWICE")
    told = client.get(f"{API}/publications/{made_['id']}").json()
    assert told["verified"] is True
    code = told["rows"][0]["code"]
    address = f"{API}/publications/{made_['id']}/corrections"
    empty = client.post(address, {"code": code, "reason": " "}, content_type="application/json")
    assert empty.status_code == 400
    note = client.post(address, {"code": code, "reason": "申诉成立"},
                       content_type="application/json")  # fmt: skip
    assert note.status_code == 201
    told = client.get(f"{API}/publications/{made_['id']}").json()
    assert [one["reason"] for one in told["corrections"]] == ["申诉成立"]
    explained = client.get(f"{API}/street/{code}?period=2026-10").json()
    assert explained["published"]["corrections"][0]["made_by"] == "planner"
    with pytest.raises(DatabaseError, match="E-EVAL-PUBLISHED"), transaction.atomic():
        PublishedResult.objects.update(score=100)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        PublishedResult.objects.filter(code=code).update(score=100)
        cursor.execute("SET LOCAL session_replication_role = origin")
    with pytest.raises(WanmiError, match="E-EVAL-HASH"):
        verify(publication_named(made_["id"]))


@pytest.mark.parametrize("measure", ["cases", "density", "open", "overdue", "rework", "hours",
                                     "satisfaction", "grade", "score"])  # fmt: skip
def test_colours_are_one_byte_a_grid(made, client, measure):
    days = "from=2026-10-01&to=2026-11-20&edition=110101-e1"
    answer = client.get(f"/api/v1/values/{measure}?{days}")
    legend = client.get(f"/api/v1/values/{measure}/legend?{days}").json()
    assert len(answer.content) == made.plan.grid_count
    values = [byte * legend["step"] for byte in answer.content if byte < legend["too_few"]]
    assert float(answer["X-Step"]) == legend["step"]
    if measure in ("cases", "open", "overdue"):
        assert sum(values) == legend["total"] > 0
    told = client.get(f"/api/v1/values/{measure}?{days}&form=json").json()
    assert told["values"] == list(answer.content)
    again = client.get(
        f"/api/v1/values/{measure}?{days}", headers={"if-none-match": answer["ETag"]}
    )
    assert again.status_code == 304


def test_colours_of_nothing_known_are_told(world, client):
    client.force_login(person("planner", roles.PLANNER))
    days = "from=2026-10-01&to=2026-11-20&edition=110101-e1"
    assert client.get(f"/api/v1/values/luck?{days}").json()["code"] == "E-EVAL-MEASURE"
    answer = client.get("/api/v1/values/cases?from=2031-01-01&to=2031-02-01&edition=110101-e1")
    assert answer.json()["code"] == "E-EVAL-FUTURE"


def test_the_command_prints_grades(made, capsys):
    call_command("evaluate", "--period", "2026-11", "--kind", "street", "--json")
    one = capsys.readouterr().out
    call_command("evaluate", "--period", "2026-11", "--kind", "street", "--json", "--from-events")
    assert one.split('"seconds"')[0] == capsys.readouterr().out.split('"seconds"')[0]
    with pytest.raises(CommandError, match="E-EVAL-FUTURE"):
        call_command("evaluate", "--period", "2031-01")


def test_schemes_can_be_read(world, client):
    client.force_login(person("planner", roles.PLANNER))
    told = client.get(f"{API}/schemes").json()
    assert len(told) == WeightScheme.objects.count() == len(default_schemes())
