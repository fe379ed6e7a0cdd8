"""The real site on databases of its own, and a browser that tells of every fault.

The site runs in processes of its own (gunicorn, WhiteNoise, hashed static files, content security
policy), so these tests see what users see. Their databases are made here and dropped at the end.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from shutil import rmtree
from urllib.parse import urlsplit

import pytest
from browser import FLAGS, find_browser
from django.conf import settings
from playwright.sync_api import sync_playwright

from tests.databases import (
    ROOT,
    Databases,
    fill,
    manage,
    migrated,
    one_at_a_time,
    print_of,
    surroundings,
    template,
)
from tests.e2e.pages import log_in

HOW_TO_INSTALL = (
    "The browser tests need Chromium: apt-get install chromium fonts-noto-cjk "
    "(or name a browser in WANMI_CHROMIUM)."
)
START_WITHIN_S = 60
TIMEOUT_MS = 30_000
"""Long enough for a machine that does much else; a page that is well answers in one."""


def chromium() -> str:
    """Path of the browser; a missing browser is a failure with advice, never a skip."""
    found = find_browser()
    if not found:
        pytest.fail(HOW_TO_INSTALL, pytrace=False)
    return found


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


@pytest.fixture(scope="session")
def state(tmp_path_factory, static_files) -> Path:
    """A state folder of the tests' own, with the front-end packages of the real one."""
    folder = tmp_path_factory.mktemp("state")
    (folder / "vendor").symlink_to(settings.STATE_DIR / "vendor")
    (folder / "staticfiles").symlink_to(static_files / "staticfiles")
    return folder


@pytest.fixture(scope="session")
def static_files() -> Path:
    """A folder with the static files under their hashed names, collected once for all processes."""
    folder = settings.STATE_DIR / "tests"
    with one_at_a_time():
        for script in ("vendor.py", "compile_messages.py"):
            subprocess.run([sys.executable, str(ROOT / "scripts" / script)], cwd=ROOT, check=True)
        now = print_of(
            ROOT / "webmap" / "static", ROOT / "requirements", settings.STATE_DIR / "vendor"
        )
        mark = folder / "staticfiles.print"
        if not mark.exists() or mark.read_text() != now:
            rmtree(folder, ignore_errors=True)
            folder.mkdir()
            (folder / "vendor").symlink_to(settings.STATE_DIR / "vendor")
            manage("postgis:///none", folder, "collectstatic", "--noinput", "-v", "0")
            mark.write_text(now)
    return folder


@pytest.fixture(scope="session")
def databases(state, worker_id):
    """Addresses of an empty site and one with the test town, and the names of what they copy."""
    bare = migrated()
    mark = f"{bare.rpartition('_')[2]}_{print_of(ROOT / 'tests' / 'e2e', ends={'.py'})}"
    untouched = template("town", mark, lambda address: fill(address, state, "make_all()"), bare)
    maker = Databases()
    empty = maker.create(f"wanmi_e2e_empty_{worker_id}", bare)
    town = maker.create(f"wanmi_e2e_town_{worker_id}", untouched)
    yield {"empty": empty, "town": town, "untouched": untouched, "bare": bare}
    maker.drop_all()


def running(database: str, state: Path, **environment: str):
    site = Site(database, state, **environment)
    yield site.url
    site.stop()


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
    """Opens a page of a site, as a user; at the end the test fails if the page had any fault.

    It waits until the page calls itself ready, and ``idle`` until it has fetched all it fetches.
    """
    watches, contexts = [], []

    def open_one(
        url: str,
        *,
        user="",
        size=(1280, 800),
        locale="zh-CN",
        allowed=(),
        ready=True,
        idle=True,
        **options,
    ):
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, **options
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        watches.append(Watch(page, set(allowed)))
        if user:
            log_in(context, url, user)
        page.goto(url)
        if ready:
            page.wait_for_selector("html[data-ready=true]")
        if ready and idle:
            page.wait_for_load_state("networkidle")
        return page

    yield open_one
    for context in contexts:
        context.close()
    faults = [fault for watch in watches for fault in watch.faults]
    assert not faults, "\n".join(faults)
