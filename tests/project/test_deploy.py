"""The files in ``deploy/``: units that systemd takes, nginx for real in front of the real site."""

from __future__ import annotations

import configparser
import gzip
import http.client
import json
import math
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from tests.databases import ROOT, migrated
from tests.e2e.places import centre_of
from tests.production import HOST, Production, free_port, production
from webmap.settings.required import problems

UNITS = sorted((ROOT / "deploy/systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
HARD = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
    "PrivateDevices": "yes", "RestrictSUIDSGID": "yes", "CapabilityBoundingSet": "",
}  # fmt: skip
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
TOWN = "from tests.e2e.town import *; make_all(); make_user('operator', 'operator')"
SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
user = User.objects.get(username="operator")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""


class Unit(configparser.RawConfigParser):
    """Several lines of one name are kept; names are as they are written."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters="=")
        self.optionxform = str
        self.read(path)
        self.commands = re.findall(r"^ExecStart=(.+)$", path.read_text(), re.M)


# units


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_runs_what_is_there_and_is_shut_in(path):
    unit = Unit(path)
    service = dict(unit["Service"])
    assert {name: service.get(name) for name in HARD} == HARD
    assert (service["User"], service["StateDirectory"]) == ("wanmi", "wanmi")
    assert unit.commands
    for command in unit.commands:
        program, *words = command.split()
        folder, _bin, name = program.rpartition("/bin/")
        assert folder == "/opt/wanmi/.venv" and (ROOT / ".venv/bin" / name).exists()
        named = [word for word in words if word.endswith(".py")]
        assert named and all((ROOT / word).exists() for word in named)


def test_systemd_takes_the_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here; what the units name is tried above")
    for path in UNITS:
        text = path.read_text().replace("/opt/wanmi/.venv", str(ROOT / ".venv"))
        (tmp_path / path.name).write_text(text)
    names = [str(tmp_path / path.name) for path in UNITS]
    words = ["systemd-analyze", "verify", "--man=no", *names]
    done = subprocess.run(words, text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_each_timer_has_its_service_and_the_commands_there_are(db):
    timers = {path.stem for path in UNITS if path.suffix == ".timer"}
    assert timers < {path.stem for path in SERVICES}
    text = " ".join(command for path in SERVICES for command in Unit(path).commands)
    named = set(re.findall(r"manage\.py (\w+)", text))
    assert {"backup", "erase_personal", "prune_positions", "send_reports", "check_honesty"} <= named
    assert named <= set(get_commands())


def test_the_example_of_the_environment_is_refused_until_it_has_a_key():
    lines = (ROOT / "deploy/wanmi.env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    told = problems(given | {"WANMI_STATE_DIR": "/tmp"})
    assert told == ["WANMI_SECRET_KEY is not set"]


def test_docker_is_for_ones_own_machine():
    """What the image runs stands in the project, and the site is reached from that machine only."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    site = compose["services"]["site"]
    assert site["environment"]["DJANGO_SETTINGS_MODULE"] == "webmap.settings.dev"
    assert all(port.startswith("127.0.0.1:") for port in site["ports"])
    assert "ports" not in compose["services"]["db"]


# nginx


def certificate(folder: Path) -> tuple[Path, Path]:
    """Made by oneself, for a day."""
    key, crt = folder / "site.key", folder / "site.crt"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    words += ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    words += ["-keyout", str(key), "-out", str(crt)]
    subprocess.run(words, check=True, capture_output=True)
    return key, crt


class Front:
    """nginx with the file of ``deploy/``; only paths, ports and addresses are those of a test."""

    def __init__(self, folder: Path, site: Production) -> None:
        self.site, self.folder = site, folder
        self.plain, self.port = free_port(), free_port()
        key, self.crt = certificate(folder)
        text = (ROOT / "deploy/nginx/wanmi.conf").read_text()
        for old, new in {
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{site.port};",
            "/etc/ssl/wanmi/site.crt": str(self.crt),
            "/etc/ssl/wanmi/site.key": str(key),
            "/var/lib/wanmi/staticfiles/": f"{site.state}/staticfiles/",
            "/var/log/nginx/wanmi.log": str(folder / "access.log"),
        }.items():
            assert old in text, old
            text = text.replace(old, new)
        (folder / "site.conf").write_text(text)
        self.conf = folder / "nginx.conf"
        self.conf.write_text(
            f"user root;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{\n include /etc/nginx/mime.types;\n"
            f" client_body_temp_path {folder}/body;\n proxy_temp_path {folder}/proxy;\n"
            f" include {folder}/site.conf;\n}}\n"
        )
        self.words = [NGINX, "-c", str(self.conf), "-g", "daemon off;"]

    def line(self) -> http.client.HTTPSConnection:
        trust = ssl.create_default_context(cafile=str(self.crt))
        made = http.client.HTTPSConnection(HOST, self.port, timeout=60, context=trust)
        made._create_connection = lambda _where, *rest: socket.create_connection(
            ("127.0.0.1", self.port), *rest
        )
        return made

    def get(self, path: str, **headers: str):
        line = self.line()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request("GET", path, headers={"Host": HOST, **sent})
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()

    def logged(self, request_id: str) -> dict:
        """The line of a request: nginx writes it once the answer has gone."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            text = (self.folder / "access.log").read_text()
            lines = [json.loads(line) for line in text.splitlines() if line.endswith("}")]
            found = [line for line in lines if line["request_id"] == request_id]
            if found:
                (line,) = found
                return line
            time.sleep(0.05)
        raise AssertionError(f"nginx wrote no line of {request_id}")


@pytest.fixture(scope="module")
def front(tmp_path_factory, django_db_setup, django_db_blocker):
    folder = tmp_path_factory.mktemp("front")
    # Workers of nginx may be of another user.
    for path in (folder, *folder.parents[:2]):
        path.chmod(0o755)
    with django_db_blocker.unblock(), production(folder, migrated(), "wanmi_front") as server:
        filled = server.manage("shell", "--no-imports", "-c", TOWN)
        assert filled.returncode == 0, filled.stderr
        with server.serving(WANMI_PROXIES="1", WANMI_METRICS_FROM="127.0.0.1"):
            made = Front(folder, server)
            running = subprocess.Popen(made.words)
            try:
                end = time.monotonic() + 20
                while True:
                    try:
                        socket.create_connection(("127.0.0.1", made.port)).close()
                        break
                    except OSError:
                        assert time.monotonic() < end and running.poll() is None
                        time.sleep(0.1)
                yield made
            finally:
                running.terminate()
                running.wait(timeout=20)


def test_nginx_takes_the_file(front):
    done = subprocess.run([NGINX, "-t", "-c", str(front.conf)], text=True, capture_output=True)
    assert done.returncode == 0 and "test is successful" in done.stderr
    assert "[warn]" not in done.stderr and "[emerg]" not in done.stderr


def test_a_page_comes_packed_with_all_its_headers(front):
    status, headers, body = front.get("/", Accept_Encoding="gzip")
    assert status == 200 and headers["Content-Encoding"] == "gzip"
    assert b"<!doctype html>" in gzip.decompress(body)[:200].lower()
    assert headers["Server"] == "nginx"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_tile_stays_as_it_was_packed(front):
    _status, _headers, body = front.get("/tiles/grids.json")
    address = json.loads(body)["tiles"][0].split("/tiles/", 1)[1]
    west, south, east, north = json.loads(body)["bounds"]
    lon, lat = centre_of((3, 3))
    assert west < lon < east and south < lat < north
    x, y = tile_at(lon, lat, 14)
    path = "/tiles/" + address.replace("{z}", "14").replace("{x}", str(x)).replace("{y}", str(y))
    status, headers, packed = front.get(path, Accept_Encoding="gzip")
    assert status == 200 and "mapbox-vector-tile" in headers["Content-Type"]
    direct = front.site.ask(path, Accept_Encoding="gzip")
    assert (packed, headers["Content-Encoding"]) == (
        direct.body,
        direct.headers["Content-Encoding"],
    )
    assert "immutable" in headers["Cache-Control"]


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    n = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
    return int((lon + 180) / 360 * n), int(y)


def test_a_stream_is_not_held_back(front):
    key = front.site.manage("shell", "--no-imports", "-c", SESSION).stdout.split()[-1]
    line = front.line()
    begun = time.monotonic()
    line.request("GET", "/api/v1/cases/stream", headers={"Host": HOST, "Cookie": f"sessionid={key}",
                                                         "Accept-Encoding": "gzip"})  # fmt: skip
    answer = line.getresponse()
    first = b"".join(answer.readline() for _n in range(3))
    assert answer.status == 200 and b"event: ready" in first
    assert answer.headers["Content-Encoding"] is None
    # nginx would wait for 4 kB or the end, which is ten minutes away.
    assert time.monotonic() - begun < 10
    line.close()


def test_files_of_the_site_come_from_nginx_and_stay(front):
    kept = sorted((front.site.state / "staticfiles").rglob("*.????????????.css"))[0]
    path = f"/static/{kept.relative_to(front.site.state / 'staticfiles')}"
    status, headers, _body = front.get(path)
    assert status == 200 and "immutable" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Request-ID"] is None
    assert front.get("/static/../../photos/")[0] in (400, 404)


def test_plain_http_leads_to_https_and_metrics_stay_inside(front):
    line = http.client.HTTPConnection("127.0.0.1", front.plain, timeout=30)
    line.request("GET", "/desk/?a=1", headers={"Host": HOST})
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/desk/?a=1")
    assert front.get("/metrics")[0] == 404
    assert front.site.ask("/metrics").status == 200


def test_nobody_says_of_himself_where_he_comes_from(front):
    """Six wrong passwords lock the address, whatever the header says; the id is nginx's own."""
    basic = "Basic b3BlcmF0b3I6d3Jvbmc="
    found = [
        front.get("/ogc/", Authorization=basic, X_Forwarded_For=f"203.0.113.{n}")[0]
        for n in range(7)
    ]
    assert found[-1] == 429 and set(found[:5]) == {401}
    _status, headers, _body = front.get("/healthz?token=hidden", X_Request_ID="from-outside-1")
    mine = headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", mine)
    line = front.logged(mine)
    assert (line["path"], line["status"], line["from"]) == ("/healthz", 200, "127.0.0.1")
    assert "hidden" not in (front.folder / "access.log").read_text()
    assert datetime.fromisoformat(line["time"]).astimezone(UTC).year >= 2026
