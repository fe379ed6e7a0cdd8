"""6 and 9: geometry that comes by the API, to every address that takes a polygon or a place.

Nothing of it is interpreted by GDAL, nothing is fetched, nothing ends in a 500.
"""

import json
from datetime import date

import pytest
from django.test import Client

from spatial.cases.models import Campaign, Case
from tests.security.conftest import on_disk
from tests.webmap import factories

GEOJSON = "application/json"


def square(west=116.40, south=39.90, size=0.01):
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def nested(depth):
    """As text: Python's own writer does not go so deep."""
    head, tail = '{"type": "GeometryCollection", "geometries": [', "]}"
    return head * depth + '{"type": "Point", "coordinates": [116.4, 39.9]}' + tail * depth


def polygon(coordinates, **more):
    return {"type": "Polygon", "coordinates": coordinates, **more}


def payloads(trap):
    """By name; each as JSON text, since some are no JSON that Python would write."""
    linked = {"type": "link", "properties": {"href": f"{trap.address}/crs", "type": "proj4"}}
    named = {"type": "name", "properties": {"name": f"{trap.address}/crs"}}
    raster = {"srid": 4326, "origin": [0, 0], "width": 10, "height": 10, "driver": "VRT",
              "name": f"/vsicurl/{trap.address}/x"}  # fmt: skip
    vrt = f"<OGRVRTDataSource><SrcDataSource>/vsicurl/{trap.address}/x</SrcDataSource>" \
          "</OGRVRTDataSource>"  # fmt: skip
    large = [[[116.4 + n / 1e6, 39.9 + n % 2 / 1e6] for n in range(120_000)]]
    plain = {
        "crs link": polygon(square(), crs=linked),
        "crs name": polygon(square(), crs=named),
        "vsi path": f"/vsicurl/{trap.address}/x",
        "raster": raster,
        "raster as text": json.dumps(raster),
        "VRT": vrt,
        "EWKT": "SRID=3857;POLYGON((0 0,1 0,1 1,0 0))",
        "WKT": "POLYGON((0 0,1 0,1 1,0 0))",
        "empty": polygon([]),
        "empty ring": polygon([[]]),
        "null": None,
        "a number": 5,
        "a list": square(),
        "a point": {"type": "Point", "coordinates": [116.4, 39.9]},
        "texts": polygon([[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]),
        "nothing inside": polygon([[[None, None]] * 4]),
        "open ring": polygon([square()[0][:3]]),
        "too large": polygon(large),
    }
    numbers = json.dumps(polygon(square()))
    return {
        **{name: json.dumps(shape) for name, shape in plain.items()},
        "500 nested": nested(500),
        "not a number": numbers.replace("116.4", "NaN", 1),
        "infinite": numbers.replace("116.4", "Infinity", 1),
        "beyond a float": numbers.replace("116.4", "1e999", 1),
    }


def harmless(trap):
    """What a query may answer either way: it names no place here, or is mended."""
    bow = [[[116.40, 39.90], [116.41, 39.91], [116.41, 39.90], [116.40, 39.91], [116.40, 39.90]]]
    high = [[[*place, 5.0] for place in square()[0]]]
    return {
        "bow-tie": polygon(bow),
        "heights": polygon(high),
        "swapped axes": polygon([[place[::-1] for place in square()[0]]]),
        "elsewhere": polygon(square(10, 50)),
    }


TAKERS = {
    "components": ("gis_staff", "/api/v1/components/within", '{{"polygon": {shape}}}'),
    "cases": ("operator", "/api/v1/cases/within", '{{"area": {shape}}}'),
    "evaluation": (
        "planner", "/api/v1/evaluation/polygon",
        '{{"period": "2026-10", "district": "110101", "polygon": {shape}}}',
    ),
    "exports": (
        "gis_staff", "/api/v1/exports",
        '{{"what": "components", "region": "110101", "only": {{"polygon": {shape}}}}}',
    ),
    "grids": (
        "gis_staff", "/api/v1/exports",
        '{{"region": "110101", "only": {{"polygon": {shape}}}}}',
    ),
    "notes": ("operator", "/api/v1/notes", '{{"text": "x", "geometry": {shape}}}'),
    "campaigns": (
        "operator", "/api/v1/campaigns/games/places",
        '{{"kind": "venue", "name": "x", "shape": {shape}}}',
    ),
    "selection": ("operator", "/api/v1/selection", '{{"polygon": {shape}}}'),
    "selection-hour": (
        "operator", "/api/v1/selection/hour", '{{"polygon": {shape}, "weekday": 1, "hour": 8}}',
    ),
    "labels": (
        "gis_staff", "/api/v1/exports",
        '{{"what": "labels", "format": "pdf", "region": "110101", "only": {{"polygon": {shape}}}}}',
    ),
}  # fmt: skip


@pytest.fixture
def town(db):
    days = {"starts": date(2026, 1, 1), "ends": date(2036, 1, 1)}
    Campaign.objects.create(code="games", name="games", **days)
    return factories.plan(factories.district())


@pytest.mark.parametrize("taker", TAKERS)
def test_6_no_polygon_of_the_api_is_interpreted_or_fetched(town, trap, tmp_path, taker):
    role, address, body = TAKERS[taker]
    client = Client()
    client.force_login(factories.user(role))
    before = on_disk(tmp_path)
    found = {}
    for name, shape in payloads(trap).items():
        # Exports take null for no polygon, and with none find no component here.
        answer = client.post(address, body.format(shape=shape), content_type=GEOJSON)
        found[name] = (answer.status_code, answer.json().get("code", ""))
    good = {400, 413} if taker not in ("exports", "labels", "grids") else {400, 404, 413}
    wrong = {name: one for name, one in found.items()
             if one[0] not in good or not one[1].startswith("E-")}  # fmt: skip
    if taker in ("exports", "grids"):
        wrong.pop("null", None)
    if taker in ("notes", "campaigns"):
        # These can be at a point.
        wrong.pop("a point")
    assert wrong == {}
    for name, shape in harmless(trap).items():
        answer = client.post(address, body.format(shape=json.dumps(shape)), content_type=GEOJSON)
        assert answer.status_code < 500, name
    assert trap.hits == []
    assert {path for path in on_disk(tmp_path) - before if "exports" not in path} <= {"state"}


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "1e999", '"/vsicurl/x"', "[1, 2]", "{}", "181"]
)
def test_9_a_case_is_reported_at_a_place_or_not_at_all(town, trap, text):
    client = Client()
    client.force_login(factories.user("inspector"))
    body = f'{{"case_class": 1, "lon": {text}, "lat": 39.9, "channel": "inspector"}}'
    answer = client.post("/api/v1/cases/reports", body, content_type=GEOJSON)
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"].startswith("E-")
    assert not Case.objects.exists()


@pytest.mark.parametrize("query", ["lon=NaN&lat=39.9", "lon=inf&lat=39.9", "lon=/vsicurl/x&lat=1",
                                   "lon=39.9&lat=116.4"])  # fmt: skip
def test_9_a_point_that_is_none(town, query):
    client = Client()
    client.force_login(factories.user("viewer"))
    answer = client.get(f"/api/v1/grids/at?{query}")
    assert answer.status_code in {400, 404}, answer.content
    assert answer.json()["code"].startswith("E-")


@pytest.mark.parametrize("lookup", ["geom__within", "geom__intersects", "point__within"])
def test_6_lookups_of_the_admin_fetch_nothing(town, trap, lookup):
    client = Client()
    client.force_login(factories.user("administrator", is_staff=True, is_superuser=True,
                                      name="root"))  # fmt: skip
    for page in ("basemap/region", "grids/gridplan", "cases/case", "patrol/patrolarea"):
        for shape in payloads(trap).values():
            if len(shape) < 2_000:
                answer = client.get(f"/admin/{page}/", {lookup: shape})
                assert answer.status_code < 500, (page, lookup, shape[:60])
    assert trap.hits == []


@pytest.mark.parametrize("collection", ["districts", "grids", "basemap", "components", "cases"])
def test_6_nothing_that_features_are_asked_by_is_interpreted_or_fetched(
    town, trap, tmp_path, collection
):
    factories.case("11010120260401000001")
    client = Client()
    client.force_login(factories.user("operator"))
    before = on_disk(tmp_path)
    address = f"/ogc/collections/{collection}/items"
    links = (f"{trap.address}/crs", f"/vsicurl/{trap.address}/x", f"EPSG:{trap.address}",
             "+proj=longlat +nadgrids=/etc/passwd", "urn:ogc:def:crs:EPSG::4326")  # fmt: skip
    shapes = [shape for shape in payloads(trap).values() if len(shape) < 5_000]
    asked = [
        *({name: value} for name in ("crs", "bbox-crs", "bbox", "datetime") for value in links),
        *({"bbox": shape} for shape in shapes),
        *({"code": shape} for shape in shapes),
        *({name: shape} for name in ("filter", "geometry", "geom__within", "point__intersects")
          for shape in shapes),
    ]  # fmt: skip
    for query in asked:
        answer = client.get(address, query)
        # A code may be any words; nothing has such a one.
        if "code" in query and answer.status_code == 200:
            assert answer.json()["features"] == [], query
            continue
        assert answer.status_code == 400, (query, answer.content)
        assert answer.json()["code"].startswith("E-OGC-")
    assert trap.hits == []
    assert on_disk(tmp_path) == before


@pytest.mark.parametrize(
    "query",
    ["bbox=NaN,1,2,3", "bbox=1,2,Infinity,4", "bbox=1e999,2,3,4", "bbox=", "bbox=SRID=3857;1,2,3,4",
     "bbox=39.9,116.3,40,116.5", "bbox=1,2,3,4,5,6"],
)  # fmt: skip
def test_9_boxes_that_are_none(town, query):
    answer = Client().get(f"/ogc/collections/grids/items?{query}")
    if query in ("bbox=", "bbox=1,2,3,4,5,6"):
        # Nothing asked for, and heights: the box is elsewhere.
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.json()["code"]) == (400, "E-OGC-BBOX")
