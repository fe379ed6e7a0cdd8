"""The report as a workbook, with charts of its own."""

from __future__ import annotations

import io
import re
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from spatial.reports.monthly.facts import Facts
from spatial.reports.monthly.words import Table, summary, tables, title, weekdays

BOLD = Font(bold=True)
WIDEST = 40
NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]]\s*")
FORMULA = ("=", "+", "-", "@")


def workbook(facts: Facts) -> bytes:
    """The bytes of an xlsx file."""
    book = Workbook()
    _front(book.active, facts)
    _trend(book.create_sheet(_("Months")), _("Cases by month"), list(facts.months.items()))
    _trend(book.create_sheet(_("Days")), _("Cases by day"), list(enumerate(facts.daily, 1)))
    _hours(book.create_sheet(_("Hours")), facts)
    for table in tables(facts):
        sheet = book.create_sheet(NOT_IN_TITLES.sub(" ", table.title)[:31])
        _fill(sheet, table)
        if table.key == "ageing":
            _bars(sheet, table.title, len(table.rows), 2)
        if table.key == "streets":
            _bars(sheet, table.title, len(table.rows), 3, names=2)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _front(sheet: Any, facts: Facts) -> None:
    sheet.title = _("Summary")
    sheet.append([title(facts)])
    sheet["A1"].font = Font(bold=True, size=14)
    for line in summary(facts):
        sheet.append([line])
    sheet.column_dimensions["A"].width = 100


def _trend(sheet: Any, name: str, rows: list[tuple[Any, int]]) -> None:
    sheet.append([sheet.title, _("Cases")])
    for row in rows:
        sheet.append(row)
    chart = LineChart()
    chart.title, chart.legend = name, None
    values = Reference(sheet, min_col=2, min_row=1, max_row=len(rows) + 1)
    chart.add_data(values, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=len(rows) + 1))
    sheet.add_chart(chart, "D2")


def _hours(sheet: Any, facts: Facts) -> None:
    sheet.append(["", *range(24)])
    for name, row in zip(weekdays(), facts.hours["counts"], strict=True):
        sheet.append([name, *row])
    sheet.conditional_formatting.add(
        "B2:Y8", ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max",
                                end_color="C0392B"),
    )  # fmt: skip


def _fill(sheet: Any, table: Table) -> None:
    sheet.append(table.head)
    for cell in sheet[1]:
        cell.font = BOLD
    for row in table.rows:
        sheet.append([_safe(value) for value in row])
    for n, name in enumerate(table.head, 1):
        longest = max([len(str(name)), *(len(str(row[n - 1])) for row in table.rows)])
        sheet.column_dimensions[get_column_letter(n)].width = min(WIDEST, 2 * longest + 2)
    sheet.freeze_panes = "A2"
    if table.note:
        sheet.append([])
        sheet.append([table.note])


def _safe(value: Any) -> Any:
    """A text that a program would take for a formula is kept a text."""
    if isinstance(value, str) and len(value) > 1 and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _bars(sheet: Any, name: str, rows: int, column: int, names: int = 1) -> None:
    chart = BarChart()
    chart.type, chart.title, chart.legend = "bar", name, None
    chart.add_data(Reference(sheet, min_col=column, min_row=1, max_row=rows + 1),
                   titles_from_data=True)  # fmt: skip
    chart.set_categories(Reference(sheet, min_col=names, min_row=2, max_row=rows + 1))
    chart.height = max(7.0, 0.7 * rows)
    sheet.add_chart(chart, f"{get_column_letter(len(sheet[1]) + 2)}2")
