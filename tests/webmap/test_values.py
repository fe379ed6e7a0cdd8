"""Colours of the map over HTTP: narrowed to some cases, day by day, and told of when cases move."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import Case
from spatial.core import roles
from tests.spatial.cases.conftest import *  # noqa: F403
from tests.spatial.cases.conftest import person
from webmap.casestream import CHANGED, Hub, Listener

DAYS = "from=2026-10-05&to=2026-11-04"
FIRST, LAST = date(2026, 10, 5), date(2026, 11, 4)


@pytest.fixture
def made(world, client):
    make_cases(Wanted(("110101",), 900, days=50, open_share=0.1, until=date(2026, 11, 20)))
    client.force_login(person("planner", roles.PLANNER))
    return world


def values(client, made, measure, **query):
    words = "&".join(f"{name}={value}" for name, value in query.items())
    url = f"/api/v1/values/{measure}?{DAYS}&edition={made.plan.version}&form=json&{words}"
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    return [None if byte >= 254 else byte * told["step"] for byte in told["values"]]


def filed_in_grids(**only):
    """Cases filed in the days, by grid, from the rows themselves."""
    zone = timezone.get_default_timezone()
    rows = Case.objects.filter(filed_at__isnull=False, **only).exclude(grid_code="")
    days = (
        (code, at.astimezone(zone).date()) for code, at in rows.values_list("grid_code", "filed_at")
    )
    return Counter(code for code, day in days if FIRST <= day <= LAST)


@pytest.mark.parametrize("name", ["classes", "departments", "channels"])
def test_cases_are_narrowed_to_some(made, client, name):
    field = {"classes": "case_class_id", "departments": "department_id", "channels": "channel"}[
        name
    ]
    codes = list(made.plan.grids.order_by("ordinal").values_list("code", flat=True))
    kinds = client.get("/api/v1/values/choices").json()[name]
    used = set(Case.objects.values_list(field, flat=True).distinct())
    wanted = [one["key"] for one in kinds if one["key"] in {str(key) for key in used}][:2]
    found = values(client, made, "cases", **{name: ",".join(wanted)})
    by_rows = filed_in_grids(**{f"{field}__in": wanted})
    assert sum(by_rows.values()) > 0
    assert found == [by_rows.get(code, 0) for code in codes]


def test_all_sources_together_are_all_cases(made, client):
    kinds = client.get("/api/v1/values/choices").json()["channels"]
    assert values(client, made, "cases") == values(
        client, made, "cases", channels=",".join(one["key"] for one in kinds)
    )


def test_what_cannot_be_narrowed_or_read_is_told(made, client):
    head = f"/api/v1/values/{{}}?{DAYS}&edition={made.plan.version}"
    for measure in ("grade", "open", "hours"):
        answer = client.get(head.format(measure) + "&classes=1")
        assert (answer.status_code, answer.json()["code"]) == (400, "E-EVAL-NARROW")
    for bad in ("classes=1;2", "classes=x", f"departments={'9' * 16}", "campaigns=-1"):
        assert client.get(f"{head.format('cases')}&{bad}").status_code == 400
    assert sum(values(client, made, "cases", channels="nosuch")) == 0


def test_cases_by_what_a_grid_has(made, client):
    plain = values(client, made, "cases")
    by_components = values(client, made, "per_100_components")
    # Without components there is nothing to divide by.
    assert all(one is None for one in by_components)
    assert sum(plain) > 0
    assert sum(values(client, made, "pressed")) >= 0
    assert len(values(client, made, "coverage")) == len(plain)


def test_cases_day_by_day(made, client):
    told = client.get(f"/api/v1/values/days?district=110101&{DAYS}").json()
    assert told["first"] == "2026-10-05"
    zone = timezone.get_default_timezone()
    moments = Case.objects.filter(filed_at__isnull=False).values_list("filed_at", flat=True)
    by_rows = Counter(at.astimezone(zone).date() for at in moments)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert told["filed"] == [by_rows.get(day, 0) for day in days]
    many = client.get("/api/v1/values/days?district=110101&from=2020-01-01&to=2026-01-01")
    assert (many.status_code, many.json()["code"]) == (400, "E-EVAL-DAYS")
    assert client.get(f"/api/v1/values/days?district=11&{DAYS}").status_code == 400
    other = client.get(f"/api/v1/values/days?district=999999&{DAYS}").json()
    assert set(other["filed"]) == {0}


def test_maps_are_told_that_something_moved_and_nothing_of_it(monkeypatch):
    monkeypatch.setattr(Hub, "_listen", lambda self: None)
    hub = Hub()
    one = Listener(1, frozenset(), False, "", told_only_that=True)
    hub.join(one)
    move = {"case": 1, "departments": [], "former": [], "people": []}
    hub.tell_all([move, move])
    hub.tell_all([move])
    # Once is enough, however much moves before it is read.
    assert one.told.get_nowait() == CHANGED
    assert one.told.empty()


def regions(client, made, measure, level="street", **query):
    words = "&".join(f"{name}={value}" for name, value in query.items())
    url = f"/api/v1/values/{measure}/regions?{DAYS}&edition={made.plan.version}&level={level}"
    answer = client.get(f"{url}&{words}")
    assert answer.status_code == 200, answer.content
    return {one["code"]: one["value"] for one in answer.json()}


def test_regions_add_up_and_are_no_means_of_means(made, client):
    codes = list(made.plan.grids.order_by("ordinal").values_list("code", flat=True))
    areas = dict(made.plan.grids.values_list("code", "area_m2"))
    plain = dict(zip(codes, values(client, made, "cases"), strict=True))
    for level, digits in (("street", 9), ("district", 6)):
        sums, ground = Counter(), Counter()
        for code in codes:
            sums[code[:digits]] += plain[code]
            ground[code[:digits]] += areas[code] / 1_000_000
        assert regions(client, made, "cases", level) == sums
        density = regions(client, made, "density", level)
        assert density == pytest.approx({code: sums[code] / ground[code] for code in sums})
    # Handled in all by reworked in all, of the rows themselves.
    share = regions(client, made, "rework", "district")["110101"]
    told = client.get(f"/api/v1/values/rework/legend?{DAYS}&edition={made.plan.version}").json()
    assert share == 0 if not told["total"] else share > 0
    assert regions(client, made, "per_100_components", "district") == {"110101": None}


def test_the_grade_of_a_region_is_that_of_the_evaluation(made, client):
    score = regions(client, made, "score", "district")["110101"]
    url = "/api/v1/evaluation/district?district=110101&period=2026-10-05..2026-11-04"
    (one,) = client.get(url).json()["results"]
    graded = one["state"] not in ("few", "none")
    assert score == (pytest.approx(one["score"], abs=0.01) if graded else None)
    grade = regions(client, made, "grade", "district")["110101"]
    assert grade == (None if score is None else "ABCDE".index(one["grade"]) + 1)


def test_of_which_regions_has_to_be_told(made, client):
    for bad in ("", "&level=grid"):
        url = f"/api/v1/values/cases/regions?{DAYS}&edition={made.plan.version}{bad}"
        assert client.get(url).status_code == 400
