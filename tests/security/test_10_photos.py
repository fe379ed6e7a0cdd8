"""Test 10: photos that come with reports and moves of people who are logged in.

The same for the public is in `test_public_side.py`. A photo is known by its bytes: what a browser
calls it is not looked at, what is kept is a JPEG made anew.
"""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from spatial.cases.models import Attachment, Case, CaseEvent
from spatial.cases.stages import Stage
from tests.security.test_public_side import png
from tests.spatial.cases.conftest import (  # noqa: F401
    World,
    jpeg,
    photos_apart,
    real_world,
    world,
)

REPORTS = "/api/v1/cases/reports"
HTML = b"<html><body><script>alert(1)</script></body></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x00;"
MB = 1024**2


def file(content, name="a.jpg", kind="image/jpeg"):
    return SimpleUploadedFile(name, content, kind)


def order(world, photos):  # noqa: F811
    lon, lat = world.point
    return {"case_class": world.litter.pk, "lon": lon, "lat": lat, "channel": "inspector",
            "photos": photos}  # fmt: skip


BAD = [
    ("HTML called .jpg", [HTML], "E-PHOTO-FORMAT"),
    ("SVG called .jpg", [SVG], "E-PHOTO-FORMAT"),
    ("a GIF", [GIF], "E-PHOTO-FORMAT"),
    ("nothing", [b"\xff\xd8\xff"], "E-PHOTO-FORMAT"),
    ("a JPEG that is cut", [jpeg(size=(640, 480))[:900]], "E-PHOTO-FORMAT"),
    ("HTML behind a good one", [jpeg(), HTML], "E-PHOTO-FORMAT"),
    ("30,000 x 30,000 pixels", [png(30_000, 30_000)], "E-PHOTO-PIXELS"),
    ("21 MB", [jpeg() + bytes(21 * MB)], "E-PHOTO-SIZE"),
    ("10 photos", [jpeg()] * 10, "E-CASE-PHOTOS"),
    ("11 photos", [jpeg()] * 11, "E-REQUEST-INVALID"),
]


@pytest.mark.parametrize(("photos", "code"), [row[1:] for row in BAD], ids=[r[0] for r in BAD])
def test_what_is_no_photo_is_refused_and_leaves_nothing(
    world, client, photos_apart, photos, code  # noqa: F811
):  # fmt: skip
    client.force_login(world.inspector)
    answer = client.post(REPORTS, order(world, [file(one) for one in photos]))
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Case.objects.exists()
    assert not list(photos_apart.rglob("*.jpg"))


def test_a_move_with_a_bad_photo_is_not_made(world, client, photos_apart):  # noqa: F811
    case = world.case(Stage.HANDLING)
    before = sorted(photos_apart.rglob("*.jpg"))
    client.force_login(world.worker)
    answer = client.post(
        f"/api/v1/cases/{case.number}/moves/answer", {"photos": [file(jpeg()), file(SVG)]}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "E-PHOTO-FORMAT")
    assert Case.objects.get(pk=case.pk).step == case.step
    assert sorted(photos_apart.rglob("*.jpg")) == before


def with_place():
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x013B] = "Owner of the camera"
    where = exif.get_ifd(0x8825)
    where[1], where[2], where[3], where[4] = "N", (39.0, 54.0, 1.0), "E", (116.0, 24.0, 1.0)
    packed = io.BytesIO()
    Image.new("RGB", (64, 48)).save(packed, "JPEG", exif=exif, comment=b"<script>")
    return packed.getvalue()


def test_an_accepted_photo_is_made_anew_and_guarded(world, client):  # noqa: F811
    sent = with_place()
    assert b"Maker" in sent
    client.force_login(world.inspector)
    # Called a page and by a path: its bytes are those of a photo, and only they count.
    odd = file(sent, "../../x.html", "text/html")
    made = client.post(REPORTS, order(world, [odd]))
    assert made.status_code == 201, made.content
    (photo,) = made.json()["photos"]
    kept = Attachment.objects.get()
    content = kept.file.open("rb").read()
    assert not Image.open(io.BytesIO(content)).getexif()
    for trace in (b"Maker", b"Owner", b"<script>", b"Exif"):
        assert trace not in content
    assert kept.file.name.endswith(f"{kept.key}.jpg")
    answer = client.get(photo["url"])
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "x.html" not in answer["Content-Disposition"]
    assert "private" in answer["Cache-Control"]
    # 404 and not 403 for a stranger: he does not learn that there is one.
    for stranger, told in ((world.worker, 404), (world.other_inspector, 404), (None, 401)):
        other = Client()
        if stranger:
            other.force_login(stranger)
        assert other.get(photo["url"]).status_code == told
    for path in (f"/media/{kept.file.name}", f"/photos/{kept.file.name}", f"/{kept.file.name}"):
        assert client.get(path).status_code == 404


REFUSED = [
    ({"lon": 0.0, "lat": 0.0}, "E-CASE-OUTSIDE"),
    ({"lon": 200.0}, "E-CASE-NOPLACE"),
    ({"lon": ""}, "E-REQUEST-INVALID"),
    ({"lat": "nan"}, "E-REQUEST-INVALID"),
    ({"lon": None}, "E-REQUEST-INVALID"),
    ({"at": "2099-01-01T00:00:00Z"}, "E-CASE-FUTURE"),
    ({"at": "2001-01-01T00:00:00Z"}, "E-CASE-OLD"),
    ({"at": "tomorrow"}, "E-REQUEST-INVALID"),
    ({"case_class": 2**30}, "E-CASE-CLASS"),
    ({"description": "长" * 2001}, "E-REQUEST-INVALID"),
    ({"description": "a\x00b"}, "E-REQUEST-INVALID"),
    ({"photos": [png(30_000, 30_000)]}, "E-PHOTO-PIXELS"),
]


@pytest.mark.parametrize(("wrong", "code"), REFUSED)
def test_bad_reports_are_told_what_to_do(world, client, wrong, code):  # noqa: F811
    client.force_login(world.inspector)
    form = order(world, []) | wrong
    form["photos"] = [file(one) for one in form["photos"]]
    answer = client.post(REPORTS, {name: one for name, one in form.items() if one is not None})
    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, code)
    assert len(told["message"]) > 5
    assert not Case.objects.exists()
    # Put right it is taken: nothing of the refused one stands in the way.
    assert client.post(REPORTS, order(world, [file(jpeg())])).status_code == 201


def test_one_phone_twice_at_once_is_one_case_and_both_are_answered(real_world):  # noqa: F811
    town = real_world
    key = str(uuid.uuid4())

    def send(_n):
        client = Client()
        client.force_login(town.inspector)
        try:
            answer = client.post(REPORTS, order(town, [file(jpeg())]) | {"key": key})
        finally:
            connection.close()
        return answer.status_code, answer.json()["number"]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(send, range(8)))
    assert {status for status, _number in found} == {201}
    assert len({number for _status, number in found}) == 1
    assert (Case.objects.count(), CaseEvent.objects.count()) == (1, 1)
    assert Attachment.objects.count() == 1
