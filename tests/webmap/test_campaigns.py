"""The API of campaigns."""

import pytest

from tests.spatial.cases.conftest import World, photos_apart, world  # noqa: F401 - fixtures

URL = "/api/v1/campaigns"
GAMES = {"code": "games", "name": "奥运", "starts": "2026-01-01", "ends": "2036-01-01",
         "limit_factor": "0.50"}  # fmt: skip


@pytest.fixture
def operator(world: World, client):  # noqa: F811
    client.force_login(world.operator)
    return client


def send(client, address, method="post", status=200, **body):
    answer = getattr(client, method)(address, body, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def test_a_campaign_is_made_changed_and_read(world, operator):  # noqa: F811
    made = send(operator, URL, status=201, **GAMES, classes=[world.litter.pk])
    assert (made["runs"], made["classes"]) == (True, [world.litter.pk])
    lon, lat = world.point
    shape = {"type": "Point", "coordinates": [lon, lat]}
    place = {"kind": "venue", "name": "体育馆", "shape": shape, "reach_m": 100}
    shown = send(operator, f"{URL}/games/places", **place)
    assert shown["places"][0]["ground"]["type"] == "MultiPolygon"
    case = world.report()
    (found,) = operator.get(URL).json()
    assert found["totals"]["reported"] == 1
    row = operator.get(f"/api/v1/cases?campaign={found['id']}").json()["cases"][0]
    assert (row["number"], row["campaign"]["name"]) == (case.number, "奥运")
    changed = send(operator, f"{URL}/games", "patch", ends="2026-02-01")
    assert (changed["runs"], changed["classes"]) == (False, [world.litter.pk])
    send(operator, f"{URL}/games/places/体育馆", "delete", 204)
    send(operator, f"{URL}/games/places/体育馆", "delete", 404)


def test_heights_of_a_shape_are_left_out(operator):
    send(operator, URL, status=201, **GAMES)
    ring = [[116.4, 39.9, 5], [116.41, 39.9, 5], [116.41, 39.91, 5], [116.4, 39.9, 5]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    shown = send(operator, f"{URL}/games/places", kind="venue", name="x", shape=shape)
    ground = shown["places"][0]["ground"]["coordinates"]
    assert {len(place) for part in ground for one in part for place in one} == {2}


@pytest.mark.parametrize(
    ("address", "body", "code"),
    [
        (URL, GAMES | {"ends": "2020-01-01"}, "E-CAMPAIGN-DAYS"),
        (URL, GAMES | {"limit_factor": "0"}, "E-REQUEST-INVALID"),
        (URL, GAMES | {"classes": [987654]}, "E-CASE-CLASS"),
        (f"{URL}/none/places", {}, "E-CAMPAIGN-MISSING"),
    ],
)
def test_what_is_refused(operator, address, body, code):
    answer = operator.post(address, body, content_type="application/json")
    assert (answer.status_code in (400, 404), answer.json()["code"]) == (True, code)


@pytest.mark.parametrize(
    "shape",
    [
        None, 5, "POINT(1 1)", {"type": "Point"}, {"type": "Point", "coordinates": [500, 0]},
        {"type": "Point", "coordinates": ["a", "b"]}, {"type": "GeometryCollection"},
        {"type": "Point", "coordinates": [1, 1], "crs": {"type": "link"}},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": []},
    ],
)  # fmt: skip
def test_shapes_that_are_none(operator, shape):
    send(operator, URL, status=201, **GAMES)
    body = {"kind": "venue", "name": "x", "shape": shape}
    answer = operator.post(f"{URL}/games/places", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] in ("E-REQUEST-INVALID", "E-CAMPAIGN-SHAPE")
