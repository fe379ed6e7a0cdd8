"""Security test 11 in a browser: texts of strangers are shown as texts, and no policy is broken."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.injected import LAMP, PAYLOADS

WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => {
    window.broken.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
MAKE = "from tests.e2e.injected import make_all; make_all()"


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site whose cases, departments, components, places and grids carry scripts."""
    yield from own_town(f"wanmi_e2e_injected_{worker_id}", databases, state, MAKE)


@pytest.fixture
def reader(open_page, town):
    """Opens addresses as somebody; what is seen there, after nothing ran and nothing was broken."""

    def open_as(name, *addresses, act=None):
        page = open_page(f"{town}ogc/conformance", user=name, ready=False)
        page.add_init_script(WATCH)
        page.on("dialog", lambda dialog: dialog.dismiss())
        seen = []
        for address in addresses:
            page.goto(f"{town}{address}")
            page.wait_for_load_state("networkidle")
            if act:
                act(page)
            assert page.evaluate("() => window.pwned") is None, address
            assert page.evaluate("() => window.broken") == [], address
            seen.append(page.inner_text("body"))
        return "\n".join(seen)

    return open_as


def test_the_desk_shows_words_as_words(reader):
    def open_case(page):
        page.wait_for_selector(".desk-row")
        page.locator(".desk-row").first.click()
        page.wait_for_selector("#case:visible h2")
        page.wait_for_load_state("networkidle")

    seen = reader("operator", "desk/?tab=all", act=open_case)
    for payload in PAYLOADS:
        assert payload in seen


def test_the_hand_and_the_residents_page_too(reader, town):
    def case(page):
        page.locator("#tasks .case-line").first.click()
        page.wait_for_selector("#tab-case:visible h2")

    assert PAYLOADS[0] in reader("inspector", "hand/", act=case)
    assert "window.pwned" not in reader("inspector", "report/")


def test_evaluation_and_campaigns_and_patrol_too(reader):
    assert PAYLOADS[1] in reader("operator", "evaluation/?kind=department", "desk/campaigns/")
    reader("operator", "desk/patrol/")


def test_the_map_its_search_and_a_component_too(reader):
    def search(page):
        page.fill("#search-input", PAYLOADS[0])
        page.wait_for_timeout(800)

    reader("gis_staff", "", act=search)
    assert PAYLOADS[0] in reader("gis_staff", f"components/{LAMP}/")


def test_the_administration_too(reader):
    lists = ("cases/department", "cases/campaign", "core/auditentry")
    seen = reader("chief", *(f"admin/{name}/" for name in lists))
    assert PAYLOADS[1] in seen
