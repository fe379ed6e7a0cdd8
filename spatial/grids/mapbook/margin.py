"""What stands around a map: title, legend, scale, north arrow, page, credits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _

from spatial.grids.mapbook import tints
from spatial.grids.mapbook.ground import Ground
from spatial.grids.mapbook.labels import width_of
from spatial.grids.mapbook.pen import Pen
from spatial.grids.mapbook.sheets import BORDER_MM, Sheet, View

BAR_MM = 60.0
"""Most that the scale bar takes on A3."""
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one page."""

    title: str
    under: str
    page: str


def head(pen: Pen, sheet: Sheet, words: Words) -> None:
    """Title on the left, page number on the right."""
    unit = sheet.unit
    left, _low, right, top = sheet.frame
    pen.heading(left, top + 9.5 * unit, words.title, 9.5 * unit, tints.INK)
    pen.text(left, top + 3 * unit, words.under, 3.6 * unit, tints.QUIET)
    pen.text(right, top + 9.5 * unit, words.page, 6 * unit, tints.INK, "right")


def foot(
    pen: Pen, sheet: Sheet, view: View, ground: Ground, legend: list[tuple[str, str, str]]
) -> None:
    """Legend on the left, scale and credits on the right."""
    unit = sheet.unit
    left, low, right, _top = sheet.frame
    line = low - 5 * unit
    _bar(pen, sheet, view, right, line)
    room = right - left - (BAR_MM + 12) * unit
    _legend(pen, sheet, left, line, room, legend)
    pen.text(left, BORDER_MM * unit, _credits(ground), 2.9 * unit, tints.QUIET)


def words() -> list[str]:
    """Texts of the margin, for the letters in them."""
    facts = {"version": "", "since": "", "day": "", "names": ""}
    texts = (_("Edition %(version)s, in force since %(since)s"), _("printed %(day)s"))
    texts += (_("base map: %(names)s"), _("regions made up, not surveyed"))
    return [text % facts for text in texts]


def _credits(ground: Ground) -> str:
    said = [
        _("Edition %(version)s, in force since %(since)s")
        % {"version": ground.plan.version, "since": ground.plan.valid_from or "–"},
        _("printed %(day)s") % {"day": ground.day},
        f"EPSG:{ground.plan.metric_srid}",
    ]
    if ground.attribution:
        said.append(_("base map: %(names)s") % {"names": ground.attribution})
    if ground.made_up:
        said.append(_("regions made up, not surveyed"))
    return " | ".join(said)


def _legend(
    pen: Pen, sheet: Sheet, x: float, y: float, room: float, entries: list[tuple[str, str, str]]
) -> None:
    """Entries in rows: how they are drawn (line, area, fill, road), their colour, what it is."""
    unit, size = sheet.unit, 3.4 * sheet.unit
    left, gap = x, 6 * unit
    for kind, colour, text in entries:
        wide = 10 * unit + width_of(text, size) + gap
        if x + wide > left + room and x > left:
            x, y = left, y - 5.4 * unit
        _sample(pen, sheet, kind, colour, x, y)
        pen.text(x + 9.5 * unit, y - size * 0.36, text, size, tints.INK)
        x += wide


def _sample(pen: Pen, sheet: Sheet, kind: str, colour: str | None, x: float, y: float) -> None:
    unit = sheet.unit
    line = np.array([shapely.LineString([(x, y), (x + 8 * unit, y)])], dtype=object)
    if kind in ("area", "fill"):
        box = np.array([shapely.box(x, y - 1.5 * unit, x + 8 * unit, y + 1.5 * unit)], object)
        if kind == "fill":  # As on the map, where the ground shows through.
            pen.areas(box, fill=tints.GROUND)
            pen.areas(box, fill=colour, alpha=tints.FILL_ALPHA)
            colour = None
        pen.areas(box, fill=colour, stroke=tints.FAINT, width=0.2 * unit)
    elif kind == "road":
        pen.lines(line, tints.ROAD_EDGE, 1.9 * unit)
        pen.lines(line, tints.ROAD, 1.1 * unit)
    elif kind == "border":
        pen.lines(line, colour, 0.6 * unit, (2.4 * unit, 0.7 * unit, 0.5 * unit, 0.7 * unit))
    else:
        pen.lines(line, colour, 0.35 * unit)


def bar_length_m(view: View, unit: float) -> int:
    """The longest round length that the scale bar has room for."""
    most = BAR_MM * unit / view.points_per_m
    power = 10 ** int(np.floor(np.log10(most)))
    return int(max(step * power for step in STEPS if step * power <= most))


def _bar(pen: Pen, sheet: Sheet, view: View, right: float, y: float) -> None:
    """Four fields, black and white in turn, with the lengths below and 1:N above."""
    unit = sheet.unit
    length = bar_length_m(view, unit)
    wide = length * view.points_per_m
    left, high = right - wide, 1.6 * unit
    for i in range(4):
        box = shapely.box(left + i * wide / 4, y - high, left + (i + 1) * wide / 4, y)
        fill = tints.PAPER if i % 2 else tints.INK
        pen.areas(np.array([box], object), fill=fill, stroke=tints.INK, width=0.2 * unit)
    small = 2.8 * unit
    for share, at in ((0, "middle"), (0.5, "middle"), (1, "right")):
        metres = f"{length * share:,.0f}" + (" m" if share == 1 else "")
        pen.text(left + share * wide, y - high - 3 * unit, metres, small, tints.INK, at)
    scale = f"1:{view.scale:,}"
    pen.text(left - 3 * unit, y - high, scale, 4.2 * unit, tints.INK, "right")


def north(pen: Pen, sheet: Sheet, view: View) -> shapely.Polygon:
    """An arrow in the upper right of the map; returns the ground it takes."""
    unit = sheet.unit
    _west, _south, east, top = view.frame
    x, y = east - 9 * unit, top - 18 * unit
    box = shapely.box(x - 6 * unit, y - 3 * unit, east - 2 * unit, top - 2 * unit)
    pen.areas(np.array([box], object), fill=tints.PAPER, alpha=0.75)
    half = shapely.Polygon([(x, y + 9 * unit), (x - 3 * unit, y - 1 * unit), (x, y + 1.4 * unit)])
    other = shapely.Polygon([(x, y + 9 * unit), (x + 3 * unit, y - 1 * unit), (x, y + 1.4 * unit)])
    width = 0.3 * unit
    pen.areas(np.array([half], object), fill=tints.INK, stroke=tints.INK, width=width)
    pen.areas(np.array([other], object), fill=tints.PAPER, stroke=tints.INK, width=width)
    pen.text(x, y + 10.2 * unit, "N", 4.6 * unit, tints.INK, "middle")
    return box
