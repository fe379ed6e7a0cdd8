"""Makes the map book of a street or district: an index page, then a page for each community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from django.utils import timezone
from django.utils.translation import gettext as _
from reportlab.pdfgen.canvas import Canvas

from spatial.basemap.io.writers import whole_file
from spatial.core import fonts
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent
from spatial.grids.mapbook import index, margin, tints
from spatial.grids.mapbook.ground import Ground, Part, ground_of
from spatial.grids.mapbook.maps import Map
from spatial.grids.mapbook.pen import Pen
from spatial.grids.mapbook.sheets import PAPERS, fitted

FIRST_PAGE = 2
"""Page of the first community; the index is 1."""
MARGIN_M = 400.0
"""How far around the book's communities the base map is read."""


@dataclass(frozen=True, slots=True)
class BookSummary:
    """What was printed."""

    path: Path
    version: str
    pages: int
    grids: int
    unlabelled: int
    """Grids for whose code there was no room anywhere."""
    bytes: int


@dataclass(frozen=True, slots=True)
class Style:
    """How a book looks."""

    paper: str
    colour: str
    grades: tints.Grades | None


def check_book(paper: str, colour: str, graded: bool = True) -> None:
    """Raise ``E-MAPBOOK-PAPER`` or ``E-MAPBOOK-COLOUR``; ``E-MAPBOOK-FONT`` without a font.

    ``graded`` says whether there are grades for who asks for their colours.
    """
    if colour == tints.GRADE and not graded:
        text = _("Say of which period the grades are, such as 2026-10.")
        raise InputError("E-MAPBOOK-COLOUR", text)
    for code, given, known in (
        ("E-MAPBOOK-PAPER", paper, tuple(PAPERS)),
        ("E-MAPBOOK-COLOUR", colour, tints.COLOURS),
    ):
        if given not in known:
            text = _("Unknown: %(given)s; use one of %(known)s.")
            raise InputError(code, text % {"given": given, "known": ", ".join(known)})
    fonts.font_path()


def make_book(
    region: str,
    path: Path,
    *,
    paper: str = "A3",
    colour: str = "none",
    grades: tints.Grades | None = None,
    on: date | None = None,
    progress: Progress = silent,
) -> BookSummary:
    """Print the grids of a street or district, as they are in force now or on a day.

    The colours of ``grade`` are those of ``grades``, which is given with them.

    Raises
    ------
    InputError
        What `check_book` and `grids_in` raise, and ``E-EXPORT-WRITE``.
    """
    check_book(paper, colour, grades is not None)
    style = Style(paper, colour, grades if colour == tints.GRADE else None)
    progress(0, 1, _("reading grids and base map"))
    ground = ground_of(region, timezone.localdate(), on, FIRST_PAGE, MARGIN_M)
    with (
        fonts.embedded(ground.text() + index.words() + _letters(style)),
        whole_file(path) as folder,
    ):
        target = folder / "book.pdf"
        canvas = Canvas(str(target), pageCompression=1, initialFontName=fonts.current())
        _describe(canvas, ground)
        lost = _pages(canvas, ground, style, progress)
        canvas.save()
        target.replace(path)
    grids = sum(len(part.grids.code) for part in ground.parts)
    pages = ground.parts[-1].page
    progress(pages, pages, _("done"))
    return BookSummary(path, ground.plan.version, pages, grids, lost, path.stat().st_size)


def _letters(style: Style) -> str:
    """Every letter of the book's own words."""
    entries = [text for _kind, _colour, text in _legend([])]
    more = [text for _colour, text in tints.area_legend(1.0)]
    if style.grades:
        more += [tints.grade_title(style.grades), *style.grades.of.values()]
        more += [text for _colour, text in tints.grade_legend(style.grades)]
    return "".join(
        [*entries, *more, *margin.words(), _title_of(""), _under("", 0, 0.0), _number(1, 1)]
    )


def _describe(canvas: Canvas, ground: Ground) -> None:
    canvas.setTitle(_title_of(ground.title))
    canvas.setSubject(ground.plan.version)
    canvas.setCreator("Wanmi")


def _title_of(name: str) -> str:
    return _("Unit grids of %(name)s") % {"name": name}


def _under(prefix: str, count: int, area_m2: float) -> str:
    text = _("codes begin with %(prefix)s | %(count)d grids | %(area)s km²")
    return text % {"prefix": prefix, "count": count, "area": f"{area_m2 / 1e6:,.2f}"}


def _number(page: int, pages: int) -> str:
    return _("page %(page)d of %(pages)d") % {"page": page, "pages": pages}


def _pages(canvas: Canvas, ground: Ground, style: Style, progress: Progress) -> int:
    pages = ground.parts[-1].page
    index.draw(canvas, ground, style.paper, _title_of(ground.title))
    lost = 0
    for part in ground.parts:
        text = _number(part.page, pages)
        progress(part.page - 1, pages, text)
        lost += _page(canvas, ground, part, style, text)
    return lost


def _fills(style: Style, ground: Ground, part: Part) -> tints.Fills:
    if style.grades:
        return tints.grade_fills(style.grades, part.grids.code)
    target = ground.plan.target_area_m2
    return tints.fills(style.colour, part.grids.area_m2, target, part.grids.near())


def _page(canvas: Canvas, ground: Ground, part: Part, style: Style, number: str) -> int:
    """Draw one community; returns how many codes found no room."""
    sheet, view = fitted(style.paper, part.geometry.bounds)
    canvas.setPageSize((sheet.width, sheet.height))
    canvas.bookmarkPage(part.code)
    canvas.addOutlineEntry(f"{part.page} {part.name}", part.code, 0)
    pen = Pen(canvas)
    drawn = Map(pen, sheet, view, ground)
    chosen = _fills(style, ground, part)
    drawn.open()
    drawn.base_map()
    drawn.veil(part.geometry)
    drawn.grids(part, chosen.colours)
    drawn.borders(np.array([part.geometry], dtype=object), tints.COMMUNITY, 1.6)
    drawn.placer.take(margin.north(pen, sheet, view))
    drawn.codes(part, chosen.marks)
    drawn.neighbours(part)
    drawn.road_names()
    drawn.close()
    name = f"{part.above} {part.name}".strip()
    area = float(shapely.area(part.grids.geometry).sum())
    under = _under(part.grids.prefix(), len(part.grids.code), area)
    if style.grades:
        under = f"{under} | {tints.grade_title(style.grades)}"
    margin.head(pen, sheet, margin.Words(_title_of(name), under, number))
    margin.foot(pen, sheet, view, ground, _legend(chosen.legend))
    canvas.showPage()
    return len(drawn.lost)


def _legend(fills: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    return [
        ("line", tints.GRID, _("unit grid, last digits of its code")),
        ("border", tints.COMMUNITY, _("border of the community")),
        ("road", tints.ROAD, _("road")),
        ("area", tints.BUILDING, _("building")),
        ("area", tints.WATER, _("water")),
        ("area", tints.GREEN, _("green")),
        *(("fill", colour, text) for colour, text in fills),
    ]
