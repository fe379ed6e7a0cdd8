"""The map by keys alone: every control within reach and seen, cards that give the focus back.

And what a system asks for: no movement, its own contrast colours, text of four times the size.
"""

from __future__ import annotations

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import panel_code, start_at, until
from tests.e2e.places import DISTRICT, code_at

HERE = (9, 4)
MAKE = f"""
from spatial.cases.making.make import make_cases as make_many
from spatial.cases.making.plan import Wanted
from tests.e2e.casetown import make_cases
make_cases()
make_many(Wanted(("{DISTRICT}",), 300, 30))
"""
MOST_STOPS = 400
# How an element and what it stands in look: a ring may be drawn by either, or by what follows it.
LOOK = """
(node) => {
    const part = (one) => {
        const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(one);
        return [outlineStyle, outlineWidth, outlineColor, boxShadow].join();
    };
    const seen = [];
    for (let one = node; one !== document.body; one = one.parentElement) seen.push(part(one));
    if (node.nextElementSibling) seen.push(part(node.nextElementSibling));
    return seen.join("|");
}
"""
CONTROLS = """
() => {
    const all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const name = (node) => node.id || node.getAttribute("aria-label") || node.textContent.trim();
    return [...document.querySelectorAll(all)]
        .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.disabled
            && node.tabIndex >= 0 && !node.closest("[inert]"))
        .map((node, at) => { node.dataset.stop = at; return name(node) || node.className; });
}
"""
STOP = "() => document.activeElement?.dataset?.stop ?? null"


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with some cases."""
    yield from own_town(f"wanmi_e2e_keyboard_{worker_id}", databases, state, MAKE)


def the_map(open_page, town, rest="", **more):
    page = open_page(f"{start_at(town, HERE)}{rest}", user="planner", **more)
    return page


def stops(page) -> list[str]:
    """Where Tab leads to, from the top of the page until it begins anew."""
    found = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(STOP)
        if at is None or at in found:
            break
        found.append(at)
    return found


@pytest.mark.parametrize("rest", ["&m=cases", f"&g={code_at(HERE)}"])
def test_tab_reaches_every_control_of_the_map_with_a_ring(open_page, town, rest):
    page = the_map(open_page, town, rest, reduced_motion="reduce")
    names = page.evaluate(CONTROLS)
    assert len(names) > 20
    found = stops(page)
    assert [names[int(at)] for at in found] == names
    bare = []
    for at in found:
        node = page.locator(f"[data-stop='{at}']")
        page.evaluate("document.activeElement.blur()")
        before = node.evaluate(LOOK)
        page.evaluate("(at) => document.querySelector(`[data-stop='${at}']`).focus()", at)
        if node.evaluate(LOOK) == before:
            bare.append(names[int(at)])
    assert bare == []


CARDS = {
    "m": "tool-measures", "l": "tool-layers", "g": "tool-legend", "t": "tool-table",
    "d": "tool-day", "s": "tool-select", "p": "tool-share", "?": "tool-help",
    "c": "tool-components",
}  # fmt: skip


@pytest.mark.parametrize("size", [(1600, 900), (390, 844)])
def test_escape_closes_each_card_and_gives_the_focus_back(open_page, town, size):
    page = the_map(open_page, town, size=size)
    page.keyboard.press("Escape")
    for key, button in CARDS.items():
        page.keyboard.press(key)
        page.wait_for_selector(".popover-right:visible")
        assert page.evaluate("() => Boolean(document.activeElement.closest('.popover'))"), key
        # No card holds the focus: Tab leads out of it again.
        for _stop in range(MOST_STOPS):
            page.keyboard.press("Tab")
            if not page.evaluate("() => Boolean(document.activeElement.closest('.popover'))"):
                break
        else:
            pytest.fail(f"{key} holds the focus")
        page.keyboard.press("Escape")
        assert page.locator(".popover:visible").count() == 0, key
        seen = page.locator(f"#{button}").is_visible()
        assert page.evaluate("() => document.activeElement.id") == (button if seen else "tool-more")


def test_the_menu_behind_more_is_closed_by_escape(open_page, town):
    page = the_map(open_page, town, size=(390, 844))
    page.focus("#tool-more")
    page.keyboard.press("Enter")
    page.wait_for_selector("#prefs:visible")
    assert page.get_attribute("#tool-more", "aria-expanded") == "true"
    page.focus("#tool-day")
    page.keyboard.press("Escape")
    assert page.is_hidden("#prefs")
    assert page.evaluate("() => document.activeElement.id") == "tool-more"


def test_grids_are_chosen_and_stepped_through_by_keys(open_page, town):
    page = the_map(open_page, town)
    page.focus("#map")
    page.keyboard.press("Enter")
    assert panel_code(page) == code_at(HERE)
    assert page.evaluate("() => document.activeElement.id") == "panel"
    page.keyboard.press("ArrowRight")
    east = code_at((HERE[0] + 1, HERE[1]))
    until(page, f"document.querySelector('#panel-code').ariaLabel === '{east}'")
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")
    assert page.evaluate("() => document.activeElement.id") == "map"


def test_a_found_place_leaves_the_focus_on_the_map(open_page, town):
    page = the_map(open_page, town)
    page.keyboard.press("/")
    # Faster than answers come: what is meant is what was typed to the end.
    page.keyboard.type(code_at(HERE))
    page.keyboard.press("Enter")
    assert panel_code(page) == code_at(HERE)
    assert page.evaluate("() => document.activeElement.id") == "map"
    # The first closes what was found, the second leaves.
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.id") == "map"


def test_what_was_cleared_is_found_when_it_is_typed_again(open_page, town):
    page = the_map(open_page, town)
    for _time in range(2):
        page.fill("#search-input", code_at(HERE))
        page.wait_for_selector(f".result:has-text('{code_at(HERE)}')")
        page.click(".search-clear")
        page.wait_for_selector("#search-drop", state="hidden")


def test_a_dialog_holds_the_focus_and_gives_it_back(open_page, town):
    page = open_page(f"{town}desk/", user="operator", idle=False)
    page.focus("#keys")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    for _stop in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body"
            " || Boolean(document.activeElement.closest('dialog'))"
        )
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.id") == "keys"


def test_behind_the_sheet_to_print_nothing_is_reached(open_page, town):
    page = the_map(open_page, town)
    page.keyboard.press("p")
    page.click("#share-print")
    page.wait_for_selector(".print-sheet:not([aria-busy]) img")
    for _stop in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body"
            " || Boolean(document.activeElement.closest('#print-preview'))"
        )
    page.focus("#print-preview select")
    page.keyboard.press("Escape")
    assert page.is_hidden("#print-preview")
    assert page.evaluate("() => document.activeElement.id") == "tool-share"


def test_who_wants_no_movement_gets_none(open_page, town):
    page = the_map(open_page, town, reduced_motion="reduce")
    page.focus("#map")
    page.keyboard.press("Enter")
    panel_code(page)
    moving = """() => document.getAnimations()
        .filter((one) => one.effect.getComputedTiming().duration > 1).length"""
    assert page.evaluate(moving) == 0
    page.click("#zoom-in")
    assert page.locator(".leaflet-zoom-anim").count() == 0
    page.keyboard.press("Escape")
    page.fill("#search-input", code_at((3, 3)))
    page.wait_for_selector(".result")
    page.keyboard.press("Enter")
    until(page, f"document.getElementById('panel').textContent.includes('{code_at((3, 3))}')")
    assert page.locator(".leaflet-pan-anim").count() == 0


def test_contrast_colours_of_the_system_leave_switches_and_rings(open_page, town):
    page = the_map(open_page, town, "&m=cases", forced_colors="active")
    page.keyboard.press("l")
    box = page.locator(".switch input").first
    knob = "(node) => getComputedStyle(node.parentElement.querySelector('i')).backgroundColor"
    on = box.evaluate(knob)
    box.press("Space")
    assert box.evaluate(knob) != on
    # The browser is handed a ring, since shadows are taken away.
    assert (
        box.evaluate("(node) => getComputedStyle(node.nextElementSibling).outlineStyle") == "solid"
    )
    page.keyboard.press("g")
    swatches = ".measure-legend .swatch"
    fills = page.eval_on_selector_all(
        swatches, "(all) => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(fills)) > 2


NARROW_PAGES = {
    "planner": ["", "evaluation/", "evaluation/?view=analysis", "data/exports/", "ogc/?f=html",
                "ogc/collections/grids/items?f=html",
                f"evaluation/reports/2026-10/?district={DISTRICT}"],
    "gis_staff": ["data/", "data/plans/", "data/imports/", "data/addresses/", "data/schemes/",
                  "data/responsibilities/", f"data/plans/{DISTRICT}-e1"],
    "operator": ["desk/", "desk/campaigns/", "desk/patrol/", "wall/"],
    "inspector": ["hand/", "report/", "accounts/login/"],
}  # fmt: skip
# What lies beyond the right edge and cannot be brought into sight by a scroll of its own.
LOST = """
() => {
    const isSeen = (node) => node.checkVisibility({ visibilityProperty: true })
        && !node.closest(".visually-hidden, .skip-link, .leaflet-container, [aria-hidden=true]");
    const isBeyond = (node) => {
        const { right, width } = node.getBoundingClientRect();
        return width > 1 && right > innerWidth + 1;
    };
    const scrolls = (node) => {
        for (let one = node.parentElement; one; one = one.parentElement) {
            const can = /auto|scroll/.test(getComputedStyle(one).overflowX);
            if (can && one.scrollWidth > one.clientWidth) return true;
        }
        return false;
    };
    return [...document.querySelectorAll("a, button, input, select, h1, h2, h3, p, label")]
        .filter((node) => isSeen(node) && isBeyond(node) && !scrolls(node))
        .map((node) => node.outerHTML.slice(0, 120));
}
"""


@pytest.mark.parametrize("size", [(320, 256), (640, 512)])
@pytest.mark.parametrize("name", NARROW_PAGES)
def test_at_two_and_four_times_the_size_no_page_is_wider_than_the_window(
    open_page, town, name, size
):
    page = open_page(f"{town}ogc/conformance", user=name, ready=False, size=size)
    found = {}
    for address in NARROW_PAGES[name]:
        page.goto("about:blank")
        page.goto(town + address)
        if page.locator("script[type=module]").count():
            page.wait_for_selector("html[data-ready=true]")
        wide = page.evaluate("document.documentElement.scrollWidth")
        lost = page.evaluate(LOST)
        if wide > size[0] or lost:
            found[address] = (wide, lost[:5])
    assert found == {}
