"""Makes the report in the language and form that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from spatial.core.errors import InputError
from spatial.reports.monthly.document import document
from spatial.reports.monthly.facts import Facts, Grade, facts_of
from spatial.reports.monthly.workbook import workbook

FORMS: dict[str, Callable[[Facts], bytes]] = {"pdf": document, "xlsx": workbook}
MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def monthly_report(
    month: str, district: str, form: str, *, language: str, grades: Sequence[Grade] = ()
) -> bytes:
    """The report of a district's month as a file.

    Raises
    ------
    InputError
        ``E-REPORT-FORM``, ``E-REPORT-MONTH``.
    NotFoundError
        ``E-DISTRICT-MISSING``, ``E-PLAN-MISSING``.
    ConflictError
        ``E-MAPBOOK-FONT`` for a PDF without a Chinese font.
    """
    if form not in FORMS:
        text = _("A report is one of: %(forms)s.") % {"forms": ", ".join(FORMS)}
        raise InputError("E-REPORT-FORM", text)
    with translation.override(language):
        return FORMS[form](facts_of(month, district, grades))


def file_name(month: str, district: str, form: str) -> str:
    """Name of the file."""
    return f"report-{district}-{month}.{form}"
