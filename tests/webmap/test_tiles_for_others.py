"""Tiles for other programs: one address for ever, a city's grids, cases, TileJSON, the style."""

import gzip
import json
import re
from pathlib import Path

import jsonschema
import pytest

from spatial.cases.models import InHand
from spatial.core.roles import CASE_WORKERS, ROLES
from tests.spatial.cases.conftest import photos_apart, world  # noqa: F401
from tests.webmap import factories, mvt_reader
from tests.webmap.test_tiles import CENTER
from webmap.tiles.address import TileAddress
from webmap.tiles.layers import LAYERS
from webmap.tiles.style import DAY, NIGHT

NUMBER = "11010120260401000001"
TOKENS = Path(__file__).resolve().parents[2] / "webmap/static/webmap/css/tokens.css"
# From the schema of the specification, version 3.0.0.
TILEJSON = {
    "type": "object",
    "required": ["tilejson", "tiles", "vector_layers"],
    "properties": {
        "tilejson": {"type": "string", "pattern": r"^\d+\.\d+\.\d+\w?[\w\d]*$"},
        "version": {"type": "string", "pattern": r"\d+\.\d+\.\d+\w?[\w\d]*"},
        "scheme": {"enum": ["xyz", "tms"]},
        "tiles": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "uri"}},
        "minzoom": {"type": "integer", "minimum": 0, "maximum": 30},
        "maxzoom": {"type": "integer", "minimum": 0, "maximum": 30},
        "bounds": {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}},
        "center": {"type": "array", "minItems": 3, "maxItems": 3, "items": {"type": "number"}},
        "attribution": {"type": "string"},
        "vector_layers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "fields"],
                "properties": {
                    "id": {"type": "string"},
                    "fields": {"type": "object", "additionalProperties": {"type": "string"}},
                    "minzoom": {"type": "integer"},
                    "maxzoom": {"type": "integer"},
                },
            },
        },
    },
}


def place(z, point=CENTER):
    address = TileAddress.of_point(z, *point)
    return f"{address.z}/{address.x}/{address.y}"


def read(answer):
    assert answer.status_code == 200, answer.content
    data = answer.content
    return mvt_reader.read(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


@pytest.fixture
def full(town):
    factories.components(town)
    factories.feature("road", factories.line((0, 0), (3, 3)), "王府井大街", line_class=3)
    factories.case(NUMBER)
    return town


@pytest.mark.parametrize("name", LAYERS)
def test_tilejson_keeps_the_specification(client_of, full, name):
    described = client_of("operator").get(f"/tiles/{name}.json").json()
    jsonschema.validate(described, TILEJSON)
    assert described["tilejson"] == "3.0.0"
    assert described["attribution"] == "made up"
    assert described["tiles"][0].startswith("http://testserver/tiles/")
    west, south, east, north = described["bounds"]
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90


@pytest.mark.parametrize("name", LAYERS)
def test_tiles_hold_what_their_tilejson_says(client_of, full, name):
    client = client_of("operator")
    described = client.get(f"/tiles/{name}.json").json()
    fields = {one["id"]: set(one["fields"]) for one in described["vector_layers"]}
    seen = set()
    for z in range(described["minzoom"], described["maxzoom"] + 1):
        for point in (CENTER, (factories.WEST + 6e-4, factories.NORTH - 4e-4)):
            x, y = place(z, point).split("/")[1:]
            answer = client.get(described["tiles"][0].format(z=z, x=x, y=y))
            if answer.status_code == 204:
                continue
            for part, layer in read(answer).items():
                seen.add(part)
                for feature in layer.features:
                    assert set(feature.properties) <= fields[part]
    assert seen


def test_our_own_pages_get_addresses_relative_to_them(client, town):
    described = client.get("/tiles/streets.json", headers={"sec-fetch-site": "same-origin"}).json()
    assert described["tiles"][0].startswith("/tiles/streets/")


def test_the_site_may_have_an_address_of_its_own(client, town, settings):
    settings.SITE_URL = "https://grid.example/"
    described = client.get("/tiles/streets.json").json()
    assert described["tiles"][0].startswith("https://grid.example/tiles/streets/")


@pytest.mark.parametrize("name", ["districts", "streets", "communities", "basemap", "components"])
def test_one_address_gives_what_the_current_version_gives(client, full, name):
    z = LAYERS[name].maxzoom
    described = client.get(f"/tiles/{name}.json").json()
    point = (factories.WEST + 6e-4, factories.NORTH - 4.5e-4)
    x, y = place(z, point).split("/")[1:]
    versioned = client.get(described["tiles"][0].format(z=z, x=x, y=y))
    now = client.get(f"/tiles/{name}/{z}/{x}/{y}.mvt")
    assert now.content == versioned.content
    assert "no-cache" in now["Cache-Control"]
    assert "immutable" in versioned["Cache-Control"]
    assert now["ETag"] == versioned["ETag"]
    for address in (f"/tiles/{name}/{z}/{x}/{y}.mvt", described["tiles"][0].format(z=z, x=x, y=y)):
        again = client.get(address, headers={"if-none-match": now["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"]
    packed = client.get(f"/tiles/{name}/{z}/{x}/{y}.mvt", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == now.content


def test_a_change_changes_the_etag(client, full):
    address = (
        f"/tiles/components/{place(16, (factories.WEST + 6e-4, factories.NORTH - 4.5e-4))}.mvt"
    )
    first = client.get(address)
    factories.components(full, [(0.6, 0.6)])
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("z", range(9, 15))
def test_the_grids_of_a_city_carry_their_codes(client, town, z):
    other = factories.district("110102", 2, dataset=factories.dataset("other"))
    factories.plan(other, size=2)
    factories.plan(other, 2, "draft", 2)
    codes = set()
    for point in [(factories.WEST + c * 6e-4, factories.NORTH - r * 4.5e-4)
                  for c in range(13) for r in range(13)]:  # fmt: skip
        answer = client.get(f"/tiles/grids/{place(z, point)}.mvt")
        if answer.status_code == 200:
            layers = read(answer)
            assert list(layers) == ["grids"]
            codes |= {(f.properties["code"], f.properties["edition"])
                      for f in layers["grids"].features}  # fmt: skip
    assert len(codes) == 40
    assert {edition for _code, edition in codes} == {"110101-e1", "110102-e1"}


def test_a_city_of_other_editions_has_another_address(client, town):
    before = client.get("/tiles/grids.json").json()["tiles"][0]
    other = factories.district("110102", 2, dataset=factories.dataset("other"))
    factories.plan(other, size=2)
    after = client.get("/tiles/grids.json").json()["tiles"][0]
    assert before != after
    x, y = place(12).split("/")[1:]
    assert client.get(after.format(z=12, x=x, y=y)).status_code == 200
    gone = client.get(before.format(z=12, x=x, y=y))
    assert (gone.status_code, gone.json()["code"]) == (404, "E-TILE-VERSION")


def test_a_city_on_a_past_day(client, town):
    told = client.get("/tiles/grids.json?on=2026-03-01").json()
    x, y = place(13).split("/")[1:]
    assert client.get(told["tiles"][0].format(z=13, x=x, y=y)).status_code == 200
    before = client.get("/tiles/grids.json?on=2025-03-01").json()
    assert client.get(before["tiles"][0].format(z=13, x=x, y=y)).status_code == 204


def test_the_grids_of_one_district_at_one_address(client, town):
    layers = read(client.get(f"/tiles/grids/{place(13)}.mvt?district=110101"))
    assert all(f.properties == {} and f.id for f in layers["grids"].features)
    for query, status, code in (("999999", 404, "E-PLAN-MISSING"),
                                ("%00", 400, "E-REQUEST-INVALID")):  # fmt: skip
        answer = client.get(f"/tiles/grids/{place(13)}.mvt?district={query}")
        assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("address", ["30/0/0", "14/16384/0", "14/0/-1", "0/0/0"])
def test_addresses_out_of_range(client_of, town, name, address):
    answer = client_of("operator").get(f"/tiles/{name}/{address}.mvt")
    assert (answer.status_code, answer.json()["code"]) == (400, "E-TILE-RANGE")


def test_case_tiles_follow_who_sees_what(client_of, full):
    z = 17
    address = f"/tiles/cases/{place(z, (factories.WEST, factories.NORTH))}.mvt"
    told = read(client_of("operator").get(address))["cases"].features
    (one,) = told
    assert one.properties == {"number": NUMBER, "class": "0110", "class_name": "暴露生活垃圾",
                              "stage": "reported", "district": "110101"}  # fmt: skip
    assert one.id == int(NUMBER[6:])
    for role in sorted({"nobody", *ROLES} - {"operator"}):
        answer = client_of(role).get(address)
        if role not in CASE_WORKERS:
            assert (answer.status_code, answer.json()["code"]) == (403, "E-ROLE-MISSING")
        elif role in ("department", "inspector"):
            assert (answer.status_code, answer.content) == (204, b"")
        else:
            assert answer.status_code == 200
        assert "public" not in answer.get("Cache-Control", "")


def test_case_tiles_are_kept_by_nobody_else(client_of, full):
    answer = client_of("operator").get(f"/tiles/cases/{place(17, (factories.WEST, 39.92))}.mvt")
    assert answer["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Authorization"} <= {one.strip() for one in answer["Vary"].split(",")}
    assert answer["ETag"]


@pytest.mark.parametrize("z", [8, 12, 15])
def test_far_away_cases_are_counted(world, client, z):  # noqa: F811
    for _time in range(4):
        world.report()
    client.force_login(world.operator)
    layers = read(client.get(f"/tiles/cases/{place(z, world.point)}.mvt"))
    (cluster,) = layers["clusters"].features
    assert cluster.properties["count"] == 4
    west, south, east, north = map(float, cluster.properties["bounds"].split(","))
    assert west <= world.point[0] + 1e-5
    assert "cases" not in layers
    InHand.objects.order_by("-case_id").exclude(
        pk=InHand.objects.order_by("case_id").first().pk
    ).delete()
    (one,) = read(client.get(f"/tiles/cases/{place(z, world.point)}.mvt"))["cases"].features
    assert len(one.properties["number"]) == 20


def test_cases_have_no_version(client_of, full):
    answer = client_of("operator").get("/tiles/cases/v1-x/14/13488/6206.mvt")
    assert (answer.status_code, answer.json()["code"]) == (404, "E-TILE-VERSION")


EXPRESSIONS = {"interpolate", "exponential", "linear", "zoom", "get", "match", "all", "<=", ">",
               "log10"}  # fmt: skip
PAINT = {
    "background": {"background-color"},
    "fill": {"fill-color", "fill-opacity", "fill-outline-color"},
    "line": {"line-color", "line-width", "line-opacity"},
    "circle": {"circle-color", "circle-radius", "circle-opacity", "circle-stroke-color",
               "circle-stroke-width"},
}  # fmt: skip


@pytest.mark.parametrize("night", ["0", "1"])
def test_the_style_is_whole_by_itself(client_of, full, night):
    """Its form by the specification is tried by MapLibre's own rules in `test_style_rules.py`."""
    client = client_of("operator")
    style = client.get(f"/tiles/style.json?night={night}").json()
    assert style["version"] == 8
    # Nothing that would have to come from elsewhere.
    assert not {"glyphs", "sprite"} & set(style)
    assert not any(one["type"] == "symbol" for one in style["layers"])
    assert set(style["sources"]) == set(LAYERS)
    parts = {}
    for name, source in style["sources"].items():
        assert source == {"type": "vector", "url": f"http://testserver/tiles/{name}.json"}
        described = client.get(source["url"]).json()
        parts[name] = {one["id"]: set(one["fields"]) for one in described["vector_layers"]}
    keys = [one["id"] for one in style["layers"]]
    assert len(keys) == len(set(keys))
    for layer in style["layers"]:
        assert set(layer["paint"]) <= PAINT[layer["type"]]
        if layer["type"] == "background":
            continue
        fields = parts[layer["source"]][layer["source-layer"]]
        text = json.dumps([layer["paint"], layer.get("filter")])
        assert set(re.findall(r'\["get", "(\w+)"\]', text)) <= fields
        assert set(re.findall(r'\["([a-z<>=0-9]+)"', text)) <= EXPRESSIONS


def test_the_style_names_cases_only_to_who_sees_some(client, client_of, full):
    assert "cases" not in client.get("/tiles/style.json").json()["sources"]
    assert "cases" not in client_of("planner").get("/tiles/style.json").json()["sources"]
    answer = client.get("/tiles/style.json?night=2")
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")


def test_the_style_has_the_colours_of_the_map():
    day, night = TOKENS.read_text().split(':root[data-theme="night"]')
    for colours, text in ((DAY, day), (NIGHT, night)):
        for name, token in (("land", "map-land"), ("water", "water"), ("green", "green"),
                            ("building", "building"), ("rail", "rail"), ("main", "road-main"),
                            ("road", "road-side"), ("district", "border-district"),
                            ("street", "border-street"),
                            ("community", "border-community")):  # fmt: skip
            assert f"--{token}: {colours[name]};" in text, (token, colours[name])


def test_pages_of_other_sites_may_show_tiles(client, town):
    answer = client.get(f"/tiles/grids/{place(13)}.mvt", headers={"origin": "https://x.example"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.options("/tiles/style.json")["Access-Control-Allow-Headers"] == "Authorization"
