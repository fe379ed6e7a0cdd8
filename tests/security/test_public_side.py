"""The public addresses under attack: SSRF, geometry, photos, SQL, script; exact results."""

import http.server
import io
import struct
import threading
import time
import uuid
import zlib
from urllib.parse import quote

import pytest
from PIL import Image

from spatial.cases.models import Attachment, Case
from tests.spatial.cases.conftest import World, photos_apart, world  # noqa: F401
from tests.webmap.test_public_reports import REPORTS, files, order

SQL = [
    "'", "''", "';--", "1 OR 1=1", "1'; SELECT pg_sleep(5);--", "1) UNION SELECT 1,2--", "\\'",
    "' || pg_sleep(5) || '", "1; DROP TABLE cases_case", "admin'--", "\x01", "\x1f", "NULL", "{}",
    "$$;SELECT 1$$", "a' AND 1=(SELECT 1)--", "' OR ''='", "0x27", "/*", "*/", "`", '"', "%", "%27",
]  # fmt: skip


@pytest.fixture(autouse=True)
def open_to_all(settings):
    settings.OPEN311_OPEN = True


@pytest.fixture
def trap():
    hits = []

    class Trap(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)

        do_HEAD = do_POST = do_OPTIONS = do_GET

    server = http.server.HTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/x", hits
    server.shutdown()


def report(client, world, photos=(), **more):  # noqa: F811
    data = {name: value for name, value in order(world, **more).items() if value is not None}
    return client.post(REPORTS, {**data, "photos": files(*photos)} if photos else data)


def test_no_address_or_path_is_fetched(world, client, trap):  # noqa: F811
    address, hits = trap
    shapes = (
        f'{{"type":"Point","coordinates":[1,2],"crs":{{"type":"link","properties":{{"href":"{address}"}}}}}}',
        f"/vsicurl/{address}",
        f"<VRTDataset><SourceFilename>{address}</SourceFilename></VRTDataset>",
        "SRID=3857;POINT(1 2)",
    )
    for shape in shapes:
        for axis in ("lon", "lat"):
            answer = report(client, world, **{axis: shape})
            assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")
        for axis in ("lat", "long"):
            data = {"service_code": "test.e0110", "lat": "39.9", "long": "116.4", axis: shape}
            assert client.post("/open311/v2/requests.json", data).status_code == 400
        for query in (f"lon={quote(shape)}&lat=39", f"lon=116&lat={quote(shape)}"):
            assert client.get(f"/api/v1/public/similar?{query}").status_code == 400
    lon, lat = world.point
    words = {"description": shapes[0], "media_url": address, "email": address, "device_id": address}
    data = {"service_code": "test.e0110", "lat": lat, "long": lon, **words}
    assert client.post("/open311/v2/requests.json", data).status_code == 200
    assert hits == []


def png(width, height):
    """A PNG that says how large it is and has nothing else."""

    def part(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (part(b"IHDR", head), part(b"IDAT", zlib.compress(b"")), part(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_photos_that_are_none_are_refused_and_leave_nothing(world, client, photos_apart):  # noqa: F811
    small = io.BytesIO()
    Image.new("RGB", (8, 8)).save(small, "JPEG")
    good = small.getvalue()
    for photos, code in (
        ([b"<html><script>alert(1)</script>"], "E-PHOTO-FORMAT"),
        ([b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"], "E-PHOTO-FORMAT"),
        ([good, b"not"], "E-PHOTO-FORMAT"),
        ([png(30_000, 30_000)], "E-PHOTO-PIXELS"),
        ([good + bytes(21 * 1024**2)], "E-PHOTO-SIZE"),
        ([good] * 11, "E-CASE-PHOTOS"),
    ):
        answer = report(client, world, photos=photos)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Case.objects.exists()
    assert not photos_apart.exists() or not list(photos_apart.rglob("*.jpg"))
    huge = client.generic("POST", REPORTS, b"x", "multipart/form-data; boundary=b",
                          CONTENT_LENGTH=str(300 * 1024**2))  # fmt: skip
    assert (huge.status_code, huge.json()["code"]) == (413, "E-REPORT-SIZE")


def test_a_photo_is_kept_without_place_and_not_shown_to_strangers(world, client):  # noqa: F811
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[1] = "N"
    packed = io.BytesIO()
    Image.new("RGB", (64, 48)).save(packed, "JPEG", exif=exif)
    assert report(client, world, photos=[packed.getvalue()]).status_code == 201
    photo = Attachment.objects.get()
    kept = Image.open(io.BytesIO(photo.file.open("rb").read()))
    assert not kept.getexif()
    number = Case.objects.get().number
    for key in (photo.key, uuid.uuid4()):
        assert client.get(f"/report/{number}/photos/{key}.jpg").status_code == 404


def test_no_word_of_a_query_reaches_sql(world, client):  # noqa: F811
    report(client, world)
    before = Case.objects.count()
    for word in SQL:
        said = quote(word, safe="")
        for address in (
            f"/open311/v2/requests.json?service_code={said}",
            f"/open311/v2/requests.json?status={said}",
            f"/open311/v2/requests.json?service_request_id={said}",
            f"/open311/v2/requests.json?start_date={said}&end_date={said}",
            f"/open311/v2/requests.json?jurisdiction_id={said}",
            f"/open311/v2/requests.json?page={said}&page_size={said}",
            f"/open311/v2/requests.json?api_key={said}",
            f"/api/v1/public/similar?lon={said}&lat={said}",
            f"/api/v1/public/similar?lon=116&lat=39&case_class={said}",
            f"{REPORTS}/{Case.objects.get().number}?key={said}",
        ):
            began = time.monotonic()
            answer = client.get(address)
            assert answer.status_code in (200, 400, 403, 404), (address, answer.content)
            assert time.monotonic() - began < 4
            for trace in ("psycopg", "syntax error", "relation ", "LINE 1"):
                assert trace not in answer.content.decode()
        data = {"service_code": word, "lat": word, "long": word, "attribute[X]": word}
        assert client.post("/open311/v2/requests.json", data).status_code in (400, 404, 429)
    assert Case.objects.count() == before


def test_script_is_shown_as_text(world, client):  # noqa: F811
    script = "</script><img src=x onerror=alert(1)>"
    answer = report(client, world, description=script, place=script, contact=script)
    assert answer.status_code == 201
    for address in (f"/report/{answer.json()['number']}/", answer.json()["url"]):
        page = client.get(address)
        assert b"<img src=x" not in page.content
        assert b"&lt;/script&gt;&lt;img" in page.content
        assert "unsafe-inline" not in page["Content-Security-Policy"]
    found = client.get("/report/?number=%3Cimg%20src=x%3E").content
    assert b"<img src=x>" not in found
