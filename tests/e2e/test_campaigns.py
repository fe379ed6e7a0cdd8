"""The page of campaigns in a real browser: made, drawn on the map, counted apart."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import until


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with some cases."""
    fill = "from tests.e2e.casetown import make_cases; make_cases()"
    yield from own_town(f"wanmi_e2e_campaigns_{worker_id}", databases, state, fill)


def opened(open_page, site, name, **more):
    page = open_page(f"{site}desk/campaigns/", user=name, idle=False, **more)
    return page


def test_a_campaign_is_made_and_its_places_are_drawn(open_page, town):
    page = opened(open_page, town, "operator", allowed={400})
    page.wait_for_selector("#none:visible")
    page.click("#new")
    for name, value in (("name", "奥运"), ("code", "games"), ("ends", "2020-01-01")):
        page.fill(f"#form-box [name={name}]", value)
    page.click("#form-box [type=submit]")
    page.wait_for_selector(".campaign-problem:visible code")
    assert "E-CAMPAIGN-DAYS" in page.inner_text(".campaign-problem")
    page.fill("#form-box [name=ends]", "2036-01-01")
    page.click("#form-box [type=submit]")
    page.wait_for_selector("[data-code=games] .badge-real")
    page.click("[data-draw=CircleMarker]")
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 300, steps=3)
    page.mouse.click(box["x"] + 300, box["y"] + 300)
    page.fill("#places-box [name=name]", "体育馆")
    page.click("#places-box [type=submit]")
    page.wait_for_selector(".campaign-places li:has-text('体育馆')")
    assert "100 m" in page.inner_text(".campaign-places")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click(".campaign-places .icon-button")
    until(page, "!document.querySelector('.campaign-places')")


def test_others_read_it_on_a_phone(open_page, town):
    page = opened(open_page, town, "worker", size=(390, 844), has_touch=True)
    page.wait_for_selector("[data-code=games]")
    assert page.locator("#new").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
