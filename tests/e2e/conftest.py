"""The real site on databases of its own, and a browser that tells of every fault.

The site runs in processes of its own (gunicorn, WhiteNoise, hashed static files, content security
policy), so these tests see what users see. Their databases are made here and dropped at the end.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2
import pytest
from browser import FLAGS, find_browser
from django.conf import settings
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
HOW_TO_INSTALL = (
    "The browser tests need Chromium: apt-get install chromium fonts-noto-cjk "
    "(or name a browser in WANMI_CHROMIUM)."
)
START_WITHIN_S = 60
TIMEOUT_MS = 15_000


def chromium() -> str:
    """Path of the browser; a missing browser is a failure with advice, never a skip."""
    found = find_browser()
    if not found:
        pytest.fail(HOW_TO_INSTALL, pytrace=False)
    return found


class Databases:
    """Makes and drops databases beside the one of the settings."""

    def __init__(self) -> None:
        self.server = settings.DATABASES["default"]
        self.made: list[str] = []

    def run(self, sql: str) -> None:
        names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
        given = {to: self.server[name] for name, to in names.items() if self.server.get(name)}
        connection = psycopg2.connect(dbname="postgres", **given)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()

    def create(self, name: str, template: str = "template0") -> str:
        """A new database; returns its address."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.append(name)
        return self.address(name)

    def address(self, name: str) -> str:
        """The address of a database of this server."""
        user, password = self.server.get("USER", ""), self.server.get("PASSWORD", "")
        host, port = quote(str(self.server.get("HOST", "")), safe=""), self.server.get("PORT", "")
        login = quote(user) + (f":{quote(password)}" if password else "")
        return f"postgis://{login}@{host}{f':{port}' if port else ''}/{name}"

    @contextmanager
    def shut(self, name: str) -> Iterator[None]:
        """For a while the server lets nobody into a database, and throws everybody out."""
        self.run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        self.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        try:
            yield
        finally:
            self.run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    def drop_all(self) -> None:
        for name in self.made:
            self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Site:
    """One running site."""

    def __init__(self, database: str, state: Path, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/"
        self.log = state / f"site-{port}.log"
        words = [sys.executable, "-m", "gunicorn", "webmap.wsgi:application", "--no-control-socket"]
        words += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "40"]
        words += ["--graceful-timeout", "1"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                words,
                cwd=ROOT,
                env=surroundings(database, state, **environment),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait()

    def wait(self) -> None:
        end = time.monotonic() + START_WITHIN_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}accounts/login/", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        pytest.fail(f"the site did not start:\n{self.log.read_text()[-3000:]}", pytrace=False)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


def surroundings(database: str, state: Path, **more: str) -> dict[str, str]:
    own = {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "webmap.settings.test",
        "WANMI_STATE_DIR": str(state),
    }
    return {**os.environ, **own, **more}


def manage(database: str, state: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=surroundings(database, state),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(words)}:\n{done.stdout[-3000:]}", pytrace=False)


@pytest.fixture(scope="session")
def state(tmp_path_factory) -> Path:
    """A state folder of the tests' own, with the front-end packages of the real one."""
    for script in ("vendor.py", "compile_messages.py"):
        subprocess.run([sys.executable, str(ROOT / "scripts" / script)], cwd=ROOT, check=True)
    folder = tmp_path_factory.mktemp("state")
    (folder / "vendor").symlink_to(settings.STATE_DIR / "vendor")
    return folder


@pytest.fixture(scope="session")
def databases(state, worker_id):
    """Addresses of a migrated empty database and of one with the test town, and its untouched copy.

    Databases are copied: a migration costs more than most tests.
    """
    maker = Databases()
    names = {
        name: f"wanmi_e2e_{name}_{worker_id}" for name in ("empty", "bare", "untouched", "town")
    }
    empty = maker.create(names["empty"])
    manage(empty, state, "manage.py", "migrate", "--verbosity=0")
    maker.create(names["bare"], names["empty"])
    untouched = maker.create(names["untouched"], names["empty"])
    fill(untouched, state, "make_all()")
    town = maker.create(names["town"], names["untouched"])
    manage(town, state, "manage.py", "collectstatic", "--noinput", "--verbosity=0")
    yield {"empty": empty, "town": town, "untouched": names["untouched"], "bare": names["bare"]}
    maker.drop_all()


def running(database: str, state: Path, **environment: str):
    site = Site(database, state, **environment)
    yield site.url
    site.stop()


def fill(database: str, state: Path, make: str) -> None:
    """Call functions of the test town on a database."""
    words = f"from tests.e2e.town import *; {make}"
    manage(database, state, "manage.py", "shell", "--no-imports", "-c", words)


def own_town(name: str, databases: dict[str, str], state: Path, make: str = ""):
    """The address of a site with a town of its own, to which functions of the town add."""
    maker = Databases()
    database = maker.create(name, databases["untouched"])
    if make:
        fill(database, state, make)
    yield from running(database, state)
    maker.drop_all()


@pytest.fixture(scope="session")
def site(databases, state):
    """Address of the site with the test town."""
    yield from running(databases["town"], state)


@pytest.fixture(scope="session")
def closed_site(databases, state):
    """Address of the same site with its public map switched off."""
    yield from running(databases["town"], state, WANMI_PUBLIC_MAP="0")


@pytest.fixture(scope="session")
def empty_site(databases, state):
    """Address of a site without a single district."""
    yield from running(databases["empty"], state)


# Playwright keeps an event loop in this thread, in which Django refuses to use its database; so it
# ends with this folder, before a worker goes on with other tests.
@pytest.fixture(scope="package")
def browser():
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """Gathers every fault of a page: errors, refusals, failed and outside requests."""

    def __init__(self, page, allowed_status: set[int]) -> None:
        self.faults: list[str] = []
        self.allowed = allowed_status
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.faults.append(f"error in the page: {error}"))
        page.on("request", self.on_request)
        page.on("requestfailed", self.on_failed)
        page.on("response", self.on_response)

    def on_console(self, message) -> None:
        # The browser's own line about a refused request says nothing that on_response does not.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")

    def on_request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.hostname != "127.0.0.1":
            self.faults.append(f"outside request: {request.url}")

    def on_failed(self, request) -> None:
        # A tile nobody waits for any more is given up by the page itself; a test may take the
        # network away.
        if request.failure not in {"net::ERR_ABORTED", "net::ERR_INTERNET_DISCONNECTED"}:
            self.faults.append(f"{request.failure}: {request.url}")

    def on_response(self, response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture
def open_page(browser):
    """Opens a page of a site; at the end the test fails if the page had any fault."""
    watches, contexts = [], []

    def open_one(url: str, *, size=(1280, 800), locale="zh-CN", allowed=(), ready=True, **options):
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, **options
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        watches.append(Watch(page, set(allowed)))
        page.goto(url)
        if ready:
            page.wait_for_selector("html[data-ready=true]")
            page.wait_for_load_state("networkidle")
        return page

    yield open_one
    for context in contexts:
        context.close()
    faults = [fault for watch in watches for fault in watch.faults]
    assert not faults, "\n".join(faults)
