"""The desk of cases while its database is away, for leaders, and sent to an address."""

from __future__ import annotations

import pytest

from tests.databases import Databases
from tests.e2e.conftest import own_town
from tests.e2e.pages import until
from tests.e2e.test_case_desk import desk, open_first, rows

MAKE = "from tests.e2e.casetown import *; make_cases(); make_more()"


@pytest.fixture(scope="module")
def name(worker_id):
    return f"wanmi_e2e_away_{worker_id}"


@pytest.fixture(scope="module")
def town(databases, state, name):
    """A site with some cases."""
    yield from own_town(name, databases, state, MAKE)


def test_a_move_is_kept_and_goes_out_when_the_database_is_back(open_page, town, name):
    page = desk(open_page, town, "worker", "?tab=to_accept", allowed={503})
    number = open_first(page)
    with Databases().shut(name):
        page.click("#case summary")
        page.click("#case [data-move=decline]")
        page.fill("dialog [name=reason]", "不归我们管")
        page.click("dialog [type=submit]")
        page.wait_for_selector("dialog .answer-problem:visible code")
        assert "E-DB-AWAY" in page.inner_text("dialog .answer-problem")
        assert page.input_value("dialog [name=reason]") == "不归我们管"
        assert page.is_disabled("dialog [type=submit]")
    page.wait_for_selector("#case .badge.stage-filed", timeout=30_000)
    assert number in page.inner_text("#case .mono")
    assert page.locator(".desk-trail li", has_text="不归我们管").count() == 1


def test_a_report_is_kept_in_its_form(open_page, town, name):
    page = desk(open_page, town, "operator", "?tab=all", allowed={503})
    page.keyboard.press("n")
    option = page.locator("#class-list option[value^='暴露生活垃圾']").first
    page.fill(".desk-new [name=words]", option.get_attribute("value"))
    page.click("text=在地图上点选")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, "document.querySelector('.desk-new [name=place]')?.value")
    page.fill(".desk-new [name=description]", "停库时接的电话")
    with Databases().shut(name):
        page.click(".desk-new [type=submit]")
        page.wait_for_selector(".desk-new .answer-problem:visible")
        assert "E-DB-AWAY" in page.inner_text(".desk-new .answer-problem")
    page.wait_for_selector("#case:visible", timeout=30_000)
    assert "停库时接的电话" in page.inner_text("#case")
    assert page.locator(".desk-row", has_text="停库时接的电话").count() == 1


@pytest.mark.parametrize(
    ("lang", "words"), [("zh-hans", "稍后即可恢复"), ("en", "Back in a moment")]
)
def test_a_page_says_so_and_comes_back_by_itself(open_page, town, name, lang, words):
    page = open_page(f"{town}ogc/conformance", user="operator", ready=False, allowed={503})
    page.context.add_cookies([{"name": "django_language", "value": lang, "url": town}])
    with Databases().shut(name):
        page.goto(f"{town}desk/")
        assert words in page.inner_text("h1")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.wait_for_selector("#tabs [role=tab]", timeout=30_000)


def test_a_leader_finds_what_waits_for_him_and_grants_it(open_page, town):
    page = desk(open_page, town, "leader")
    tab = page.locator("[data-tab=to_grant]")
    assert tab.get_attribute("aria-selected") == "true"
    until(page, "document.querySelector('[data-tab=to_grant] b').textContent === '1'")
    assert rows(page).count() == 1
    assert "要延期的" in rows(page).first.inner_text()
    open_first(page)
    page.click("#case [data-move=grant_extension]")
    page.wait_for_selector(".desk-row", state="detached")
    until(page, "document.querySelector('[data-tab=to_grant] b').textContent === '0'")


def test_the_search_sends_the_map_to_an_address_by_keys(open_page, town):
    page = desk(open_page, town, "operator", "?tab=all")
    every = rows(page).count()
    page.keyboard.press("/")
    page.keyboard.type("多福巷12号")
    page.wait_for_selector("#places:visible [role=option]")
    assert page.get_attribute("#filter [name=text]", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert page.locator("#places [aria-selected=true]").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-tooltip:has-text('多福巷12号')")
    until(page, f"document.querySelectorAll('.desk-row').length === {every}")
    assert page.input_value("#filter [name=text]") == ""
    # Esc closes the list of places before it leaves the field.
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("王府井")
    page.wait_for_selector("#places:visible [role=option]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#places", state="hidden")
    assert page.input_value("#filter [name=text]") == "王府井"


def test_an_inspector_is_told_of_cases_of_others(open_page, town):
    page = desk(open_page, town, "inspector2")
    page.keyboard.press("n")
    option = page.locator("#class-list option[value^='暴露生活垃圾']").first
    page.fill(".desk-new [name=words]", option.get_attribute("value"))
    page.fill(".desk-new [name=place]", "116.40649, 39.91311")
    until(page, "document.querySelector('.desk-matches .link')")
    page.locator(".desk-matches .link").first.click()
    page.wait_for_selector(".desk-same li")
    words = page.inner_text(".desk-same")
    assert "暴露生活垃圾" in words
    # No way into a case that is not his, and nothing of who or what is in it.
    assert page.locator(".desk-same a").count() == 0
    assert "堆垃圾" not in words and "inspector" not in words
