"""The page of grid schemes, in a real browser: made, built, shown, published, crossed."""

import pytest

from tests.e2e.conftest import own_town


@pytest.fixture(scope="module")
def own_site(databases, state, worker_id):
    """A town of its own, with a second member of staff."""
    make = "make_user('gis_staff', 'lin')"
    yield from own_town(f"wanmi_e2e_schemes_{worker_id}", databases, state, make)


def opened(open_page, site, name="gis_staff", **more):
    page = open_page(f"{site}data/schemes/", user=name, idle=False, **more)
    return page


def test_a_scheme_is_made_built_published_and_crossed(open_page, own_site):
    page = opened(open_page, own_site)
    assert "还没有" in page.inner_text("#schemes")
    page.click("summary:has-text('新建网格体系')")
    page.fill("#scheme-form [name=name]", "消防网格")
    page.fill("#scheme-form [name=key]", "fire")
    page.fill("#scheme-form [name=purpose]", "灭火救援")
    page.click("#scheme-form [type=submit]")
    page.wait_for_selector("[data-scheme=fire]")
    page.click("#edition-new summary")
    page.select_option("#edition-form [name=from]", "units")
    page.fill("#edition-form [name=groups]", "6")
    page.click("#edition-form [type=submit]")
    page.wait_for_selector("[data-version=fire-110101-e1][aria-pressed=true]")
    page.wait_for_selector("#shown-version:has-text('fire-110101-e1')")
    assert page.locator(".leaflet-chosen-pane path").count() == 6
    # Who made it does not publish it.
    assert page.is_disabled("[data-scheme=fire] button:has-text('发布')")

    other = opened(open_page, own_site, "lin")
    other.on("dialog", lambda dialog: dialog.accept())
    other.click("[data-scheme=fire] button:has-text('发布')")
    other.wait_for_selector("[data-scheme=fire] .plan-published")
    other.click("#walk-form [type=submit]")
    other.wait_for_selector("#walk tbody tr")
    code = other.locator("#walk tbody tr code").first.inner_text()
    assert other.get_attribute("#walk-csv", "href").startswith("/api/v1/crosswalk.csv?")
    other.click("summary:has-text('换算')")
    other.fill("[name=values]", f"编码\t件数\n{code}\t12")
    other.click("#values-form [type=submit]")
    other.wait_for_selector("#passed tbody tr")
    assert "12" in other.inner_text("#passed p")
    other.fill("[name=values]", f"{code}\t12\n{code} twelve")
    other.click("#values-form [type=submit]")
    other.wait_for_selector("#passed [role=alert]:has-text('2')")


def test_a_planner_looks_and_makes_nothing_and_the_page_fits_a_phone(open_page, own_site):
    page = opened(open_page, own_site, "planner", size=(390, 844))
    # The head is wider than the phone and begins at the section one is in.
    here = page.locator(".data-nav [aria-current]").bounding_box()
    assert here["x"] >= 0 and here["x"] + here["width"] <= 390
    assert page.locator("#scheme-form").count() == 0
    assert page.is_visible("#walk-form")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
