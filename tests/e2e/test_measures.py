"""Colours by measures in a real browser: chosen, classed, played, isolated, linked, followed."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest
from django.utils import timezone

from tests.e2e.conftest import own_town
from tests.e2e.pages import until
from tests.e2e.places import DISTRICT

MAKE = f"""
from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from tests.e2e.casetown import make_case_people
make_case_people()
make_cases(Wanted(("{DISTRICT}",), 2000, 60))
"""
VIEW = "#14/39.9154/116.4095"


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with sixty days of made-up cases."""
    yield from own_town(f"wanmi_e2e_measures_{worker_id}", databases, state, MAKE)


def map_of(open_page, site, address="", name="planner", **more):
    page = open_page(f"{site}{address}", user=name, idle=False, locale="en-GB", **more)
    return page


BREAKS = """
async ({ values, method, classes, given }) => {
    const { breaksOf, classesOf } = await import("webmap/measures/breaks");
    const array = Float32Array.from(values, (value) => value ?? NaN);
    const ends = breaksOf(array, method, classes, given ?? {});
    return [ends, [...classesOf(array, ends)]];
}
"""


def breaks(page, values, method, classes, **given):
    asked = {"values": values, "method": method, "classes": classes, "given": given}
    return page.evaluate(BREAKS, asked)


def test_class_breaks_by_all_methods(open_page, town):
    page = map_of(open_page, town)
    values = [0, 1, 1, 1, 1, 2, 2, 3, 4, 8, 9, 30, None]
    ends, classes = breaks(page, values, "quantile", 3)
    assert ends == [1, 4, 30]
    assert classes == [0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 255]
    # The sums of squares of these three are the least: {1–4}, {8, 9}, {30}.
    assert breaks(page, values, "natural", 3)[0] == [4, 9, 30]
    assert breaks(page, values, "equal", 3)[0] == pytest.approx([1 + 29 / 3, 1 + 58 / 3, 30])
    assert breaks(page, values, "standard", 5, standard=[1, 3, 5])[0] == [1, 3, 5, 30]
    assert breaks(page, values, "own", 5, own=[10, 2])[0] == [2, 10, 30]
    # Fewer different values than classes, and none at all.
    assert breaks(page, [5, 5, 7], "natural", 5)[0] == [5, 7]
    assert breaks(page, [0, None], "quantile", 5) == [[], [0, 255]]


def test_natural_breaks_are_the_best_there_are(open_page, town):
    """Against all ways to cut."""
    page = map_of(open_page, town)
    values = [1, 2, 2, 3, 7, 8, 8, 15, 16, 40]
    found = breaks(page, values, "natural", 4)[0]

    def cost(ends):
        parts, rest = [], sorted(values)
        for end in ends:
            parts.append([value for value in rest if value <= end])
            rest = [value for value in rest if value > end]
        return sum(sum((v - sum(p) / len(p)) ** 2 for v in p) for p in parts if p)

    distinct = sorted(set(values))
    best = min(cost([*some, 40]) for some in combinations(distinct[:-1], 3))
    assert cost(found) == pytest.approx(best)


def test_a_measure_is_chosen_and_stands_in_the_address(open_page, town):
    page = map_of(open_page, town)
    page.keyboard.press("m")
    page.select_option("select[name=measure]", "cases")
    until(page, "location.hash.includes('m=cases')")
    until(page, "document.querySelectorAll('#measure-legend .legend-class').length > 1")
    page.select_option("select[name=method]", "natural")
    until(page, "location.hash.includes('b=natural.5')")
    assert page.locator("#timeline").is_visible()
    page.locator("#measure-legend .legend-class").nth(1).click()
    until(page, "document.querySelector('.legend-class[aria-pressed=true]')")
    assert page.locator("#measure-legend .legend-class.is-away").count() >= 1
    link = page.evaluate("location.href")
    again = map_of(open_page, town, link.removeprefix(town))
    again.keyboard.press("m")
    until(again, "document.querySelector('#measure-legend .legend-class')")
    assert again.input_value("select[name=measure]") == "cases"
    assert again.input_value("select[name=method]") == "natural"


def test_an_address_of_an_old_version_has_no_measure(open_page, town):
    page = map_of(open_page, town, f"{VIEW}&m=gone&t=2026-13-77&b=x.99&r=no")
    until(page, "document.documentElement.dataset.ready")
    assert page.locator("#timeline").is_hidden()
    assert "m=" not in page.evaluate("location.hash")


def test_who_may_not_see_results_has_no_colours(open_page, town):
    page = map_of(open_page, town, f"{VIEW}&m=cases&t=2026-10", name="")
    until(page, "document.documentElement.dataset.ready")
    assert page.locator("#tool-measures").is_hidden()
    page.keyboard.press("m")
    assert page.locator("select[name=measure]").count() == 0


def test_the_slider_steps_through_periods(open_page, town):
    day = timezone.localdate() - timedelta(days=60)
    page = map_of(open_page, town, f"{VIEW}&m=cases&t={day}")
    until(page, "document.querySelector('#timeline input')")
    page.focus("#timeline input")
    before = page.evaluate("location.hash")
    page.keyboard.press("ArrowLeft")
    until(page, f"location.hash !== {before!r}")
    rest = page.get_attribute(".timeline-play", "title")
    page.click(".timeline-play")
    assert page.get_attribute(".timeline-play", "title") != rest
    page.click(".timeline-play")
    assert page.get_attribute(".timeline-play", "title") == rest


def test_two_periods_stand_beside_each_other(open_page, town):
    page = map_of(open_page, town, f"{VIEW}&m=cases")
    page.keyboard.press("m")
    page.select_option("select[name=against]", "beside-period")
    page.wait_for_selector(".swipe:not([hidden])")
    until(page, "location.hash.includes('x=beside-period')")
    until(page, "document.querySelector('.leaflet-beside-pane canvas')")
    page.focus(".swipe")
    page.keyboard.press("End")
    until(page, "document.querySelector('.swipe').getAttribute('aria-valuenow') === '100'")
    # Which grids are counted does not depend on what stands beside.
    counted = page.locator("#measure-legend small").all_inner_texts()
    page.select_option("select[name=against]", "")
    page.wait_for_selector(".swipe", state="hidden")
    until(page, "!location.hash.includes('x=')")
    assert sum(int(one) for one in counted) == 192


LEVELS = """
async ({ count, box, zooms }) => {
    const { levelAt, nearerZoom } = await import("webmap/measures/levels");
    const extents = [{ count, box }];
    return [zooms.map((zoom) => levelAt(extents, zoom)), nearerZoom(extents, 8, 19)];
}
"""


def test_grids_give_way_to_streets_and_streets_to_districts(open_page, town):
    page = map_of(open_page, town)
    # 4,000 grids of 100 m in 6.3 km squared.
    box = [116.38, 39.9, 116.454, 39.957]
    asked = {"count": 4000, "box": box, "zooms": [12, 11, 10, 9, 8]}
    levels, nearer = page.evaluate(LEVELS, asked)
    assert levels == ["grid", "grid", "street", "district", "district"]
    assert nearer == 10
    assert page.evaluate(LEVELS, {**asked, "count": 0})[0] == ["grid"] * 5


def test_from_afar_a_press_on_a_coloured_district_goes_nearer(open_page, town):
    page = map_of(open_page, town, "#9/39.9154/116.4095&m=cases")
    page.keyboard.press("m")
    page.wait_for_selector("#measure-legend .legend-unit")
    counted = page.locator("#measure-legend small").all_inner_texts()
    assert sum(int(one) for one in counted) == 1
    page.keyboard.press("m")
    # What lies under the pointer is looked up as it moves; shapes may come later than the legend.
    for step in range(60):
        page.mouse.move(640 + step % 2, 400)
        if page.is_visible("#hover-card"):
            break
        page.wait_for_timeout(200)
    assert page.locator("#hover-card small").inner_text().replace(",", "").isdecimal()
    page.mouse.click(640, 400)
    until(page, "location.hash.startsWith('#11/')")
    page.keyboard.press("m")
    page.wait_for_selector("#measure-legend .legend-unit", state="detached")
    until(page, "[...document.querySelectorAll('#measure-legend small')].length > 1")
    counted = page.locator("#measure-legend small").all_inner_texts()
    assert sum(int(one.replace(",", "")) for one in counted) == 192


def test_hot_spots_have_their_own_classes(open_page, town):
    page = map_of(open_page, town, VIEW)
    page.keyboard.press("m")
    page.select_option("select[name=measure]", "hotspots")
    page.wait_for_selector("#measure-legend .legend-class >> nth=6")
    counted = page.locator("#measure-legend small").all_inner_texts()
    assert len(counted) == 7
    assert sum(int(one) for one in counted) == 192
    # No colour says it alone: each hot or cold class has a pattern.
    patterned = "[...document.querySelectorAll('#measure-legend .swatch')]"
    images = page.evaluate(f"{patterned}.map((one) => one.style.backgroundImage !== '')")
    assert images == [True, True, True, False, True, True, True]
    assert page.locator("select[name=against]").count() == 0
    assert page.locator("select[name=method]").count() == 0


def test_without_a_forecast_the_card_says_what_to_do(open_page, town):
    page = map_of(open_page, town, f"{VIEW}&m=cases", allowed={404})
    page.keyboard.press("m")
    page.select_option("select[name=measure]", "forecast")
    page.wait_for_selector(".forecast-missing button")
    assert "东城区" in page.inner_text(".forecast-missing")
    assert page.locator("#timeline").is_hidden()
    assert page.locator(".toast-error").count() == 0


def test_gis_staff_have_no_measures_of_the_analysis(open_page, town):
    page = map_of(open_page, town, f"{VIEW}&m=hotspots", name="gis_staff")
    page.keyboard.press("m")
    page.wait_for_selector("select[name=measure]")
    values = page.eval_on_selector_all(
        "select[name=measure] option", "all => all.map(o => o.value)"
    )
    assert "cases" in values
    assert not {"hotspots", "forecast"} & set(values)
