"""Test 12: nothing is changed for a page of somebody else, and nothing by looking.

Which methods a route has not: `test_15_roles.py`. Public addresses and Open311 know no log-in, so
there is nothing a foreign page could borrow: they are left out here.
"""

import pytest
from django.conf import settings as site
from django.test import Client

from spatial.cases.models import Case, CaseEvent
from spatial.core.models import AuditEntry, Job
from tests.security.test_15_roles import WRITES
from tests.webmap import factories
from tests.webmap.conftest import client_of, own_folders, town  # noqa: F401
from tests.webmap.test_access import ROUTES, world  # noqa: F401

UNSAFE = ("post", "put", "patch", "delete")
FOREIGN = "https://evil.example"
OPEN = {"open311-requests"}
PAGES = {"login", "logout", "set_language"}
ACTIONS = sorted(name for name, methods in WRITES.items() if "get" not in methods)


def kept():
    """Rows of what the routes could change."""
    tables = (Case, CaseEvent, AuditEntry, Job)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.fixture
def chief(world):  # noqa: F811
    """Somebody who may do all there is, in a browser that is checked."""
    user = factories.user("administrator", "gis_staff", "operator", "inspector", name="chief",
                          is_superuser=True, is_staff=True)  # fmt: skip
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def sendings():
    for name, methods in WRITES.items():
        address = ROUTES[name][1]
        for method in sorted(methods & set(UNSAFE)):
            if name not in OPEN and not (name in PAGES and method != "post"):
                yield name, method, address


def test_without_a_token_nothing_is_done(chief):
    before, wrong, tried = kept(), {}, 0
    for name, method, address in sendings():
        answer = getattr(chief, method)(address, "{}", content_type="application/json")
        if answer.status_code == 415:
            answer = chief.post(address, {})
        tried += 1
        if answer.status_code != 403:
            wrong[name, method] = (answer.status_code, answer.content[:100])
    assert wrong == {}
    assert tried > 45
    assert kept() == before


def test_with_a_token_of_ours_but_from_elsewhere_nothing_is_done(chief):
    chief.get("/accounts/login/")
    token = chief.cookies["csrftoken"].value
    before, wrong = kept(), {}
    for name, method, address in sendings():
        headers = {"X-CSRFToken": token, "Origin": FOREIGN}
        answer = getattr(chief, method)(
            address, "{}", content_type="application/json", headers=headers
        )
        if answer.status_code != 403:
            wrong[name, method] = (answer.status_code, answer.content[:100])
    assert wrong == {}
    assert kept() == before


def test_the_token_of_the_page_is_enough(chief):
    chief.get("/accounts/login/")
    headers = {"X-CSRFToken": chief.cookies["csrftoken"].value, "Origin": "http://testserver"}
    answer = chief.post("/api/v1/cases/searches", {"name": "a", "query": "b"},
                        content_type="application/json", headers=headers)  # fmt: skip
    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize("name", ACTIONS)
def test_looking_at_an_action_is_no_action(chief, name):
    before = kept()
    assert chief.get(ROUTES[name][1]).status_code == 405
    assert kept() == before


def test_admin_pages_ask_for_the_token_too(chief):
    for address in ("/admin/cases/department/add/", "/admin/auth/user/add/"):
        assert chief.post(address, {"code": "x", "name": "x"}).status_code == 403


def test_cookies(chief, client):
    factories.user(name="somebody")
    answer = client.post("/accounts/login/", {"username": "somebody", "password": "x"})
    assert answer.status_code == 302
    session, token = (answer.cookies[name] for name in ("sessionid", "csrftoken"))
    assert (session["httponly"], session["samesite"]) == (True, "Lax")
    assert token["samesite"] == "Lax"
    source = (site.BASE_DIR / "webmap/settings/prod.py").read_text()
    assert "SESSION_COOKIE_SECURE = True" in source
    assert "CSRF_COOKIE_SECURE = True" in source
