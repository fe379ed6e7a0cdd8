"""The wall in a real browser: figures, tour, a case, another centre, no network, no session."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import until
from tests.e2e.places import DISTRICT, PASSWORD

MAKE = f"""
from spatial.cases.making.make import make_cases as make_many
from spatial.cases.making.plan import Wanted
from tests.e2e.casetown import make_cases
make_cases()
make_many(Wanted(("{DISTRICT}",), 2000, 60, open_share=0.05))
"""
WALL = {"size": (1920, 1080)}
PHONE = {"size": (390, 844), "has_touch": True, "is_mobile": True}
SMALLEST_PX = 24


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with cases at every stage, some of them overdue."""
    yield from own_town(f"wanmi_e2e_wall_{worker_id}", databases, state, MAKE)


def wall(open_page, site, name="operator", query="", **more):
    page = open_page(f"{site}wall/{query}", user=name, idle=False, **(WALL | more))
    return page


def number_of(page, label):
    words = page.locator(".wall-total", has_text=label).locator("b").inner_text()
    return int(re.sub(r"\D", "", words) or 0)


def test_its_figures_are_those_of_the_server_and_large(open_page, town):
    page = wall(open_page, town)
    told = page.evaluate("fetch('/api/v1/wall?district=110101').then((answer) => answer.json())")
    until(
        page, f"document.querySelector('.is-late b').textContent == '{told['totals']['overdue']}'"
    )
    assert number_of(page, "在办") == told["totals"]["open"] > 50
    assert page.inner_text("#centre") == "监督中心"
    sizes = page.evaluate(
        "[...document.querySelectorAll('.wall-total b, .wall-rows b, .wall-over, #clock,"
        " .wall-graded span')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= SMALLEST_PX
    assert page.locator(".wall-legend-rows li").count() == 6
    assert page.locator(".wall-legend-rows b").all_inner_texts() == list("ABCDE")
    assert page.evaluate("document.documentElement.dataset.theme") == "night"
    wide = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollHeight]")
    assert wide[0] <= 1920 and wide[1] <= 1080


@pytest.mark.parametrize("size", [(1600, 900), (1920, 1080)])
def test_a_long_name_stays_in_the_panel_of_the_tour(open_page, town, size):
    page = wall(open_page, town, size=size)
    right = page.evaluate(
        """() => {
        document.querySelector('.wall-tour-name').textContent = 'Dongcheng District '.repeat(5);
        const panel = document.getElementById('tour');
        const rightOf = (one) => one.getBoundingClientRect().right;
        return [Math.max(...[...panel.querySelectorAll('*')].map(rightOf)), rightOf(panel)];
    }"""
    )
    assert right[0] <= right[1]


def test_the_tour_goes_on_stands_and_steps(open_page, town):
    page = wall(open_page, town, query="?seconds=3")
    names = [page.inner_text(".wall-tour-name")]
    until(page, f"document.querySelector('.wall-tour-name').innerText !== {names[0]!r}")
    page.keyboard.press("Space")
    page.wait_for_selector("#tour[data-paused=true]")
    stands = page.inner_text(".wall-tour-name")
    page.wait_for_timeout(3_600)
    assert page.inner_text(".wall-tour-name") == stands
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".wall-tour-name") != stands
    page.keyboard.press("ArrowLeft")
    assert page.inner_text(".wall-tour-name") == stands


def test_it_stands_still_on_a_case(open_page, town):
    page = wall(open_page, town)
    page.wait_for_selector(".wall-ticker button")
    page.keyboard.press("f")
    page.wait_for_selector("#case:visible .wall-case-run.is-late b")
    number = page.locator(".wall-case-facts dd").first.inner_text()
    assert re.fullmatch(r"\d{20}", number)
    assert page.get_attribute("#tour", "data-paused") == "true"
    page.wait_for_selector(".wall-ring i")
    first = page.inner_text(".wall-case-run b")
    until(page, f"document.querySelector('.wall-case-run b').innerText !== {first!r}")
    page.keyboard.press("ArrowRight")
    until(page, f"document.querySelector('.wall-case-facts dd')?.innerText !== {number!r}")
    page.keyboard.press("Escape")
    page.wait_for_selector("#case", state="hidden")
    assert page.get_attribute("#tour", "data-paused") == "false"
    page.locator(".wall-ticker button").first.click()
    page.wait_for_selector("#case:visible .wall-case-facts")


def test_the_other_centre_and_other_colours(open_page, town):
    page = wall(open_page, town, "dispatcher")
    assert page.inner_text("#centre") == "指挥中心"
    page.wait_for_selector("#own .wall-rows li")
    assert "centre=command" in page.url
    page.keyboard.press("c")
    until(page, "document.querySelector('#centre').textContent === '监督中心'")
    # Nobody has a patrol area here, so there is no patrol to tell of.
    page.wait_for_selector("#own", state="hidden")
    # Grades of communities, grades of grids, cases per km².
    page.keyboard.press("m")
    page.keyboard.press("m")
    until(page, "document.querySelectorAll('.wall-legend-rows b').length === 0")
    assert page.locator(".wall-legend-rows li").count() >= 1
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    assert page.inner_text("#centre") == "监督中心"
    assert page.input_value("#legend select") == "density"


def test_a_new_case_pulses_where_it_is(open_page, town):
    page = wall(open_page, town)
    before = number_of(page, "今日上报")
    until(page, "document.querySelector('#state').dataset.state === 'live'")
    other = wall(open_page, town, "operator", query="?centre=supervision")
    other.evaluate(
        """async () => {
          const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
          const classes = await (await fetch('/api/v1/cases/classes')).json();
          const at = (await (await fetch('/api/v1/wall?district=110101')).json()).overdue[0];
          const body = JSON.stringify({ case_class: classes.find((one) => one.kind === 'event').id,
            lon: at.lon, lat: at.lat, channel: 'hotline', key: crypto.randomUUID() });
          const answer = await fetch('/api/v1/cases/reports', { method: 'POST', body,
            headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token } });
          if (!answer.ok) throw new Error(await answer.text());
        }"""
    )
    page.wait_for_selector(".wall-pulse i")
    until(page, f"document.querySelector('.wall-total b').textContent === '{before + 1}'")
    page.keyboard.press("f")
    page.wait_for_selector("#case:visible .wall-phases .is-here")
    assert page.inner_text(".wall-phases .is-here") == "上报"


def test_without_a_network_it_says_of_when_it_is(open_page, town):
    page = wall(open_page, town)
    shown = page.inner_text(".wall-totals")
    page.context.set_offline(True)
    page.wait_for_selector("#state[data-state=old]", timeout=40_000)
    assert re.search(r"\d\d:\d\d:\d\d", page.inner_text("#state"))
    assert page.inner_text(".wall-totals") == shown
    page.context.set_offline(False)
    page.wait_for_selector("#state[data-state=live]", timeout=40_000)


def test_the_end_of_a_session_is_said_and_another_goes_on(open_page, town):
    page = wall(open_page, town, allowed={401})
    page.context.clear_cookies()
    page.wait_for_selector("#notice:visible a")
    assert page.get_attribute("#state", "data-state") == "ended"
    page.click("#notice a")
    page.fill("input[name=username]", "operator")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-ready=true]")
    assert "/wall/" in page.url


def test_a_department_has_its_own_wall_without_grades(open_page, town):
    page = wall(open_page, town, "worker")
    page.wait_for_selector("#ranking .wall-none")
    assert page.locator("#legend").is_hidden()


def test_it_stacks_on_a_phone_in_both_languages(open_page, town):
    for locale in ("zh-CN", "en-GB"):
        page = wall(open_page, town, locale=locale, **PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator(".wall-narrow").is_visible()


def test_the_keys_are_shown(open_page, town):
    page = wall(open_page, town)
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open] .keys")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="hidden")
