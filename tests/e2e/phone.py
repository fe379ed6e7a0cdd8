"""A phone in a hand, in the test town, on a line that can be cut."""

from __future__ import annotations

import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.databases import Databases, fill
from tests.e2e.conftest import TIMEOUT_MS, Site
from tests.e2e.handtown import CHECK_AT, LITTER, jpeg
from tests.e2e.line import Line
from tests.e2e.places import PASSWORD, centre_of

QUEUE = """
async () => (await (await import("webmap/hand/store")).all("queue")).map((one) => (
    { state: one.state, photos: one.photos.length, number: one.number, code: one.problem?.code }
))
"""
PHONE = {"width": 390, "height": 844}
MAKE = "from tests.e2e.handtown import *; make_cases()"


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with cases, reached over a line that can lose answers."""
    maker = Databases()
    database = maker.create(f"wanmi_e2e_hand_{worker_id}", databases["untouched"])
    fill(database, state, MAKE)
    site = Site(database, state)
    line = Line(urlsplit(site.url).port)
    yield SimpleNamespace(url=line.url, line=line, database=database, state=state)
    line.close()
    site.stop()
    maker.drop_all()


def rows(town, sql: str) -> list[tuple]:
    """What the database holds, past the site."""
    address = town.database.replace("postgis://", "postgresql://")
    with psycopg2.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def count_cases(town) -> int:
    return rows(town, "SELECT count(*) FROM cases_case")[0][0]


def place_of(cell) -> dict[str, float]:
    lon, lat = centre_of(cell)
    return {"longitude": lon, "latitude": lat, "accuracy": 12.0}


class Phone:
    """A browser in a hand, somewhere in the town."""

    def __init__(self, browser, town, at=CHECK_AT, **options) -> None:
        self.town = town
        given = {"viewport": PHONE, "locale": "zh-CN", **options}
        self.context = browser.new_context(
            has_touch=True,
            is_mobile=True,
            geolocation=place_of(at),
            permissions=["geolocation"],
            **given,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(TIMEOUT_MS)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._said)

    def _said(self, message) -> None:
        # Without a network the browser itself complains of what it could not fetch.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def log_in(self, name="inspector", tab="tasks"):
        self.page.goto(f"{self.town.url}accounts/login/?next=/hand/")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.ready()
        return self.tab(tab)

    def ready(self):
        self.page.wait_for_selector("html[data-ready=true]")
        return self.page

    def tab(self, name):
        self.page.tap(f"[data-tab={name}]")
        self.page.wait_for_selector(f"#tab-{name}:visible")
        return self.page

    def installed(self):
        """Wait until the worker holds the page."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def offline(self, off=True):
        self.context.set_offline(off)
        self.page.wait_for_selector(
            "#net:visible" if off else "#net", state="visible" if off else "hidden"
        )

    def write_report(self, note="", send=True):
        """Photo, class, send: the three taps."""
        page = self.tab("report")
        page.set_input_files("#tab-report input[type=file]", photo())
        page.wait_for_selector("#tab-report .photo-strip img")
        chip = page.locator(f"#tab-report .chip:has-text('{LITTER}')")
        if chip.count():
            chip.first.tap()
        else:
            page.tap("#tab-report .chip-all")
            page.fill(".sheet input[type=search]", "bl")
            page.locator(".sheet .row-button", has_text=LITTER).first.tap()
        page.fill("#tab-report textarea", note)
        page.wait_for_selector("#send-report:enabled")
        if send:
            page.tap("#send-report")

    def queued(self):
        """What the queue on the phone holds."""
        return self.page.evaluate(QUEUE)

    def wait_states(self, *states):
        """Wait until the queue on the phone holds entries of these states, in order."""
        end = time.monotonic() + TIMEOUT_MS / 1000
        while tuple(one["state"] for one in self.queued()) != states:
            assert time.monotonic() < end, self.queued()
            time.sleep(0.1)


def photo(name="a.jpg", size=(3000, 2000)):
    return {"name": name, "mimeType": "image/jpeg", "buffer": jpeg("orange", size)}


@pytest.fixture
def phone(browser, town):
    """Makes phones; at the end none may have had a fault."""
    phones = []

    def make(**options) -> Phone:
        phones.append(Phone(browser, town, **options))
        return phones[-1]

    yield make
    for one in phones:
        one.context.close()
    assert [fault for one in phones for fault in one.faults] == []
