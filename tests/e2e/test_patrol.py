"""The page of patrol, in a real browser: areas, trail, coverage, a grid given, cut anew."""

from datetime import datetime, timedelta, timezone

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import at_rest, click_middle, log_in, start_at

CHINA = timezone(timedelta(hours=8))
MAKE = (
    "make_user('operator', 'wang'); make_user('inspector', 'inspector');"
    "from webmap.demo_patrol import make_patrol; make_patrol('110101')"
)


@pytest.fixture(scope="module")
def own_site(databases, state, worker_id):
    """A town with patrol areas and an inspector on duty."""
    yield from own_town(f"wanmi_e2e_patrol_{worker_id}", databases, state, MAKE)


def opened(open_page, site, name="wang", **more):
    page = open_page(f"{site}desk/patrol/", user=name, **more)
    return page


def test_a_trail_and_what_was_walked(open_page, own_site):
    page = opened(open_page, own_site)
    assert page.locator("#areas tr").count() >= 10
    # Just after midnight the trail is that of the day before.
    day = (datetime.now(CHINA) - timedelta(minutes=10)).date()
    page.fill("#day", str(day))
    page.click("#walkers button")
    page.wait_for_selector("#trail:not([hidden])")
    page.wait_for_selector(".leaflet-chosen-pane path")
    late = page.inner_text("#trail-now")
    page.focus("#trail-time")
    page.keyboard.press("Home")
    assert page.inner_text("#trail-now") < late
    page.select_option("#mode", "coverage")
    page.wait_for_selector("#cover-head:visible")
    shares = page.locator("#areas td:last-child").all_inner_texts()
    assert any(share not in ("0%", "") for share in shares)
    page.click("#trail-close")
    assert page.is_hidden("#trail")


def grids_of(page, code):
    return int(page.inner_text(f'[data-area="{code}"] td').replace(",", ""))


def given(page, spot):
    """Click a place and give its grid away; the area that has it now, empty where it cannot go."""
    page.mouse.click(*spot)
    page.wait_for_selector("#chosen .patrol-give")
    button = page.locator("[data-give]").first
    if not button.count():
        return ""
    target = button.get_attribute("data-give")
    with page.expect_response("**/grids") as answer:
        button.click()
    page.wait_for_load_state("networkidle")
    return target if answer.value.ok else ""


def test_a_grid_is_given_to_the_area_beside_it(open_page, own_site):
    # What would fall apart is refused, and the next grid tried.
    page = opened(open_page, own_site, allowed={409})
    at_rest(page)
    codes = [row.get_attribute("data-area") for row in page.locator("#areas tr").all()]
    before = {code: grids_of(page, code) for code in codes}
    box = page.locator("#map").bounding_box()
    spots = ((box["x"] + box["width"] * k / 100, box["y"] + box["height"] * 0.47)
             for k in range(38, 62, 2))  # fmt: skip
    target = next(code for spot in spots if (code := given(page, spot)))
    page.wait_for_selector(f'[data-area="{target}"][aria-selected=true]')
    assert grids_of(page, target) == before[target] + 1


def test_people_are_named_and_the_district_cut_anew(open_page, own_site):
    page = opened(open_page, own_site)
    page.click("#areas tr:first-child button")
    page.fill("#chosen [name=name]", "北片")
    page.check("#chosen input[value=inspector]")
    page.click("#chosen form button")
    page.wait_for_selector("#areas tr:first-child:has-text('北片')")
    page.fill("#cut [name=size]", "6")
    page.click("#cut button")
    page.wait_for_selector(".toast-info")
    page.wait_for_function("() => document.querySelectorAll('#areas tr').length >= 25")
    assert page.locator("#areas tr:has-text('北片')").count() == 1


def test_an_inspector_sees_his_own_and_changes_nothing(open_page, own_site):
    page = opened(open_page, own_site, "inspector", size=(390, 844))
    assert 1 <= page.locator("#areas tr").count() <= 2
    assert page.locator("#cut").count() == 0
    assert page.locator("#walkers button").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_panel_of_the_map_says_who_answers(open_page, own_site):
    page = open_page(start_at(own_site, (2, 5)))
    click_middle(page)
    page.wait_for_selector(".responsible-level")
    assert page.locator(".responsible a[href^=tel]").count() == 0
    log_in(page.context, own_site, "wang")
    page.goto("about:blank")
    page.goto(start_at(own_site, (2, 5)))
    page.wait_for_selector("html[data-ready=true]")
    at_rest(page)
    click_middle(page)
    page.click("#show-telephones")
    page.wait_for_selector(".responsible a[href^=tel]")
