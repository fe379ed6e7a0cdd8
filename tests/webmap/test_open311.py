"""Open311 GeoReport v2 as programs use it: both forms, with the names of the specification."""

import http.server
import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.test import Client

from spatial.cases.models import Case, FilingStandard, OutsideReport, Unit
from spatial.cases.services.public import make_key
from tests.spatial.cases.conftest import World, photos_apart, real_world, world  # noqa: F401
from tests.webmap.test_public_reports import closed

ROOT = "/open311/v2"
LITTER, LAMP = "test.e0110", "test.c0137"
REQUEST = {
    "service_request_id": str, "status": str, "status_notes": str, "service_name": str,
    "service_code": str, "description": str, "agency_responsible": str, "service_notice": str,
    "requested_datetime": datetime, "updated_datetime": datetime, "expected_datetime": datetime,
    "address": str, "address_id": str, "zipcode": str, "lat": float, "long": float,
    "media_url": str,
}  # fmt: skip
SERVICE = {
    "service_code": str, "service_name": str, "description": str, "metadata": bool, "type": str,
    "keywords": str, "group": str,
}  # fmt: skip
ATTRIBUTE = {
    "variable": bool, "code": str, "datatype": str, "required": bool,
    "datatype_description": str, "order": int, "description": str, "values": list,
}  # fmt: skip
NEEDED = {"service_request_id", "status", "service_code", "requested_datetime", "lat", "long"}


def fits(value, kinds):
    """Whether an object has just the fields of the specification, each of its kind or null."""
    assert set(value) == set(kinds)
    for name, kind in kinds.items():
        if value[name] is None:
            assert name not in NEEDED
        elif kind is datetime:
            assert datetime.fromisoformat(value[name]).tzinfo is not None
        else:
            assert type(value[name]) is kind, name


@pytest.fixture(autouse=True)
def open_to_all(settings):
    settings.OPEN311_OPEN = True


def sent(client, world, **more):  # noqa: F811
    lon, lat = world.point
    usual = {"service_code": LITTER, "lat": lat, "long": lon, "description": "垃圾"}
    data = {name: value for name, value in {**usual, **more}.items() if value is not None}
    return client.post(f"{ROOT}/requests.json", data)


def refused(answer):
    (told,) = answer.json()
    assert set(told) == {"code", "description"}
    assert told["code"] == answer.status_code
    return answer.status_code, told["description"].split(":")[0]


def test_services_and_definitions_have_the_fields_of_the_specification(world, client):  # noqa: F811
    FilingStandard.objects.create(
        case_class=world.litter, number=2, condition="很多 <b>&", limit_n=1, limit_unit=Unit.HOUR
    )
    services = client.get(f"{ROOT}/services.json").json()
    assert [one["service_code"] for one in services] == [LITTER, LAMP]
    assert [one["metadata"] for one in services] == [True, True]
    for one in services:
        fits(one, SERVICE)
        assert one["type"] == "realtime"
    found = client.get(f"{ROOT}/services/{LITTER}.json").json()
    assert set(found) == {"service_code", "attributes"}
    (condition,) = found["attributes"]
    fits(condition, ATTRIBUTE)
    assert condition["values"] == [{"key": "1", "name": "有"}, {"key": "2", "name": "很多 <b>&"}]
    text = client.get(f"{ROOT}/services/{LITTER}.xml").content
    assert b"<b>" not in text
    root = ElementTree.fromstring(text)
    assert root.tag == "service_definition"
    names = [one.text for one in root.findall("attributes/attribute/values/value/name")]
    assert names == ["有", "很多 <b>&"]
    (component,) = client.get(f"{ROOT}/services/{LAMP}.json").json()["attributes"]
    assert (component["code"], component["datatype"]) == ("COMPONENT", "string")
    assert refused(client.get(f"{ROOT}/services/x.e0000.json")) == (404, "E-OPEN311-SERVICE")


def test_discovery_names_the_endpoint_in_both_forms(world, client):  # noqa: F811
    found = client.get(f"{ROOT}/discovery.json").json()
    (endpoint,) = found["endpoints"]
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    answer = client.get(f"{ROOT}/discovery.xml")
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    root = ElementTree.fromstring(answer.content)
    assert [one.text for one in root.findall("endpoints/endpoint/formats/format")] == [
        "text/xml", "application/json",
    ]  # fmt: skip


def test_a_request_is_sent_read_and_closed(world, client):  # noqa: F811
    answer = sent(client, world, first_name="三", last_name="张", email="a@b.cn", phone="138",
                  account_id="7", device_id="d", media_url="http://127.0.0.1:9/x.jpg")  # fmt: skip
    assert answer.status_code == 200, answer.content
    (told,) = answer.json()
    case = Case.objects.get()
    assert told["service_request_id"] == case.number
    assert f"/report/{case.number}/?key=" in told["service_notice"]
    assert told["account_id"] == "7"
    assert (case.channel, case.contact) == ("app", "三 张, 138, a@b.cn")
    beside = OutsideReport.objects.get()
    assert (beside.device, beside.media_url) == ("d", "http://127.0.0.1:9/x.jpg")
    (found,) = client.get(f"{ROOT}/requests/{case.number}.json").json()
    fits(found, REQUEST)
    assert (found["status"], found["service_code"]) == ("open", LITTER)
    assert (found["long"], found["lat"]) == tuple(round(v, 7) for v in world.point)
    for secret in ("垃圾a", "a@b.cn", "138", "x.jpg"):
        assert secret not in json.dumps(found, ensure_ascii=False)
    assert found["description"] == ""
    token = told["service_notice"].split("key=")[1]
    assert client.get(f"{ROOT}/tokens/{token}.json").json() == [
        {"service_request_id": case.number, "token": token}
    ]
    assert refused(client.get(f"{ROOT}/tokens/x.json")) == (404, "E-OPEN311-TOKEN")
    closed(world, case)
    (found,) = client.get(f"{ROOT}/requests/{case.number}.json").json()
    fits(found, REQUEST)
    assert (found["status"], found["agency_responsible"]) == ("closed", "路灯所")
    assert found["media_url"].startswith(f"http://testserver/report/{case.number}/photos/")
    assert client.get(found["media_url"]).status_code == 200


def test_queries_filter_page_and_leave_out_what_no_resident_reported(world, client):  # noqa: F811
    own = world.report()
    numbers = [sent(client, world).json()[0]["service_request_id"] for _ in range(3)]
    lamp = sent(client, world, service_code=LAMP).json()[0]["service_request_id"]
    world.do(Case.objects.get(pk=int(numbers[0][6:])), ("operator", "reject"))

    def asked(query=""):
        answer = client.get(f"{ROOT}/requests.json?{query}")
        assert answer.status_code == 200, answer.content
        return [one["service_request_id"] for one in answer.json()]

    assert asked() == [lamp, *numbers[::-1]]
    assert own.number not in asked()
    assert asked(f"service_request_id={numbers[1]},{own.number},{lamp},x") == [numbers[1], lamp]
    assert refused(client.get(f"{ROOT}/requests/{own.number}.json")) == (404, "E-OPEN311-REQUEST")
    assert asked(f"service_code={LAMP}") == [lamp]
    assert asked(f"service_code={LAMP},{LITTER}&status=open") == [lamp, numbers[2], numbers[1]]
    assert asked("service_code=nothing") == []
    assert asked("status=closed") == [numbers[0]]
    assert asked("status=open,closed&page_size=2") == [lamp, numbers[2]]
    assert asked("page=2&page_size=3") == [numbers[0]]
    assert asked("start_date=2026-01-01T00:00:00Z&end_date=2026-03-01T00:00:00Z") == []
    assert asked("start_date=2026-11-01T00:00:00+08:00") in ([], [lamp, *numbers[::-1]])
    assert asked("jurisdiction_id=110101") == [lamp, *numbers[::-1]]
    for query, status, code in (
        ("jurisdiction_id=999999", 404, "E-OPEN311-JURISDICTION"),
        ("status=done", 400, "E-OPEN311-STATUS"),
        ("start_date=now", 400, "E-OPEN311-DATE"),
        ("start_date=0001-01-01T00:00:00Z", 400, "E-OPEN311-DATE"),
        ("start_date=2026-01-01T00:00:00Z&end_date=2026-12-01T00:00:00Z", 400, "E-OPEN311-SPAN"),
        ("page_size=1000000000", 400, "E-REQUEST-INVALID"),
        ("page=-1", 400, "E-REQUEST-INVALID"),
    ):
        assert refused(client.get(f"{ROOT}/requests.json?{query}")) == (status, code), query


def test_what_cannot_be_used_is_told_in_the_form_of_the_specification(world, client):  # noqa: F811
    for more, status, code in (
        ({"service_code": None}, 400, "E-REQUEST-INVALID"),
        ({"service_code": "x.e0000"}, 404, "E-OPEN311-SERVICE"),
        ({"lat": None, "long": None}, 400, "E-CASE-NOPLACE"),
        ({"lat": None}, 400, "E-CASE-NOPLACE"),
        ({"lat": "200"}, 400, "E-CASE-NOPLACE"),
        ({"lat": "50", "long": "10"}, 400, "E-CASE-OUTSIDE"),
        ({"lat": "{}"}, 400, "E-REQUEST-INVALID"),
        ({"lat": None, "long": None, "address_string": "某某"}, 400, "E-OPEN311-ADDRESS"),
        ({"lat": None, "long": None, "address_id": "99"}, 404, "E-OPEN311-PLACE"),
        ({"attribute[CONDITION]": "7"}, 400, "E-OPEN311-ATTRIBUTE"),
        ({"service_code": LAMP, "attribute[COMPONENT]": "1"}, 400, "E-CASE-COMPONENT"),
        ({"attribute[X][]": ["a"] * 21}, 400, "E-OPEN311-ATTRIBUTE"),
        ({"description": "字" * 2001}, 400, "E-REQUEST-INVALID"),
        ({"first_name": "n" * 60, "email": "e" * 60}, 400, "E-CASE-LONG"),
        ({"jurisdiction_id": "999999"}, 404, "E-OPEN311-JURISDICTION"),
        ({"api_key": "wrong"}, 403, "E-OPEN311-KEY"),
    ):
        assert refused(sent(client, world, **more)) == (status, code), more
    assert not Case.objects.exists()
    text = client.post(f"{ROOT}/requests.xml", {"service_code": "<&>"}).content
    root = ElementTree.fromstring(text)
    assert (root.tag, root.find("error/code").text) == ("errors", "404")
    assert "<&>" in root.find("error/description").text
    assert refused(client.put(f"{ROOT}/requests.json")) == (405, "E-REQUEST-METHOD")
    body = client.post(f"{ROOT}/requests.json", "{}", content_type="application/json")
    assert refused(body) == (415, "E-REQUEST-TYPE")
    for address in ("/open311/", f"{ROOT}/nothing.json", f"{ROOT}/requests.csv"):
        assert refused(client.get(address)) == (404, "E-NOT-FOUND")


def test_without_a_key_only_where_the_site_says_so(world, client, settings):  # noqa: F811
    settings.OPEN311_OPEN = False
    assert refused(sent(client, world)) == (403, "E-OPEN311-KEY")
    key, secret = make_key("App", "", world.operator)
    (told,) = sent(client, world, api_key=secret).json()
    number = told["service_request_id"]
    assert OutsideReport.objects.get().key == key
    # A program reads the words of its own reports, others do not.
    for query, words in ((f"?api_key={secret}", "垃圾"), ("", "")):
        (found,) = client.get(f"{ROOT}/requests/{number}.json{query}").json()
        assert found["description"] == words
    key.in_use = False
    key.save()
    assert refused(sent(client, world, api_key=secret)) == (403, "E-OPEN311-KEY")
    assert refused(client.get(f"{ROOT}/requests.json?api_key={secret}")) == (403, "E-OPEN311-KEY")


def test_the_same_report_of_one_device_is_one(world, client):  # noqa: F811
    first, second = (sent(client, world, device_id="d").json() for _ in range(2))
    assert first == second
    sent(client, world, device_id="other")
    sent(client, world)
    sent(client, world)
    assert Case.objects.count() == 4


def test_sixty_without_a_key_then_retry_after(world, client):  # noqa: F811
    for _ in range(60):
        assert sent(client, world, service_code="x").status_code == 404
    answer = sent(client, world)
    assert refused(answer) == (429, "E-REQUEST-RATE")
    assert 3500 < int(answer["Retry-After"]) <= 3601
    _key, secret = make_key("App", "", world.operator)
    assert sent(client, world, api_key=secret).status_code == 200


def test_pages_of_other_sites_may_read_and_no_more(world):  # noqa: F811
    client = Client(enforce_csrf_checks=True)
    elsewhere = {"Origin": "https://app.example"}
    answer = client.get(f"{ROOT}/services.json", headers=elsewhere)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    asked = client.options(f"{ROOT}/requests.json", headers=elsewhere)
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    made = client.post(f"{ROOT}/requests.json", {}, headers=elsewhere)
    assert made.status_code == 400
    assert "Access-Control-Allow-Origin" not in made


def test_characters_that_no_xml_may_hold_are_replaced(world, client):  # noqa: F811
    _key, secret = make_key("App", "", world.operator)
    (told,) = sent(client, world, api_key=secret, description="a\x01<script>&]]>b").json()
    address = f"{ROOT}/requests/{told['service_request_id']}.xml?api_key={secret}"
    root = ElementTree.fromstring(client.get(address).content)
    assert root.tag == "service_requests"
    assert root.find("request/description").text == "a\ufffd<script>&]]>b"


class Trap(http.server.BaseHTTPRequestHandler):
    hits: list = []

    def do_GET(self):
        self.hits.append(self.path)

    do_HEAD = do_POST = do_GET


def test_a_real_client_against_a_running_server_and_nothing_is_fetched(
    real_world,  # noqa: F811
    live_server,
):
    trap = http.server.HTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=trap.serve_forever, daemon=True).start()
    lon, lat = real_world.point
    address = f"http://127.0.0.1:{trap.server_port}/pic.jpg"
    data = {"service_code": LITTER, "lat": lat, "long": lon, "media_url": address,
            "description": json.dumps({"type": "Point", "crs": {"properties": {"href": address}}}),
            "attribute[A]": "1", "attribute[B][]": "2"}  # fmt: skip
    body = urllib.parse.urlencode(data).encode()
    with urllib.request.urlopen(f"{live_server.url}{ROOT}/requests.xml", body) as answer:
        number = ElementTree.fromstring(answer.read()).find("request/service_request_id").text
    with urllib.request.urlopen(f"{live_server.url}{ROOT}/requests/{number}.json") as answer:
        (found,) = json.load(answer)
    fits(found, REQUEST)
    assert OutsideReport.objects.get().attributes == {"A": "1", "B": ["2"]}
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{live_server.url}{ROOT}/requests.json", b"service_code=x")
    assert json.load(caught.value)[0]["code"] == 404
    trap.shutdown()
    assert Trap.hits == []
