"""OGC API Features over HTTP: documents, pages of features, conditions, systems, who sees what."""

import gzip
import json
from datetime import date

import jsonschema
import pytest
import shapely
from django.db.models import F
from drf_spectacular.validation import validate_schema

from spatial.basemap.models import Region
from spatial.components.models import Component
from spatial.core.roles import CASE_WORKERS, ROLES
from spatial.grids.models import UnitGrid
from tests.webmap import factories
from webmap.ogc.asking import MOST
from webmap.ogc.collections import COLLECTIONS
from webmap.ogc.crs import CRS84, KNOWN
from webmap.ogc.landing import CONFORMS_TO, REL

OGC = "/ogc"
NUMBER = "11010120260401000001"
EPSG = "http://www.opengis.net/def/crs/EPSG/0"


def items(client, collection, **query):
    answer = client.get(f"{OGC}/collections/{collection}/items", query)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/geo+json"
    return answer.json()


def codes(found):
    return [one["properties"]["code"] for one in found["features"]]


def all_pages(client, address):
    """Features of all pages, by the links of the answers."""
    while address:
        found = client.get(address).json()
        assert found["numberReturned"] == len(found["features"])
        yield found["features"]
        ahead = [one["href"] for one in found["links"] if one["rel"] == "next"]
        address = ahead[0] if ahead else ""


def test_the_landing_page_leads_to_all_else(client, town):
    body = client.get(f"{OGC}/").json()
    links = {one["rel"]: one for one in body["links"]}
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data",
            f"{REL}/conformance", f"{REL}/data"} <= set(links)  # fmt: skip
    for one in links.values():
        assert one["href"].startswith("http://testserver/")
        found = client.get(one["href"], headers={"accept": one["type"]})
        assert found.status_code == 200, one
        assert found["Content-Type"].split(";")[0] == one["type"].split(";")[0]
    assert client.get(links["conformance"]["href"]).json()["conformsTo"] == list(CONFORMS_TO)


def test_every_collection_says_what_it_is(client_of, town):
    client = client_of("operator")
    body = client.get(f"{OGC}/collections").json()
    assert [one["id"] for one in body["collections"]] == list(COLLECTIONS)
    assert body["crs"] == list(KNOWN)
    for one in body["collections"]:
        assert one["storageCrs"] == CRS84.uri
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert west < east and south < north
        found = client.get(f"{OGC}/collections/{one['id']}")
        assert found.json() | {"links": 0} == one | {"links": 0}
        for link in one["links"]:
            assert client.get(link["href"]).status_code == 200, link


def test_the_description_is_valid_openapi(client_of, town):
    answer = client_of("operator").get(f"{OGC}/api")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    body = answer.json()
    validate_schema(body)
    assert body["openapi"].startswith("3.0.")
    named = {one.get("name") for one in
             body["paths"]["/collections/grids/items"]["get"]["parameters"]}  # fmt: skip
    assert {"code", "district", "area_m2"} <= named
    assert body["components"]["parameters"]["limit"]["schema"]["maximum"] == MOST


@pytest.mark.parametrize("name", COLLECTIONS)
def test_features_are_as_their_schema_says(client_of, town, name):
    factories.components(town)
    factories.case(NUMBER)
    factories.feature("road", factories.line((0, 0), (3, 3)), "王府井大街", line_class=3)
    client = client_of("operator")
    schema = client.get(f"{OGC}/collections/{name}/schema").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    asked = client.get(f"{OGC}/collections/{name}/queryables").json()
    assert set(asked["properties"]) <= set(schema["properties"])
    found = items(client, name)
    assert found["numberMatched"] == found["numberReturned"] == len(found["features"]) > 0
    for feature in found["features"]:
        assert feature["type"] == "Feature"
        assert shapely.from_geojson(json.dumps(feature["geometry"])).is_valid
        assert set(feature["properties"]) == set(schema["properties"]) - {"id", "geometry"}
        for key, value in feature["properties"].items():
            kind = {**schema["properties"][key]}
            # JSON Schema of OGC says nothing of what may be missing.
            kind.pop("enum", None)
            if value is not None:
                jsonschema.validate(value, kind)
        one = client.get(f"{OGC}/collections/{name}/items/{feature['id']}").json()
        assert one["properties"] == feature["properties"]
        assert one["geometry"] == feature["geometry"]


def test_units_stand_in_the_schema(client, town):
    properties = client.get(f"{OGC}/collections/grids/schema").json()["properties"]
    assert properties["area_m2"]["x-ogc-unit"] == "m2"
    assert properties["perimeter_m"]["x-ogc-unit"] == "m"
    assert properties["geometry"] == {"format": "geometry-polygon",
                                      "x-ogc-role": "primary-geometry"}  # fmt: skip


def test_pages_tell_everything_once(client, town):
    first = f"{OGC}/collections/grids/items?limit=7"
    pages = list(all_pages(client, first))
    assert [len(page) for page in pages] == [7, 7, 7, 7, 7, 1]
    told = [one["properties"]["code"] for page in pages for one in page]
    assert sorted(told) == sorted(UnitGrid.objects.values_list("code", flat=True))


def test_pages_stay_true_while_rows_come_and_go(client, town):
    factories.components(town, [(0.5 + n / 10, 0.5) for n in range(9)])
    pages = all_pages(client, f"{OGC}/collections/components/items?limit=3")
    told = [one["id"] for one in next(pages)]
    Component.objects.filter(pk=told[0]).update(valid_to=F("valid_from"))
    factories.components(town, [(4.5, 4.5)])
    told += [one["id"] for page in pages for one in page]
    assert len(told) == len(set(told)) == 10


def test_a_page_names_how_many_there_are_only_where_it_is_known(client, town):
    assert items(client, "grids", limit=5)["numberMatched"] == 36
    factories.components(town)
    assert "numberMatched" not in items(client, "components", limit=2)
    assert items(client, "components", limit=3)["numberMatched"] == 3


def test_more_than_there_is_to_be_had_is_cut(client, town):
    assert len(items(client, "grids", limit=10**9)["features"]) == 36


@pytest.mark.parametrize(
    ("collection", "query", "expected"),
    [
        ("grids", {"code": "110101001001001"}, 1),
        ("grids", {"edition": "110101-e1"}, 36),
        ("grids", {"edition": "110101-e2"}, 0),
        ("grids", {"community": "110101001002"}, 9),
        ("grids", {"area_m2": "10250.5"}, 36),
        ("grids", {"ordinal": "4", "district": "110101"}, 1),
        ("grids", {"valid_from": "2026-01-01"}, 36),
        ("communities", {"parent": "110101001"}, 2),
        ("streets", {"name": "景山街道"}, 1),
        ("districts", {"name_en": "Dongcheng"}, 1),
        ("districts", {"name_en": "dongcheng"}, 0),
        ("districts", {"name": "'; DROP TABLE basemap_region; --"}, 0),
        ("components", {"owner": "电力公司"}, 3),
        ("components", {"class": "0118", "state": "intact"}, 3),
        ("components", {"class": "0101"}, 0),
        ("basemap", {"kind": "road", "line_class": "3"}, 1),
        ("basemap", {"underground": "true"}, 0),
        ("cases", {"number": NUMBER}, 1),
        ("cases", {"number": "11010220260401000001"}, 0),
        ("cases", {"number": "x"}, 0),
        ("cases", {"stage": "reported"}, 1),
        ("cases", {"stage": "closed"}, 0),
        ("cases", {"class": "0110", "district": "110101"}, 1),
    ],
)
def test_properties_are_asked_for_by_name(client_of, town, collection, query, expected):
    factories.components(town)
    factories.case(NUMBER)
    factories.feature("road", factories.line((0, 0), (3, 3)), "王府井大街", line_class=3)
    assert len(items(client_of("operator"), collection, **query)["features"]) == expected


def box(column, row, columns=1, rows=1):
    return factories.square(column, row, columns, rows).buffer(-1e-5).extent


def test_boxes_in_every_system(client_of, town):
    factories.case(NUMBER)
    client = client_of("operator")
    west, south, east, north = box(0, 0, 2, 1)
    plain = f"{west},{south},{east},{north}"
    assert len(items(client, "grids", bbox=plain)["features"]) == 2
    assert len(items(client, "grids", bbox=f"{west},{south},0,{east},{north},99")["features"]) == 2
    turned = f"{south},{west},{north},{east}"
    for system in ("4326", "4490"):
        found = items(client, "grids", bbox=turned, **{"bbox-crs": f"{EPSG}/{system}"})
        assert len(found["features"]) == 2
    square = factories.square(0, 0, 2, 1).buffer(-1e-5)
    square.srid = 4326
    metric = ",".join(map(str, square.transform(3857, clone=True).extent))
    found = items(client, "grids", bbox=metric, **{"bbox-crs": f"{EPSG}/3857"})
    assert len(found["features"]) == 2
    # Across the date line: all but what lies between.
    assert len(items(client, "grids", bbox=f"{east + 0.01},-90,{west},90")["features"]) == 6
    near = f"{factories.WEST - 1e-4},{factories.NORTH - 1e-4},{factories.WEST + 1e-4}," \
           f"{factories.NORTH + 1e-4}"  # fmt: skip
    assert len(items(client, "cases", bbox=near)["features"]) == 1
    assert items(client, "cases", bbox="0,0,1,1")["features"] == []


def test_coordinates_come_in_every_system(client, town):
    address = f"{OGC}/collections/districts/items"
    shapes = {}
    for uri, crs in KNOWN.items():
        answer = client.get(address, {"crs": uri})
        assert answer["Content-Crs"] == f"<{uri}>"
        (feature,) = answer.json()["features"]
        shapes[crs.uri] = shapely.from_geojson(json.dumps(feature["geometry"])).bounds
    plain = shapes[CRS84.uri]
    assert plain == pytest.approx(factories.square(0, 0, 6, 6).extent)
    turned = (plain[1], plain[0], plain[3], plain[2])
    assert shapes[f"{EPSG}/4326"] == shapes[f"{EPSG}/4490"] == pytest.approx(turned)
    metric = Region.objects.get(level="district").geom3857.extent
    assert shapes[f"{EPSG}/3857"] == pytest.approx(metric, abs=0.01)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-03-01", {"e1"}),
        ("2026-06-01", {"e2"}),
        ("2026-05-31T23:59:59+08:00", {"e1"}),
        ("2026-06-01T00:00:00Z", {"e2"}),
        ("2025-12-31", set()),
        ("../2026-02-01", {"e1"}),
        ("/2026-02-01", {"e1"}),
        ("2026-07-01/..", {"e2"}),
        ("2026-05-01/2026-07-01", {"e1", "e2"}),
        ("../..", {"e1", "e2"}),
    ],
)
def test_datetime_is_the_day_of_validity(client, db, when, expected):
    district = factories.district(size=2)
    factories.plan(district, 1, "superseded", 2, valid_to=date(2026, 6, 1))
    factories.plan(district, 2, size=2, valid_from=date(2026, 6, 1))
    factories.plan(district, 3, "draft", 2)
    found = items(client, "grids", datetime=when)["features"]
    assert {one["properties"]["edition"][-2:] for one in found} == expected
    now = items(client, "grids")["features"]
    assert {one["properties"]["edition"][-2:] for one in now} == {"e2"}


@pytest.mark.parametrize(
    ("when", "expected"),
    [("2026-04-01", 1), ("2026-04-02", 0), ("2026-04-01T09:00:00Z", 1), ("../2026-03-31", 0),
     ("2026-04-01T10:00:00Z/..", 0), ("2026-03-31/2026-04-01", 1)],
)  # fmt: skip
def test_datetime_of_cases_is_when_they_were_reported(client_of, town, when, expected):
    factories.case(NUMBER)
    assert len(items(client_of("operator"), "cases", datetime=when)["features"]) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("bbox=1,2,3", "E-OGC-BBOX"),
        ("bbox=a,b,c,d", "E-OGC-BBOX"),
        ("bbox=1,2,3,nan", "E-OGC-BBOX"),
        ("bbox=1,9,3,2", "E-OGC-BBOX"),
        ("bbox=1,2,3,91", "E-OGC-BBOX"),
        ("bbox=1,2,181,4", "E-OGC-BBOX"),
        ("bbox=1,2,3,4,5,6,7,8", "E-OGC-BBOX"),
        ("bbox=1,2,3,4&bbox-crs=EPSG:4326", "E-OGC-CRS"),
        ("crs=/vsicurl/http://127.0.0.1/x", "E-OGC-CRS"),
        ("datetime=yesterday", "E-OGC-DATETIME"),
        ("datetime=2026-13-01", "E-OGC-DATETIME"),
        ("datetime=2026-02-01/2026-01-01", "E-OGC-DATETIME"),
        ("datetime=2026-01-01/2026-02-01/2026-03-01", "E-OGC-DATETIME"),
        ("datetime=0001-01-01", "E-OGC-DATETIME"),
        ("limit=0", "E-OGC-LIMIT"),
        ("limit=-1", "E-OGC-LIMIT"),
        ("limit=x", "E-OGC-LIMIT"),
        ("limit=1e3", "E-OGC-LIMIT"),
        ("after=x", "E-OGC-PAGE"),
        ("after=99999999999999999999", "E-OGC-PAGE"),
        ("offset=10", "E-OGC-PARAM"),
        ("nothing=1", "E-OGC-PARAM"),
        ("contact=138", "E-OGC-PARAM"),
        ("ordinal=x", "E-OGC-VALUE"),
        ("ordinal=99999999999999999999", "E-OGC-VALUE"),
        ("area_m2=nan", "E-OGC-VALUE"),
        ("valid_from=x", "E-OGC-VALUE"),
        ("code=a%00b", "E-OGC-VALUE"),
        ("code=" + "1" * 201, "E-OGC-VALUE"),
        ("f=xml", "E-OGC-FORMAT"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(client, town, query, code):
    answer = client.get(f"{OGC}/collections/grids/items?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.content
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/ogc/collections/nothing", 404, "E-OGC-COLLECTION"),
        ("/ogc/collections/nothing/items", 404, "E-OGC-COLLECTION"),
        ("/ogc/collections/grids/items/0", 404, "E-OGC-ITEM"),
        ("/ogc/collections/grids/items/99999999999999999999", 404, "E-OGC-ITEM"),
        ("/ogc/collections/grids/items/abc", 404, "E-OGC-ITEM"),
        ("/ogc/collections/grids/nothing", 404, "E-NOT-FOUND"),
        ("/ogc/nothing", 404, "E-NOT-FOUND"),
        ("/ogc/conformance?x=1", 400, "E-OGC-PARAM"),
        ("/ogc/collections/grids?x=1", 400, "E-OGC-PARAM"),
        ("/ogc/collections/grids/items/1?bbox=1,2,3,4", 400, "E-OGC-PARAM"),
    ],
)
def test_addresses_that_are_none(client, town, address, status, code):
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == {"code", "message", "detail"}


def test_answers_are_gzipped_and_checked_each_time(client, town):
    address = f"{OGC}/collections/grids/items"
    plain, packed = client.get(address), client.get(address, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(packed.content) == plain.content
    assert "private" in plain["Cache-Control"]
    assert {"Cookie", "Authorization", "Accept-Encoding", "Accept"} <= {
        one.strip() for one in plain["Vary"].split(",")
    }
    again = client.get(address, headers={"if-none-match": plain["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    UnitGrid.objects.filter(ordinal=1).update(perimeter_m=1)
    assert client.get(address, headers={"if-none-match": plain["ETag"]}).status_code == 200


def test_pages_of_other_sites_may_read(client, town):
    for address in (f"{OGC}/", f"{OGC}/collections/grids/items", f"{OGC}/collections/x/items"):
        answer = client.get(address, headers={"origin": "https://other.example"})
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
    asked = client.options(f"{OGC}/collections/grids/items")
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(client, method)(f"{OGC}/collections/grids/items")
        assert (answer.status_code, answer.json()["code"]) == (405, "E-REQUEST-METHOD")


@pytest.mark.parametrize(
    "address",
    ["/", "/conformance", "/api", "/collections", "/collections/grids",
     "/collections/grids/queryables", "/collections/grids/schema", "/collections/grids/items",
     "/collections/grids/items?limit=5&district=110101", "/collections/districts/items"],
)  # fmt: skip
def test_people_get_pages(client, town, address):
    for asked in (
        client.get(f"{OGC}{address}", headers={"accept": "text/html,application/xhtml+xml"}),
        client.get(f"{OGC}{address}{'&' if '?' in address else '?'}f=html"),
    ):
        assert asked.status_code == 200, asked.content
        assert asked["Content-Type"] == "text/html; charset=utf-8"
        assert "Content-Security-Policy" in asked
        assert "</html>" in asked.content.decode()


def test_a_page_of_features_leads_on_and_to_each(client, town):
    page = client.get(f"{OGC}/collections/grids/items?limit=5&f=html").content.decode()
    assert "110101001001001" in page
    assert page.count("/ogc/collections/grids/items/") >= 5
    assert 'rel="next"' in page
    grid = UnitGrid.objects.first()
    one = client.get(f"{OGC}/collections/grids/items/{grid.pk}?f=html").content.decode()
    assert grid.code in one


def test_cases_are_for_case_workers_and_not_even_named_to_others(client, client_of, town):
    factories.case(NUMBER)
    for role in sorted({"nobody", *ROLES}):
        one = client_of(role)
        status = one.get(f"{OGC}/collections/cases/items").status_code
        assert status == (200 if role in CASE_WORKERS else 403), role
        named = "cases" in one.get(f"{OGC}/collections").content.decode().replace("Cases", "")
        listed = [c["id"] for c in one.get(f"{OGC}/collections").json()["collections"]]
        assert ("cases" in listed) == (role in CASE_WORKERS), (role, named)
        paths = one.get(f"{OGC}/api").json()["paths"]
        assert ("/collections/cases/items" in paths) == (role in CASE_WORKERS)
    for part in ("", "/items", "/schema", "/queryables", "/items/1"):
        answer = client.get(f"{OGC}/collections/cases{part}")
        assert (answer.status_code, answer.json()["code"]) == (401, "E-LOGIN-MISSING")
        assert answer["WWW-Authenticate"].startswith("Basic ")


def test_cases_say_nothing_of_people(client_of, town):
    made = factories.case(NUMBER)
    type(made).objects.filter(pk=made.pk).update(
        contact="13800138000", description="机密的话", place="某某家门口",
        reporter=factories.user("inspector", name="zhangsan"),
    )  # fmt: skip
    client = client_of("operator")
    for address in ("items", f"items/{made.pk}", "items?f=html", "schema", "queryables"):
        text = client.get(f"{OGC}/collections/cases/{address}").content.decode()
        for secret in ("13800138000", "机密的话", "某某家门口", "zhangsan"):
            assert secret not in text, (address, secret)
    names = set(client.get(f"{OGC}/collections/cases/schema").json()["properties"])
    for word in ("contact", "reporter", "person", "phone", "tel", "description", "place", "filer",
                 "checker", "verifier"):  # fmt: skip
        assert not any(word in name for name in names), word


def test_while_the_map_is_closed_visitors_log_in(client, client_of, town, settings):
    settings.PUBLIC_MAP = False
    viewer = client_of("viewer")
    for address in ("/", "/collections", "/collections/grids/items"):
        answer = client.get(f"{OGC}{address}")
        assert (answer.status_code, answer.json()["code"]) == (401, "E-LOGIN-MISSING")
        page = client.get(f"{OGC}{address}?f=html")
        assert page.status_code == 302
        assert page["Location"].startswith("/accounts/login/?next=/ogc/")
        assert viewer.get(f"{OGC}{address}").status_code == 200
