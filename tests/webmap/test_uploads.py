"""Uploads: pieces, resuming, rights, limits, and everything the import page needs to know."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from spatial.basemap.models import Upload
from spatial.basemap.services import uploads
from spatial.basemap.services.basemap import import_basemap
from spatial.basemap.services.regions import import_regions
from spatial.core.models import AuditEntry
from tests.spatial.basemap import files
from tests.webmap import factories

TYPE = "application/offset+octet-stream"


@pytest.fixture
def gis(client_of):
    return client_of("gis_staff")


def announce(client, name="town.gpkg", size=10, **more):
    order = {"name": name, "bytes": size} | more
    return client.post("/api/v1/uploads", order, content_type="application/json")


def piece(client, made, offset, data, kind=TYPE, **headers):
    headers = {"Upload-Offset": str(offset)} | headers
    return client.patch(made["content"], data, content_type=kind, headers=headers)


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def town_file(tmp_path) -> bytes:
    return files.town(tmp_path / "t.gpkg").read_bytes()


def test_a_file_goes_up_in_pieces_and_is_inspected(gis, town_file):
    half = len(town_file) // 2
    made = announce(gis, size=len(town_file))
    assert made.status_code == 201
    assert made["Location"] == made.json()["content"]
    first = piece(gis, made.json(), 0, town_file[:half])
    assert (first.json()["state"], first["Upload-Offset"]) == ("receiving", str(half))
    last = piece(gis, made.json(), half, town_file[half:]).json()
    assert (last["state"], last["received_bytes"], last["error"]) == (
        "ready", len(town_file), None
    )  # fmt: skip
    assert len(last["sha256"]) == 64
    found = gis.get(last["inspection"]).json()
    assert (found["file"], found["driver"], found["layer_map"]) == ("town.gpkg", "GPKG", "gb")
    roads = found["layers"][0]
    assert (roads["name"], roads["features"], roads["geometry_type"]) == ("LRDL", 3, "LineString")
    assert roads["fields"] == [
        {"name": "NAME", "type": "text"},
        {"name": "RTYPE", "type": "text"},
        {"name": "GB", "type": "number"},
    ]
    assert (roads["crs"]["epsg"], roads["crs"]["how"]) == (4548, "file")
    assert "朝阳门内大街" in roads["samples"]
    west, south, east, north = roads["bounds_wgs84"]
    assert 116.4 < west < east < 116.5
    assert 39.9 < south < north < 40.0
    assert roads["problems"] == []
    actions = list(AuditEntry.objects.order_by("id").values_list("action", "actor_name"))
    assert actions == [("upload.create", "gis_staff"), ("upload.ready", "gis_staff")]


def test_an_upload_is_imported_under_its_users_name(gis, town_file, tmp_path):
    made = piece(gis, announce(gis, size=len(town_file)).json(), 0, town_file).json()
    upload = Upload.objects.get(pk=made["id"])
    summary = import_basemap(uploads.path_of(upload), file_name=upload.name, user=upload.created_by)
    assert (summary.dataset, summary.created) == ("town", 9)


def test_a_piece_that_broke_off_is_taken_up_where_it_ended(gis, town_file):
    made = announce(gis, size=len(town_file)).json()
    short = piece(gis, made, 0, town_file[:1000])
    assert short.status_code == 200
    answer = piece(gis, made, 0, town_file[:1000])
    assert code(answer) == (409, "E-UPLOAD-OFFSET")
    assert answer.json()["detail"] == {"offset": 1000}
    head = gis.head(made["content"])
    assert (head["Upload-Offset"], head["Upload-Length"]) == ("1000", str(len(town_file)))
    assert head["Tus-Resumable"] == "1.0.0"
    assert piece(gis, made, 1000, town_file[1000:]).json()["state"] == "ready"
    assert code(piece(gis, made, 0, b"x")) == (409, "E-UPLOAD-STATE")


@pytest.mark.parametrize(
    ("headers", "kind", "status", "error"),
    [
        ({"Upload-Offset": "-1"}, TYPE, 400, "E-REQUEST-INVALID"),
        ({"Upload-Offset": "x"}, TYPE, 400, "E-REQUEST-INVALID"),
        ({"Upload-Offset": "1"}, TYPE, 409, "E-UPLOAD-OFFSET"),
        ({"Upload-Offset": "9"}, TYPE, 413, "E-UPLOAD-PIECE"),
        ({}, "application/json", 415, "E-REQUEST-TYPE"),
        ({}, "multipart/form-data; boundary=x", 415, "E-REQUEST-TYPE"),
    ],
)
def test_bad_pieces(gis, headers, kind, status, error):
    made = announce(gis).json()
    assert code(piece(gis, made, 0, b"abcd", kind, **headers)) == (status, error)
    assert gis.head(made["content"])["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"name": "a.exe"}, 400, "E-FILE-TYPE"),
        ({"name": "a.vrt"}, 400, "E-FILE-TYPE"),
        ({"name": "a\n.gpkg"}, 400, "E-UPLOAD-NAME"),
        ({"name": "\u202egkpg.shp"}, 400, "E-UPLOAD-NAME"),
        ({"name": "a\x00.gpkg"}, 400, "E-REQUEST-INVALID"),
        ({"name": "x" * 300 + ".gpkg"}, 400, "E-UPLOAD-NAME"),
        ({"name": ""}, 400, "E-REQUEST-INVALID"),
        ({"bytes": 0}, 400, "E-UPLOAD-EMPTY"),
        ({"bytes": -1}, 400, "E-REQUEST-INVALID"),
        ({"bytes": 2**50}, 413, "E-UPLOAD-SIZE"),
        ({"bytes": "many"}, 400, "E-REQUEST-INVALID"),
    ],
)
def test_bad_announcements(gis, settings, change, status, error):
    order = {"name": "a.gpkg", "bytes": 10} | change
    answer = gis.post("/api/v1/uploads", order, content_type="application/json")
    assert code(answer) == (status, error)
    assert not Upload.objects.exists()


def test_a_path_in_a_name_is_only_text(gis, settings):
    made = announce(gis, name="../../etc/C:\\x\\town.gpkg").json()
    assert made["name"] == "town.gpkg"
    (folder,) = settings.UPLOAD_DIR.iterdir()
    assert [path.name for path in folder.iterdir()] == ["content"]
    assert folder.stat().st_mode & 0o077 == 0


def test_an_encoding_that_nothing_tells_is_asked_for(gis, tmp_path):
    names = ["Königstraße", "Größe", "Façade", "Müller"]
    columns = {"NAME": names}
    shp = files.write(tmp_path / "RESA.shp", files.squares(4), columns, encoding="CP1252")
    files.without(shp, ".cpg")
    data = files.zipped(tmp_path / "z", files.parts(shp)).read_bytes()
    made = piece(gis, announce(gis, "a.zip", len(data)).json(), 0, data).json()
    assert (made["state"], made["error"]["code"]) == ("unclear", "E-TEXT-ENCODING")
    assert made["error"]["detail"]["samples"]["CP1252"] == names
    assert code(gis.get(made["inspection"])) == (400, "E-TEXT-ENCODING")
    again = gis.post(
        made["inspection"], {"encoding": "CP1252"}, content_type="application/json"
    ).json()
    assert (again["state"], again["encoding"]) == ("ready", "CP1252")
    layer = gis.get(made["inspection"]).json()["layers"][0]
    assert (layer["encoding"], layer["samples"]) == ({"name": "CP1252", "how": "given"}, names)


def test_a_reference_system_that_nothing_tells_is_asked_for(gis, tmp_path):
    data = "名称,x,y\n甲,450000,4420000\n乙,450100,4420100\n".encode("gb18030")
    made = piece(gis, announce(gis, "a.csv", len(data)).json(), 0, data).json()
    (layer,) = gis.get(made["inspection"]).json()["layers"]
    assert layer["features"] == 2
    assert [problem["code"] for problem in layer["problems"]] == ["E-CRS-MISSING"]
    for crs, problems in (("EPSG:4548", []), ("4326", ["E-CRS-UNITS"])):
        order = {"crs": crs}
        answer = gis.post(made["inspection"], order, content_type="application/json")
        assert answer.status_code == 202
        (layer,) = gis.get(made["inspection"]).json()["layers"]
        assert layer["crs"]["how"] == "given"
        assert [problem["code"] for problem in layer["problems"]] == problems
    for bad in ("+proj=longlat", "http://x/y", "EPSG:1", {"a": 1}):
        answer = gis.post(made["inspection"], {"crs": bad}, content_type="application/json")
        assert answer.status_code == 400


def test_a_file_of_other_ground_is_seen(gis, tmp_path):
    path = files.regions(tmp_path / "d.gpkg", "district", files.squares(1))
    import_regions(path, "district")
    data = b"NAME,lon,lat\nx,24.94,60.17\n"
    made = piece(gis, announce(gis, "a.csv", len(data)).json(), 0, data).json()
    gis.post(made["inspection"], {"crs": "EPSG:4326"}, content_type="application/json")
    (layer,) = gis.get(made["inspection"]).json()["layers"]
    assert [problem["code"] for problem in layer["problems"]] == ["E-CRS-ELSEWHERE"]


def test_uploads_are_ones_own(gis, client_of, settings):
    made = announce(gis).json()
    other = Client()
    other.force_login(factories.user("gis_staff", name="other"))
    address = f"/api/v1/uploads/{made['id']}"
    for answer in (other.get(address), other.delete(address), other.get(made["inspection"]),
                   piece(other, made, 0, b"x"),
                   other.post(made["inspection"], {}, content_type="application/json"),
                   other.get(f"/api/v1/uploads/{uuid.uuid4()}")):  # fmt: skip
        assert code(answer) == (404, "E-UPLOAD-MISSING")
    assert other.get("/api/v1/uploads").json() == {"uploads": []}
    assert [u["id"] for u in gis.get("/api/v1/uploads").json()["uploads"]] == [made["id"]]
    assert client_of("administrator").get(address).status_code == 200
    assert gis.delete(address).status_code == 204
    assert list(settings.UPLOAD_DIR.iterdir()) == []
    assert AuditEntry.objects.first().action == "upload.delete"


def test_every_change_needs_the_token(gis, town_file):
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user("gis_staff", name="strict"))
    assert code(announce(client)) == (403, "E-ROLE-FORBIDDEN")
    made = Upload.objects.create(name="a.gpkg", folder="f", size_bytes=4,
                                 created_by_id=client.session["_auth_user_id"])  # fmt: skip
    form = {"content": f"/api/v1/uploads/{made.pk}/content"}
    assert code(piece(client, form, 0, b"abcd")) == (403, "E-ROLE-FORBIDDEN")
    assert code(client.delete(f"/api/v1/uploads/{made.pk}")) == (403, "E-ROLE-FORBIDDEN")


def test_too_many_files_and_too_little_room(gis, monkeypatch, settings):
    monkeypatch.setattr(uploads, "MAX_OPEN", 2)
    assert [announce(gis).status_code for _ in range(3)] == [201, 201, 409]
    monkeypatch.setattr(uploads, "RESERVE_BYTES", 2**60)
    monkeypatch.setattr(uploads, "MAX_OPEN", 9)
    assert code(announce(gis)) == (507, "E-DISK-FULL")


def test_new_files_are_limited_by_the_hour(gis, monkeypatch):
    from webmap.api.uploads import Uploads

    class Slow(Uploads.throttle_classes[0]):
        THROTTLE_RATES = {"uploads": "1/hour"}

    monkeypatch.setattr(Uploads, "throttle_classes", [Slow])
    assert announce(gis).status_code == 201
    answer = announce(gis)
    assert code(answer) == (429, "E-REQUEST-RATE")
    assert int(answer["Retry-After"]) > 0
    assert gis.get("/api/v1/uploads").status_code == 200


def test_what_nobody_touches_is_cleared_away(gis, settings):
    made = announce(gis).json()
    old = timezone.now() - timedelta(hours=settings.UPLOAD_KEEP_H + 1)
    Upload.objects.update(changed_at=old)
    assert uploads.clean() == 1
    assert list(settings.UPLOAD_DIR.iterdir()) == []
    assert gis.get(f"/api/v1/uploads/{made['id']}").status_code == 404
    assert AuditEntry.objects.first().action == "upload.expire"


def test_an_unforeseen_error_is_kept_and_raised(gis, town_file, monkeypatch):
    from spatial.basemap.services import upload_inspection

    def broken(*_args, **_more):
        raise ZeroDivisionError

    monkeypatch.setattr(upload_inspection.inspection, "open_upload", broken)
    made = announce(gis, size=len(town_file)).json()
    found = piece(gis, made, 0, town_file).json()
    assert (found["state"], found["error"]["code"]) == ("failed", "E-UPLOAD-CRASH")
    assert gis.head(made["content"])["Upload-Offset"] == str(len(town_file))
