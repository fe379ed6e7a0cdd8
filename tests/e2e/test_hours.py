"""When cases are reported: of a selection and of a grid; and the way to the wall."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import click_middle, start_at
from tests.e2e.places import DISTRICT

MAKE = f"""
from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from tests.e2e.casetown import make_case_people
make_case_people()
make_cases(Wanted(("{DISTRICT}",), 2000, 60))
"""
HERE = (9, 4)
PHONE = {"size": (390, 844), "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def site(databases, state, worker_id):
    """A site with sixty days of made-up cases."""
    yield from own_town(f"wanmi_e2e_hours_{worker_id}", databases, state, MAKE)


def map_of(open_page, site, name, zoom=13, **more):
    page = open_page(start_at(site, HERE, zoom), user=name, locale="en-GB", **more)
    return page


def select_view(page):
    page.keyboard.press("s")
    page.click(".select-more summary")
    page.click(".select-more > button")
    page.wait_for_selector(".area-hours:not([aria-busy]) .hour-heat")


def test_a_selection_tells_its_hours_by_key_and_as_a_table(open_page, site):
    page = map_of(open_page, site, "operator")
    select_view(page)
    assert page.locator(".area-hours .hour-grid i").count() == 168
    page.click(".area-hours summary")
    cells = page.locator(".hour-table td").all_inner_texts()
    assert len(cells) == 168
    numbers = [int(one.replace(",", "")) for one in cells]
    assert sum(numbers) > 168
    before = page.evaluate("location.hash")
    page.focus(".area-hours .hour-heat")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    at = page.locator(".area-hours .is-at")
    day, hour = (int(at.get_attribute(f"data-{name}")) for name in ("day", "hour"))
    words = re.findall(r"\d+", page.inner_text(".area-hours .hour-words").replace(",", ""))
    # A row of the table is an hour of all days.
    assert words[-1] == str(numbers[hour * 7 + day])
    assert page.evaluate("location.hash") == before


def counts_of_hours(page) -> list[int]:
    """Cases of each hour of each weekday, by hour and weekday, as the table has them."""
    cells = page.locator(".hour-table td").all_text_contents()
    return [int(one.replace(",", "")) for one in cells]


def listed(page) -> tuple[list[str], list[int]]:
    """Heads of the table of grids, and the numbers of its third column."""
    heads = page.locator(".select-table th").all_inner_texts()
    numbers = page.locator(".select-table tbody tr td:nth-child(3)").all_inner_texts()
    return heads, [int(one.replace(",", "")) for one in numbers]


def press_hour(page, at: int) -> None:
    hour, day = divmod(at, 7)
    page.click(f".hour-grid [data-day='{day}'][data-hour='{hour}']")
    page.wait_for_selector(".hour-mark:not([aria-busy]) button")


def test_an_hour_narrows_the_grids_and_its_mark_takes_that_away(open_page, site):
    page = map_of(open_page, site, "operator")
    select_view(page)
    counts = counts_of_hours(page)
    everything = page.get_attribute(".select-table", "aria-rowcount")
    most = counts.index(max(counts))
    press_hour(page, most)
    hour, day = divmod(most, 7)
    name = f"周{'一二三四五六日'[day]} {hour}:00"
    heads, numbers = listed(page)
    assert heads[2] == name
    assert numbers == sorted(numbers, reverse=True)
    assert min(numbers) > 0
    mark = page.inner_text(".hour-mark")
    assert name in mark
    more = re.search(r"另有 (\d+) 件", mark)
    grids, cases = map(int, re.search(r"：(\d+) 个网格，(\d+) 件案卷", mark).groups())
    assert cases + (int(more[1]) if more else 0) == max(counts)
    assert page.get_attribute(".select-table", "aria-rowcount") == str(grids + 1)
    # Rows out of sight are not in the page.
    assert sum(numbers) <= cases
    assert name in page.inner_text(".select-grids h3")
    page.click(".hour-mark button")
    assert page.get_attribute(".select-table", "aria-rowcount") == everything
    assert page.locator(".hour-grid .is-chosen").count() == 0
    assert page.inner_text(".hour-mark") == ""
    assert page.evaluate("document.activeElement.className").startswith("hour-heat")


def test_an_hour_is_chosen_and_left_by_keys(open_page, site):
    page = map_of(open_page, site, "operator")
    select_view(page)
    counts = counts_of_hours(page)
    hour, day = divmod(counts.index(max(counts)), 7)
    # The mouse rests beside the hours: what it is over is where the keys go on from.
    page.mouse.move(5, 5)
    page.focus(".area-hours .hour-heat")
    page.keyboard.press("ArrowRight")
    at = page.locator(".area-hours .is-at")
    down = (day - int(at.get_attribute("data-day"))) % 7
    right = (hour - int(at.get_attribute("data-hour"))) % 24
    for key in ["ArrowDown"] * down + ["ArrowRight"] * right + ["Enter"]:
        page.keyboard.press(key)
    page.wait_for_selector(".hour-mark:not([aria-busy]) button")
    assert page.get_attribute(".is-chosen", "data-hour") == str(hour)
    assert page.get_attribute(".is-chosen", "data-day") == str(day)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.hour-mark') !== null")
    page.focus(".area-hours .hour-heat")
    page.keyboard.press("Enter")
    page.wait_for_selector(".hour-mark button", state="detached")


def test_an_hour_without_cases_narrows_nothing(open_page, site):
    page = map_of(open_page, site, "operator")
    select_view(page)
    hour, day = divmod(counts_of_hours(page).index(0), 7)
    page.click(f".hour-grid [data-day='{day}'][data-hour='{hour}']")
    words = page.inner_text(".area-hours .hour-words")
    assert re.findall(r"\d+", words)[-1] == "0"
    assert page.locator(".hour-grid .is-chosen").count() == 0
    assert page.inner_text(".hour-mark") == ""


def test_a_grid_tells_its_hours_and_that_they_are_few(open_page, site):
    page = map_of(open_page, site, "operator", zoom=16)
    click_middle(page)
    page.wait_for_selector(".grid-hours:not([aria-busy]) .hint")
    few = page.locator(".grid-hours .hour-few").count()
    assert few == page.locator(".grid-hours .hour-heat").count()


def test_hours_fit_a_phone(open_page, site):
    page = map_of(open_page, site, "operator", **PHONE)
    select_view(page)
    box = page.locator(".area-hours .hour-grid").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    counts = counts_of_hours(page)
    press_hour(page, counts.index(max(counts)))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".hour-mark").bounding_box()["width"] <= 390


def test_who_sees_no_cases_is_told_no_hours(open_page, site):
    page = map_of(open_page, site, "planner")
    page.keyboard.press("s")
    page.click(".select-more summary")
    page.click(".select-more > button")
    page.wait_for_selector(".select-result:not([aria-busy]) .figure-row")
    assert page.query_selector(".area-hours") is None


@pytest.mark.parametrize(("name", "may"), [("operator", True), ("planner", False)])
def test_the_wall_is_in_the_menu_of_those_who_see_it(open_page, site, name, may):
    page = map_of(open_page, site, name)
    page.click("#tool-user")
    assert page.locator("a.menu-link[href='/wall/']").count() == int(may)
