"""The desk of cases in a real browser: two people at once, keys, many at a time, a phone."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import until


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with some cases."""
    fill = "from tests.e2e.casetown import make_cases; make_cases()"
    yield from own_town(f"wanmi_e2e_cases_{worker_id}", databases, state, fill)


def desk(open_page, site, name, query="", **more):
    page = open_page(f"{site}desk/{query}", user=name, idle=False, **more)
    page.wait_for_selector("#live[data-live=true]")
    return page


def rows(page):
    return page.locator(".desk-row")


def open_first(page):
    rows(page).first.click()
    page.wait_for_selector("#case:visible h2")
    return page.inner_text("#case .mono")


def test_what_one_reports_the_other_sees_and_files(open_page, town):
    operator = desk(open_page, town, "operator")
    before = rows(operator).count()
    inspector = desk(open_page, town, "inspector")
    inspector.keyboard.press("n")
    inspector.fill(".desk-new [name=words]", "暴露生活垃圾")
    option = inspector.locator("#class-list option[value^='暴露生活垃圾']").first
    inspector.fill(".desk-new [name=words]", option.get_attribute("value"))
    inspector.click("text=在地图上点选")
    box = inspector.locator("#map").bounding_box()
    inspector.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    inspector.wait_for_selector(".desk-new:visible")
    until(inspector, "document.querySelector('.desk-new [name=place]').value")
    inspector.fill(".desk-new [name=description]", "楼前又堆了垃圾")
    asked = []
    operator.on("request", lambda one: asked.append(one.url) if "/cases?" in one.url else None)
    inspector.click(".desk-new [type=submit]")
    inspector.wait_for_selector("#case:visible")
    number = inspector.inner_text("#case .mono")
    # The other page hears of it by itself, with all that its list shows.
    operator.wait_for_selector(f".desk-row[data-number='{number}']")
    assert asked == []
    assert rows(operator).count() == before + 1
    operator.click(f".desk-row[data-number='{number}']")
    operator.wait_for_selector("#case [data-move=file]")
    assert "楼前又堆了垃圾" in operator.inner_text("#case")
    operator.click("#case [data-move=file]")
    operator.wait_for_selector("dialog select[name=standard]")
    operator.click("dialog [type=submit]")
    operator.wait_for_selector("#case .badge.stage-filed")
    operator.wait_for_selector(f".desk-row[data-number='{number}']", state="detached")


def test_the_dispatcher_works_by_keys_and_two_do_not_meet(open_page, town):
    one = desk(open_page, town, "dispatcher")
    other = desk(open_page, town, "dispatcher2", allowed={409})
    number = open_first(one)
    other.click(f".desk-row[data-number='{number}']")
    other.wait_for_selector("#case:visible [data-move=dispatch]")
    other.click("#case [data-move=dispatch]")
    other.wait_for_selector("dialog[open]")
    one.wait_for_selector("#as-suggested")
    assert "环卫中心" in one.inner_text("#as-suggested")
    one.keyboard.press("a")
    one.wait_for_selector("#case .badge.stage-dispatched")
    # The other still has the form of before: it is refused and says by whom.
    other.click("dialog [type=submit]")
    other.wait_for_selector("dialog .answer-problem:visible code")
    assert "E-CASE-STALE" in other.inner_text("dialog .answer-problem")
    other.keyboard.press("Escape")
    other.wait_for_selector("#case .badge.stage-dispatched")
    one.keyboard.press("?")
    one.wait_for_selector("dialog .keys")


def test_several_at_once(open_page, town):
    page = desk(open_page, town, "dispatcher", "?tab=to_dispatch")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.click("#bulk >> text=全选")
    count = rows(page).count()
    assert count >= 1
    page.click("[data-many=suggested]")
    page.wait_for_selector(".toast-info")
    page.wait_for_selector("#cases-none:visible")
    page.click("[data-tab=to_accept]")
    until(page, f"document.querySelectorAll('.desk-row').length >= {count}")


def test_the_address_holds_filter_tab_and_case(open_page, town):
    page = desk(open_page, town, "operator", "?tab=all")
    page.wait_for_selector(".desk-row")
    every = rows(page).count()
    page.fill("#filter [name=text]", "第5堆")
    until(page, "document.querySelectorAll('.desk-row').length === 1")
    number = open_first(page)
    assert f"case={number}" in page.url
    page.reload()
    page.wait_for_selector("#case:visible h2")
    assert rows(page).count() == 1
    page.click("#more-filters")
    page.wait_for_selector("#filters select[name=main]")
    page.once("dialog", lambda dialog: dialog.accept("第五堆"))
    page.click("text=保存检索")
    page.wait_for_selector("#searches li")
    page.click("text=清除筛选")
    until(page, f"document.querySelectorAll('.desk-row').length === {every}")
    page.click("#searches .link")
    until(page, "document.querySelectorAll('.desk-row').length === 1")


def test_cases_are_drawn_round_on_the_map(open_page, town):
    page = desk(open_page, town, "operator", "?tab=all")
    until(page, "Number(document.querySelector('#map').dataset.dots) >= 5")
    every = rows(page).count()
    page.click("#lasso")
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + 20, box["y"] + 80
    corners = ((x, y), (x + 15, y), (x + 15, y + 15), (x, y + 15))
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in (*corners[1:], corners[0]):
        page.mouse.move(*corner, steps=4)
    page.mouse.up()
    page.wait_for_selector("#cases-none:visible")
    page.click("#lasso-off")
    until(page, f"document.querySelectorAll('.desk-row').length === {every}")


def test_the_department_accepts_and_answers_with_a_photo(open_page, town, tmp_path):
    from tests.e2e.casetown import shot

    path = tmp_path / "done.jpg"
    path.write_bytes(shot("green").content)
    page = desk(open_page, town, "worker")
    assert page.locator("#new-case").count() == 1
    open_first(page)
    page.click("#case [data-move=accept]")
    page.wait_for_selector("#case .badge.stage-handling")
    page.click("#case [data-move=answer]")
    page.set_input_files("dialog [name=photos]", path)
    page.click("dialog [type=submit]")
    page.wait_for_selector("#case .badge.stage-answered")
    assert page.locator(".desk-photos figure").count() == 2


def test_on_a_phone_and_without_the_stream(open_page, town):
    page = open_page(town, user="operator", size=(390, 844), has_touch=True, allowed={503})
    page.route("**/api/v1/cases/stream", lambda route: route.fulfill(status=503, body="{}"))
    page.goto(f"{town}desk/?tab=all")
    page.wait_for_selector("#live[data-live=false]")
    page.wait_for_selector(".desk-row")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_response(lambda answer: "/api/v1/cases?" in answer.url, timeout=12_000):
        pass
    page.click("[data-show=map]")
    page.wait_for_selector("#map:visible")
    page.click("[data-show=list]")
    open_first(page)
    assert page.locator("#case").bounding_box()["width"] == 390
