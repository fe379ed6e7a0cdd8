"""Parts of the map page that are fetched only when somebody needs them."""

from __future__ import annotations

import pytest

from tests.e2e.pages import start_at, until
from tests.e2e.places import centre_of

HERE = (9, 4)
SCRIPTS = 'performance.getEntriesByType("resource").map(({ name }) => name)'


def has_fetched(page, part: str) -> bool:
    """Whether the browser has asked for a module; its name carries a hash."""
    return page.evaluate(f"{SCRIPTS}.some((name) => name.includes('/js/{part}.'))")


@pytest.mark.parametrize(
    ("tool", "key", "part", "there"),
    [
        ("select", "s", "select/control", "#measure-area"),
        ("share", "p", "share/control", "#share-png"),
        ("table", "t", "gridtable", ".grid-table"),
        ("export", None, "exporter", "#popovers a[href*='login']"),
    ],
)
def test_a_part_is_fetched_by_its_tool_and_opens_and_closes(
    open_page, site, tool, key, part, there
):
    page = open_page(start_at(site, HERE))
    assert not has_fetched(page, part)
    assert page.get_attribute(f"#tool-{tool}", "aria-expanded") == "false"
    page.keyboard.press(key) if key else page.click(f"#tool-{tool}")
    page.wait_for_selector(there)
    assert has_fetched(page, part)
    assert page.get_attribute(f"#tool-{tool}", "aria-expanded") == "true"
    page.click(f"#tool-{tool}")
    page.wait_for_selector(there, state="hidden")
    page.click(f"#tool-{tool}")
    page.wait_for_selector(there)


def test_notes_come_by_themselves(open_page, site):
    page = open_page(start_at(site, HERE))
    until(page, f"{SCRIPTS}.some((name) => name.includes('/api/v1/notes'))")


def test_a_part_that_cannot_be_fetched_is_said_and_tried_again(open_page, site):
    page = open_page(start_at(site, HERE))
    page.context.set_offline(True)
    page.click("#tool-share")
    page.wait_for_selector(".toast code:has-text('E-PAGE-PART')")
    assert page.get_attribute("#tool-share", "aria-busy") is None
    page.context.set_offline(False)
    page.click(".toast .button")
    page.wait_for_selector("#share-png")
    assert page.query_selector(".toast") is None


def test_a_link_fetches_its_part_and_keeps_its_key_while_that_fails(open_page, site):
    lon, lat = centre_of(HERE)
    place = ".".join((_base36(round(lon * 1e5)), _base36(round(lat * 1e5))))
    shape = f"s=o{place}~300"
    page = open_page(f"{start_at(site, HERE)}&{shape.replace('~', '%7E')}")
    page.wait_for_selector(".select-result:not([aria-busy]) .figure-row")
    page.context.route("**/select/control*", lambda route: route.abort("internetdisconnected"))
    page.reload()
    page.wait_for_selector(".toast code:has-text('E-PAGE-PART')")
    page.keyboard.press("+")
    until(page, "location.hash.startsWith('#17/')")
    assert "s=o" in page.url
    page.context.unroute("**/select/control*")
    page.click(".toast .button")
    page.wait_for_selector(".select-result:not([aria-busy]) .figure-row")


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"
