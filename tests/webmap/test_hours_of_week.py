"""When cases are reported, of an area and of a grid: counted in full, each under his rights."""

from datetime import timedelta

import pytest
from django.utils import timezone

from spatial.cases.models import Case, Department
from tests.webmap import factories
from tests.webmap.test_selection import box, case_at
from webmap.api.hours import FEWEST

ADDRESS = "/api/v1/selection/hours"
OF_HOUR = "/api/v1/selection/hour"
OF_GRID = "/api/v1/grids/110101001001001/hours"


def ask(client, area=None):
    return client.post(ADDRESS, {"polygon": area or box(0, 0)}, content_type="application/json")


def ask_hour(client, weekday=1, hour=17, area=None):
    order = {"polygon": area or box(0, 0), "weekday": weekday, "hour": hour}
    return client.post(OF_HOUR, order, content_type="application/json")


def slot(case):
    """Weekday from 0 and hour of a case in the time of the site."""
    at = case.reported_at.astimezone(timezone.get_default_timezone())
    return at.weekday(), at.hour


def test_cases_of_an_area_by_weekday_and_hour(client_of, town):
    # At 9:00 UTC, so 17:00 in Shanghai.
    made = [case_at(1, 0, 0), case_at(2, 0, 0, days_ago=3), case_at(3, 0, 0, days_ago=91)]
    case_at(4, 3, 3)
    case_at(5, 0, 0, days_ago=0)
    case_at(6, 0, 0, days_ago=92)
    case_at(7, 0, 0, stage="rejected", closed_at=timezone.now())
    told = ask(client_of("operator")).json()
    assert told["cases"] == 3
    assert sum(map(sum, told["counts"])) == 3
    for case in made:
        weekday, hour = slot(case)
        assert hour == 17
        assert told["counts"][weekday][hour] >= 1
    yesterday = timezone.localdate() - timedelta(days=1)
    assert told["to"] == str(yesterday)
    # Whole weeks: every weekday is there as often as the others.
    assert told["from"] == str(yesterday - timedelta(days=7 * 13 - 1))


def test_few_cases_are_said_to_be_few_and_none_is_hot(client_of, town):
    for number in range(1, 30):
        case_at(number, 0, 0, days_ago=7)
    told = ask(client_of("operator")).json()
    assert (told["enough"], told["hot"]) == (False, [])


def test_an_hour_is_hot_where_there_are_cases_enough(client_of, town):
    for number in range(1, FEWEST + 1):
        case_at(number, 0, 0, days_ago=7)
    told = ask(client_of("operator")).json()
    weekday, hour = slot(Case.objects.first())
    assert told["enough"] is True
    assert told["hot"] == [{"weekday": weekday + 1, "hour": hour}]


def test_a_grid_counts_what_is_placed_in_it(client_of, town):
    case_at(1, 0, 0)
    # By its code, wherever its point lies.
    case_at(2, 3, 3)
    client = client_of("operator")
    assert client.get(OF_GRID).json()["cases"] == 2
    assert client.get(OF_GRID.replace("001001001/", "001001002/")).json()["cases"] == 0


@pytest.mark.parametrize("role", ["", "viewer", "planner"])
def test_nobody_else_learns_of_hours(client_of, town, role):
    case_at(1, 0, 0)
    client = client_of(*([role] if role else []))
    for told in (ask(client).json(), client.get(OF_GRID).json()):
        assert (told["cases"], told["counts"], told["hot"]) == (None, None, [])
    told = ask_hour(client).json()
    assert (told["cases"], told["grids"]) == (None, None)


def test_an_hour_tells_the_grids_of_the_cases_it_counts(client_of, town):
    # Of one hour: two in a grid, one in another, one in none; and others that do not count.
    days = {"days_ago": 7}
    made = [case_at(number, 0, 0, **days) for number in (1, 2, 3, 4)]
    Case.objects.filter(pk=made[2].pk).update(grid_code="110101001001002")
    Case.objects.filter(pk=made[3].pk).update(grid_code="")
    case_at(5, 3, 3, **days)
    case_at(6, 0, 0, days_ago=8)
    case_at(7, 0, 0, days_ago=98)
    case_at(8, 0, 0, stage="rejected", closed_at=timezone.now(), **days)
    client = client_of("operator")
    weekday, hour = slot(made[0])
    told = ask_hour(client, weekday + 1, hour).json()
    counted = ask(client).json()
    assert told["cases"] == counted["counts"][weekday][hour] == 4
    assert told["grids"] == [
        {"code": "110101001001001", "n": 2}, {"code": "110101001001002", "n": 1},
    ]  # fmt: skip
    assert (told["from"], told["to"]) == (counted["from"], counted["to"])
    assert ask_hour(client, weekday + 1, hour - 1).json()["cases"] == 0


def test_a_department_is_told_of_the_hours_of_its_own_cases(client_of, town):
    mine = Department.objects.create(code="D1", name="环卫")
    client = client_of("department")
    own = case_at(1, 0, 0, department=mine)
    case_at(2, 0, 0)
    weekday, hour = slot(own)
    assert ask_hour(client, weekday + 1, hour).json()["cases"] == 0
    mine.members.add(factories.User.objects.get(username="department"))
    assert ask_hour(client, weekday + 1, hour).json()["cases"] == 1


@pytest.mark.parametrize(
    "wrong",
    [{"weekday": 0}, {"weekday": 8}, {"hour": -1}, {"hour": 24}, {"hour": "x"}, {"hour": None}],
)
def test_an_hour_that_is_none_is_refused(client_of, town, wrong):
    order = {"polygon": box(0, 0), "weekday": 1, "hour": 8, **wrong}
    answer = client_of("operator").post(OF_HOUR, order, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")


def test_an_area_that_is_none_is_refused(client_of, town):
    answer = client_of("operator").post(ADDRESS, {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")
