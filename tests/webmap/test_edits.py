"""Editing over HTTP: who may, what comes back, and how it is refused."""

import json

import jsonschema
import pytest
import shapely
from drf_spectacular.generators import SchemaGenerator

import gridding
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from tests.spatial.grids.conftest import make_dataset, make_district

BASE = "/api/v1/plans/110101-e1"


@pytest.fixture
def draft(db):
    make_district(make_dataset())
    return make_plan("110101")


@pytest.fixture
def client(client_of, draft):
    return client_of("gis_staff")


def post(client, address="/edits", **body):
    return client.post(BASE + address, json.dumps(body), content_type="application/json")


def pair(client):
    answer = client.get(f"{BASE}/grids?west=116&south=39&east=117&north=40").json()
    own = {g["ordinal"]: g for g in answer["grids"] if g["code"].startswith("110101001001")}
    one = next(iter(own.values()))
    return one, own[next(n for n in one["neighbours"] if n in own)]


def described(name, body):
    """The body is what the description of the API says."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    text = json.dumps({"$ref": f"#/components/schemas/{name}", "components": schema["components"]})
    jsonschema.Draft202012Validator(json.loads(text)).validate(body)


def test_an_edit_tells_what_changed_and_can_be_undone(client, draft):
    one, other = pair(client)
    done = post(client, kind="merge", revision=0, grids=[one["ordinal"], other["ordinal"]])
    assert done.status_code == 200, done.content
    body = done.json()
    described("DoneForm", body)
    assert (body["revision"], body["can_undo"], body["can_redo"]) == (1, True, False)
    assert body["edit"]["made_by"] == "gis_staff"
    assert len(body["gone"]) == 1
    merged = next(g for g in body["grids"] if g["revision"] == 1)
    assert merged["area_m2"] == pytest.approx(one["area_m2"] + other["area_m2"])
    codes = client.get("/api/v1/editions/110101-e1/codes").json()
    assert codes[body["gone"][0] - 1] is None
    assert codes[merged["ordinal"] - 1] == merged["code"]
    back = post(client, "/edits/undo", revision=1).json()
    described("DoneForm", back)
    assert {g["ordinal"] for g in back["grids"]} >= {one["ordinal"], other["ordinal"]}
    again = post(client, "/edits/redo", revision=2).json()
    assert again["gone"] == body["gone"]
    draft.refresh_from_db()
    assert check_plan(draft)["ok"]
    history = client.get(f"{BASE}/edits").json()
    described("HistoryForm", history)
    assert [(e["kind"], e["state"]) for e in history["edits"]] == [("merge", "done")]


def test_coordinates_as_they_are_sent_name_the_node(client, draft):
    one, other = pair(client)
    shapes = [shapely.geometry.shape(g["geometry"]) for g in (one, other)]
    line = shapely.get_parts(shapely.line_merge(shapely.intersection(*shapes)))[0]
    middle = line.interpolate(0.5, normalized=True)
    moves = [{"from": [middle.x, middle.y], "to": [middle.x + 2e-5, middle.y + 2e-5]}]
    done = post(client, kind="move", revision=0, moves=moves)
    assert done.status_code == 200, done.content
    changed = {g["ordinal"] for g in done.json()["grids"] if g["revision"] == 1}
    assert changed == {one["ordinal"], other["ordinal"]}


def test_pins_come_back_as_lines(client):
    one, other = pair(client)
    grids = [one["ordinal"], other["ordinal"]]
    body = post(client, kind="pin", revision=0, grids=grids).json()
    described("DoneForm", body)
    assert len(body["pins"][0][0]) == 2
    held = post(client, kind="merge", revision=1, grids=grids)
    assert (held.status_code, held.json()["code"]) == (409, "E-EDIT-PINNED")
    assert sorted(held.json()["detail"]["grids"]) == sorted(grids)


def test_a_conflict_says_which_revision_to_look_at(client):
    one, other = pair(client)
    post(client, kind="leave", revision=0, grids=[one["ordinal"]])
    late = post(client, kind="merge", revision=0, grids=[one["ordinal"], other["ordinal"]])
    assert (late.status_code, late.json()["code"]) == (409, "E-EDIT-STALE")
    assert late.json()["detail"] == {"revision": 1, "grids": [one["ordinal"]]}


PLACE = [116.4, 39.9]
BAD = [
    {},
    {"kind": "merge"},
    {"kind": "melt", "revision": 0, "grids": [1, 2]},
    {"kind": "merge", "revision": 0},
    {"kind": "merge", "revision": -1, "grids": [1, 2]},
    {"kind": "merge", "revision": 0, "grids": []},
    {"kind": "merge", "revision": 0, "grids": ["x", 2]},
    {"kind": "merge", "revision": 0, "grids": [1, 2**40]},
    {"kind": "merge", "revision": 0, "grids": list(range(1, 300))},
    {"kind": "split", "revision": 0, "grids": [1, 2], "line": [PLACE, PLACE]},
    {"kind": "split", "revision": 0, "grids": [1]},
    {"kind": "split", "revision": 0, "grids": [1], "line": [[1], [2]]},
    {"kind": "split", "revision": 0, "grids": [1], "line": [[181, 0], PLACE]},
    {"kind": "split", "revision": 0, "grids": [1], "line": [PLACE] * 2001},
    {"kind": "split", "revision": 0, "grids": [1], "line": [PLACE, PLACE], "snap_m": 1e9},
    {"kind": "reassign", "revision": 0, "grids": [1], "line": [PLACE, PLACE]},
    {"kind": "move", "revision": 0},
    {"kind": "move", "revision": 0, "moves": []},
    {"kind": "move", "revision": 0, "moves": [{"to": PLACE}]},
    {"kind": "pin", "revision": 0, "grids": [1]},
]


@pytest.mark.parametrize("body", BAD)
def test_orders_that_cannot_be_used(client_of, body):
    answer = post(client_of("gis_staff"), **body)
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "merge", "grids": [1]}, 400, "E-EDIT-FEW"),
        ({"kind": "merge", "grids": [1, 9_999]}, 404, "E-GRID-MISSING"),
        ({"kind": "split", "grids": [1], "line": []}, 400, "E-EDIT-LINE"),
        ({"kind": "split", "grids": [1], "line": [PLACE, PLACE]}, 400, "E-EDIT-LINE"),
        (
            {"kind": "split", "grids": [1], "line": [[-60, 0], [100, 80]], "snap_m": 20},
            400,
            None,
        ),
        (
            {"kind": "move", "moves": [{"from": PLACE, "to": [-60, -89]}], "snap_m": 20},
            400,
            "E-EDIT-NONODE",
        ),
    ],
)
def test_edits_that_cannot_be(client, draft, body, status, code):
    answer = post(client, revision=0, **body)
    assert answer.status_code == status, answer.content
    assert answer.json()["code"].startswith("E-EDIT" if code is None else code)
    draft.refresh_from_db()
    assert draft.revision == 0


@pytest.mark.parametrize("text", ["1e999", "NaN", "Infinity"])
def test_what_is_no_number_is_no_place(client_of, text):
    client = client_of("gis_staff")
    body = f'{{"kind": "split", "revision": 0, "grids": [1], "line": [[{text}, 1], [1, 2]]}}'
    answer = client.post(f"{BASE}/edits", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] in {"E-REQUEST-INVALID", "E-REQUEST-SYNTAX"}


def test_a_box_of_too_many_grids_is_refused(client, monkeypatch):
    monkeypatch.setattr("webmap.api.edits.MOST_IN_BOX", 3)
    answer = client.get(f"{BASE}/grids?west=116&south=39&east=117&north=40")
    assert (answer.status_code, answer.json()["code"]) == (400, "E-EDIT-BOX")
    assert client.get(f"{BASE}/grids?west=x").json()["code"] == "E-REQUEST-INVALID"
    empty = client.get(f"{BASE}/grids?west=1&south=1&east=2&north=2").json()
    assert empty == {"revision": 0, "grids": []}


@pytest.mark.parametrize("role", ["administrator", "planner", "viewer"])
def test_only_gis_staff_edits(client_of, role):
    answer = post(client_of(role), kind="leave", revision=0, grids=[1])
    assert (answer.status_code, answer.json()["code"]) == (403, "E-ROLE-MISSING")
    assert answer.json()["detail"]["roles"] == ["gis_staff"]


def test_the_language_of_the_answer_is_that_of_the_request(client):
    body = json.dumps({"kind": "merge", "revision": 0, "grids": [1]})
    answer = client.post(
        f"{BASE}/edits", body, content_type="application/json", headers={"Accept-Language": "zh"}
    )
    assert answer.json()["message"].startswith("请至少选择两个")


def test_an_edit_that_cuts_a_building_says_so(client, draft):
    from tests.spatial.grids.conftest import ORIGIN, SRID

    # The building h1 stands from 120 to 160 m east and 120 to 170 m north of the corner.
    def line(east):
        ends = shapely.points(
            [[ORIGIN[0] + east, ORIGIN[1] + 60], [ORIGIN[0] + east, ORIGIN[1] + 240]]
        )
        return [list(p.coords[0]) for p in gridding.project(ends, SRID, 4326)]

    point = gridding.project(shapely.points([[ORIGIN[0] + 140, ORIGIN[1] + 145]]), SRID, 4326)[0]
    answer = client.get("/api/v1/plans/110101-e1/grids?west=116&south=39&east=117&north=40").json()
    grid = next(
        g for g in answer["grids"] if shapely.from_geojson(json.dumps(g["geometry"])).covers(point)
    )
    done = post(client, kind="split", revision=0, grids=[grid["ordinal"]], line=line(140)).json()
    (cut,) = done["cuts"]
    assert cut["unit"] == "building"
    assert cut["place"] == pytest.approx(point.coords[0], abs=3e-4)
    # Taking it back draws no border anew; a line beside the building cuts nothing.
    assert post(client, "/edits/undo", revision=1).json()["cuts"] == []
    beside = post(client, kind="split", revision=2, grids=[grid["ordinal"]], line=line(112)).json()
    assert beside["cuts"] == []
