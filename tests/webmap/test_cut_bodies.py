"""What breaks off on its way is refused, and stored whole when it is sent again."""

import http.client
import json
import re
import socket
import uuid
from urllib.parse import urlsplit

import pytest

from spatial.cases.models import Attachment, Case
from tests.serving import served
from tests.spatial.cases.conftest import jpeg, photos_apart, real_world  # noqa: F401

REPORTS = "/api/v1/public/reports"
EDGE = "edge-of-parts"
TOKEN = "a" * 32
HEAD = f"""POST {REPORTS} HTTP/1.1
Host: %s
Content-Type: multipart/form-data; boundary={EDGE}
Content-Length: %d
Cookie: csrftoken={TOKEN}
X-CSRFToken: {TOKEN}

""".replace("\n", "\r\n")


@pytest.fixture
def site(real_world, tmp_path):  # noqa: F811
    """The site in a process of its own: a test client has no network that breaks off."""
    with served(tmp_path) as root:
        yield root


def part(name, content, more=""):
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def report_of(world):  # noqa: F811
    """A report with two photos, as a browser sends it."""
    lon, lat = world.point
    words = {"key": uuid.uuid4(), "case_class": world.litter.pk, "lon": lon, "lat": lat}
    made = [part(name, str(value).encode()) for name, value in words.items()]
    for name in ("green", "orange"):
        made.append(part("photos", jpeg(name), f'; filename="{name}.jpg"'))
    return b"".join(made) + f"--{EDGE}--\r\n".encode()


def sent_until(site, body, end):
    """Send a body up to a byte and close that way; what the site answers."""
    parts = urlsplit(site)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as line:
        line.sendall((HEAD % (parts.netloc, len(body))).encode() + body[:end])
        line.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, json.loads(answer.read())


def test_a_report_that_broke_off_is_no_report(site, real_world):  # noqa: F811
    body = report_of(real_world)
    ends = [found.start() for found in re.finditer(f"--{EDGE}".encode(), body)]
    # In the first photo, after the first of two, in the second, and before the last edge.
    for end in (ends[4] + 400, ends[5], ends[5] + 400, ends[6], len(body) - 4):
        status, told = sent_until(site, body, end)
        assert (status, told["code"]) == (400, "E-REQUEST-CUT"), end
    assert Case.objects.count() == 0
    status, told = sent_until(site, body, len(body))
    assert status == 201
    assert Case.objects.get().number == told["number"]
    assert Attachment.objects.count() == 2
