"""The page of evaluation in a real browser: ranking, sum, cases behind numbers, publishing."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import until
from tests.e2e.places import DISTRICT

MAKE = f"""
from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from tests.e2e.casetown import make_case_people
make_case_people()
make_cases(Wanted(("{DISTRICT}",), 3000, 100))
"""
PHONE = {"size": (390, 844), "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with a hundred days of made-up cases."""
    yield from own_town(f"wanmi_e2e_evaluation_{worker_id}", databases, state, MAKE)


def evaluation(open_page, site, name="planner", query="", **more):
    page = open_page(f"{site}evaluation/{query}", user=name, idle=False, **more)
    return page


def rows(page):
    return page.locator("#ranking tbody tr")


def test_a_grade_opens_into_its_sum_and_the_cases_behind(open_page, town):
    page = evaluation(open_page, town, "operator", "?kind=street")
    page.click("#period button:first-of-type")
    page.wait_for_selector("#ranking tbody tr[data-code='110101001']")
    assert rows(page).count() == 2
    page.click("tr[data-code='110101001']")
    page.wait_for_selector("#sum:visible .sum-terms")
    points = [
        float(text) for text in page.locator(".sum-terms tbody td:last-child b").all_inner_texts()
    ]
    shown = page.inner_text(".sum-score > b")
    assert abs(sum(points) - float(shown)) < 0.3
    assert shown == page.inner_text("tr[data-code='110101001'] td b")
    number = page.locator(".sum-terms [data-counter=closed]").first
    closed = int(re.sub(r"\D", "", number.inner_text()))
    number.click()
    page.wait_for_selector("dialog[open] .behind-list li")
    assert page.locator("dialog .behind-list li").count() == min(closed, 50)
    link = page.locator("dialog .behind-list a").first
    assert re.fullmatch(r"/desk/\?tab=all&case=\d{20}", link.get_attribute("href"))
    page.keyboard.press("Escape")
    assert "code=110101001" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector("#sum", state="hidden")


def test_map_and_ranking_choose_each_other(open_page, town):
    page = evaluation(open_page, town)
    page.wait_for_selector("#legend li >> nth=5")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#sum:visible h2")
    code = page.inner_text("#sum header small")
    assert re.fullmatch(r"110101\d{9}", code)
    until(page, f"location.search.includes('code={code}')")
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    assert page.inner_text("#sum header small") == code


def test_grades_words_and_order_narrow_the_table(open_page, town):
    page = evaluation(open_page, town, query="?kind=community")
    page.wait_for_selector("#ranking tbody tr")
    page.fill("#words", "银闸")
    page.wait_for_selector("#ranking tbody tr:only-child[data-code='110101001002']")
    page.fill("#words", "")
    page.wait_for_selector("#ranking tbody tr >> nth=3")
    page.click("#ranking thead button >> nth=1")
    page.wait_for_selector("#ranking thead th:nth-child(2)[aria-sort]")
    assert rows(page).first.get_attribute("data-code") == "110101001001"
    page.click("#grades [data-grade=E]")
    page.wait_for_selector("#grades [data-grade=E][aria-pressed=true]")


@pytest.mark.parametrize("view", ["analysis", "warnings", "honesty", "published"])
def test_every_view_has_something_to_say(open_page, town, view):
    page = evaluation(open_page, town, "operator")
    page.click(f"#tab-{view}")
    page.wait_for_selector(f"#view-{view}:visible")
    until(page, f"document.querySelector('#view-{view}').innerText.length > 20")
    until(page, f"!document.querySelector('#view-{view}').innerText.includes('查询中')")
    assert page.locator(f"#view-{view} .problem").count() == 0
    if view == "analysis":
        page.wait_for_selector("#view-analysis canvas >> nth=1")
        assert page.locator(".heat tbody td").count() == 7 * 24


def test_a_planner_publishes_and_the_proof_is_read(open_page, town):
    page = evaluation(open_page, town, query="?kind=street&view=published")
    page.wait_for_selector("#publish:disabled")
    page.click("#period button:first-of-type")
    page.wait_for_selector("#publish:enabled")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#publish")
    page.wait_for_selector(".published-list .link")
    page.click(".published-list .link")
    page.wait_for_selector("dialog[open] .badge-real")
    assert page.locator("dialog tbody tr").count() == 2


def test_a_drawn_polygon_is_graded(open_page, town):
    page = evaluation(open_page, town, query="?kind=street")
    page.click("#period button:first-of-type")
    page.click("#draw")
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 150, y - 150)
    page.mouse.down()
    for dx, dy in ((150, -150), (150, 150), (-150, 150)):
        page.mouse.move(x + dx, y + dy, steps=5)
    page.mouse.up()
    page.wait_for_selector("dialog[open] .figures tbody tr")
    assert page.inner_text("dialog .sum-score")


def test_colours_for_everybody_have_patterns_and_stay(open_page, town):
    page = evaluation(open_page, town)
    page.check("#safe")
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    assert page.is_checked("#safe")


def test_it_fits_a_phone_in_both_languages(open_page, town):
    page = evaluation(open_page, town, query="?kind=street", **PHONE)
    page.wait_for_selector("#ranking tbody tr")
    for _language in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator("#ranking tbody tr").first.tap()
        page.wait_for_selector("#sum:visible .sum-terms")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator(".data-head form button").first.tap()
        page.wait_for_load_state()
        page.wait_for_selector("html[data-ready=true]")
        page.goto(f"{town}evaluation/?kind=street")
        page.wait_for_selector("#ranking tbody tr")


def test_a_part_of_a_chart_narrows_map_and_ranking_until_it_is_cleared(open_page, town):
    page = evaluation(open_page, town, query="?kind=community&view=analysis")
    page.click("#period button:first-of-type")
    page.locator(".heat .is-hot button, .heat td button").first.wait_for()
    busiest = page.locator(".mix-table tbody td .link").first
    busiest.click()
    page.wait_for_selector("#picks [data-pick=part]")
    label = page.inner_text("#picks [data-pick=part] b")
    until(page, f"document.querySelector('#legend').innerText.includes({label!r})")
    page.click("#tab-ranking")
    page.wait_for_selector("#ranking tbody tr")
    narrowed = rows(page).count()
    page.click("#picks [data-pick=part] .link")
    page.wait_for_selector("#picks", state="hidden")
    until(page, f"document.querySelectorAll('#ranking tbody tr').length >= {narrowed}")
    # The other way round: an object narrows the charts.
    rows(page).first.click()
    page.wait_for_selector("#picks [data-pick=object]")
    page.click("#tab-analysis")
    page.wait_for_selector(".heat td button")
    page.keyboard.press("Escape")
    page.wait_for_selector("#picks", state="hidden")


def test_a_class_of_area_has_its_own_scheme_and_ranks(open_page, town):
    page = evaluation(open_page, town, query="?kind=grid")
    page.click("#period button:first-of-type")
    page.click("#area-classes")
    page.locator("dialog select").nth(1).select_option("2")
    page.wait_for_selector("#classes [data-class='2']")
    page.keyboard.press("Escape")
    page.click("#classes [data-class='2']")
    page.wait_for_selector("#classes [data-class='2'][aria-pressed=true]")
    until(page, "[...document.querySelectorAll('#ranking .evaluation-class')].every("
          "(one) => one.textContent.startsWith('2'))")  # fmt: skip
    page.click("#area-classes")
    page.locator("dialog select").nth(1).select_option("")
    page.wait_for_selector("#classes", state="hidden")


def test_the_month_is_a_page_and_its_file_is_made_by_the_worker(open_page, town):
    page = evaluation(open_page, town, query="?view=analysis")
    page.click("#period button:first-of-type")
    page.click("#monthly")
    page.wait_for_selector("html[data-ready=true]")
    page.wait_for_selector("#part-grades-street tbody tr", timeout=60_000)
    assert page.locator("canvas").count() == 2
    with page.expect_download(timeout=60_000) as held:
        page.click("[data-report=xlsx]")
    assert held.value.suggested_filename.endswith(".xlsx")


def test_residents_answer_a_poll_on_a_phone_and_planners_read_it(open_page, town):
    page = evaluation(open_page, town, query="?view=opinions")
    page.click("#period button:first-of-type")
    page.click("#poll-new")
    page.click("#poll-form .button-primary")
    page.wait_for_selector("dialog a[download]")
    page.keyboard.press("Escape")
    page.click("[data-poll]")
    page.wait_for_selector("dialog [data-area]")
    link = page.locator("dialog [data-area] a").first.get_attribute("href")
    phone = open_page(town, **PHONE)
    phone.goto(link)
    phone.wait_for_selector("html[data-ready=true]")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    for question in phone.locator("[data-question]").all():
        question.locator("label").nth(4).tap()
    phone.wait_for_timeout(5_200)
    phone.locator(".button-primary").tap()
    phone.wait_for_selector("#thanks:visible")
    page.keyboard.press("Escape")
    page.click("[data-poll]")
    page.wait_for_selector("dialog [data-area]")
    assert "1" in page.inner_text("dialog .poll .hint")
