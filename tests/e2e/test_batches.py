"""Lists of addresses in a real browser: sent, found, reviewed with the keys and on the map."""

from __future__ import annotations

import csv

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import at_rest

ROWS = [
    ("1", "多福巷12号"),
    ("2", "福多巷12号"),
    ("3", "平安大街与东安门大接"),
    ("4", "老九爷府后门"),
    ("5", "王府景"),
]
# A second temple of one name, 700 m further east.
FILL = """
from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.models import Place
temple = Place.objects.get(name="隆福寺")
temple.pk, temple.source_key = None, "second"
temple.geom.x += 0.008
temple.save()
build_gazetteer()"""


@pytest.fixture(scope="module")
def own_site(state, databases, worker_id):
    """A site whose gazetteer these tests change."""
    yield from own_town(f"wanmi_e2e_batch_{worker_id}", databases, state, FILL)


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "cases.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("案卷号", "地址"))
        writer.writerows(ROWS)
    return path


def opened(open_page, site, **more):
    page = open_page(f"{site}data/addresses/", user="gis_staff", idle=False, **more)
    return page


def found(page, path):
    """Send a list, find it and open its review."""
    page.set_input_files("#file", path)
    page.wait_for_selector("#batch-form:visible")
    page.click("#batch-form [type=submit]")
    page.wait_for_selector("#outcome .rate-bar")
    page.click("#outcome a")
    page.wait_for_selector("html[data-ready=true]")
    page.wait_for_selector("#rows [aria-selected=true]")


def row(page, number: int) -> str:
    return page.inner_text(f"#row-{number} i")


def chosen(page) -> str:
    return page.get_attribute("#rows [aria-selected=true]", "data-number")


def test_a_list_is_sent_and_found(open_page, own_site, listed):
    page = opened(open_page, own_site)
    page.set_input_files("#file", listed)
    page.wait_for_selector("#batch-form:visible")
    assert page.input_value("[name=field]") == "地址"
    assert "GB18030" in page.inner_text("#inspected")
    page.click("#batch-form [type=submit]")
    page.wait_for_selector("#outcome .rate-bar")
    page.wait_for_selector("#batches [data-batch]")  # the table follows the outcome
    with page.expect_download() as download:
        page.locator("#batches a[href$='.csv']").first.click()
    rows = list(csv.DictReader(download.value.path().open(encoding="utf-8-sig", newline="")))
    assert rows[0]["verdict"] == "exact" and rows[0]["grid"]
    assert [r["案卷号"] for r in rows] == [number for number, _text in ROWS]


def test_the_review_by_keys_and_by_hand(open_page, own_site, listed):
    page = opened(open_page, own_site)
    found(page, listed)
    page.select_option("#show", "all")
    page.wait_for_selector("#row-1[aria-selected=true]")
    assert page.locator("#rows li").count() == len(ROWS)
    page.keyboard.press("ArrowDown")
    assert chosen(page) == "2"
    page.keyboard.press("ArrowUp")
    assert chosen(page) == "1"
    # The first candidate is accepted, and the next row comes.
    page.keyboard.press("Enter")
    page.wait_for_selector("#row-2[aria-selected=true]")
    assert page.locator("#row-1 i.rate-exact").count() == 1
    # What was found nowhere is set by hand.
    page.click("#row-4")
    page.wait_for_selector("#row-4[aria-selected=true]")
    assert page.locator(".candidate").count() == 0
    at_rest(page)
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".candidate-mark.is-hand")
    assert page.is_enabled("#undo")
    decided = page.inner_text("#rows-state")
    # It is kept: after a reload it is there, and U takes it back.
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    page.select_option("#show", "all")
    page.wait_for_selector("#row-1[aria-selected=true]")
    assert page.inner_text("#rows-state") == decided
    page.click("#row-4")
    page.wait_for_selector(".candidate-mark.is-hand")
    page.keyboard.press("u")
    page.wait_for_selector("#undo[disabled]")
    assert page.locator(".candidate-mark.is-hand").count() == 0
    # Set again, the next list finds it.
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".candidate-mark.is-hand")
    page.goto(f"{own_site}data/addresses/")
    page.wait_for_selector("html[data-ready=true]")
    found(page, listed)
    page.select_option("#show", "all")
    page.wait_for_selector("#row-4.is-none, #row-4 i.rate-exact")
    page.click("#row-4")
    page.wait_for_selector(".candidate")
    assert "老九爷府后门" in page.inner_text(".candidate")


def test_another_candidate_is_chosen_by_its_number(open_page, own_site, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("地址\n隆福寺\n", "utf-8")
    page = opened(open_page, own_site)
    found(page, path)
    assert page.locator(".candidate").count() >= 2
    page.keyboard.press("2")
    page.wait_for_selector("[data-candidate='1'][aria-pressed=true]")
    assert page.locator(".candidate-mark.is-picked").inner_text() == "2"
    page.keyboard.press("Enter")
    page.wait_for_selector("#undo:not([disabled])")
    assert "110101002001" in page.inner_text("[data-candidate='1']")
    page.keyboard.press("u")
    page.wait_for_selector("#undo[disabled]")
    assert page.get_attribute("[data-candidate='0']", "aria-pressed") == "true"


def test_a_list_is_deleted(open_page, own_site, tmp_path):
    path = tmp_path / "gone.csv"
    path.write_text("地址\n多福巷12号\n", "utf-8")
    page = opened(open_page, own_site)
    found(page, path)
    page.goto(f"{own_site}data/addresses/")
    page.wait_for_selector("html[data-ready=true]")
    page.on("dialog", lambda dialog: dialog.accept())
    row_of_list = page.locator("#batches tr", has_text="gone.csv")
    row_of_list.locator("[data-delete]").click()
    row_of_list.wait_for(state="detached")


@pytest.mark.parametrize("width", [390])
def test_the_pages_fit_a_phone(open_page, own_site, listed, width):
    page = opened(open_page, own_site, size=(width, 844))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found(page, listed)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.is_visible("#map") and page.is_visible("#accept")
