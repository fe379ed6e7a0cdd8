"""The import page, in a real browser: a file is sent, looked at, tried, brought in, reported."""

import json

import pytest

from tests.e2e.pages import at_rest
from tests.e2e.places import SOUTH, WEST
from tests.spatial.basemap import files


def opened(open_page, site, **more):
    page = open_page(f"{site}data/imports/", user="gis_staff", idle=False, **more)
    return page


def roads(path, **more):
    """Two good roads and one whose points coincide, where the test town lies."""
    lines = [[(WEST, SOUTH), (WEST + 0.01, SOUTH + 0.004)], [(WEST, SOUTH), (WEST, SOUTH + 0.01)],
             [(WEST + 0.003, SOUTH + 0.002)] * 2]  # fmt: skip
    features = [
        {"type": "Feature", "properties": {"NAME": name, "GB": "430501"} | more,
         "geometry": {"type": "LineString", "coordinates": line}}
        for line, name in zip(lines, ["东四大街", "鼓楼东大街", "坏路"], strict=True)
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def test_a_file_is_tried_and_brought_in(open_page, site, tmp_path):
    page = opened(open_page, site)
    page.set_input_files("#file", roads(tmp_path / "LRDL.geojson"))
    page.wait_for_selector("#import-form:visible")
    assert "东四大街" in page.inner_text("#inspected")
    assert page.locator("#inspected tbody tr").count() == 1
    page.wait_for_selector(".leaflet-chosen-pane path")
    page.select_option("[name=layers]", "gb")
    page.fill("[name=dataset]", "e2e-roads")
    page.click("button[value=dry]")
    page.wait_for_selector("#result .figures")
    assert "试运行" in page.inner_text("#result")
    assert page.locator("#history [data-run]").count() == 0
    page.click("button[value=real]")
    page.wait_for_selector("#history [data-run]")
    assert "导入完成" in page.inner_text("#result")
    page.click("[data-report]")
    page.wait_for_selector(".toast")
    mark = page.locator(".leaflet-chosen-pane path.leaflet-interactive")
    assert mark.count() == 1
    at_rest(page)
    mark.click()
    page.wait_for_selector(".leaflet-popup-content")
    assert "E-GEOM" in page.inner_text(".leaflet-popup-content")
    with page.expect_download() as download:
        page.click("#history a[href$=csv]")
    assert "E-GEOM" in download.value.path().read_text("utf-8-sig")
    # The file lies there still, and can be taken away.
    page.reload()
    page.wait_for_selector("[data-upload]")
    page.get_by_label("删除 LRDL.geojson").click()
    page.wait_for_selector("#uploads-card", state="hidden")


def test_a_file_that_is_none_says_why(open_page, site, tmp_path):
    page = opened(open_page, site, allowed={400})
    wrong = tmp_path / "map.gpkg"
    wrong.write_bytes(b"MZ" + bytes(100))
    page.set_input_files("#file", wrong)
    page.wait_for_selector(".toast-error code")
    assert page.inner_text(".toast-error code") == "E-FORMAT"
    assert page.is_visible("#drop")


def test_an_upload_goes_on_where_it_was_broken_off(open_page, site, tmp_path):
    page = opened(open_page, site, allowed={503})
    path = files.town(tmp_path / "town.gpkg")
    sent = []
    page.on("request", lambda r: sent.append(r) if r.method == "PATCH" else None)
    # The server starts anew while the first piece is under way.
    page.route("**/content", lambda route: route.fulfill(status=503, body="{}"), times=1)
    page.set_input_files("#file", path)
    page.wait_for_selector("#import-form:visible")
    assert len(sent) >= 2
    page.get_by_label("删除 town.gpkg").click()
    page.wait_for_selector("#drop:not(.is-small)")


@pytest.mark.parametrize("width", [390])
def test_the_page_fits_a_phone(open_page, site, width):
    page = opened(open_page, site, size=(width, 844))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.is_visible("#drop") and page.is_visible("#map")


def test_places_with_a_faulty_row(open_page, site, tmp_path):
    page = opened(open_page, site)
    table = tmp_path / "places.csv"
    good, bad = f"孚王府,{WEST + 0.002},{SOUTH + 0.002}", "<b>坏</b>,0,0"
    table.write_text(f"名称,经度,纬度\n{good}\n{bad}\n", "utf-8")
    page.set_input_files("#file", table)
    page.wait_for_selector("#import-form:visible")
    page.select_option("#answer-crs", "EPSG:4490")
    page.click("#answer button")
    page.locator("#inspected", has_text="4490").wait_for()
    page.select_option("[name=what]", "places")
    assert page.is_visible("[name=skip_bad]") and page.is_visible("[name=layer]")
    assert page.is_hidden("[name=code_field]") and page.is_hidden("[name=layers]")
    page.click("button[value=real]")
    page.wait_for_selector("#result .import-problem")
    assert "E-PLACE-ROWS" in page.inner_text("#result")
    page.check("[name=skip_bad]")
    page.click("button[value=real]")
    page.wait_for_selector("#result .figures")
    assert "E-PLACE-MARKUP" in page.inner_text("#result")


def test_layers_become_what_one_says(open_page, site, tmp_path):
    page = opened(open_page, site, allowed={400})
    page.set_input_files("#file", roads(tmp_path / "unlike.geojson"))
    page.wait_for_selector("#import-form:visible")
    # No shipped layer map knows the layer: the lines are open, and say nothing yet.
    assert page.input_value("[name=layers]") == "own"
    line = page.locator(".own-line")
    page.click("button[value=dry]")
    page.wait_for_selector(".toast-error code")
    assert page.inner_text(".toast-error code") == "E-MAP-EMPTY"
    line.get_by_label("成为").select_option("road")
    line.get_by_label("名称字段").select_option("NAME")
    line.get_by_label("仅当字段").select_option("GB")
    line.get_by_label("取值为").fill("43*")
    page.fill("[name=dataset]", "e2e-own")
    page.click("button[value=dry]")
    page.wait_for_selector("#result .figures")
    assert "试运行" in page.inner_text("#result")
    # Whoever brings the same layers again finds what was said of them.
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    page.set_input_files("#file", roads(tmp_path / "unlike.geojson"))
    page.wait_for_selector("#import-form:visible")
    assert page.locator(".own-line input").input_value() == "43*"
    line.get_by_text("再加一行").click()
    assert page.locator(".own-line").count() == 2
    page.select_option("[name=layers]", "gb")
    assert page.is_hidden("#own-map")
