"""The page in the hand for everybody: contrast, size of targets, names, large text, both themes."""

from __future__ import annotations

import pytest

from tests.e2e.phone import phone, photo, town  # noqa: F401 - fixtures

TARGET_PX = 44
TEXT, LARGE_TEXT = 4.5, 3.0
# Contrast of every text that is seen with the ground it stands on, WCAG 2.2 (1.4.3).
CONTRAST = """
() => {
    const OUT = "script, noscript, option, .visually-hidden, .skip-link, .leaflet-container";
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgb = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => {
        const part = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * part(r / 255) + 0.7152 * part(g / 255) + 0.0722 * part(b / 255);
    };
    const ground = (node) => {
        for (let at = node; at; at = at.parentElement) {
            const colour = rgb(getComputedStyle(at).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255, 255];
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const node = text.parentElement;
        if (!text.data.trim() || node.closest(OUT)) continue;
        if (!node.checkVisibility({ visibilityProperty: true })) continue;
        const style = getComputedStyle(node);
        const [a, b] = [light(rgb(style.color)), light(ground(node))].sort((x, y) => y - x);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        found.push({ text: text.data.trim().slice(0, 30), ratio: (a + 0.05) / (b + 0.05), large });
    }
    return found;
}
"""
TARGETS = """
() => [...document.querySelectorAll("a, button, input, select, textarea, .toggle, .camera-button")]
    .filter((node) => node.checkVisibility() && !node.closest(".visually-hidden, .skip-link"))
    .map((node) => {
        // A box in a label is hit by the whole label.
        const box = node.matches("[type=radio], [type=checkbox]");
        const hit = box ? node.closest("label") : node;
        const { width, height } = hit.getBoundingClientRect();
        return { what: node.outerHTML.slice(0, 90), width, height };
    })
"""
NAMELESS = """
() => [...document.querySelectorAll("a, button, input, select, textarea, img")]
    .filter((node) => node.checkVisibility())
    .filter((node) => !(node.textContent.trim() || node.ariaLabel || node.hasAttribute("alt")))
    .filter((node) => !node.labels?.length)
    .map((node) => node.outerHTML.slice(0, 90))
"""
CUT = """
() => [...document.querySelectorAll("button, a, label, h1, h2, p, span")]
    .filter((node) => node.checkVisibility())
    .filter((node) => !node.closest(".visually-hidden, .leaflet-container"))
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
    .map((node) => node.outerHTML.slice(0, 90))
"""
PLACES = ("tasks", "report", "report-classes", "me", "case", "case-move")


def go(mine, place):
    """Open a part of the page as a user does."""
    page = mine.page
    tab = "tasks" if place.startswith("case") else place.partition("-")[0]
    mine.tab(tab)
    if tab == "tasks":
        page.wait_for_selector("#tasks .case-line")
    if place.startswith("case"):
        page.locator("#tasks .case-line").first.tap()
        page.wait_for_selector("[data-move]:visible")
    if place == "case-move":
        page.locator("[data-move]").first.tap()
        page.tap(".sheet [type=submit]")
        page.wait_for_selector(".sheet .problem:visible")
    if place == "report":
        page.set_input_files("#tab-report input[type=file]", photo())
        page.wait_for_selector("#tab-report .photo-strip img")
    if place == "report-classes":
        page.tap("#tab-report .chip-all")
        page.wait_for_selector(".sheet .row-button")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("place", PLACES)
def test_text_and_targets_of_every_part(phone, town, place, theme):  # noqa: F811
    mine = phone(color_scheme=theme)
    page = mine.log_in()
    go(mine, place)
    texts = page.evaluate(CONTRAST)
    assert len(texts) > 5
    low = [one for one in texts if one["ratio"] < (LARGE_TEXT if one["large"] else TEXT)]
    assert low == []
    targets = page.evaluate(TARGETS)
    small = [one for one in targets if min(one["width"], one["height"]) < TARGET_PX]
    assert small == []
    assert page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
@pytest.mark.parametrize("place", PLACES)
def test_text_of_twice_the_size_fits(phone, town, place, locale):  # noqa: F811
    mine = phone()
    page = mine.log_in()
    if locale == "en":
        mine.tab("me").tap("#language")
        page.wait_for_selector("html[lang=en][data-ready=true]")
    page.evaluate("document.documentElement.style.fontSize = '32px'")
    go(mine, place)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cut = page.evaluate(CUT)
    assert cut == []


@pytest.mark.parametrize("place", ["tasks", "report", "me", "case"])
def test_it_serves_at_a_desk_too(phone, town, place):  # noqa: F811
    mine = phone(viewport={"width": 1600, "height": 900})
    page = mine.log_in()
    go(mine, place)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1600
    box = page.locator("main").bounding_box()
    assert abs(box["x"] * 2 + box["width"] - 1600) <= 20
