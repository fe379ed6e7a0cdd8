"""WCAG 2.2 A and AA and good practice by all rules of axe-core: every page, by day and night.

Not among them: the page of Swagger UI at ``/api/docs/``, which is as its makers have it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.dev_packages import dev_package
from tests.e2e.conftest import own_town
from tests.e2e.pages import panel_code, start_at
from tests.e2e.places import DISTRICT, DRAFT, PASSWORD, VERSION

LAMP = f"{DISTRICT}0118000001"
MAKE = f"""
from spatial.cases.making.make import make_cases as make_many
from spatial.cases.making.plan import Wanted
from tests.e2e.casetown import make_cases
make_components()
make_cases()
make_many(Wanted(("{DISTRICT}",), 900, 60))
from webmap.demo_patrol import make_patrol
make_patrol("{DISTRICT}")
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser("chief", password="{PASSWORD}")
"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """
async (tags) => {
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return found.violations.flatMap(({ id, nodes }) => nodes.slice(0, 6).map((node) => {
        const said = [...node.any, ...node.all, ...node.none].map((one) => one.message).join("; ");
        return `${id}: ${node.target.join(" ")} ${said}`;
    }));
}
"""
LOOKS = {
    "desk by day": {"size": (1600, 900), "color_scheme": "light"},
    "phone by night in English": {"size": (390, 844), "color_scheme": "dark"},
}
PAGES = {
    "": ["accounts/login/", "report/", "nothing-is-here/"],
    "planner": [
        "evaluation/", "evaluation/?kind=department", "evaluation/?view=analysis",
        "evaluation/?view=warnings", "evaluation/?view=honesty", "evaluation/?view=opinions",
        "evaluation/?view=published", f"evaluation/reports/2026-10/?district={DISTRICT}",
        "data/exports/", "ogc/?f=html", "ogc/collections/grids?f=html",
        "ogc/collections/grids/items?f=html", f"components/{LAMP}/", "data/imports/",
    ],
    "gis_staff": [
        "data/", "data/plans/", f"data/plans/{VERSION}", f"data/plans/{DRAFT}/edit",
        "data/imports/", "data/addresses/", "data/schemes/", "data/responsibilities/",
    ],
    "operator": ["wall/", "desk/", "desk/?tab=all", "desk/campaigns/", "desk/patrol/"],
    "inspector": ["hand/", "hand/#report", "hand/#me"],
    "chief": ["admin/"],
}  # fmt: skip
"""Every page that a menu leads to, with who goes there; refusals too."""
CARDS = "mclgstdp?"


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with components, cases at every stage, sixty days of others, and patrol areas."""
    yield from own_town(f"wanmi_e2e_accessible_{worker_id}", databases, state, MAKE)


@pytest.fixture(scope="module")
def axe():
    """The script of axe-core."""
    return (dev_package("axe-core") / "axe.min.js").read_text()


@pytest.fixture
def faults(axe):
    """What axe says of a page as it is now."""

    def of(page) -> list[str]:
        if page.evaluate("() => !window.axe"):
            page.evaluate(axe)
        return page.evaluate(RUN, RULES)

    return of


def opened(open_page, town, name, look, **more):
    """A page that is logged in, on a small page: the map is loaded where it is looked at."""
    # What fades in is half seen through meanwhile.
    plain = {"bypass_csp": True, "reduced_motion": "reduce", "ready": False}
    page = open_page(f"{town}ogc/conformance", user=name, **plain, **(LOOKS[look] | more))
    if "English" in look:
        page.context.add_cookies([{"name": "django_language", "value": "en", "url": town}])
    return page


def go(page, address: str) -> None:
    """Open an address as if it had been written into the bar."""
    # Only another document reads an address anew.
    page.goto("about:blank")
    page.goto(address)
    if page.locator("script[type=module]").count():
        page.wait_for_selector("html[data-ready=true], html[data-wall]")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_pages_keep_the_rules(open_page, town, faults, name, look):
    page = opened(open_page, town, name, look, allowed={403, 404})
    found = {}
    for address in PAGES[name]:
        go(page, town + address)
        assert urlsplit(page.url).path == urlsplit(town + address).path
        said = faults(page)
        if said:
            found[address] = said
    assert found == {}


@pytest.mark.parametrize("look", LOOKS)
def test_the_map_and_each_of_its_cards_keep_the_rules(open_page, town, faults, look):
    page = opened(open_page, town, "planner", look)
    go(page, f"{start_at(town, (9, 4), 15)}&m=cases")
    page.wait_for_selector("html[data-ready=true]")
    page.wait_for_selector("#timeline:visible")
    found = {"map": faults(page)}
    for key in CARDS:
        page.keyboard.press(key)
        page.wait_for_selector(".popover-right:visible")
        page.wait_for_load_state("networkidle")
        found[f"card {key}"] = faults(page)
        page.keyboard.press("Escape")
    page.evaluate("document.getElementById('tool-export').click()")
    found["export"] = faults(page)
    page.keyboard.press("Escape")
    page.evaluate("document.getElementById('tool-user').click()")
    found["account"] = faults(page)
    page.keyboard.press("Escape")
    page.click("#district-button")
    found["districts"] = faults(page)
    page.keyboard.press("Escape")
    page.fill("#search-input", "东")
    page.wait_for_selector(".result")
    found["search"] = faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    panel_code(page)
    page.wait_for_load_state("networkidle")
    found["grid"] = faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.click("#share-print")
    page.wait_for_selector(".print-sheet:not([aria-busy]) img")
    found["print"] = faults(page)
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_the_desk_with_an_open_case_keeps_the_rules(open_page, town, faults, look):
    page = opened(open_page, town, "operator", look)
    go(page, f"{town}desk/?tab=all")
    page.locator(".desk-row").first.click()
    page.wait_for_selector("#case:visible h2")
    page.wait_for_load_state("networkidle")
    found = {"case": faults(page)}
    page.keyboard.press("Escape")
    for key in "n?":
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        found[f"dialog {key}"] = faults(page)
        page.keyboard.press("Escape")
    assert {name: said for name, said in found.items() if said} == {}
