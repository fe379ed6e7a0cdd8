"""Addresses by the API and by the command."""

import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from spatial.basemap.gazetteer.build import build_gazetteer
from tests.webmap import factories
from webmap.geocoding import store


@pytest.fixture
def built(town):
    factories.feature("road", factories.line((0, 2), (6, 2)), "东长安街", line_class=1)
    factories.feature("road", factories.line((3, 0), (3, 4)), "南池子大街", line_class=4)
    factories.place("address", "东长安街18号", column=1.5, row=2.2)
    build_gazetteer()
    return town


def ask(client, **values):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client.get("/api/v1/geocode", values)


def point(client, lon, lat):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client.get("/api/v1/reverse", {"lon": lon, "lat": lat})


def test_an_address_is_found_with_what_it_was_read_from(client, built):
    body = ask(client, q="东城区东长安街18号东侧").json()
    assert (body["verdict"], body["read"]["hint"]) == ("exact", "东侧")
    best = body["candidates"][0]
    assert (best["name"], best["level"], best["kind"]) == ("东长安街18号", 8, "place")
    assert best["center"] == [116.4018, 39.91802]
    assert best["community"] == "110101001001"
    assert best["detail"] == "Dongcheng 东华门街道 多福巷社区"
    text = body["query"]
    read = [(text[m["start"] : m["end"]], m["name"]) for m in best["matched"]]
    assert read == [("东城区", "东城区"), ("东长安街", "东长安街"), ("18号", "18号")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("110101001001005", "grid"),
        ("东长安街与南池子大街路口", "crossing"),
        ("116.4018,39.91865", "coordinates"),
        ("多福巷社区", "region"),
        ("东长安街", "road"),
    ],
)
def test_other_things_than_addresses(client, built, text, kind):
    assert ask(client, q=text).json()["candidates"][0]["kind"] == kind


def test_plane_coordinates_are_projected_in_the_zone_of_the_district(client, built):
    best = ask(client, q="448727.00, 4420694.00").json()["candidates"][0]
    assert best["center"] == pytest.approx([116.4003, 39.9189], abs=0.001)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E-ADDRESS-EMPTY"),
        ("!?", "E-ADDRESS-EMPTY"),
        ("长" * 10_000, "E-ADDRESS-LONG"),
        ("东长安街\x0718号", "E-ADDRESS-CONTROL"),
    ],
)
def test_what_is_no_address_is_told(client, built, text, code):
    answer = ask(client, q=text)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize("text", ["'; DROP TABLE x; --", "<script>alert(1)</script>", "%_%", "\\"])
def test_signs_are_only_signs(client, built, text):
    answer = ask(client, q=text)
    assert answer.status_code in {200, 400}
    assert answer.json().get("candidates", []) == []


def test_only_one_district(client, built):
    assert ask(client, q="东长安街18号", district="110101").json()["verdict"] == "exact"
    answer = ask(client, q="东长安街18号", district="110102")
    assert (answer.status_code, answer.json()["code"]) == (404, "E-DISTRICT-MISSING")
    assert ask(client, q="东长安街18号", district="x").json()["code"] == "E-REQUEST-INVALID"


def test_what_is_at_a_point(client, built):
    body = point(client, 116.4018, 39.91802 + 0.00018).json()
    assert body["words"] == "about 20 m north of 东长安街18号"
    assert body["grid"] == "110101001001005"
    assert body["community"]["name"] == "多福巷社区"
    assert body["road"]["name"] == "东长安街"
    assert body["door"]["distance_m"] == pytest.approx(20, abs=0.5)
    crossing = point(client, 116.4036, 39.9182).json()
    assert crossing["words"] == "crossing of 东长安街 and 南池子大街"


def test_a_point_nowhere_is_no_error(client, built):
    body = point(client, 0, 0).json()
    assert (body["words"], body["grid"], body["district"], body["door"]) == ("", None, None, None)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (39.9, 116.4, "E-ADDRESS-POINT"),
        (500, 500, "E-ADDRESS-POINT"),
        ("nan", 1, "E-REQUEST-INVALID"),
        ("x", 1, "E-REQUEST-INVALID"),
    ],
)
def test_no_degrees(client, built, lon, lat, code):
    answer = point(client, lon, lat)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_unknown_grids_and_components(built):
    assert store().grids(["110101001001005", "999999999999999"]).keys() == {"110101001001005"}
    assert store().components(["1101010101000001"]) == {}


def test_the_command(built, capsys):
    call_command("geocode", "东长安街18号", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["candidates"][0]["name"] == "东长安街18号"
    call_command("geocode", "东长安街18号", "--district", "110101")
    assert "东长安街18号" in capsys.readouterr().out
    call_command("geocode", "116.4018,39.9182", "--reverse")
    assert "110101001001" in capsys.readouterr().out
    for words in (["116.4", "--reverse"], ["39.9,116.4", "--reverse"], [" "]):
        with pytest.raises(CommandError, match="E-ADDRESS-"):
            call_command("geocode", *words)
