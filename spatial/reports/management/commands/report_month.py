"""Writes the monthly report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from spatial.core.commands import WanmiCommand
from spatial.core.errors import ConflictError
from spatial.reports.monthly.making import monthly_report


class Command(WanmiCommand):
    """Thin shell round ``monthly_report``."""

    help = "Write the report of a month as PDF or workbook, by the ending of the file."
    example = "2026-10 --district 110101 -o report.pdf"

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        super().add_arguments(parser)
        parser.add_argument("month", help="as 2026-10")
        parser.add_argument("--district", required=True, help="code of a district")
        parser.add_argument("-o", "--output", required=True, type=Path, help="a .pdf or .xlsx")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE,
                            choices=[code for code, _name in settings.LANGUAGES],
                            help=f"of the report ({settings.LANGUAGE_CODE})")  # fmt: skip

    def work(self, **options: Any) -> dict[str, Any]:
        """Write and return what was written."""
        path: Path = options["output"]
        made = monthly_report(
            options["month"], options["district"], path.suffix[1:].lower(),
            language=options["language"],
        )  # fmt: skip
        try:
            path.write_bytes(made)
        except OSError as error:
            text = _("%(path)s cannot be written: %(why)s") % {"path": path, "why": error.strerror}
            raise ConflictError("E-REPORT-WRITE", text) from error
        return {"file": str(path), "bytes": len(made)}
