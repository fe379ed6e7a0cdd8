"""Export, drafts, log-in, and the quiet states: empty, offline, failing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pyogrio

from tests.e2e.pages import click_middle, panel_code, start_at
from tests.e2e.places import DISTRICT, DRAFT, PASSWORD, code_at

HERE = (9, 4)


def test_a_planner_exports_a_shapefile(open_page, site, tmp_path):
    page = open_page(site, user="planner")
    page.click("#tool-export")
    page.select_option("select[name=format]", "shp")
    page.select_option("select[name=crs]", label="CGCS2000 3 度带，中央经线 117°E（EPSG:4548）")
    page.select_option("select[name=encoding]", "GBK")
    page.click("button[type=submit]:has-text('导出')")
    with page.expect_download() as waiting:
        page.click(".outcome a.button-done")
    archive = tmp_path / "grids.zip"
    waiting.value.save_as(archive)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path)
    shape = next(Path(tmp_path).rglob("*.shp"))
    grids = pyogrio.read_dataframe(shape)
    assert len(grids) == 192
    assert code_at(HERE) in set(grids["BGCODE"])
    assert grids.crs.to_epsg() == 4548
    assert shape.with_suffix(".cpg").read_text().strip().upper() in {"GBK", "936", "CP936"}


def test_an_unknown_reference_system_is_explained(open_page, site):
    page = open_page(site, user="planner", allowed={400})
    page.click("#tool-export")
    page.select_option("select[name=crs]", "custom")
    page.fill("input[name=custom]", "12")
    page.click("button[type=submit]:has-text('导出')")
    page.wait_for_selector(".problem:has-text('4 至 6 位')")
    page.fill("input[name=custom]", "999999")
    page.click("button[type=submit]:has-text('导出')")
    page.wait_for_selector(".problem code:has-text('E-')")


def test_export_asks_visitors_to_log_in(open_page, site):
    page = open_page(site)
    page.click("#tool-export")
    page.click(".popover a:has-text('登录')")
    page.wait_for_selector("input[name=password]")


def test_a_viewer_may_not_export(open_page, site):
    page = open_page(site, user="viewer")
    page.click("#tool-export")
    page.wait_for_selector(".popover:has-text('您的角色不能导出')")


def test_staff_see_drafts_with_a_banner(open_page, site):
    page = open_page(site, user="gis_staff")
    page.click("#district-button")
    page.click(".choice-draft")
    page.wait_for_selector("#draft-banner:has-text('草案')")
    page.wait_for_url(lambda url: f"e={DRAFT}" in url)
    page.goto(f"{site}#16/39.9154/116.4095&d={DISTRICT}&e={DRAFT}&g={code_at(HERE)}")
    page.reload()
    assert panel_code(page) == code_at(HERE)
    assert "草案" in page.inner_text("#panel")
    page.click("#draft-banner button")
    page.wait_for_selector("#draft-banner", state="hidden")


def test_visitors_see_no_drafts(open_page, site):
    page = open_page(site)
    page.click("#district-button")
    assert page.locator(".choice").count() == 1


def test_the_user_logs_out_by_the_menu(open_page, site):
    page = open_page(site, user="viewer")
    page.click("#tool-user")
    assert "viewer" in page.inner_text(".user-name")
    page.click(".popover button:has-text('退出登录')")
    page.wait_for_selector("html[data-ready=true]")
    page.click("#tool-user")
    page.wait_for_selector(".popover a:has-text('登录')")


def test_without_a_public_map_visitors_are_asked_to_log_in(open_page, closed_site):
    page = open_page(closed_site, ready=False)
    assert "/accounts/login/" in page.url
    page.fill("input[name=username]", "viewer")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-ready=true]")
    page.wait_for_load_state("networkidle")


def test_an_empty_site_says_what_to_do(open_page, empty_site):
    page = open_page(empty_site)
    text = page.inner_text("#empty")
    assert "还没有任何区" in text
    assert "manage.py load_demo" in text


def test_an_unknown_grid_in_a_link_is_told_with_its_code(open_page, site):
    page = open_page(f"{site}#15/39.9154/116.4095&g=110101009009999", allowed={404})
    page.wait_for_selector(".toast-error code:has-text('E-GRID')")
    assert page.is_hidden("#panel")


# In the page itself: in a long run the browser's own interception once let nothing through.
FAIL = """() => {
    const real = window.fetch;
    window.fails = true;
    window.fetch = (url, ...more) => window.fails && /editions.*grids/.test(url)
        ? Promise.resolve(new Response('{"code": "E-DB-DOWN", "message": "x"}', { status: 503 }))
        : real(url, ...more);
}"""


def test_a_failing_server_offers_another_try(open_page, site):
    page = open_page(start_at(site, HERE))
    page.evaluate(FAIL)
    page.mouse.click(640, 400)
    page.wait_for_selector(".toast-error code:has-text('E-DB-DOWN')")
    page.evaluate("window.fails = false")
    page.mouse.click(640, 400)
    assert panel_code(page) == code_at(HERE)


def test_a_press_before_the_tile_is_here_is_answered(open_page, site):
    page = open_page(start_at(site, HERE, zoom=11))
    held = []
    page.route("**/tiles/grids/**", lambda route: held.append(route))
    with page.expect_request("**/tiles/grids/**"):
        page.goto(start_at(site, HERE, zoom=14))
    page.mouse.click(640, 400)
    page.wait_for_timeout(300)
    assert page.is_hidden("#panel")
    for route in held:
        route.continue_()
    assert panel_code(page) == code_at(HERE)


def test_a_lost_network_is_told_and_passes(open_page, site):
    page = open_page(start_at(site, HERE))
    page.context.set_offline(True)
    page.wait_for_selector("#offline:not([hidden])")
    page.context.set_offline(False)
    page.wait_for_selector("#offline", state="hidden")
    assert click_middle(page) == code_at(HERE)


def test_user_text_is_never_markup(open_page, site):
    page = open_page(site)
    page.fill("#search-input", "<img src=x onerror=alert(1)>")
    page.wait_for_selector("#search-state:has-text('<img')")
    assert page.locator("#search-drop img").count() == 0
