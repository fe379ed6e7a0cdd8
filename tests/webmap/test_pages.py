"""Pages, health, request ids, languages."""

import gzip
import json
import logging
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.webmap import factories
from webmap.logs import RequestIdFilter, request_id


def config_of(answer) -> dict:
    found = re.search(
        r'<script id="wanmi-config" type="application/json">(.*?)</script>',
        answer.content.decode(),
        re.S,
    )
    return json.loads(found[1])


def test_the_map_page_carries_its_configuration(client, town):
    config = config_of(client.get("/"))
    assert set(config) == {
        "districts",
        "today",
        "user",
        "language",
        "urls",
        "public_map",
        "local_systems",
        "attribution",
        "note_colours",
        "home_view",
        "drawing",
        "backdrops",
    }
    assert config["districts"][0]["edition"]["version"] == "110101-e1"
    assert config["user"] == {
        "authenticated": False,
        "username": "",
        "roles": [],
        "can_export": False,
        "exports_anything": False,
        "works_with_data": False,
        "works_with_cases": False,
        "sees_results": False,
        "sees_patrol": False,
        "sees_wall": False,
        "sees_analysis": False,
    }
    assert config["language"] == "zh-hans"
    assert config["attribution"] == "made up"


def test_the_configuration_knows_the_user(client_of, town):
    config = config_of(client_of("planner").get("/"))
    assert config["user"] == {
        "authenticated": True,
        "username": "planner",
        "roles": ["planner"],
        "can_export": True,
        "exports_anything": True,
        "works_with_data": True,
        "works_with_cases": False,
        "sees_results": True,
        "sees_patrol": True,
        "sees_wall": False,
        "sees_analysis": True,
    }


def test_names_from_data_cannot_break_out_of_the_page(client, town):
    town.district.name = "</script><script>alert(1)</script>"
    town.district.save()
    answer = client.get("/")
    assert b"<script>alert" not in answer.content
    assert config_of(answer)["districts"][0]["name"] == town.district.name


def test_every_address_in_the_configuration_answers(client_of, town):
    client = client_of("administrator")
    values = {"layer": "streets", "version": "110101-e1", "ordinal": 1, "code": "110101001001001"}
    for name, address in config_of(client.get("/"))["urls"].items():
        # A job has no fixed name; of symbols only the folder is told.
        if name in {"job", "symbols"}:
            continue
        found = address.format(**values)
        assert client.get(found).status_code in {200, 302, 400, 405}, (name, found)


def test_the_language_is_switched_and_remembered(client, town):
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert config_of(client.get("/"))["language"] == "en"
    assert client.get("/api/x").json()["message"] == "There is nothing at this address."


def test_the_language_form_leads_nowhere_else(client, town):
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "https://x.example/"})
    assert answer["Location"] == "/"


def test_login_and_logout(client, town):
    factories.user("planner", name="chen")
    page = client.get("/accounts/login/?next=/api/docs/")
    assert 'name="password"' in page.content.decode()
    wrong = client.post("/accounts/login/", {"username": "chen", "password": "y"})
    assert 'role="alert"' in wrong.content.decode()
    right = client.post(
        "/accounts/login/", {"username": "chen", "password": "x", "next": "/api/docs/"}
    )
    assert right["Location"] == "/api/docs/"
    assert config_of(client.get("/"))["user"]["username"] == "chen"
    assert client.get("/accounts/logout/").status_code == 405
    client.post("/accounts/logout/")
    assert config_of(client.get("/"))["user"]["authenticated"] is False


def test_login_leads_nowhere_else(client, db):
    factories.user("planner", name="chen")
    answer = client.post(
        "/accounts/login/", {"username": "chen", "password": "x", "next": "https://x.example/"}
    )
    assert answer["Location"] == "/"


def test_pages_have_a_strict_content_security_policy(client, town):
    for address in ("/", "/accounts/login/", "/api/docs/", "/nowhere"):
        policy = client.get(address)["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "http:" not in policy


def test_the_documentation_page_has_no_script_of_its_own(client, db):
    page = client.get("/api/docs/").content.decode()
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert re.findall(r"<style|style=", page) == []
    script = client.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")


@pytest.mark.parametrize(("address", "status"), [("/nowhere", 404), ("/admin/nowhere", 302)])
def test_unknown_pages(client, db, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    if status == 404:
        assert answer["Content-Type"].startswith("text/html")
        assert 'href="/"' in answer.content.decode()


def test_a_form_without_its_token_gets_a_page(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "x"})
    assert answer.status_code == 403
    assert b"<h1>" in answer.content


def test_a_crashed_page_names_the_request(client, town, monkeypatch):
    from webmap.pages import map as page

    def broken(_request):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(page, "map_config", broken)
    client.raise_request_exception = False
    answer = client.get("/", headers={"x-request-id": "given-by-the-proxy"})
    assert answer.status_code == 500
    assert b"given-by-the-proxy" in answer.content
    assert b"secret" not in answer.content


def test_health(client, db):
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 200
    good = dict.fromkeys(("database", "migrations", "state", "tiles"), True)
    assert good.items() <= answer.json()["checks"].items()


def test_readiness_says_what_is_missing(client, db, settings, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'webmap'")
    (tmp_path / "file").touch()
    settings.TILE_DIR = tmp_path / "file" / "tiles"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    body = answer.json()
    told = {"database": True, "migrations": False, "state": True, "tiles": False}
    assert told.items() <= body["checks"].items()
    codes = {problem["code"] for problem in body["problems"]}
    assert {"E-READY-MIGRATIONS", "E-READY-TILES"} <= codes


def test_every_answer_names_its_request(client, db):
    first, second = client.get("/healthz"), client.get("/healthz")
    assert re.fullmatch("[0-9a-f]{32}", first["X-Request-ID"])
    assert first["X-Request-ID"] != second["X-Request-ID"]
    given = client.get("/healthz", headers={"x-request-id": "abc-12345678"})
    assert given["X-Request-ID"] == "abc-12345678"


@pytest.mark.parametrize("bad", ["short", "x" * 65, "line\nbreak-12345", "<script>12345678"])
def test_a_strange_request_id_is_not_repeated(client, db, bad):
    answer = client.get("/healthz", headers={"x-request-id": bad})
    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])


def test_the_log_names_the_request():
    record = logging.LogRecord("x", logging.INFO, "", 0, "text", (), None)
    token = request_id.set("abc")
    RequestIdFilter().filter(record)
    request_id.reset(token)
    assert record.request_id == "abc"


def test_the_script_texts_are_served(client, db):
    answer = client.get("/jsi18n/")
    assert answer.status_code == 200
    assert b"gettext" in answer.content


def test_the_script_texts_are_packed_tagged_and_of_the_chosen_language(client, db):
    chinese = client.get("/jsi18n/", headers={"Accept-Encoding": "gzip"})
    assert chinese["Content-Encoding"] == "gzip"
    assert '"Share": "\\u5206\\u4eab"' in gzip.decompress(chinese.content).decode()
    known = {"If-None-Match": chinese["ETag"]}
    assert client.get("/jsi18n/", headers=known).status_code == 304
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = client.get("/jsi18n/", headers=known)
    assert english.status_code == 200
    assert b"\\u5206" not in english.content
    assert "Cookie" in english["Vary"]
