"""The map of a past day, in a real browser."""

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import click_middle, start_at
from tests.e2e.places import code_at

PLACE = (5, 5)
DAY = "2026-03-01"


@pytest.fixture(scope="module")
def site_of_two(databases, state, worker_id):
    """A site whose town was cut again: one grid less, since two became one."""
    yield from own_town(f"wanmi_e2e_days_{worker_id}", databases, state, "make_second_edition()")


def test_an_edition_is_chosen_and_left(open_page, site_of_two):
    page = open_page(start_at(site_of_two, PLACE))
    assert click_middle(page) == code_at(PLACE)
    page.keyboard.press("Escape")
    assert page.is_hidden("#day-banner")
    page.keyboard.press("d")
    choices = page.locator(".choice[data-version]")
    assert [one.get_attribute("aria-pressed") for one in choices.all()] == ["true", "false"]
    choices.nth(1).click()
    page.wait_for_selector("#day-banner:visible")
    assert "第 1 版" in page.inner_text("#day-banner")
    page.wait_for_url(lambda url: "on=2026-01-01" in url)
    assert "第 1 版" in page.inner_text("#district-button")
    page.wait_for_load_state("networkidle")
    click_middle(page)
    assert "已被取代" in page.inner_text("#panel-body")
    # The link opens the same day and grid; the back button leads out again.
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    assert page.is_visible("#day-banner") and page.is_visible("#panel-code")
    page.click("#day-banner button")
    page.wait_for_url(lambda url: "on=" not in url)
    assert page.is_hidden("#day-banner")
    page.go_back()
    page.wait_for_selector("#day-banner:visible")


def test_a_grid_leads_to_what_it_became_and_came_from(open_page, site_of_two):
    page = open_page(f"{start_at(site_of_two, PLACE)}&on={DAY}")
    page.wait_for_load_state("networkidle")
    click_middle(page)
    page.click(".history button")
    page.wait_for_selector("#panel-body:has-text('由来')")
    assert page.is_hidden("#day-banner")
    page.click(".history button")
    page.wait_for_selector("#panel-body:has-text('去向')")
    assert page.is_visible("#day-banner")


def test_the_search_finds_what_was_there_on_the_day(open_page, site_of_two):
    gone = code_at((1, 0))
    page = open_page(f"{start_at(site_of_two, PLACE)}&on={DAY}", allowed={404})
    page.fill("#search-input", gone)
    page.click("[role=option]")
    page.wait_for_selector("#panel-code")
    assert page.get_attribute("#panel-code", "aria-label") == gone
    page.click("#day-banner button")
    # What is not there any more says when it was.
    page.wait_for_selector(".toast-error:has-text('2026-06-01')")
    page.fill("#search-input", gone)
    page.wait_for_selector("#search-state:has-text('没有找到')")


def test_a_date_that_cannot_be_says_why(open_page, site_of_two):
    page = open_page(start_at(site_of_two, PLACE))
    page.click("#tool-day")
    for wrong, word in (("2025-12-31", "2026-01-01"), ("2126-01-01", "还没有到"), ("", "完整")):
        page.fill(".day-form input", wrong)
        page.click(".day-form button")
        assert word in page.inner_text(".day-form [role=alert]")
    page.fill(".day-form input", DAY)
    page.keyboard.press("Enter")
    page.wait_for_selector("#day-banner:visible")
    page.wait_for_url(lambda url: f"on={DAY}" in url)


def test_a_day_without_any_edition(open_page, site_of_two):
    page = open_page(f"{start_at(site_of_two, PLACE)}&on=2019-01-01")
    assert "没有网格版本" in page.inner_text("#day-banner")
    assert page.is_hidden("#empty")
    assert "没有网格版本" in page.inner_text("#district-button")


def test_the_card_and_the_banner_fit_a_phone(open_page, site_of_two):
    page = open_page(f"{start_at(site_of_two, PLACE)}&on={DAY}", size=(390, 844))
    assert page.is_visible("#day-banner")
    page.click("#tool-more")
    page.click("#tool-day")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator(".day-form button").bounding_box()
    assert box["x"] + box["width"] <= 390
