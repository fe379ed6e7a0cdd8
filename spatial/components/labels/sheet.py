"""Makes the PDF of a sheet of labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from spatial.basemap.io.writers import whole_file
from spatial.components.labels import qr, words
from spatial.components.labels.label import Label
from spatial.components.labels.layouts import A4_MM, Layout, layout_of
from spatial.core import fonts
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent

MARK_MM, MARK_PT, MARK_GREY = 1.5, 0.25, 0.6
PAGE_PT = 5.0
LINE = 1.25
"""Height of a line of text in shares of the size of its letters."""
BOLD = 0.03
"""Width of the line around bold letters: one weight of the font is embedded and serves for both."""
NAME_LINES = 2


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """What was printed."""

    path: Path
    pages: int
    labels: int
    bytes: int


def make_sheet(
    labels: Sequence[Label],
    path: Path,
    *,
    layout: str = "3x8",
    first: int = 1,
    progress: Progress = silent,
) -> SheetSummary:
    """Print labels, in their order along rows, onto sheets of A4.

    ``first`` is the place of the first label on the first sheet, counted from 1 along rows: what is
    before it was used up earlier.

    Raises
    ------
    InputError
        ``E-LABEL-LAYOUT``, ``E-LABEL-FIRST``, ``E-LABEL-EMPTY``, ``E-LABEL-URL``, and
        ``E-EXPORT-WRITE``.
    ConflictError
        ``E-MAPBOOK-FONT``.
    """
    chosen = layout_of(layout)
    _check(labels, first, chosen)
    pages = -(-(first - 1 + len(labels)) // chosen.places)
    letters = {letter for one in labels for letter in one.class_name + one.district_name}
    text = "".join(sorted(letters)) + words.CUT + _page_of(1, 1) + _title()
    with fonts.embedded(text), whole_file(path) as folder:
        target = folder / "labels.pdf"
        size = (A4_MM[0] * mm, A4_MM[1] * mm)
        canvas = Canvas(str(target), size, pageCompression=1, initialFontName=fonts.current())
        canvas.setTitle(_title())
        canvas.setCreator("Wanmi")
        # A viewer that fits the page to the printer's margins would move every label.
        canvas.setViewerPreference("PrintScaling", "None")
        _pages(canvas, labels, chosen, first - 1, pages, progress)
        canvas.save()
        target.replace(path)
    progress(pages, pages, _("done"))
    return SheetSummary(path, pages, len(labels), path.stat().st_size)


def _check(labels: Sequence[Label], first: int, layout: Layout) -> None:
    if not labels:
        raise InputError("E-LABEL-EMPTY", _("There is nothing to print a label for."))
    layout.refuse_first(first)


def _title() -> str:
    return _("Labels of components")


def _page_of(page: int, pages: int) -> str:
    return _("page %(page)d of %(pages)d") % {"page": page, "pages": pages}


def _pages(
    canvas: Canvas,
    labels: Sequence[Label],
    layout: Layout,
    skipped: int,
    pages: int,
    progress: Progress,
) -> None:
    for page in range(pages):
        start = page * layout.places - skipped
        own = labels[max(start, 0) : start + layout.places]
        progress(page, pages, _page_of(page + 1, pages))
        places = range(max(-start, 0), max(-start, 0) + len(own))
        _marks(canvas, layout, places)
        for place, label in zip(places, own, strict=True):
            _draw(canvas, label, layout, *layout.corner(place))
        canvas.setFont(fonts.current(), PAGE_PT)
        foot = layout.foot_mm * mm
        # As near to the labels as can be: printers leave the edge of the paper white.
        canvas.drawCentredString(
            A4_MM[0] * mm / 2, foot - MARK_MM * mm - PAGE_PT, _page_of(page + 1, pages)
        )
        canvas.showPage()


def _marks(canvas: Canvas, layout: Layout, places: Sequence[int]) -> None:
    """Small crosses at the corners of the labels."""
    wide, high, arm = layout.width_mm * mm, layout.height_mm * mm, MARK_MM * mm
    corners = set()
    for place in places:
        x, y = layout.corner(place)
        corners |= {(round(x + a, 2), round(y + b, 2)) for a in (0, wide) for b in (0, high)}
    canvas.setLineWidth(MARK_PT)
    canvas.setStrokeGray(MARK_GREY)
    canvas.lines(
        [
            line
            for x, y in sorted(corners)
            for line in ((x - arm, y, x + arm, y), (x, y - arm, x, y + arm))
        ]
    )


def _draw(canvas: Canvas, label: Label, layout: Layout, x: float, y: float) -> None:
    high, side = layout.height_mm * mm, layout.qr_mm * mm
    begin = x + layout.left_mm * mm
    qr.draw(canvas, label.url, begin, y + (high - side) / 2, layout.qr_mm, layout.qr_level)
    # The quiet zone parts the code from the words; they need no gap of their own.
    left = begin + side
    width = x + (layout.width_mm - layout.right_mm) * mm - left
    lines = _lines(label, layout, width)
    top = y + (high + sum(size * LINE for _text, size, _bold in lines)) / 2
    for text, size, bold in lines:
        top -= size * LINE
        _write(canvas, left, top + size * (LINE - 1), text, size, bold)


def _lines(label: Label, layout: Layout, width: float) -> list[tuple[str, float, bool]]:
    names, name_pt = words.fitted(label.class_name, layout.name_pt, width, NAME_LINES)
    codes, begin = [], 0
    for count in layout.code_lines:
        codes.append(" ".join(label.groups[begin : begin + count]))
        begin += count
    code_pt = min(words.fitted(code, layout.code_pt, width, 1)[1] for code in codes)
    above, small_pt = words.fitted(label.district_name, layout.small_pt, width, 1)
    return [
        *((text, name_pt, True) for text in names),
        *((text, code_pt, False) for text in codes),
        *((text, small_pt, False) for text in above),
    ]


def _write(canvas: Canvas, x: float, y: float, text: str, size: float, bold: bool) -> None:
    # A PDF keeps the way letters are drawn until it is told otherwise, reportlab does not know it.
    canvas.saveState()
    written = canvas.beginText(x, y)
    written.setFont(fonts.current(), size)
    if bold:
        canvas.setStrokeGray(0)
        canvas.setLineWidth(size * BOLD)
        written.setTextRenderMode(2)
    written.textOut(text)
    canvas.drawText(written)
    canvas.restoreState()
