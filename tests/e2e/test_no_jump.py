"""Nothing on a page moves by itself while it loads: Chromium's own measure of layout shifts."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.places import DISTRICT

MAKE = f"""
from spatial.cases.making.make import make_cases as make_many
from spatial.cases.making.plan import Wanted
from tests.e2e.casetown import make_cases
make_cases()
make_many(Wanted(("{DISTRICT}",), 900, 60))
"""
MOST = 0.02
SETTLED_MS = 1_500
SHIFTS = """
() => new Promise((tell) => {
    const found = [];
    const name = (node) => node?.id || node?.className || node?.nodeName || "?";
    const watch = new PerformanceObserver((list) => found.push(...list.getEntries()));
    watch.observe({ type: "layout-shift", buffered: true });
    setTimeout(() => tell({
        sum: found.reduce((sum, one) => sum + one.value, 0),
        what: found.flatMap((one) => one.sources.map(({ node }) =>
            `${one.value.toFixed(4)} ${name(node)} at ${Math.round(one.startTime)}`)),
    }), 200);
})
"""
PAGES = {
    "": "planner", "desk/": "operator", "evaluation/": "planner", "wall/": "operator",
    "data/plans/": "gis_staff", "data/imports/": "gis_staff", "hand/": "inspector", "report/": "",
}  # fmt: skip
SIZES = [(1600, 900), (390, 844)]


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with sixty days of cases."""
    yield from own_town(f"wanmi_e2e_no_jump_{worker_id}", databases, state, MAKE)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("address", PAGES)
def test_nothing_jumps_while_a_page_loads(open_page, town, address, size):
    page = open_page(f"{town}{address}", user=PAGES[address], size=size)
    page.wait_for_timeout(SETTLED_MS)
    found = page.evaluate(SHIFTS)
    assert found["sum"] < MOST, found["what"]
