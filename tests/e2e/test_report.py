"""Reporting on a phone without an account: three steps, no network, once, and following."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from tests.databases import Databases, fill
from tests.e2e.conftest import own_town
from tests.e2e.places import centre_of

PHONE = {"size": (390, 844), "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LON, LAT = centre_of((9, 4))
AT = {"geolocation": {"longitude": LON, "latitude": LAT}, "permissions": ["geolocation"]}


@pytest.fixture(scope="module")
def name(worker_id):
    return f"wanmi_e2e_report_{worker_id}"


@pytest.fixture(scope="module")
def town(databases, state, name):
    """A site whose public map is on, and classes that can be reported."""
    yield from own_town(name, databases, state, "make_case_classes()")


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "large.jpg"
    Image.new("RGB", (3000, 2000), "#885522").save(path)
    return path


def write(page, picture=None, words="一堆垃圾"):
    """The three steps."""
    page.fill("#class-search", "暴露垃圾")
    page.tap(".tile[data-class='cjt214-yuncheng.e0110']")
    page.wait_for_selector("#class-chosen:not([hidden])")
    page.tap("#place-here")
    page.wait_for_selector("#report-map[data-placed=true]")
    page.wait_for_function("() => document.getElementById('place-words').textContent.length > 3")
    page.fill("#report-description", words)
    if picture:
        page.set_input_files("#photo-files", str(picture))
        page.wait_for_selector("#photo-list img")


def number_of(page) -> str:
    page.wait_for_selector("#report-answer:not([hidden]) .answer-number")
    return page.inner_text(".answer-number").strip()


def test_three_steps_then_a_number_and_a_link(open_page, town, picture):
    page = open_page(f"{town}report/", **PHONE, **AT)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["size"][0]
    write(page, picture)
    sizes = "[...document.querySelectorAll('#photo-list img')].map((i) => i.naturalWidth)"
    assert page.evaluate(sizes) == [2048]
    page.tap("#report-send")
    number = number_of(page)
    assert re.fullmatch(r"110101\d{14}", number)
    page.tap("#report-answer .button-primary")
    page.wait_for_selector("html[data-ready=true]")
    assert f"/report/{number}/?key=" in page.url
    text = page.inner_text("main")
    assert "已收到" in text
    assert "一堆垃圾" in text
    # Without the secret the words are not shown.
    page.goto(f"{town}report/{number}/")
    assert "一堆垃圾" not in page.inner_text("main")
    # It is remembered on the phone, and shown to the next one who reports there.
    page.goto(f"{town}report/")
    page.wait_for_selector("html[data-ready=true]")
    assert number in page.inner_text("#mine-list")
    write(page)
    page.wait_for_selector("#similar:not([hidden])")
    assert number in page.inner_text("#similar-list")


def test_without_network_it_waits_on_the_phone_and_is_sent_once(open_page, town, picture):
    page = open_page(f"{town}report/", **PHONE, **AT)
    write(page, picture, "没有网络")
    page.context.set_offline(True)
    page.tap("#report-send")
    page.wait_for_selector("#report-waiting:not([hidden]) .button")
    assert "保存了 1 件" in page.inner_text("#report-waiting")
    # The phone was switched off meanwhile.
    page.context.set_offline(False)
    page.reload()
    number = number_of(page)
    # What arrived, and whose answer was lost, is sent again and stays one.
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    page.wait_for_load_state("networkidle")
    assert page.inner_text("#mine-list").count(number) == 1
    assert page.locator("#report-waiting").is_hidden()


def test_what_was_written_is_there_after_a_reload(open_page, town, picture):
    page = open_page(f"{town}report/", **PHONE, **AT)
    write(page, picture, "写了一半")
    page.wait_for_timeout(600)
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    assert page.input_value("#report-description") == "写了一半"
    assert page.locator("#photo-list img").count() == 1
    assert page.locator("#class-chosen").is_visible()


def test_what_is_missing_or_outside_is_told_and_kept(open_page, town):
    far = {"geolocation": {"longitude": 10.0, "latitude": 50.0}, "permissions": ["geolocation"]}
    page = open_page(f"{town}report/", **PHONE, **far, allowed={400})
    page.tap("#report-send")
    assert "选择问题类别" in page.inner_text("#report-problem")
    write(page, words="太远")
    page.tap("#report-send")
    page.wait_for_selector("#report-problem code")
    assert "E-CASE-OUTSIDE" in page.inner_text("#report-problem")
    assert page.input_value("#report-description") == "太远"


def test_a_bad_answer_opens_it_again(open_page, town, databases, state, name):
    page = open_page(f"{town}report/", **PHONE, **AT)
    write(page, words="评价")
    page.tap("#report-send")
    number_of(page)
    link = page.get_attribute(".answer-link a", "href")
    fill(Databases().address(name), state, "close_cases()")
    page.goto(link)
    page.wait_for_selector("html[data-ready=true]")
    assert "已结案" in page.inner_text(".stage-now")
    page.tap("#answer-form .scores label >> nth=0")
    page.tap("#answer-form button")
    page.wait_for_selector("#reopen-form")
    page.fill("#reopen-form textarea", "还在那里")
    page.tap("#reopen-form button")
    page.wait_for_selector(".changes .stage-reopened")
    assert "重新打开" in page.inner_text(".changes")


def test_the_page_works_while_the_map_is_closed(open_page, closed_site):
    page = open_page(f"{closed_site}report/", **PHONE, **AT)
    page.tap("#place-here")
    page.wait_for_selector("#report-map[data-placed=true] .pin")
    page.fill("#place-search", f"{LON:.5f},{LAT:.5f}")
    page.wait_for_selector("#place-results .choice")
    page.tap("#place-results .choice >> nth=0")
    page.wait_for_selector("#place-results .choice", state="detached")
    assert page.inner_text("#place-words")
