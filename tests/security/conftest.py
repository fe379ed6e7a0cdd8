"""What the security tests share: senders, a trap that records requests, looks at the disk."""

from __future__ import annotations

import http.server
import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from spatial.basemap.models import BaseFeature, Dataset, ImportRun, Place, Region, Upload
from spatial.core.models import AuditEntry
from tests.webmap import factories

PIECE = "application/offset+octet-stream"
ROWS = (Dataset, Region, BaseFeature, Place, ImportRun)


@dataclass
class Sender:
    """Sends files the way a browser does."""

    client: Client

    def announce(self, name: str, size: int):
        order = {"name": name, "bytes": size}
        return self.client.post("/api/v1/uploads", order, content_type="application/json")

    def piece(self, address: str, offset: int, data: bytes, **headers):
        headers = {"Upload-Offset": str(offset), **headers}
        return self.client.patch(address, data, content_type=PIECE, headers=headers)

    def send(self, name: str, data: bytes):
        """The answer to the last piece; tasks run at once in tests, so it tells the result."""
        made = self.announce(name, len(data))
        if made.status_code != 201:
            return made
        return self.piece(made.json()["content"], 0, data)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "state" / "uploads"
    cache.clear()


@pytest.fixture
def sender(db) -> Sender:
    client = Client()
    client.force_login(factories.user("gis_staff"))
    return Sender(client)


def on_disk(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture
def refused(sender, settings, tmp_path):
    """Send a file and prove that it was refused with a code and left nothing but its record."""

    def check(name: str, data: bytes, *codes: str) -> dict:
        before = {model: model.objects.count() for model in ROWS}
        here, scratch = on_disk(tmp_path), Path(tempfile.gettempdir())
        answer = sender.send(name, data)
        assert answer.status_code == 400, answer.content
        body = answer.json()
        assert body["code"] in codes, body
        assert {model: model.objects.count() for model in ROWS} == before
        assert on_disk(tmp_path) - here <= {"state", "state/uploads"}
        assert not list(scratch.glob(f"wanmi-import-{os.getpid()}-*"))
        upload = Upload.objects.first()
        assert (upload.state, upload.error["code"]) == (Upload.State.REFUSED, body["code"])
        entry = AuditEntry.objects.first()
        assert (entry.action, entry.detail["code"]) == ("upload.refuse", body["code"])
        again = sender.client.get(f"/api/v1/uploads/{upload.pk}/inspection")
        assert (again.status_code, again.json()["code"]) == (400, body["code"])
        return body

    return check


class Trap:
    """A web server on this machine that records each request it gets."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        hits = self.hits

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                hits.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"{}")

            do_HEAD = do_POST = do_GET

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def trap():
    made = Trap()
    yield made
    made.server.shutdown()
    made.server.server_close()
