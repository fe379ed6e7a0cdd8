"""Bad input gets a coded 4xx, never a 500."""

import json
import logging

import pytest

BAD = [
    ("/api/v1/grids/at", 400, "E-REQUEST-INVALID"),
    ("/api/v1/grids/at?lon=x&lat=1", 400, "E-REQUEST-INVALID"),
    ("/api/v1/grids/at?lon=nan&lat=nan", 400, "E-REQUEST-INVALID"),
    ("/api/v1/grids/at?lon=inf&lat=1", 400, "E-REQUEST-INVALID"),
    ("/api/v1/grids/at?lon=181&lat=1", 400, "E-REQUEST-INVALID"),
    ("/api/v1/grids/at?lon=1&lat=1&on=tomorrow", 400, "E-REQUEST-INVALID"),
    ("/api/v1/grids/110101001001001?on=2026-13-01", 400, "E-REQUEST-INVALID"),
    ("/api/v1/grids/110101001001001?on=%00", 400, "E-REQUEST-INVALID"),
    ("/api/v1/grids/110101001001001?on=0001-01-01", 404, "E-EDITION-NONE"),
    ("/api/v1/grids/110101001001001?on=9999-12-31", 200, None),
    ("/api/v1/grids/99999999999999999999", 404, "E-GRID-MISSING"),
    ("/api/v1/grids/1101010010010011111111", 404, "E-NOT-FOUND"),
    ("/api/v1/grids/abc", 404, "E-NOT-FOUND"),
    ("/api/v1/editions/110101-e1/grids/0", 404, "E-GRID-MISSING"),
    ("/api/v1/editions/110101-e1/grids/999999999", 404, "E-GRID-MISSING"),
    ("/api/v1/editions/110101-e1/grids/9999999999", 404, "E-NOT-FOUND"),
    ("/api/v1/editions/110101-e99999999999/grids/1", 404, "E-PLAN-MISSING"),
    ("/api/v1/editions/-e/grids/1", 404, "E-PLAN-MISSING"),
    ("/api/v1/editions/x/codes", 404, "E-PLAN-MISSING"),
    ("/api/v1/editions/%00/codes", 404, "E-NOT-FOUND"),
    ("/api/v1/search", 400, "E-REQUEST-INVALID"),
    ("/api/v1/search?q=", 400, "E-REQUEST-INVALID"),
    ("/api/v1/search?q=%20%20", 400, "E-REQUEST-INVALID"),
    ("/api/v1/search?q=" + "a" * 61, 400, "E-REQUEST-INVALID"),
    ("/api/v1/search?q=a%00b", 400, "E-REQUEST-INVALID"),
    ("/api/v1/search?q=a&limit=0", 400, "E-REQUEST-INVALID"),
    ("/api/v1/search?q=a&limit=51", 400, "E-REQUEST-INVALID"),
    ("/api/v1/search?q=a&limit=x", 400, "E-REQUEST-INVALID"),
    ("/api/v1/search?q=%FF%FE", 200, None),
    ("/api/v1/search?q=%27%22%3B--", 200, None),
    ("/api/v1/search?q=%25_%5C", 200, None),
    ("/api/v1/search?q=%ED%A0%80", 200, None),
    ("/tiles/grids.json?district=%00", 400, "E-REQUEST-INVALID"),
    ("/tiles/grids.json?version=%00", 400, "E-REQUEST-INVALID"),
    ("/tiles/grids.json?district=" + "1" * 13, 400, "E-REQUEST-INVALID"),
    ("/tiles/grids.json?version=110101-e9", 404, "E-PLAN-MISSING"),
    ("/tiles/grids/110101-e99999999999/14/0/0.mvt", 404, "E-PLAN-MISSING"),
    ("/api/v1/jobs/7f6f2f4e-58b5-4b0e-9d0f-3f8a1f2f9d11", 404, "E-JOB-MISSING"),
    ("/api/v1/jobs/1", 404, "E-NOT-FOUND"),
    ("/api/v2/districts", 404, "E-NOT-FOUND"),
    ("/api/", 404, "E-NOT-FOUND"),
    ("/tiles/", 404, "E-NOT-FOUND"),
]


@pytest.mark.parametrize(("address", "status", "code"), BAD)
def test_bad_addresses(client_of, town, address, status, code):
    answer = client_of("planner").get(address)
    assert answer.status_code == status, answer.content
    if code:
        body = answer.json()
        assert set(body) == {"code", "message", "detail"}
        assert body["code"] == code
        assert body["message"]


ORDER = {"district": "110101", "format": "csv", "crs": "EPSG:4490", "encoding": "UTF-8"}


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"district": None}, 400, "district"),
        ({"district": "11010"}, 400, "district"),
        ({"district": "１１０１０１"}, 400, "district"),
        ({"district": "110101\n"}, 404, None),
        ({"district": ["110101"]}, 400, "district"),
        ({"district": "999999"}, 404, None),
        ({"format": "exe"}, 400, "format"),
        ({"format": ["shp"]}, 400, "format"),
        ({"crs": "+proj=longlat"}, 400, "crs"),
        ({"crs": "EPSG:4490\u0000"}, 400, "crs"),
        ({"crs": "https://x.example/crs"}, 400, "crs"),
        ({"crs": "EPSG:４４９０"}, 400, "crs"),
        ({"crs": True}, 400, "crs"),
        ({"crs": {"init": "epsg:4490"}}, 400, "crs"),
        ({"encoding": "latin-1"}, 400, "encoding"),
        ({"on": "yesterday"}, 400, "on"),
        ({"on": "1900-01-01"}, 404, None),
    ],
)
def test_bad_orders(client_of, town, change, status, field):
    answer = client_of("planner").post(
        "/api/v1/exports", ORDER | change, content_type="application/json"
    )
    if change == {"district": "110101\n"}:
        assert answer.status_code == 202  # white space at the ends is cut off
        return
    assert answer.status_code == status, answer.content
    if field:
        assert answer.json()["code"] == "E-REQUEST-INVALID"
        assert list(answer.json()["detail"]["fields"]) == [field]
        assert field in answer.json()["message"]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "1", "[" * 5000])
def test_broken_bodies(client_of, town, body):
    answer = client_of("planner").post("/api/v1/exports", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] in {"E-REQUEST-SYNTAX", "E-REQUEST-INVALID"}


def test_other_body_types_are_415(client_of, town):
    answer = client_of("planner").post("/api/v1/exports", ORDER)
    assert (answer.status_code, answer.json()["code"]) == (415, "E-REQUEST-TYPE")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_are_405(client, town, method):
    answer = getattr(client, method)("/api/v1/districts")
    assert (answer.status_code, answer.json()["code"]) == (405, "E-REQUEST-METHOD")
    assert getattr(client, method)("/tiles/grids/110101-e1/14/0/0.mvt").status_code == 405


def test_an_unacceptable_type_is_still_coded(client, town):
    answer = client.get("/api/v1/districts", headers={"accept": "text/turtle"})
    assert (answer.status_code, answer.json()["code"]) == (406, "E-REQUEST-ACCEPT")


def test_an_order_from_another_site_is_refused(town):
    from django.test import Client

    from tests.webmap import factories

    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user("planner"))
    answer = client.post("/api/v1/exports", json.dumps(ORDER), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "E-ROLE-FORBIDDEN")


def test_too_many_searches_are_429(client, town, monkeypatch):
    from webmap.api.search import Search

    class Slow(Search.throttle_classes[0]):
        THROTTLE_RATES = {"search": "2/min"}

    monkeypatch.setattr(Search, "throttle_classes", [Slow])
    answers = [client.get("/api/v1/search?q=a") for _time in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "E-REQUEST-RATE"
    assert 0 < int(answers[2]["Retry-After"]) <= 61


def test_a_changed_forwarding_header_does_not_escape_the_limit(client, town, monkeypatch):
    from webmap.api.search import Search

    class Slow(Search.throttle_classes[0]):
        THROTTLE_RATES = {"search": "1/min"}

    monkeypatch.setattr(Search, "throttle_classes", [Slow])
    assert (
        client.get("/api/v1/search?q=a", headers={"x-forwarded-for": "1.1.1.1"}).status_code == 200
    )
    assert (
        client.get("/api/v1/search?q=a", headers={"x-forwarded-for": "2.2.2.2"}).status_code == 429
    )


def test_an_unforeseen_error_is_a_coded_500_and_tells_nothing(client, town, monkeypatch, caplog):
    from webmap.api import views

    def broken(_user, _on):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(views, "district_forms", broken)
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/v1/districts")
    assert (answer.status_code, answer.json()["code"]) == (500, "E-SERVER-CRASH")
    assert b"secret" not in answer.content
    assert "secret" in caplog.text
