"""Makes the report in the language and form that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from spatial.core.errors import InputError
from spatial.reports.monthly.document import document
from spatial.reports.monthly.facts import Facts, Grade, facts_of, month_of
from spatial.reports.monthly.grading import grades_of
from spatial.reports.monthly.words import summary, tables, title, weekdays
from spatial.reports.monthly.workbook import workbook

FORMS: dict[str, Callable[[Facts], bytes]] = {"pdf": document, "xlsx": workbook}
MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def monthly_report(
    month: str, district: str, form: str, *, language: str, grades: Sequence[Grade] | None = None
) -> bytes:
    """The report of a district's month as a file, with its grades.

    Raises
    ------
    InputError
        ``E-REPORT-FORM``, ``E-REPORT-MONTH``.
    NotFoundError
        ``E-DISTRICT-MISSING``, ``E-PLAN-MISSING``.
    ConflictError
        ``E-MAPBOOK-FONT`` for a PDF without a Chinese font.
    """
    check_form(form)
    with translation.override(language):
        return FORMS[form](_facts(month, district, grades))


def monthly_page(month: str, district: str, *, language: str) -> dict[str, Any]:
    """The same report as a page shows it: sentences, series for charts, tables.

    Raises
    ------
    InputError
        ``E-REPORT-MONTH``.
    NotFoundError
        ``E-DISTRICT-MISSING``, ``E-PLAN-MISSING``.
    """
    with translation.override(language):
        facts = _facts(month, district, None)
        return {
            "title": title(facts),
            "month": facts.month,
            "running": facts.running,
            "summary": summary(facts),
            "months": facts.months,
            "daily": facts.daily,
            "weekdays": weekdays(),
            "hours": facts.hours,
            "tables": [
                {"key": one.key, "title": one.title, "head": one.head, "rows": one.rows,
                 "note": one.note}
                for one in tables(facts)
            ],
        }  # fmt: skip


def _facts(month: str, district: str, grades: Sequence[Grade] | None) -> Facts:
    month_of(month)
    return facts_of(month, district, grades_of(month, district) if grades is None else grades)


def check_form(form: str) -> None:
    """Refuse what is no form of a report.

    Raises
    ------
    InputError
        ``E-REPORT-FORM``.
    """
    if form not in FORMS:
        text = _("A report is one of: %(forms)s.") % {"forms": ", ".join(FORMS)}
        raise InputError("E-REPORT-FORM", text)


def file_name(month: str, district: str, form: str) -> str:
    """Name of the file."""
    return f"report-{district}-{month}.{form}"
