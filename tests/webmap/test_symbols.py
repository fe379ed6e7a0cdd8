"""The symbols of component classes: safe, small, one family, none twice."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fixtures.catalogues import load, versions

FOLDER = Path(__file__).parents[2] / "webmap/static/symbols"
FILES = sorted(FOLDER.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {f"{SVG}{name}" for name in ("svg", "g", "path", "rect", "circle")}
ATTRIBUTES = {
    *("width", "height", "viewBox", "transform", "d", "x", "y", "rx", "cx", "cy", "r"),
    *("fill", "fill-rule", "fill-opacity", "stroke", "stroke-width"),
}
MOST_BYTES = 1500
COLOUR = re.compile(r"#[0-9a-f]{3}(?:[0-9a-f]{3})?|none")
CONTRAST = 4.5
"""Of a glyph to its plate: what WCAG 2 asks of small text."""


def plate_and_glyph(path):
    """The first shape, which every symbol shares with others, and the rest, which none does."""
    whole = ElementTree.parse(path).getroot()
    plate, *glyph = whole[0]
    return plate, glyph


def plate_colour(name):
    return plate_and_glyph(FOLDER / f"{name}.svg")[0].get("fill")


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_symbol_is_a_plain_drawing_of_known_size(path):
    assert len(path.read_bytes()) < MOST_BYTES
    whole = ElementTree.parse(path).getroot()
    # Without a width and height of its own, Firefox draws an image on a canvas as nothing.
    assert (whole.get("width"), whole.get("height")) == ("24", "24")
    assert whole.get("viewBox") == "0 0 24 24"
    for part in whole.iter():
        assert part.tag in SHAPES
        assert set(part.attrib) <= ATTRIBUTES
        assert not (part.text or "").strip()
        for name in ("fill", "stroke"):
            assert COLOUR.fullmatch(part.get(name, "none"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_symbol_is_a_light_glyph_on_a_plate_with_a_light_rim(path):
    plate, glyph = plate_and_glyph(path)
    assert glyph
    # The rim parts it from a dark map, the plate from a light one.
    assert plate.get("stroke") == "#fff"
    cover = path.stem.startswith("manhole")
    assert plate.tag == SVG + ("circle" if cover else "rect")
    colours = {part.get(name) for part in glyph for name in ("fill", "stroke")}
    assert colours <= {None, "none", "#fff", plate.get("fill")}
    assert 1.05 / (luminance(plate.get("fill")) + 0.05) >= CONTRAST


def test_no_symbol_is_a_copy_of_another():
    seen = {}
    for path in FILES:
        shapes = [sorted(part.attrib.items()) for part in plate_and_glyph(path)[1]]
        drawn = re.sub(r"#[0-9a-f]{6}", "", str(shapes))
        seen.setdefault(drawn, []).append(path.stem)
    assert [names for names in seen.values() if len(names) > 1] == []


def test_every_symbol_serves_a_class():
    used = set()
    for version in (*versions(), "local-example"):
        catalogue = load(version)
        used |= {one.symbol for one in (*catalogue.main_classes, *catalogue.classes)}
    assert {path.stem for path in FILES} == used


@pytest.mark.parametrize("version", [*versions(), "local-example"])
def test_the_plate_of_a_main_class_has_its_colour(version):
    for main in load(version).main_classes:
        assert plate_colour(main.symbol) == main.colour


def test_in_the_oldest_catalogue_every_plate_has_the_colour_of_its_main_class():
    catalogue = load("cjt214-2007")
    for one in catalogue.classes:
        assert plate_colour(one.symbol) == catalogue.main_by_code[one.main].colour, one.code


def test_main_classes_are_told_apart_by_colour():
    catalogue = load("local-example")
    colours = [one.colour for one in catalogue.main_classes]
    assert len(set(colours)) == len(colours) == 7
