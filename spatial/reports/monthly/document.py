"""The report as a PDF, with charts."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from spatial.core import fonts
from spatial.reports.monthly.facts import Facts
from spatial.reports.monthly.words import Table, band, summary, tables, title, weekdays

WIDTH = A4[0] - 36 * mm
INK, RULE, BAR, HOT = (colors.HexColor(c) for c in ("#1d2733", "#c8d0d9", "#2b6cb0", "#b42318"))
CELL_PT = 7
LONGEST_NAME = 14


def document(facts: Facts) -> bytes:
    """The bytes of a PDF file.

    Raises
    ------
    ConflictError
        ``E-MAPBOOK-FONT`` without a Chinese font.
    """
    parts = tables(facts)
    with fonts.embedded(_letters(facts, parts)):
        packed = io.BytesIO()
        paper = SimpleDocTemplate(
            packed, pagesize=A4, title=title(facts), author="", leftMargin=18 * mm,
            rightMargin=18 * mm, topMargin=16 * mm, bottomMargin=16 * mm,
        )  # fmt: skip
        paper.build(_story(facts, parts), onFirstPage=_foot, onLaterPages=_foot)
        return packed.getvalue()


def _letters(facts: Facts, parts: list[Table]) -> str:
    told: list[Any] = [
        *(title(facts), *summary(facts), *weekdays(), _hot_note(), *facts.months),
        *(_("Cases by month"), _("Cases by day"), _("Cases by weekday and hour")),
    ]
    for part in parts:
        told += [part.title, part.note, *part.head, *(cell for row in part.rows for cell in row)]
    return "".join(map(str, told))


def _hot_note() -> str:
    return _("Framed: more than twice the mean hour, and not by chance.")


def _story(facts: Facts, parts: list[Table]) -> list[Any]:
    story: list[Any] = [_text(title(facts), 15, after=8)]
    story += [_text(line, 9.5) for line in summary(facts)]
    months = facts.months
    story += [_block(_("Cases by month"), _columns(list(months.values()), list(months)))]
    days = [str(day) for day in range(1, len(facts.daily) + 1)]
    story += [_block(_("Cases by day"), _columns(facts.daily, days))]
    heat = [_heat(facts), _text(_hot_note(), 7.5)]
    story += [_block(_("Cases by weekday and hour"), *heat)]
    for part in parts:
        drawn = [_bands(facts)] if part.key == "ageing" else []
        body = [*drawn, _grid(part), *([_text(part.note, 7.5)] if part.note else [])]
        story += [_block(part.title, *body)] if len(part.rows) < 25 else [
            _text(part.title, 11.5, before=10, after=4), *body]  # fmt: skip
    return story


def _text(words: str, size: float, before: float = 0, after: float = 2) -> Paragraph:
    style = ParagraphStyle(
        "own", fontName=fonts.current(), fontSize=size, leading=size * 1.4, textColor=INK,
        spaceBefore=before, spaceAfter=after, wordWrap="CJK",
    )  # fmt: skip
    return Paragraph(escape(words), style)


def _block(name: str, *body: Any) -> KeepTogether:
    return KeepTogether([_text(name, 11.5, before=10, after=4), *body, Spacer(1, 4)])


def _foot(canvas: Any, paper: Any) -> None:
    canvas.saveState()
    canvas.setFont(fonts.current(), 7.5)
    canvas.drawRightString(A4[0] - 18 * mm, 9 * mm, str(paper.page))
    canvas.restoreState()


def _columns(values: list[int], names: list[str]) -> Drawing:
    drawing = Drawing(WIDTH, 110)
    chart = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 28, 18, WIDTH - 34, 86
    chart.data = [values]
    chart.categoryAxis.categoryNames = names
    _plain(chart)
    drawing.add(chart)
    return drawing


def _bands(facts: Facts) -> Drawing:
    rows = facts.ageing["bands"][::-1]
    drawing = Drawing(WIDTH, 18 * len(rows) + 20)
    chart = HorizontalBarChart()
    chart.x, chart.y, chart.width, chart.height = 110, 16, WIDTH - 120, 18 * len(rows)
    chart.data = [[one["open"] for one in rows]]
    chart.categoryAxis.categoryNames = [band(one) for one in rows]
    _plain(chart)
    drawing.add(chart)
    return drawing


def _plain(chart: Any) -> None:
    """Bars from zero in one colour, letters of the document."""
    chart.valueAxis.valueMin = 0
    chart.valueAxis.valueMax = max(1, *(chart.data[0] or [1]))
    for axis in (chart.categoryAxis, chart.valueAxis):
        axis.labels.fontName, axis.labels.fontSize = fonts.current(), CELL_PT
        axis.strokeColor = RULE
    chart.bars[0].fillColor, chart.bars[0].strokeColor = BAR, None


def _heat(facts: Facts) -> Grid:
    counts = facts.hours["counts"]
    most = max(1, *(max(row) for row in counts))
    rows = [["", *range(24)]]
    rows += [[name, *row] for name, row in zip(weekdays(), counts, strict=True)]
    styles: list[tuple] = _lines(6)
    for day, row in enumerate(counts, 1):
        for hour, count in enumerate(row, 1):
            shade = colors.linearlyInterpolatedColor(colors.white, HOT, 0, most, count * 0.75)
            styles.append(("BACKGROUND", (hour, day), (hour, day), shade))
    for one in facts.hours["hot"]:
        at = (one["hour"] + 1, one["weekday"])
        styles.append(("BOX", at, at, 1.2, INK))
    styles += [("ALIGN", (1, 0), (-1, -1), "CENTER"), ("LEFTPADDING", (0, 0), (-1, -1), 1),
               ("RIGHTPADDING", (0, 0), (-1, -1), 1)]  # fmt: skip
    first = 30
    return Grid(rows, colWidths=[first] + [(WIDTH - first) / 24] * 24, style=styles)


def _lines(size: float) -> list[tuple]:
    return [
        ("FONT", (0, 0), (-1, -1), fonts.current(), size),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]


def _grid(part: Table) -> Grid:
    head = [_text(str(cell), CELL_PT) for cell in part.head]
    rows = [[_cell(value) for value in row] for row in part.rows]
    wide = 2.2 if part.key != "spots" else 1.5
    named = next((n for n, value in enumerate(part.rows[0]) if isinstance(value, str)), 0)
    weights = [wide if n == named else 1.0 for n in range(len(part.head))]
    widths = [WIDTH * one / sum(weights) for one in weights]
    return Grid([head, *rows], colWidths=widths, repeatRows=1, style=_lines(CELL_PT + 0.5))


def _cell(value: Any) -> Any:
    if value is None:
        return "–"
    if isinstance(value, str) and len(value) > LONGEST_NAME:
        return _text(value, CELL_PT + 0.5, after=0)
    return value
