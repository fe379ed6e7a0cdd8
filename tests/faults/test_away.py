"""The site while its own PostgreSQL is really stopped, and after it came back."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from bench.load.cluster import Cluster  # noqa: E402
from bench.load.site import Site  # noqa: E402

BACK_WITHIN_S = 20
SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from tests.webmap import factories
user = factories.user("operator")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""
TOKEN = "f" * 32


class Away:
    """A site whose database can be stopped."""

    def __init__(self, cluster: Cluster, site: Site, session: str) -> None:
        self.cluster, self.site, self.session = cluster, site, session

    def ask(self, path: str, body: dict | None = None, **headers: str):
        """Status, headers and text of an answer, whatever it is."""
        cookie = f"sessionid={self.session}; csrftoken={TOKEN}; {headers.pop('cookie', '')}"
        words = {"Cookie": cookie, "X-CSRFToken": TOKEN, **headers}
        sent = None if body is None else json.dumps(body).encode()
        if sent:
            words["Content-Type"] = "application/json"
        asked = urllib.request.Request(f"http://127.0.0.1:{self.site.port}{path}", sent, words)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def wait_for(self, path: str) -> None:
        """Until an address answers 200."""
        end = time.monotonic() + BACK_WITHIN_S
        while (told := self.ask(path))[0] != 200:
            assert time.monotonic() < end, told
            time.sleep(0.3)


@pytest.fixture(scope="module")
def away(tmp_path_factory):
    state = tmp_path_factory.mktemp("state")
    (state / "vendor").symlink_to(settings.STATE_DIR / "vendor")
    with pytest.MonkeyPatch.context() as surroundings, Cluster("wanmi") as cluster:
        surroundings.setenv("WANMI_STATE_DIR", str(state))
        surroundings.setenv("DATABASE_URL", cluster.address)
        # As on a server: with a queue in the database, and a worker.
        surroundings.setenv("DJANGO_SETTINGS_MODULE", "webmap.settings.dev")
        _manage("migrate", "--verbosity=0")
        session = _manage("shell", "--no-imports", "-c", SESSION).split()[-1]
        with Site(cluster.address) as site:
            yield Away(cluster, site, session)


def _manage(*words: str) -> str:
    words = (sys.executable, "manage.py", *words)
    return subprocess.run(words, cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True).stdout


@pytest.fixture(scope="module")
def stopped(away):
    """The same with the database stopped; sessions were open when it went."""
    for path in ("/", "/desk/", "/api/v1/cases", "/readyz"):
        assert away.ask(path)[0] == 200
    away.cluster.stop()
    return away


@pytest.mark.parametrize(
    "path",
    ["/api/v1/cases", "/api/v1/districts", "/api/v1/cases/stream", "/tiles/grids.json",
     "/open311/v2/services.json"],
)  # fmt: skip
def test_data_say_so_with_a_code_and_when_to_come_again(stopped, path):
    status, headers, text = stopped.ask(path)
    assert (status, json.loads(text)["code"]) == (503, "E-DB-AWAY")
    assert int(headers["Retry-After"]) > 0 and headers["Cache-Control"] == "no-store"


def test_what_is_sent_is_answered_alike(stopped):
    sent = {"case_class": 1, "lon": 116.4, "lat": 39.9, "channel": "hotline"}
    status, headers, text = stopped.ask("/api/v1/cases/reports", sent)
    assert (status, json.loads(text)["code"]) == (503, "E-DB-AWAY")
    assert "Retry-After" in headers
    # The hand asks who is logged in, below no address of data.
    status, _headers, text = stopped.ask("/hand/session", Accept="application/json")
    assert (status, json.loads(text)["code"]) == (503, "E-DB-AWAY")


@pytest.mark.parametrize(
    ("cookie", "lang", "words"),
    [("", "zh-Hans", "稍后即可恢复"), ("django_language=en", "en", "Back in a moment")],
)
@pytest.mark.parametrize("path", ["/", "/desk/", "/hand/", "/admin/", "/report/"])
def test_pages_are_readable_in_the_reader_s_language(stopped, path, cookie, lang, words):
    status, headers, text = stopped.ask(path, cookie=cookie)
    assert status == 503 and headers["Content-Type"].startswith("text/html")
    assert f'lang="{lang}"' in text and words in text and "E-DB-AWAY" in text
    assert 'data-again-s="5"' in text and "Traceback" not in text
    assert int(headers["Retry-After"]) > 0


def test_health_tells_the_two_apart(stopped):
    assert stopped.ask("/healthz")[0] == 200
    status, _headers, text = stopped.ask("/readyz")
    assert status == 503
    assert json.loads(text)["checks"]["database"] is False


def test_all_goes_on_by_itself_when_the_database_is_back(stopped):
    stopped.cluster.start()
    stopped.wait_for("/readyz")
    for path in ("/", "/desk/", "/api/v1/cases"):
        stopped.wait_for(path)
    assert stopped.site.worker.poll() is None, "the worker of long jobs ended"
    assert stopped.site.web.poll() is None
