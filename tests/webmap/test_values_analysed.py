"""Hot spots and the coming week as values of the map: those of the analysis, under its rights."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import Case
from spatial.reports.models import KeptAnswer
from tests.webmap import factories

COLD, HOT = {1, 2}, {6, 7}


@pytest.fixture
def planner(town, client_of):
    factories.components(town)
    make_cases(Wanted(("110101",), 1_500, days=100, open_share=0.05))
    return client_of("planner")


def ask(client, town, measure, status=200, tail="", **query):
    today = timezone.localdate()
    days = {"from": today - timedelta(days=28), "to": today - timedelta(days=1)}
    asked = {"edition": town.version, "form": "json", **days, **query}
    answer = client.get(f"/api/v1/values/{measure}{tail}", asked)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_hot_grids_are_those_of_the_analysis(planner, town):
    # All cases lie in one corner of the district.
    corner = town.grids.get(ordinal=1).geom.centroid
    busy = sorted(town.grids.all(), key=lambda one: one.geom.centroid.distance(corner))[:4]
    for n, one in enumerate(busy):
        mine = Case.objects.annotate(rest=F("pk") % len(busy)).filter(rest=n)
        mine.exclude(grid_code="").update(grid_code=one.code)
    told = ask(planner, town, "hotspots")
    codes = list(town.grids.order_by("ordinal").values_list("code", flat=True))
    classes = dict(zip(codes, told["values"], strict=True))
    assert set(classes.values()) <= set(range(1, 8))
    spots = planner.get("/api/v1/analysis/hotspots?district=110101").json()
    assert told["total"] == spots["cases"]
    signs = {one["grid"]: one["sign"] for one in spots["spots"]}
    assert signs
    assert {code for code, value in classes.items() if value in HOT} == {
        code for code, sign in signs.items() if sign > 0
    }
    assert {code for code, value in classes.items() if value in COLD} == {
        code for code, sign in signs.items() if sign < 0
    }


def test_days_to_come_and_narrowed_cases_are_refused(planner, town):
    soon = timezone.localdate() + timedelta(days=3)
    told = ask(planner, town, "hotspots", 400, **{"from": soon, "to": soon})
    assert told["code"] == "E-EVAL-FUTURE"
    for measure in ("hotspots", "forecast"):
        assert ask(planner, town, measure, 400, classes="1")["code"] == "E-EVAL-NARROW"


def test_without_a_forecast_the_answer_says_what_to_do(planner, town):
    for tail in ("", "/legend"):
        told = ask(planner, town, "forecast", 404, tail)
        assert told["code"] == "E-ANALYSIS-NOFORECAST"


def test_a_forecast_with_its_day_and_how_good_it_is(planner, town):
    planner.get("/api/v1/analysis/forecast?district=110101")
    made = planner.get("/api/v1/analysis/forecast?district=110101").json()["answer"]
    told = ask(planner, town, "forecast")
    by_grid = [one for one in made["classes"] if one["level"] == "grid"]
    names = {one["code"] for one in by_grid}
    expected = sum(one["expected"] for one in made["cells"] if one["class"] in names)
    assert told["total"] == pytest.approx(expected, abs=0.01)
    about = ask(planner, town, "forecast", 200, "/legend")["forecast"]
    assert (about["classes"], about["all_classes"]) == (len(by_grid), len(made["classes"]))
    assert about["tested_weeks"] == 8
    assert about["made_at"] == made["made_at"]
    assert (about["better_by"] is None) == (not by_grid)


def test_the_forecast_of_a_former_day_is_told_until_there_is_a_new_one(planner, town):
    planner.get("/api/v1/analysis/forecast?district=110101")
    before = timezone.localdate() - timedelta(days=1)
    KeptAnswer.objects.filter(kind="forecast").update(day=before)
    assert len(ask(planner, town, "forecast")["values"]) == town.grid_count


@pytest.mark.parametrize("role", ["gis_staff", "viewer", "inspector"])
def test_rights_are_those_of_the_analysis(town, client_of, role):
    client = client_of(role)
    for measure in ("hotspots", "forecast"):
        assert ask(client, town, measure, 403)["code"] == "E-ROLE-MISSING"
