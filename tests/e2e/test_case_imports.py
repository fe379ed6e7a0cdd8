"""The import page for past cases, in a real browser: sent, mapped, tried, brought in, reported."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.places import centre_of
from tests.e2e.test_imports import opened

MAKE = "from tests.e2e.casetown import make_case_people; make_case_people()"
HEAD = "案卷号,小类,登记于,结案时间,处置部门,经度,纬度,来源"


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with classes of cases."""
    yield from own_town(f"wanmi_e2e_feed_{worker_id}", databases, state, MAKE)


def table(path, *times):
    lon, lat = centre_of((3, 3))
    rows = [f"A{n},暴露生活垃圾,{at},2026-05-04 09:00,环卫中心,{lon:.6f},{lat:.6f},12345"
            for n, at in enumerate(times, 1)]  # fmt: skip
    path.write_text("\n".join((HEAD, *rows)) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("size", [(1600, 900), (390, 844)])
def test_past_cases_are_mapped_tried_and_brought_in(open_page, town, tmp_path, size):
    page = opened(open_page, town, size=size)
    name = f"old-{size[0]}"
    page.set_input_files(
        "#file", table(tmp_path / f"{name}.csv", "2026-05-03 08:05", "2026年5月3日 9时", "昨天")
    )
    page.wait_for_selector("#import-form:visible")
    if page.locator("#answer-crs:visible").count():
        page.select_option("#answer-crs", "EPSG:4326")
        page.click("#answer button")
        page.locator("#inspected", has_text="4326").wait_for()
    page.select_option("[name=what]", "cases")
    # Seven of eight columns are known by their names; the time has to be named.
    page.wait_for_selector("#feed-columns [data-attribute=reported_at]")
    assert page.locator("#feed-columns .is-seen").count() == 7
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.select_option("#feed-columns [data-attribute=reported_at]", "登记于")
    page.fill("[name=dataset]", name)
    page.click("button[value=dry]")
    page.wait_for_selector("#result .import-problem")
    assert "E-CASE-ROWS" in page.inner_text("#result .import-problem")
    assert "E-CASEROW-TIME" in page.inner_text("#result")
    assert page.locator("#history [data-run]").count() == (0 if size[0] == 1600 else 1)
    page.click("#good-rows")
    page.wait_for_selector("#result .import-done")
    assert "试运行" in page.inner_text("#result")
    page.click("button[value=real]")
    page.locator("#result .import-done", has_text="导入完成").wait_for()
    page.locator("#history tr", has_text=name).first.wait_for()
    with page.expect_download() as download:
        page.locator("#history a[href$=csv]").first.click()
    assert "E-CASEROW-TIME" in download.value.path().read_text("utf-8-sig")
