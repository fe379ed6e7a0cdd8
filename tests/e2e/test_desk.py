"""Components on the data pages: surveys, exports, labels and who answers, in a real browser."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from pypdf import PdfReader

from tests.e2e.conftest import own_town
from tests.e2e.places import SOUTH, WEST


@pytest.fixture(scope="module")
def bare(databases, state, worker_id):
    """A site without a catalogue."""
    yield from own_town(f"wanmi_e2e_bare_desk_{worker_id}", databases, state)


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with a few components."""
    make = "make_components()"
    yield from own_town(f"wanmi_e2e_desk_{worker_id}", databases, state, make)


def opened(open_page, site, part, name="gis_staff", **more):
    page = open_page(f"{site}data/{part}/", user=name, idle=False, **more)
    return page


def survey(path, bad=True):
    """Three lamps in a table; the column of the owner has no usual name, one state is unknown."""
    states = ("完好", "破损", "半坏" if bad else "完好")
    lines = ["小类代码,部件名称,主管部门,QS,部件状态,经度,纬度"]
    for i, state in enumerate(states):
        lines.append(
            f"0118,路灯,城管局,城市照明,{state},{WEST + 0.004 + i * 0.0004:.5f},{SOUTH + 0.002}"
        )
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def looked_at(answer):
    return answer.url.endswith("/inspection") and answer.request.method == "GET"


def sent(page, path):
    page.set_input_files("#file", path)
    page.wait_for_selector("#answer:visible")
    page.select_option("#answer-crs", "EPSG:4490")
    # The form is there before and after: what counts is the second look.
    with page.expect_response(looked_at):
        page.click("#answer [type=submit]")
    page.wait_for_selector("#import-form:visible")


def test_a_survey_comes_in_by_its_good_rows(open_page, bare, tmp_path):
    page = opened(open_page, bare, "imports")
    sent(page, survey(tmp_path / "lamps.csv"))
    # The columns are those of a survey, so the page proposes it; a catalogue is loaded first.
    assert page.input_value("[name=what]") == "components"
    assert page.is_disabled("button[value=real]")
    page.click("#load-catalogue")
    page.wait_for_selector("#survey-fields:visible")
    assert page.input_value("[name=catalogue]") == "cjt214-2007"
    assert page.locator("#survey-columns .is-seen").count() == 4
    page.select_option("[data-attribute=owner]", "QS")
    page.click("button[value=dry]")
    page.wait_for_selector("#good-rows")
    group = page.locator(".note-refused[data-code=E-COMPONENT-STATE]")
    assert group.locator("tbody tr").count() == 1
    group.locator("button").click()
    page.wait_for_selector(".leaflet-popup-content")
    assert "E-COMPONENT-STATE" in page.inner_text(".leaflet-popup-content")
    assert page.locator("#history [data-run]").count() == 0
    page.click("#good-rows")
    page.wait_for_selector("#result .figures")
    assert page.is_checked("[name=skip_bad]")
    page.click("button[value=real]")
    page.wait_for_selector("#history [data-run]")
    with page.expect_download() as download:
        page.click("#result a[href$=csv]")
    assert "E-COMPONENT-STATE" in download.value.path().read_text("utf-8-sig")
    # The report of an earlier import is shown in the same groups.
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    page.click("[data-report]")
    page.wait_for_selector(".note-group[data-code=E-COMPONENT-STATE]")


def test_a_column_can_be_left_unread(open_page, town, tmp_path):
    page = opened(open_page, town, "imports")
    sent(page, survey(tmp_path / "plain.csv", bad=False))
    page.select_option("[data-attribute=state]", "-")
    page.select_option("[name=kind]", "0101")
    with page.expect_request("**/api/v1/imports") as asked:
        page.click("button[value=dry]")
    order = asked.value.post_data_json
    assert (order["columns"], order["kind"], order["whole"]) == ({"state": ""}, "0101", False)
    assert order["what"] == "components" and order["only_layers"] == []
    page.wait_for_selector("#result .figures")
    page.select_option("[name=what]", "basemap")
    assert not page.is_visible("#survey-columns")


def fetched(page):
    page.wait_for_selector("#outcome a")
    with page.expect_download() as download:
        page.click("#outcome a")
    return download.value.path()


def test_components_of_a_class_are_exported(open_page, town):
    page = opened(open_page, town, "exports", "planner")
    page.select_option("[name=what]", "components")
    page.select_option("[name=kind]", "cjt214-2007/01/0118")
    page.select_option("[name=format]", "csv")
    page.click("#export-form [type=submit]")
    with zipfile.ZipFile(fetched(page)) as packed:
        text = packed.read("components.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows and {row["CLASSNAME"] for row in rows} == {"路灯"}
    assert {row["DEPTNAME2"] for row in rows} == {"电力公司"}
    page.select_option("[name=what]", "grids")
    assert not page.is_visible("[name=kind]")
    assert not page.is_visible("[name=layout]")


def test_labels_of_codes_are_printed(open_page, town):
    page = opened(open_page, town, "exports", allowed={400})
    page.select_option("[name=what]", "labels")
    assert page.is_visible("[name=kind]") and not page.is_visible("[name=format]")
    page.fill("[name=codes]", "1101010118000002 1101010118000001")
    page.fill("[name=first_place]", "3")
    page.click("#export-form [type=submit]")
    text = PdfReader(fetched(page)).pages[0].extract_text()
    assert text.index("000002") < text.index("000001")
    page.fill("[name=codes]", "1101010118999999")
    page.click("#export-form [type=submit]")
    page.wait_for_selector("#outcome code")
    assert page.inner_text("#outcome code") == "E-LABEL-MISSING"


def test_lines_are_kept_on_the_page(open_page, town):
    page = opened(open_page, town, "responsibilities", allowed={409})
    page.fill("#line-form [name=region]", "110101001")
    page.select_option("#line-form [name=kind]", "cjt214-2007/0118")
    page.fill("[name=owner]", "电力公司")
    page.click("#line-save")
    row = page.locator("#lines tr")
    row.wait_for()
    assert "电力公司" in row.inner_text() and "0118" in row.inner_text()
    page.fill("#line-form [name=region]", "110101001")
    page.select_option("#line-form [name=kind]", "cjt214-2007/0118")
    page.fill("[name=keeper]", "养护队")
    page.click("#line-save")
    page.wait_for_selector("#line-problem:visible code")
    assert page.inner_text("#line-problem code") == "E-RESPONSIBILITY-TWICE"
    row.locator("button").first.click()
    page.wait_for_selector("#lines tr.is-edited")
    assert page.input_value("[name=owner]") == "电力公司"
    page.fill("[name=keeper]", "养护队")
    page.click("#line-save")
    page.wait_for_selector("#lines td:has-text('养护队')")
    row.locator("button").last.click()
    page.wait_for_selector("#lines-none:visible")
    # Deleted by mistake: the message brings the line back as it was.
    page.locator(".toast .button").last.click()
    row.wait_for()
    assert "养护队" in row.inner_text() and "电力公司" in row.inner_text()
    row.locator("button").last.click()
    page.wait_for_selector("#lines-none:visible")


def test_a_table_of_lines_is_tried_refused_and_brought_in(open_page, town, tmp_path):
    page = opened(open_page, town, "responsibilities", allowed={400})
    table = tmp_path / "table.csv"
    table.write_text("区域代码,大类,主管部门\n110101,01,市政处\n110199,01,市政处\n", "utf-8")
    page.set_input_files("#table-form [name=file]", table)
    page.click("#table-form [value=real]")
    page.wait_for_selector("#table-outcome tbody code")
    assert page.inner_text("#table-outcome tbody code") == "E-RESPONSIBILITY-REGION"
    table.write_text("区域代码,大类,主管部门\n110101,01,市政处\n110101002,,景山所\n", "gb18030")
    page.set_input_files("#table-form [name=file]", table)
    page.click("#table-form [value=dry]")
    page.wait_for_selector("#table-outcome .figures")
    assert page.locator("#lines tr").count() == 0
    page.click("#table-form [value=real]")
    page.wait_for_selector("#lines tr:nth-child(2)")
    page.fill("#filter [name=q]", "景山所")
    page.wait_for_selector("#lines tr:nth-child(2)", state="detached")
    assert "110101002" in page.inner_text("#lines")
    with page.expect_download() as download:
        page.click("#lines-csv")
    text = download.value.path().read_text("utf-8-sig")
    assert "景山所" in text and "市政处" not in text


def test_a_planner_only_reads_the_table(open_page, town):
    page = opened(open_page, town, "responsibilities", "planner")
    assert page.locator("#line-form, #table-form").count() == 0
    assert page.is_visible("#filter")


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("part", ["responsibilities", "exports"])
def test_the_pages_fit_a_phone(open_page, town, part, locale):
    page = opened(open_page, town, part, size=(390, 844), locale=locale)
    if part == "exports":
        page.select_option("[name=what]", "labels")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for box in page.locator("main :is(select, button):visible").all():
        assert box.bounding_box()["height"] >= 44
