"""What the API answers, checked against its own OpenAPI description."""

import gzip
from datetime import date, timedelta

import jsonschema
import pytest
from django.core.cache import cache
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from spatial.grids.models import GridPlan, GridSuccession, UnitGrid
from tests.webmap import factories
from webmap.api.grid_form import direction
from webmap.tiles.address import TileAddress

TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def fits(schema, operation: str, response) -> dict:
    """The body of a response, after a look whether the description tells the truth."""
    for path in schema["paths"].values():
        for described in path.values():
            if described["operationId"] == operation:
                form = described["responses"][str(response.status_code)]
                form = form["content"]["application/json"]["schema"]
                _check(schema, form, response.json())
                return response.json()
    raise AssertionError(f"no operation {operation}")


def _check(schema, form, body) -> None:
    jsonschema.Draft202012Validator({**form, "components": _closed(schema["components"])}).validate(
        body
    )


def _closed(node):
    """The description with ``nullable`` in today's words, and no undescribed members."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _closed(value) for key, value in node.items() if key != "nullable"}
    if node.get("type") == "object" and "properties" in node and "coordinates" not in str(node):
        found["additionalProperties"] = False
    return {"anyOf": [found, {"type": "null"}]} if node.get("nullable") else found


def test_the_description_is_valid_and_complete(tmp_path):
    file = tmp_path / "schema.yaml"
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(file))
    assert "E-" not in file.read_text().splitlines()[0]


def test_districts(client, town, schema):
    body = fits(schema, "districts", client.get("/api/v1/districts"))
    assert body == [
        {
            "code": "110101",
            "name": "东城区",
            "name_en": "Dongcheng",
            "made_up": True,
            "basemap_made_up": None,
            "attribution": "made up",
            "bounds": [116.4, 39.9146, 116.4072, 39.92],
            "edition": {
                "version": "110101-e1",
                "edition": 1,
                "state": "published",
                "grid_count": 36,
                "valid_from": "2026-01-01",
                "valid_to": None,
                "scheme": "gbt30428",
                "target_area_m2": 10000.0,
                "figures": {"mean_area_m2": 10000},
            },
            "drafts": [],
            "editions": [
                {
                    "version": "110101-e1",
                    "edition": 1,
                    "grid_count": 36,
                    "valid_from": "2026-01-01",
                    "valid_to": None,
                }
            ],
        }
    ]


def test_districts_are_ordered_by_code_and_show_drafts_to_gis_staff(client_of, client, town):
    factories.district("110102")
    factories.plan(town.district, edition=2, state="draft")
    factories.plan(town.district, edition=3, state="checked")
    for asking, drafts in ((client, []), (client_of("gis_staff"), [3, 2])):
        body = asking.get("/api/v1/districts").json()
        assert [d["code"] for d in body] == ["110101", "110102"]
        assert [d["edition"] for d in body[0]["drafts"]] == drafts
        assert body[0]["edition"]["edition"] == 1
        assert body[1]["edition"] is None


def test_districts_cost_three_queries_whatever_their_number(
    client, town, django_assert_num_queries
):
    for code in ("110102", "110105", "110106"):
        factories.plan(factories.district(code))
    client.get("/api/v1/districts")
    with django_assert_num_queries(3):
        client.get("/api/v1/districts")


def test_invented_regions_on_real_ground(client, town):
    real = factories.dataset("survey", made_up=False, attribution="city survey")
    factories.feature("road", factories.line((0, 1), (6, 1)), dataset=real)
    far = factories.dataset("elsewhere")
    factories.feature("road", factories.line((900, 900), (901, 900)), dataset=far)
    for body in (
        client.get("/api/v1/districts").json()[0],
        client.get("/api/v1/editions/110101-e1/grids/1").json(),
    ):
        assert (body["made_up"], body["basemap_made_up"]) == (True, False)


def test_a_grid(client, town, schema, django_assert_num_queries):
    client.get("/api/v1/districts")
    with django_assert_num_queries(6):
        response = client.get("/api/v1/editions/110101-e1/grids/5")
    body = fits(schema, "edition_grid", response)
    grid = UnitGrid.objects.get(plan=town, ordinal=5)
    assert body["code"] == grid.code == "110101001001005"
    assert body["community"] == {
        "code": "110101001001",
        "name": "多福巷社区",
        "name_en": "",
        "level": "community",
    }
    assert body["street"] == {"code": "110101001", "name": "东华门街道", "name_en": ""}
    assert body["district"] == {"code": "110101", "name": "东城区", "name_en": "Dongcheng"}
    assert body["edition"]["version"] == "110101-e1"
    assert {n["direction"]: n["ordinal"] for n in body["neighbours"]} == {
        "N": 2,
        "W": 4,
        "E": 6,
        "S": 8,
    }
    assert body["geometry"]["type"] == "Polygon"
    assert [tuple(p) for p in body["geometry"]["coordinates"][0]] == [
        pytest.approx(p) for p in grid.geom.coords[0]
    ]
    assert body["bounds"] == pytest.approx(grid.geom.extent)
    assert body["made_up"] is True
    assert body["predecessors"] == body["successors"] == []


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [(0, 1, "N"), (1, 1, "NE"), (1, 0, "E"), (1, -1, "SE"), (0, -1, "S"), (-1, -1, "SW"),
     (-1, 0, "W"), (-1, 1, "NW"), (0.2, 1, "N"), (-0.2, 1, "N")],
)  # fmt: skip
def test_directions(x, y, name):
    from django.contrib.gis.geos import Point

    assert direction(Point(0, 0), Point(x, y)) == name


@pytest.fixture
def two_editions(town):
    """The first edition superseded on a day by a second that kept its codes."""
    GridPlan.objects.filter(pk=town.pk).update(state="superseded", valid_to=TODAY)
    UnitGrid.objects.filter(plan=town).update(valid_to=TODAY)
    new = factories.plan(town.district, edition=2, valid_from=TODAY)
    old = UnitGrid.objects.get(plan=town, ordinal=1)
    grid = UnitGrid.objects.get(plan=new, ordinal=1)
    GridSuccession.objects.create(old=old, new=grid, shared_area_m2=10_000)
    cache.clear()
    return town, new


def test_a_code_is_found_on_any_day(client, two_editions, schema):
    address = "/api/v1/grids/110101001001001"
    body = fits(schema, "grid_by_code", client.get(address))
    assert body["edition"]["version"] == "110101-e2"
    shared = {"code": "110101001001001", "ordinal": 1, "shared_area_m2": 10000.0, "components": 0}
    assert body["predecessors"] == [{**shared, "version": "110101-e1", "valid_from": "2026-01-01"}]
    before = client.get(address, {"on": TODAY - timedelta(days=1)}).json()
    assert before["edition"]["version"] == "110101-e1"
    assert before["valid_to"] == "2026-06-01"
    assert client.get(address, {"on": TODAY}).json()["edition"]["version"] == "110101-e2"
    old = client.get("/api/v1/editions/110101-e1/grids/1").json()
    assert old["edition"]["state"] == "superseded"
    assert old["successors"] == [{**shared, "version": "110101-e2", "valid_from": "2026-06-01"}]


def test_a_code_that_was_not_in_force_says_when_it_was(client, town):
    GridPlan.objects.filter(pk=town.pk).update(state="superseded", valid_to=TODAY)
    UnitGrid.objects.filter(plan=town).update(valid_to=TODAY)
    response = client.get("/api/v1/grids/110101001001001")
    assert (response.status_code, response.json()["code"]) == (404, "E-GRID-MISSING")
    assert response.json()["detail"]["spans"] == [["2026-01-01", "2026-06-01"]]
    assert "2026-06-01" in response.json()["message"]
    assert client.get("/api/v1/grids/110101001009999").json()["code"] == "E-GRID-MISSING"


def test_districts_of_a_day(client, client_of, two_editions, schema):
    factories.plan(two_editions[0].district, edition=3, state="draft")
    before = {"on": TODAY - timedelta(days=1)}
    district = fits(schema, "districts", client_of("gis_staff").get("/api/v1/districts", before))[0]
    assert district["edition"]["version"] == "110101-e1"
    assert [one["version"] for one in district["editions"]] == ["110101-e2", "110101-e1"]
    assert district["editions"][1]["valid_to"] == "2026-06-01"
    # A draft is of no day.
    assert district["drafts"] == []
    assert client.get("/api/v1/districts").json()[0]["edition"]["version"] == "110101-e2"
    young = client.get("/api/v1/districts", {"on": "2019-01-01"}).json()[0]
    assert (young["code"], young["edition"]) == ("110101", None)


def test_a_district_has_the_outline_of_the_day(client, town):
    old = town.district
    old.valid_to = TODAY
    old.save()
    shape = factories.square(0, 0, 8, 8)
    factories.region("district", old.code, old.name, shape, valid_from=TODAY)
    after = client.get("/api/v1/districts").json()
    before = client.get("/api/v1/districts", {"on": TODAY - timedelta(days=1)}).json()
    assert len(before) == len(after) == 1
    assert before[0]["bounds"][2] < after[0]["bounds"][2]


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("/api/v1/grids/at", {"lon": 116.4005, "lat": 39.9199}),
        ("/api/v1/grids/110101001001001", {}),
        ("/tiles/grids.json", {"district": "110101"}),
    ],
)
def test_a_day_before_the_first_edition(client, two_editions, address, values):
    response = client.get(address, {**values, "on": "2025-12-31"})
    assert (response.status_code, response.json()["code"]) == (404, "E-EDITION-NONE")
    assert response.json()["detail"]["first"] == "2026-01-01"
    assert client.get(address, {**values, "on": "2026-01-01"}).status_code == 200


def test_the_search_finds_the_codes_of_a_day(client, two_editions):
    def versions(**more):
        found = client.get("/api/v1/search", {"q": "110101001001001", **more}).json()["results"]
        return [one["version"] for one in found if one["type"] == "grid"]

    assert versions() == ["110101-e2"]
    assert versions(on="2026-05-31") == ["110101-e1"]
    assert versions(on="2026-06-01") == ["110101-e2"]
    assert versions(on="2025-01-01") == []


def test_region_tiles_of_a_day(client, town):
    def described(**more):
        return client.get("/tiles/communities.json", more).json()

    now = described()
    # Nothing has changed since, so a day of this time has the tiles of today.
    assert described(on=TODAY)["version"] == now["version"]
    community = town.grids.first().community
    community.valid_to = TODAY
    community.save()
    before, later = described(on="2026-05-31"), described(on="2026-07-01")
    assert before["version"].endswith("-on20260101")
    assert later["version"] == described()["version"]
    # Of a day before all that is known there are the oldest regions.
    assert described(on="2019-01-01")["version"] == before["version"]
    at = TileAddress.of_point(14, *community.geom.point_on_surface.coords)

    def tile(address):
        return client.get(address.format(z=at.z, x=at.x, y=at.y))

    addresses = [one["tiles"][0] for one in (before, later)]
    assert community.code.encode() in tile(addresses[0]).content
    assert community.code.encode() not in tile(addresses[1]).content
    for day in ("20260102", "20269999"):
        wrong = addresses[0].replace("20260101", day)
        assert tile(wrong).json()["code"] == "E-TILE-VERSION"


def test_a_point_finds_its_grid_on_any_day(client, two_editions, schema):
    values = {"lon": 116.4006, "lat": 39.91955}
    body = fits(schema, "grid_at_point", client.get("/api/v1/grids/at", values))
    assert (body["ordinal"], body["edition"]["edition"]) == (1, 2)
    before = client.get("/api/v1/grids/at", values | {"on": "2026-05-31"}).json()
    assert before["edition"]["edition"] == 1


def test_a_point_on_an_edge_belongs_to_the_lowest_code(client, town):
    corner = {"lon": 116.4012, "lat": 39.9191}
    assert client.get("/api/v1/grids/at", corner).json()["ordinal"] == 1


def test_a_point_outside_has_a_code_of_its_own(client, town, schema):
    response = client.get("/api/v1/grids/at", {"lon": 0, "lat": 0})
    assert response.status_code == 404
    assert fits(schema, "grid_at_point", response)["code"] == "E-GRID-OUTSIDE"


def test_codes_stand_in_the_order_of_ordinals(client, town, schema):
    response = client.get("/api/v1/editions/110101-e1/codes")
    body = fits(schema, "edition_codes", response)
    assert body == list(UnitGrid.objects.order_by("ordinal").values_list("code", flat=True))
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    packed = client.get("/api/v1/editions/110101-e1/codes", headers={"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == response.content


def test_codes_of_a_draft_are_checked_each_time(client, client_of, town):
    factories.plan(town.district, edition=2, state="draft")
    assert client.get("/api/v1/editions/110101-e2/codes").status_code == 404
    response = client_of("gis_staff").get("/api/v1/editions/110101-e2/codes")
    assert response["Cache-Control"] == "private, no-cache"


def test_a_grid_without_communities_names_its_street(unguarded, client, town, schema):
    street = town.district.children.get(code="110101001")
    draft = factories.plan(town.district, edition=2, state="draft")
    UnitGrid.objects.filter(plan=draft).update(community=street)
    admin = factories.user("administrator")
    client.force_login(admin)
    body = fits(schema, "edition_grid", client.get("/api/v1/editions/110101-e2/grids/1"))
    assert body["community"]["level"] == "street"
    assert body["street"]["code"] == body["community"]["code"]


def test_tilejson_fits_its_description(client, town, schema):
    fits(schema, "tilejson", client.get("/tiles/streets.json"))
