"""The export page, in a real browser: chosen, made, fetched, cancelled; a file and a map book."""

import csv
import io
import zipfile

import pytest
from pypdf import PdfReader


def opened(open_page, site, name="gis_staff", **more):
    page = open_page(f"{site}data/exports/", user=name, idle=False, **more)
    return page


def fetched(page, selector="#outcome a"):
    page.wait_for_selector(selector)
    with page.expect_download() as download:
        page.click(selector)
    return download.value.path()


def test_chosen_fields_of_a_street_as_a_table(open_page, site):
    page = opened(open_page, site)
    page.select_option("[name=what]", "grids")
    page.select_option("[name=street]", index=1)
    street = page.input_value("[name=street]")
    page.select_option("[name=format]", "csv")
    page.select_option("[name=encoding]", "GBK")
    page.click("[data-fields=none]")
    page.check("[value=BGCODE]")
    page.check("[value=SQNAME]")
    assert "2 / 14" in page.inner_text("#fields-count")
    page.click("#export-form [type=submit]")
    with zipfile.ZipFile(fetched(page)) as packed:
        rows = list(csv.DictReader(io.StringIO(packed.read("unit_grids.csv").decode("gbk"))))
        about = packed.read("about.csv").decode("utf-8-sig")
    assert list(rows[0]) == ["BGCODE", "SQNAME", "X", "Y", "WKT"]
    assert all(row["BGCODE"].startswith(street) for row in rows)
    assert street in about
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    assert fetched(page, f"#history a[aria-label*='{street}']").stat().st_size


def test_what_does_not_apply_is_not_shown(open_page, site):
    page = opened(open_page, site)
    for what, shown, hidden in (
        ("mapbook", ["paper", "colour", "on"], ["format", "crs", "encoding", "community"]),
        ("road", ["format", "crs", "community"], ["paper", "on"]),
        ("communities", ["format", "on"], ["colour"]),
    ):
        page.select_option("[name=what]", what)
        assert all(page.is_visible(f"[name={name}]") for name in shown), what
        assert not any(page.is_visible(f"[name={name}]") for name in hidden), what
    assert not page.is_visible("[name=custom]")
    page.select_option("[name=crs]", "custom")
    assert page.is_visible("[name=custom]")


def test_a_map_book_is_made_from_the_page(open_page, site):
    page = opened(open_page, site, "planner")
    page.select_option("[name=what]", "mapbook")
    page.select_option("[name=street]", index=1)
    page.select_option("[name=colour]", "area")
    page.click("#export-form [type=submit]")
    reader = PdfReader(fetched(page))
    assert len(reader.pages) >= 2
    assert "单元网格图" in reader.pages[1].extract_text()


def test_a_day_before_the_first_edition_says_so(open_page, site):
    page = opened(open_page, site, allowed={404})
    page.fill("[name=on]", "2001-01-01")
    page.click("#export-form [type=submit]")
    page.wait_for_selector("#outcome code")
    assert page.inner_text("#outcome code") == "E-EDITION-NONE"
    page.click("[data-fields=none]")
    page.click("#export-form [type=submit]")
    assert page.inner_text("#outcome code") == "E-EXPORT-FIELD"


def test_a_job_that_waits_is_found_again_and_cancelled(open_page, site):
    page = opened(open_page, site)
    state = {"id": "7f6f2f4e-58b5-4b0e-9d0f-3f8a1f2f9d11", "state": "running"}
    state |= {"done": 1, "total": 4, "message": "…", "result": {}, "file": None}

    def tell(route):
        route.fulfill(json={"job": state})

    page.route("**/api/v1/exports", tell)
    page.route("**/api/v1/jobs/*", tell)

    def stop(route):
        state.update(state="cancelled", error_code="E-JOB-CANCELLED", error_message="stopped")
        tell(route)

    page.route("**/api/v1/jobs/*/cancel", stop)
    page.click("#export-form [type=submit]")
    page.wait_for_selector("#export-progress [aria-valuenow='25']")
    assert page.is_disabled("#export-form [type=submit]")
    page.click("#export-cancel")
    page.wait_for_selector("#outcome code")
    assert page.inner_text("#outcome code") == "E-JOB-CANCELLED"
    page.wait_for_selector("#export-form [type=submit]:enabled")


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_page_fits_a_phone(open_page, site, locale):
    page = opened(open_page, site, size=(390, 844), locale=locale)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for selector in ("[name=what]", "[name=on]", "#fields label", "#export-form [type=submit]"):
        assert page.locator(selector).first.bounding_box()["height"] >= 44, selector
