"""Answers that stand are handed out as they were, and to nobody who may not have them."""

import base64
import gzip
from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import InHand
from spatial.cases.services.given import Given
from spatial.cases.services.moving import make_move
from spatial.core import roles
from spatial.evaluation.services.ledger import count_months, fold, months
from tests.spatial.cases.conftest import *  # noqa: F403
from tests.spatial.cases.conftest import person
from tests.webmap import factories

DAYS = "from=2026-10-05&to=2026-11-04"
PLAIN, PACKED = {"accept-encoding": ""}, {"accept-encoding": "gzip"}


@pytest.fixture
def made(world):
    make_cases(Wanted(("110101",), 900, days=50, open_share=0.1, until=date(2026, 11, 20)))
    fold()
    return world


@pytest.fixture
def url(made):
    return f"/api/v1/values/cases?{DAYS}&edition={made.plan.version}"


def asked(client, url, **headers):
    """The answer, and how many statements it cost."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url, headers={**PLAIN, **headers})
    return answer, len(queries)


def warm(client, url, user):
    """The first request of a session is not known yet, the second is kept, the third prepares."""
    client.force_login(user)
    first, _many = asked(client, url)
    asked(client, url)
    asked(client, url)
    return first


def test_what_stands_costs_one_statement_and_is_the_same(client, url):
    first = warm(client, url, person("planner", roles.PLANNER))
    answer, cost = asked(client, url)
    assert (answer.status_code, cost) == (200, 1)
    assert answer.content == first.content
    for name in ("Content-Type", "ETag", "X-Step", "Cache-Control", "Vary", "X-Frame-Options"):
        assert answer[name] == first[name]
    assert answer["X-Request-ID"] != first["X-Request-ID"]
    again, cost = asked(client, url, **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, cost) == (304, b"", 1)
    assert "Content-Type" not in again


def test_packed_and_plain_are_kept_apart(client, url):
    plain = warm(client, url, person("planner", roles.PLANNER))
    packed = client.get(url, headers=PACKED)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert asked(client, url)[0].content == plain.content


def test_only_who_has_a_copy_is_told_that_it_stands(client, url):
    etag = warm(client, url, person("planner", roles.PLANNER))["ETag"]
    other = f"{url}&"
    asked(client, other, **{"if-none-match": etag})
    assert asked(client, other, **{"if-none-match": etag})[0].status_code == 304
    answer, _cost = asked(client, other)
    assert (answer.status_code, len(answer.content) > 0) == (200, True)


def test_who_has_the_same_roles_shares_it(client, url):
    first = warm(client, url, person("planner", roles.PLANNER))
    client.force_login(person("planner_2", roles.PLANNER))
    asked(client, url)
    answer, cost = asked(client, url)
    assert (cost, answer.content) == (1, first.content)


def test_it_is_gone_with_what_it_was_handed_out_for(client, url):
    user = person("planner", roles.PLANNER)
    warm(client, url, user)
    former = client.cookies["sessionid"].value
    client.force_login(person("inspector_9", roles.INSPECTOR))
    assert {asked(client, url)[0].status_code for _n in range(3)} == {403}

    warm(client, url, user)
    user.groups.remove(Group.objects.get(name=roles.PLANNER))
    assert asked(client, url)[0].status_code == 403
    user.groups.add(Group.objects.get(name=roles.PLANNER))
    assert asked(client, url)[1] == 1

    user.set_password("another one, 2026")
    user.save()
    assert asked(client, url)[0].status_code in (401, 403)

    warm(client, url, user)
    user.is_active = False
    user.save()
    assert asked(client, url)[0].status_code in (401, 403)
    user.is_active = True
    user.save()

    warm(client, url, user)
    session = client.cookies["sessionid"].value
    client.logout()
    client.cookies["sessionid"] = session
    assert asked(client, url)[0].status_code in (401, 403)
    client.cookies["sessionid"] = former
    assert asked(client, url)[0].status_code in (401, 403)


def test_it_falls_when_cases_move_and_when_counts_are_folded_or_made_anew(client, made, url):
    warm(client, url, person("planner", roles.PLANNER))
    assert asked(client, url)[1] == 1
    key = InHand.objects.filter(stage="handling").values_list("pk", flat=True).first()
    make_move(person("dispatcher_9", roles.DISPATCHER), key, "press", Given(reason="late"))
    assert asked(client, url)[1] > 1
    assert asked(client, url)[1] == 1
    fold()
    assert asked(client, url)[1] > 1
    assert asked(client, url)[1] == 1
    count_months(months=months())
    assert asked(client, url)[1] > 1


def test_what_hangs_on_more_than_counts_does_not_stand(client, made, url):
    user = person("planner", roles.PLANNER)
    for other in (url.replace("cases", "overdue"), f"{url}&channels=public", f"{url}&form=json"):
        warm(client, other, user)
        assert asked(client, other)[1] > 1


def test_tiles_stand_for_everybody_only_while_the_map_is_public(client, db, settings):
    plan = factories.plan(factories.district())
    described = client.get("/tiles/grids.json?district=110101").json()
    url = described["tiles"][0].format(z=14, x=1, y=1)
    first = client.get(url)
    asked(client, url)
    answer, cost = asked(client, url)
    assert (answer.status_code, cost) == (first.status_code, 0)
    assert client.get(url, headers={"Host": "elsewhere.example"}).status_code == 400
    pair = base64.b64encode(b"operator:wrong").decode()
    assert client.get(url, headers={"Authorization": f"Basic {pair}"}).status_code == 401
    assert client.post(url).status_code == 405
    assert client.head(url).content == b""
    settings.PUBLIC_MAP = False
    assert asked(client, url)[0].status_code in (401, 403)
    assert plan.version in url
