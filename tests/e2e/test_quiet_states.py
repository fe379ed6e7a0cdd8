"""What the map says when there is little, nothing, something new, or what is not for this user."""

from __future__ import annotations

import pytest

from tests.databases import Databases, fill
from tests.e2e.conftest import own_town, running
from tests.e2e.pages import click_middle, panel_code, start_at, until
from tests.e2e.places import DISTRICT, DRAFT, code_at

HERE, GONE = (9, 4), (1, 0)
MAKE = f"""
from spatial.cases.making.make import make_cases as make_many
from spatial.cases.making.plan import Wanted
from tests.e2e.casetown import make_cases
make_cases()
make_many(Wanted(("{DISTRICT}",), 300, 30))
"""
ONE_GRID = """
from spatial.grids.models import UnitGrid
communities = make_regions()
make_base_map()
plan = GridPlan.objects.create(district=Region.objects.get(code=DISTRICT), edition=1,
    metric_srid=METRIC, state="draft", input_digest="0" * 64, grid_count=1)
grid = make_grid(plan, (9, 4), {(9, 4): (communities[1], code_at((9, 4)))}, {(9, 4): 1})
grid.save()
publish(plan)
make_users()
from tests.e2e.casetown import make_case_people, one_case
make_case_people()
one_case((9, 4), "孤零零的一件")
"""
LOOK = "() => { document.dispatchEvent(new Event('visibilitychange')); }"


@pytest.fixture(scope="module")
def name(worker_id):
    """Of the database, to which a test adds."""
    return f"wanmi_e2e_states_{worker_id}"


@pytest.fixture(scope="module")
def town(databases, state, name):
    """A site with some cases and a draft."""
    yield from own_town(name, databases, state, MAKE)


@pytest.fixture(scope="module")
def lone_town(databases, state, worker_id):
    """A site whose district has one unit grid, with one case."""
    maker = Databases()
    database = maker.create(f"wanmi_e2e_lone_{worker_id}", databases["bare"])
    fill(database, state, ONE_GRID)
    yield from running(database, state)
    maker.drop_all()


def opened(open_page, town, rest="", place=HERE, user="planner", **more):
    page = open_page(f"{start_at(town, place)}{rest}", user=user, **more)
    return page


def test_a_period_without_cases_is_said_in_the_legend(open_page, town):
    page = opened(open_page, town, "&m=cases&t=2019-03")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.wait_for_selector(".measure-legend [role=status]")
    page.keyboard.press("Escape")
    assert click_middle(page) == code_at(HERE)
    # Of a month with cases nothing is said.
    with_some = opened(open_page, town, "&m=cases")
    with_some.keyboard.press("Escape")
    with_some.keyboard.press("g")
    with_some.wait_for_selector(".legend-class")
    assert with_some.locator(".measure-legend [role=status]").count() == 0


def test_a_district_of_one_grid_is_a_district(open_page, lone_town):
    page = opened(open_page, lone_town, "&m=cases")
    assert "1 个网格" in page.inner_text("#district-button")
    assert click_middle(page) == code_at(HERE)
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    for method in ("quantile", "natural", "equal", "own"):
        page.select_option("select[name=method]", method)
        until(
            page,
            "[...document.querySelectorAll('.measure-legend small')]"
            ".some((one) => one.textContent === '1')",
        )
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.wait_for_selector(".grid-table tbody tr")
    assert page.locator(".grid-table tbody tr").count() == 1
    page.keyboard.press("Escape")
    page.click("#zoom-home")
    page.wait_for_load_state("networkidle")


def test_a_draft_in_a_link_is_not_shown_to_visitors(open_page, town):
    page = opened(open_page, town, f"&d={DISTRICT}&e={DRAFT}&g={code_at(HERE)}", user="")
    page.wait_for_selector(".toast-info")
    assert panel_code(page) == code_at(HERE)
    assert page.locator("#panel .badge-draft").count() == 0
    assert page.is_hidden("#draft-banner")
    assert DRAFT not in page.url


@pytest.mark.parametrize("user", ["gis_staff", "viewer", ""])
def test_a_measure_that_is_not_for_him_is_said(open_page, town, user):
    page = opened(open_page, town, "&m=hotspots&t=2026-10", user=user)
    said = page.inner_text(".toast-info")
    assert "冷热点" in said
    assert ("登录" in said) == (not user)
    assert page.locator(".measure-legend").count() == 0
    page.keyboard.press("+")
    until(page, "!location.hash.includes('m=hotspots')")


def test_a_measure_that_nobody_has_is_left_out_in_silence(open_page, town):
    page = opened(open_page, town, "&m=nothing", user="")
    assert page.locator(".toast").count() == 0


def test_results_that_are_not_for_him_are_refused_with_the_way_on(open_page, town):
    page = opened(open_page, town, user="viewer", allowed={403})
    for address in ("evaluation/", "wall/", "desk/", "data/imports/"):
        page.goto(f"{town}{address}")
        assert page.locator("h1").count() == 1, address
        assert page.locator("main a[href='/'], main a[href*='login']").count() >= 1, address


def test_tiles_that_fail_are_said_and_come_with_another_try(open_page, town):
    page = opened(open_page, town, allowed={503})
    page.evaluate(
        """() => {
            const real = window.fetch;
            window.fails = true;
            window.fetch = (url, ...more) => window.fails && /tiles/.test(url)
                ? Promise.resolve(new Response("", { status: 503 })) : real(url, ...more);
        }"""
    )
    for _time in range(4):
        page.keyboard.press("-")
        page.wait_for_timeout(400)
    page.wait_for_selector(".toast-error code:has-text('E-HTTP-503')", timeout=20_000)
    assert page.locator(".toast-error").count() == 1
    page.evaluate("window.fails = false")
    page.click(".toast-error .button")
    page.wait_for_load_state("networkidle")
    assert page.locator(".toast-error").count() == 0
    for _time in range(4):
        page.keyboard.press("+")
        page.wait_for_timeout(400)
    assert click_middle(page) == code_at(HERE)


def test_colours_stay_while_the_line_is_down_and_follow_again(open_page, town, name):
    page = opened(open_page, town, "&m=open", allowed={503})
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.wait_for_selector(".measure-legend .legend-class")
    classes = page.locator(".legend-class").all_inner_texts()
    page.context.set_offline(True)
    page.evaluate(LOOK)
    page.wait_for_selector(".measure-legend .legend-stale")
    assert page.locator(".legend-class").all_inner_texts() == classes
    page.context.set_offline(False)
    page.evaluate(LOOK)
    page.wait_for_selector(".measure-legend .legend-stale", state="detached")


def test_a_note_that_is_not_saved_stays_in_its_form(open_page, town, name):
    page = opened(open_page, town, allowed={503})
    page.keyboard.press("s")
    page.click("[id=note-point], .mode:has-text('点')")
    page.mouse.click(640, 400)
    page.wait_for_selector(".popover textarea")
    page.fill(".popover textarea", "井盖响")
    with Databases().shut(name):
        page.click(".popover form:has(textarea) button[type=submit]")
        page.wait_for_selector(".toast-error code:has-text('E-DB-AWAY')")
        assert page.input_value(".popover textarea") == "井盖响"
    page.click(".toast-error .button")
    page.wait_for_selector(".note-label:has-text('井盖响')", timeout=30_000)


def test_an_edition_that_came_meanwhile_is_offered(open_page, town, name, databases, state):
    stays = opened(open_page, town, f"&g={code_at(HERE)}")
    goes = opened(open_page, town, f"&g={code_at(GONE)}", place=GONE, user="", allowed={404})
    assert panel_code(stays) == code_at(HERE)
    assert panel_code(goes) == code_at(GONE)
    stays.evaluate(LOOK)
    stays.wait_for_load_state("networkidle")
    assert stays.is_hidden("#edition-banner")
    fill(Databases().address(name), state, "make_second_edition()")
    for page in (stays, goes):
        page.evaluate(LOOK)
        page.wait_for_selector("#edition-banner:visible")
        assert "191" in page.inner_text("#edition-banner")
        # Until it is asked for, all stays as it was.
        assert "第 1 版" in page.inner_text("#district-button")
        page.click("#edition-banner button")
        until(page, "document.querySelector('#district-button').textContent.includes('第 2 版')")
        assert page.is_hidden("#edition-banner")
    until(stays, "document.querySelector('.edition')?.textContent.includes('2 ·')")
    assert panel_code(stays) == code_at(HERE)
    stays.wait_for_load_state("networkidle")
    goes.wait_for_selector(".toast-error code:has-text('E-GRID-MISSING')")
    assert goes.is_hidden("#panel")
    # The map itself is that of the new edition: the merged grid is clicked.
    goes.mouse.click(640, 400)
    assert panel_code(goes)
