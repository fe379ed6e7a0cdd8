"""The index of the book: a map of the communities with their pages, and their list."""

from __future__ import annotations

import numpy as np
import shapely
from django.utils.translation import gettext as _
from reportlab.pdfgen.canvas import Canvas

from spatial.grids.mapbook import margin, tints
from spatial.grids.mapbook.ground import Ground, Part
from spatial.grids.mapbook.labels import width_of
from spatial.grids.mapbook.maps import Map
from spatial.grids.mapbook.pen import Pen
from spatial.grids.mapbook.sheets import Sheet, fitted

ROW_MM, LETTER_MM = 4.2, 2.6
BESIDE_MM = 26.0
"""What a row needs beside its name: page, number of grids, and air."""
LARGEST = 1.7
"""How much larger than usual a short list is set."""
ASIDE = 0.34
"""Share of the frame's width that the list takes on the right."""


def words() -> str:
    """Letters of the index's own words."""
    legend = [text for _kind, _colour, text in _legend()]
    return "".join([*_heads(), *legend, _("index"), _counts(0, 0)])


def _heads() -> tuple[str, ...]:
    return _("page"), _("community"), _("grids")


def draw(canvas: Canvas, ground: Ground, paper: str, title: str) -> None:
    """Draw the index page."""
    sheet, view = fitted(paper, ground.bounds(), aside=ASIDE)
    canvas.setPageSize((sheet.width, sheet.height))
    canvas.bookmarkPage("index")
    canvas.addOutlineEntry(_("index"), "index", 0)
    pen = Pen(canvas)
    west, south, east, north = view.frame
    drawn = Map(pen, sheet, view, ground)
    drawn.open()
    drawn.base_map(buildings=False)
    outlines = np.array([part.geometry for part in ground.parts], dtype=object)
    drawn.veil(shapely.union_all(outlines))
    _tint(drawn, ground)
    drawn.borders(outlines, tints.COMMUNITY, 1.0)
    drawn.borders(_streets(ground), tints.STREET, 2.0)
    drawn.placer.take(margin.north(pen, sheet, view))
    drawn.part_names()
    _links(canvas, drawn, ground)
    drawn.close()
    count = sum(len(part.grids.code) for part in ground.parts)
    under = f"{ground.code} | {_counts(len(ground.parts), count)}"
    margin.head(pen, sheet, margin.Words(title, under, _("index")))
    margin.foot(pen, sheet, view, ground, _legend())
    _list(pen, sheet, ground, east + 6 * sheet.unit, south, north)
    canvas.showPage()


def _counts(parts: int, grids: int) -> str:
    return _("%(parts)d communities, %(grids)d grids") % {"parts": parts, "grids": grids}


def _legend() -> list[tuple[str, str, str]]:
    return [
        ("border", tints.COMMUNITY, _("border of the community")),
        ("border", tints.STREET, _("border of the street")),
        ("road", tints.ROAD, _("road")),
        ("area", tints.WATER, _("water")),
        ("area", tints.GREEN, _("green")),
    ]


def _tint(drawn: Map, ground: Ground) -> None:
    """Neighbouring communities differ a little in colour."""
    outlines = np.array([part.geometry for part in ground.parts], dtype=object)
    tree = shapely.STRtree(outlines)
    near: dict[int, list[int]] = {i: [] for i in range(len(outlines))}
    for one, other in tree.query(outlines, predicate="intersects").T:
        if one != other:
            near[int(one)].append(int(other))
    areas = shapely.area(outlines)
    for shape, colour in zip(
        drawn.view.onto_paper(outlines), tints.fills("neighbours", areas, 1.0, near).colours,
        strict=True,
    ):  # fmt: skip
        drawn.pen.areas(np.array([shape], dtype=object), fill=colour, alpha=0.38)


def _streets(ground: Ground) -> np.ndarray:
    codes = sorted({part.street for part in ground.parts})
    merged = [
        shapely.union_all([p.geometry for p in ground.parts if p.street == code]) for code in codes
    ]
    return np.array(merged, dtype=object)


def _links(canvas: Canvas, drawn: Map, ground: Ground) -> None:
    """A click on a community opens its page."""
    for part in ground.parts:
        shape = drawn.view.onto_paper(np.array([part.geometry], dtype=object))[0]
        inside = shapely.box(*shape.bounds).intersection(drawn.frame)
        canvas.linkAbsolute(part.name, part.code, inside.bounds)


def _list(pen: Pen, sheet: Sheet, ground: Ground, left: float, low: float, top: float) -> None:
    """Page, name and number of grids of each community, in one or two columns."""
    right = sheet.frame[2]
    names = [_named(part, ground) for part in ground.parts]
    unit, columns, rows = _fit(sheet, names, right - left, top - low)
    longest = max(width_of(name, LETTER_MM * unit) for name in names)
    wide = min((right - left) / columns, longest + 1.5 * BESIDE_MM * unit)
    for column in range(columns):
        x, y = left + column * wide, top - ROW_MM * unit
        if ground.parts[column * rows : (column + 1) * rows]:
            _row(pen, unit, x, y, wide, _heads(), tints.QUIET)
        for part in ground.parts[column * rows : (column + 1) * rows]:
            y -= ROW_MM * unit
            cells = (str(part.page), _named(part, ground), str(len(part.grids.code)))
            _row(pen, unit, x, y, wide, cells, tints.INK)
            box = (x, y - 1.2 * unit, x + wide - 4 * unit, y + 3 * unit)
            pen.canvas.linkAbsolute(part.name, part.code, box)


def _fit(sheet: Sheet, names: list[str], wide: float, high: float) -> tuple[float, int, int]:
    """Points of a millimetre in the list, its columns and their rows, so that all names fit."""
    unit = LARGEST * sheet.unit
    while True:
        need = max(width_of(name, LETTER_MM * unit) for name in names) + BESIDE_MM * unit
        columns = max(int(wide // need), 1)
        rows = int(high // (ROW_MM * unit)) - 1
        if columns * rows >= len(names) and need <= wide:
            needed = -(-len(names) // rows)
            return unit, needed, -(-len(names) // needed)
        unit *= 0.95


def _named(part: Part, ground: Ground) -> str:
    one_street = len({p.street for p in ground.parts}) == 1
    return part.name if one_street or not part.above else f"{part.name}（{part.above}）"


def _row(
    pen: Pen, unit: float, x: float, y: float, wide: float, cells: tuple[str, ...], colour: str
) -> None:
    size = LETTER_MM * unit
    page, name, grids = cells
    pen.text(x + 7 * unit, y, page, size, colour, "right")
    pen.text(x + 10 * unit, y, name, size, colour)
    pen.text(x + wide - 4 * unit, y, grids, size, colour, "right")
