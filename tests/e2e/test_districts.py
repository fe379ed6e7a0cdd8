"""Two districts that meet: coloured together from afar, both with their grids when near."""

from __future__ import annotations

import math

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import at_rest, panel_code, until
from tests.e2e.places import COLUMNS, DISTRICT, ROWS, SECOND, SECOND_COLUMNS, centre_of

MAKE = f"""
from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from tests.e2e.casetown import make_case_people
from tests.e2e.twotowns import make_second_district
make_case_people()
make_second_district()
make_cases(Wanted(("{DISTRICT}", "{SECOND}"), 2000, 60))
"""
BORDER = (116.4, 39.9154)
GRIDS = 4 * COLUMNS * ROWS + 2 * SECOND_COLUMNS * ROWS
WEST, EAST = (-4, 6), (8, 6)
ALL_WEST = [(column, row) for column in range(-SECOND_COLUMNS, 0) for row in range(2 * ROWS)]
ALL_EAST = [(column, row) for column in range(2 * COLUMNS) for row in range(2 * ROWS)]
SIZE = (1280, 800)
AFAR = 10
COLOURED, PLAIN = 100, 1
"""The least opacity of a class of a measure, and of a grid without one."""
PAINTED = """
([points, least]) => {
    for (const canvas of document.querySelectorAll('.leaflet-grids-pane canvas')) {
        const box = canvas.getBoundingClientRect();
        const scale = canvas.width / box.width;
        for (const [x, y] of points) {
            if (x < box.left || y < box.top || x >= box.right || y >= box.bottom) continue;
            const at = [(x - box.left) * scale, (y - box.top) * scale];
            const colour = [...canvas.getContext('2d').getImageData(...at, 1, 1).data];
            if (colour[3] >= least) return colour;
        }
    }
    return null;
}
"""


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with two districts and sixty days of made-up cases in both."""
    yield from own_town(f"wanmi_e2e_districts_{worker_id}", databases, state, MAKE)


def map_of(open_page, site, zoom, more="", **options):
    lon, lat = BORDER
    page = open_page(
        f"{site}#{zoom}/{lat}/{lon}&d={DISTRICT}{more}",
        user="planner", size=SIZE, idle=False, **options,
    )  # fmt: skip
    if "m=" in more:
        page.keyboard.press("m")
        page.wait_for_selector("#measure-legend .legend-class")
    return page


def counted(page) -> list[int]:
    """How many regions or grids the legend counts in each class."""
    shown = page.locator("#measure-legend small").all_inner_texts()
    return [int(one.replace(",", "")) for one in shown]


def point_of(place, zoom: int) -> list[float]:
    """Where a place of the town is in the window while the border is in the middle."""
    world = 256 * 2**zoom

    def down(lat):
        return world / 2 - world / (2 * math.pi) * math.asinh(math.tan(math.radians(lat)))

    lon, lat = centre_of(place)
    across = (lon - BORDER[0]) / 360 * world
    return [SIZE[0] / 2 + across, SIZE[1] / 2 + down(lat) - down(BORDER[1])]


def painted(page, places, zoom, least=COLOURED):
    """The first colour of a grid or region at some places, as soon as there is one."""
    points = [point_of(place, zoom) for place in places]
    return page.wait_for_function(PAINTED, arg=[points, least]).json_value()


def test_districts_are_coloured_together_from_afar(open_page, town):
    page = map_of(open_page, town, AFAR, "&m=cases&b=quantile.5")
    # Two values in one set of classes: the one is the least of them, the other the most.
    assert [one for one in counted(page) if one] == [1, 1]
    assert painted(page, [WEST], AFAR) != painted(page, [EAST], AFAR)


def test_a_press_on_a_region_of_another_district_leads_there(open_page, town):
    page = map_of(open_page, town, AFAR, "&m=cases")
    assert "东城区" in page.inner_text("#district-button")
    painted(page, [WEST], AFAR)
    page.mouse.click(*point_of(WEST, AFAR))
    until(page, "location.hash.startsWith('#11/')")
    until(page, f"location.hash.includes('d={SECOND}')")
    assert "西城区" in page.inner_text("#district-button")
    at_rest(page)
    # Grids of both are in view, and counted together.
    page.wait_for_selector("#measure-legend .legend-unit", state="detached")
    assert sum(counted(page)) == GRIDS
    page.go_back()
    until(page, f"location.hash.includes('d={DISTRICT}')")
    assert "东城区" in page.inner_text("#district-button")


@pytest.mark.parametrize(("more", "least"), [("", PLAIN), ("&m=cases", COLOURED)])
def test_grids_of_both_are_painted_near(open_page, town, more, least):
    page = map_of(open_page, town, 14, more)
    for places in (ALL_WEST, ALL_EAST):
        assert painted(page, places, 14, least)
    if more:
        assert sum(counted(page)) == GRIDS


def test_a_grid_of_another_district_is_told_of_by_a_press(open_page, town):
    page = map_of(open_page, town, 14)
    painted(page, [WEST], 14, PLAIN)
    page.mouse.click(*point_of(WEST, 14))
    assert panel_code(page).startswith(SECOND)
