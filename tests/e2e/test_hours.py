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
