"""Components over HTTP: lists, card, changes, photos, polygon, counts, tiles."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from PIL import ExifTags, Image

from spatial.components.models import (
    Component,
    ComponentChange,
    ComponentPhoto,
    Organisation,
    Responsibility,
)
from spatial.core.models import AuditEntry
from spatial.grids.models import UnitGrid
from tests.webmap import factories, mvt_reader
from tests.webmap.factories import NORTH, STEP_LAT, STEP_LON, WEST
from webmap.tiles.address import TileAddress

FIRST = "1101010118000001"


def picture(size=(640, 480), form="JPEG", exif=None) -> bytes:
    """A picture as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, form, **({"exif": exif} if exif else {}))
    return out.getvalue()


@pytest.fixture
def lamps(town):
    return factories.components(town)


def post(client, address, body):
    return client.post(address, json.dumps(body), content_type="application/json")


def patch(client, address, body):
    return client.patch(address, json.dumps(body), content_type="application/json")


def ring(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def around(column, row, columns=1, rows=1):
    west, north = WEST + column * STEP_LON, NORTH - row * STEP_LAT
    return ring(west, north - rows * STEP_LAT, west + columns * STEP_LON, north)


def test_a_page_of_components_and_the_next(client, lamps):
    first = client.get("/api/v1/components?limit=2").json()
    assert (first["count"], first["more"]) == (3, False)
    assert [one["code"][-1] for one in first["results"]] == ["1", "2"]
    second = client.get(f"/api/v1/components?limit=2&after={first['next']}").json()
    assert [one["code"][-1] for one in second["results"]] == ["3"]
    assert second["next"] is None


def test_filters(client, lamps):
    grid = lamps[2].grid_code
    Component.objects.filter(pk=lamps[1].pk).update(state="broken", name="甲灯")
    owner = lamps[0].owner_id

    def codes(query):
        found = client.get(f"/api/v1/components?{query}")
        assert found.status_code == 200, found.content
        return [one["code"] for one in found.json()["results"]]

    every = [lamp.code for lamp in lamps]
    assert codes("region=110101") == every
    assert codes(f"region={grid[:12]}") == [
        one.code for one in lamps if one.grid_code[:12] == grid[:12]
    ]
    assert codes(f"grid={grid}") == [lamps[2].code]
    assert codes("main=01") == codes("kind=0118") == codes(f"owner={owner}") == every
    assert codes("kind=0101") == codes("region=110102") == []
    assert codes("state=broken") == codes("text=甲") == [lamps[1].code]
    assert codes("text=11010101180") == every
    assert client.get("/api/v1/components?state=odd").json()["code"] == "E-REQUEST-INVALID"


def test_the_card(client, lamps):
    card = client.get(f"/api/v1/components/{FIRST}").json()
    assert (card["kind_name"], card["state"], card["owner"]["name"]) == (
        "路灯",
        "intact",
        "电力公司",
    )
    assert card["grid"] == lamps[0].grid_code
    assert [one["code"] for one in card["near"]] == [lamps[1].code]
    assert 1 < card["near"][0]["away_m"] < 3
    client.cookies["django_language"] = "en"
    english = client.get(f"/api/v1/components/{FIRST}").json()
    assert english["kind_name"] == "street lamp"
    missing = client.get("/api/v1/components/1101010118999999")
    assert (missing.status_code, missing.json()["code"]) == (404, "E-COMPONENT-MISSING")


def test_who_answers_comes_from_the_table_where_the_component_is_silent(client, lamps):
    main = lamps[0].kind.main
    keeper = Organisation.objects.create(name="路灯所")
    owner = Organisation.objects.create(name="另一家")
    Responsibility.objects.create(region_code="110101", main=main, keeper=keeper, owner=owner)
    card = client.get(f"/api/v1/components/{FIRST}").json()
    assert (card["keeper"]["name"], card["keeper"]["by_table"]) == ("路灯所", True)
    assert (card["owner"]["name"], card["owner"]["by_table"]) == ("电力公司", False)
    assert card["supervisor"] is None


def test_a_change_keeps_what_was(client_of, lamps):
    client = client_of("inspector")
    card = client.get(f"/api/v1/components/{FIRST}").json()
    body = {"revision": card["revision"], "state": "broken", "note": "灯罩碎"}
    changed = patch(client, f"/api/v1/components/{FIRST}", body).json()
    assert (changed["state"], changed["note"]) == ("broken", "灯罩碎")
    (step,) = changed["history"]
    assert (step["kind"], step["before"]["state"], step["after"]["state"]) == (
        "changed",
        "intact",
        "broken",
    )
    assert step["by"] == "inspector"
    # Whoever still looks at the former state is told so.
    stale = patch(client, f"/api/v1/components/{FIRST}", body | {"state": "missing"})
    assert (stale.status_code, stale.json()["code"]) == (409, "E-COMPONENT-STALE")
    # Nothing to change writes nothing.
    patch(client, f"/api/v1/components/{FIRST}", {"state": "broken"})
    assert ComponentChange.objects.count() == 1
    assert AuditEntry.objects.filter(action="component.changed").count() == 1


def test_a_move_finds_the_grid_and_stays_in_the_district(client_of, lamps):
    client = client_of("gis_staff")
    to = [WEST + 3.5 * STEP_LON, NORTH - 3.5 * STEP_LAT]
    moved = patch(client, f"/api/v1/components/{FIRST}", {"point": to}).json()
    assert moved["history"][0]["kind"] == "moved"
    assert (
        moved["grid"]
        == UnitGrid.objects.get(geom__contains=Component.objects.get(code=FIRST).point).code
    )
    away = patch(client, f"/api/v1/components/{FIRST}", {"point": [100, 30]})
    assert (away.status_code, away.json()["code"]) == (400, "E-COMPONENT-OUTSIDE")


def test_removed_and_found_again(client_of, client, lamps):
    keeper = client_of("operator")
    gone = patch(keeper, f"/api/v1/components/{FIRST}", {"state": "removed"}).json()
    assert (gone["valid_to"], gone["history"][0]["kind"]) == (gone["changed_on"], "gone")
    assert client.get("/api/v1/components").json()["count"] == 2
    assert client.get("/api/v1/components?gone=true").json()["count"] == 3
    back = patch(keeper, f"/api/v1/components/{FIRST}", {"state": "intact"}).json()
    assert (back["valid_to"], back["history"][0]["kind"]) == (None, "back")


def test_a_new_component_gets_the_next_code(client_of, lamps):
    client = client_of("gis_staff")
    point = [WEST + 1.5 * STEP_LON, NORTH - 1.5 * STEP_LAT]
    made = post(client, "/api/v1/components", {"kind": "0118", "point": point, "name": "新灯"})
    assert made.status_code == 201
    assert made.json()["code"] == "1101010118000004"
    assert made.json()["grid"]
    wrong = post(client, "/api/v1/components", {"kind": "0199", "point": point})
    assert wrong.json()["code"] == "E-COMPONENT-CLASS"
    assert post(client, "/api/v1/components", {"kind": "0118", "point": [1, 1]}).status_code == 400


def test_within_a_polygon(client, lamps):
    body = {"polygon": {"type": "Polygon", "coordinates": [around(0, 0)]}}
    found = post(client, "/api/v1/components/within", body).json()
    assert found["count"] == 2
    assert found["classes"] == [
        {"kind": "0118", "kind_name": "路灯", "symbol": "street-lamp", "count": 2}
    ]
    wide = {
        "type": "Polygon",
        "coordinates": [[[116 + i / 1e4, 39] for i in range(1500)] + [[116, 39]]],
    }
    for polygon in (wide, {"type": "Point", "coordinates": [1, 2]}, "x", {"type": "Polygon"}):
        answer = post(client, "/api/v1/components/within", {"polygon": polygon})
        assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")


def test_counts_by_grid_are_in_the_order_of_ordinals(client, town, lamps):
    address = f"/api/v1/values/components?edition={town.version}"
    counts = np.frombuffer(client.get(address).content, "<u2")
    assert len(counts) == town.grid_count
    ordinals = dict(UnitGrid.objects.filter(plan=town).values_list("code", "ordinal"))
    assert counts.sum() == 3
    assert counts[ordinals[lamps[0].grid_code] - 1] == 2
    assert client.get(f"{address}&form=json").json() == counts.tolist()
    assert sum(client.get(f"{address}&form=json&kind=0101").json()) == 0
    again = client.get(address)
    assert client.get(address, headers={"if-none-match": again["ETag"]}).status_code == 304


def test_a_photo_comes_in_without_place_and_camera(
    client_of, client, lamps, django_capture_on_commit_callbacks
):
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Phone"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (39.0, 55.0, 1.0)
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:02 08:30:00"
    file = SimpleUploadedFile("a.jpg", picture((4000, 3000), exif=exif), "image/jpeg")
    keeper = client_of("inspector")
    made = keeper.post(f"/api/v1/components/{FIRST}/photos", {"file": file, "note": "正面"})
    assert made.status_code == 201, made.content
    assert made.json()["taken_at"].startswith("2026-11-02T08:30")
    answer = client.get(made.json()["url"])
    assert answer["X-Content-Type-Options"] == "nosniff"
    kept = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert max(kept.size) == 2560
    assert not dict(kept.getexif())
    assert client.get(f"/api/v1/components/{FIRST}").json()["photos"][0]["note"] == "正面"
    photo = ComponentPhoto.objects.get()
    path = photo.file.path
    with django_capture_on_commit_callbacks(execute=True):
        assert keeper.delete(made.json()["url"]).status_code == 204
    assert not ComponentPhoto.objects.exists()
    assert not Path(path).exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><script>alert(1)</script>", "E-PHOTO-FORMAT"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "E-PHOTO-FORMAT"),
        (picture()[:300], "E-PHOTO-FORMAT"),
        (picture((9000, 9000), "PNG"), "E-PHOTO-PIXELS"),
        (b"\xff\xd8" + bytes(21 * 1024**2), "E-PHOTO-SIZE"),
    ],
)
def test_what_is_no_photo_is_refused(client_of, lamps, content, code):
    file = SimpleUploadedFile("a.jpg", content, "image/jpeg")
    answer = client_of("inspector").post(f"/api/v1/components/{FIRST}/photos", {"file": file})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not ComponentPhoto.objects.exists()


def tile_of(client, z, query=""):
    template = client.get("/tiles/components.json").json()["tiles"][0]
    at = TileAddress.of_point(z, WEST + 0.5 * STEP_LON, NORTH - 0.5 * STEP_LAT)
    address = template.format(z=z, x=at.x, y=at.y)
    answer = client.get(f"{address}?{query}" if query else address)
    return {} if answer.status_code == 204 else mvt_reader.read(answer.content)


def test_near_tiles_have_symbols_and_far_ones_clusters(client, lamps):
    near = tile_of(client, 18)
    assert {f.properties["code"] for f in near["components"].features} == {
        lamps[0].code,
        lamps[1].code,
    }
    assert near["components"].features[0].properties["symbol"] == "street-lamp"
    far = tile_of(client, 14)
    (cluster,) = [f for f in far["clusters"].features if f.properties["count"] == 2]
    assert cluster.properties["parts"] == "01:2"
    assert tile_of(client, 18, "kind=0101") == {}
    assert len(tile_of(client, 18, "state=intact")["components"].features) == 2


def test_tiles_change_their_version_with_the_register(client_of, client, lamps):
    before = client.get("/tiles/components.json").json()["version"].partition("+")[2]
    patch(client_of("inspector"), f"/api/v1/components/{FIRST}", {"state": "broken"})
    after = client.get("/tiles/components.json").json()["version"].partition("+")[2]
    assert before != after
    old = client.get(f"/tiles/components/{before}/18/1/1.mvt")
    assert (old.status_code, old.json()["code"]) == (404, "E-TILE-VERSION")
    wrong = client.get(f"/tiles/components/{after}/18/1/1.mvt?state=odd")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "E-REQUEST-INVALID")


def test_the_page_of_a_component(client, lamps):
    answer = client.get(f"/components/{FIRST}/")
    assert answer.status_code == 200
    assert "路灯" in answer.content.decode()
    assert client.get("/components/1101010118999999/").status_code == 404


def test_the_search_box_knows_codes(client, lamps):
    (found,) = client.get(f"/api/v1/search?q={FIRST}").json()["results"]
    assert (found["type"], found["code"]) == ("component", FIRST)
    assert found["center"] == pytest.approx(list(lamps[0].point.coords), abs=1e-6)
    begun = client.get("/api/v1/search?q=11010101180").json()["results"]
    assert [one["code"] for one in begun if one["type"] == "component"] == [o.code for o in lamps]
    # As people write it; what is gone is not found.
    written = client.get(f"/api/v1/geocode?q=部件{FIRST}").json()
    assert [c["kind"] for c in written["candidates"]] == ["component"]
    Component.objects.filter(code=FIRST).update(state="removed", valid_to=F("valid_from"))
    assert client.get(f"/api/v1/search?q={FIRST}").json()["results"] == []
