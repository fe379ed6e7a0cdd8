"""Programs that log in by HTTP Basic, below the addresses that they read."""

import base64

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from spatial.core.models import AuditEntry
from tests.webmap import factories

CASES = "/ogc/collections/cases/items"
TILE = "/tiles/cases/14/13488/6206.mvt"


def basic(name, password):
    coded = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"authorization": f"Basic {coded}"}


def get(address, name="operator", password="x", **headers):
    return Client().get(address, headers={**basic(name, password), **headers})


@pytest.fixture
def operator(town):
    return factories.user("operator")


@pytest.mark.parametrize("address", [CASES, TILE, "/tiles/cases.json", "/ogc/"])
def test_name_and_password_come_with_each_request(operator, address):
    answer = get(address)
    assert answer.status_code in (200, 204)
    assert not answer.cookies
    assert "Authorization" in answer["Vary"]
    assert not Session.objects.exists()


def test_a_chinese_name_is_read_as_utf8(town):
    factories.user("operator", name="王小明")
    assert get(CASES, "王小明").status_code == 200


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic !!!", "Basic " + base64.b64encode(b"nocolon").decode(), "Bearer abc",
     "Basic " + base64.b64encode(b":x").decode(), "Basic " + base64.b64encode(b"a:").decode(),
     "Basic " + base64.b64encode(b"\xff\xfe:x").decode(), "Basic " + "A" * 10_000,
     "Basic " + base64.b64encode(b"a\0b:x").decode()],
)  # fmt: skip
def test_what_is_no_basic_is_refused(operator, header):
    answer = Client().get(CASES, headers={"authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "E-LOGIN-BASIC")
    assert answer["WWW-Authenticate"].startswith("Basic ")


def test_wrong_is_wrong_and_locks_as_at_the_page(operator):
    for _time in range(6):
        answer = get(CASES, password="wrong")
        assert (answer.status_code, answer.json()["code"]) == (401, "E-LOGIN-WRONG")
    locked = get(CASES, password="x")
    assert (locked.status_code, locked.json()["code"]) == (429, "E-LOGIN-LOCKED")
    assert 0 < int(locked["Retry-After"]) <= 1800
    assert AuditEntry.objects.filter(action="login.locked").count() == 1
    # The page's own guard counts the same tries.
    page = Client().post("/accounts/login/", {"username": "operator", "password": "x"})
    assert page.status_code == 429


def test_a_name_that_there_is_not_answers_the_same(operator):
    there, not_there = get(CASES, password="wrong"), get(CASES, "nobody-here", "wrong")
    assert (there.status_code, there.content) == (not_there.status_code, not_there.content)


def test_a_password_is_hashed_once_in_a_while(operator, monkeypatch):
    assert get(CASES).status_code == 200
    from webmap import outside

    def fail(*_args, **_kwargs):
        raise AssertionError("hashed again")

    monkeypatch.setattr(outside, "LoginForm", fail)
    assert get(CASES).status_code == 200


@pytest.mark.parametrize("change", ["password", "off", "role", "gone"])
def test_what_changed_counts_with_the_next_request(operator, change):
    assert get(CASES).status_code == 200
    if change == "password":
        operator.set_password("y")
        operator.save()
        assert get(CASES).json()["code"] == "E-LOGIN-WRONG"
        assert get(CASES, password="y").status_code == 200
    elif change == "off":
        User.objects.filter(pk=operator.pk).update(is_active=False)
        assert get(CASES).json()["code"] == "E-LOGIN-WRONG"
    elif change == "gone":
        operator.delete()
        assert get(CASES).json()["code"] == "E-LOGIN-WRONG"
    else:
        operator.groups.clear()
        assert get(CASES).json()["code"] == "E-ROLE-MISSING"


def test_no_password_lies_in_memory(operator):
    get(CASES)
    assert "x" not in [part for key in cache._cache for part in key.split(":")]
    assert all(b"operator" not in value for value in cache._cache.values())


@pytest.mark.parametrize("address", ["/api/v1/cases", "/desk/", "/admin/", "/data/"])
def test_elsewhere_it_means_nothing(operator, address):
    assert get(address).status_code in (302, 401)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_good_for_reading_only(operator, method):
    answer = getattr(Client(), method)(CASES, headers=basic("operator", "x"))
    assert answer.status_code in (401, 405)


def test_a_script_of_our_own_pages_makes_no_browser_ask(town):
    answer = Client().get(TILE, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 401
    assert not answer.get("WWW-Authenticate", "").startswith("Basic")
    assert Client().get(TILE)["WWW-Authenticate"].startswith("Basic")
