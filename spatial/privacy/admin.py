"""Looks at personal data, to be looked through by administrators and taken along as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spatial.core import audit
from spatial.core.admin import LookOnly
from spatial.core.errors import InputError
from spatial.core.models import Look
from spatial.privacy.services.forgetting import Reach, reported_by

MOST_CSV = 50_000
COLUMNS = ("at", "user", "what", "whose", "count", "in_full", "request")
_FORMULA = tuple("=+-@\t\r")


class _Line:
    """A file of one line: what `csv` writes is handed on."""

    def write(self, text: str) -> str:
        return text


@admin.register(Look)
class LookAdmin(LookOnly, admin.ModelAdmin):
    """Who was shown whose personal data, the latest first."""

    list_display = ("at", "user_name", "what", "shown_whose", "count", "whole", "request_id")
    list_filter = ("what", "whole", "at")
    date_hierarchy = "at"
    search_fields = ("=user_name",)
    search_help_text = _(
        "A user who looked; or who was looked at: number of a case, user name, code of a grid,"
        " telephone or e-mail address of a reporter."
    )
    show_full_result_count = False
    actions = ("as_csv",)

    @admin.display(description=_("whose"))
    def shown_whose(self, row: Look) -> str:
        """The first of them."""
        return ", ".join(row.whose[:5]) + ("…" if row.count > 5 else "")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Look], search_term: str
    ) -> tuple[QuerySet[Look], bool]:
        """By who looked, and by who was looked at."""
        asked = search_term.strip()
        if not asked:
            return queryset, False
        cases = _cases_of(asked)
        return queryset.filter(
            Q(user_name=asked) | Q(whose__contains=[asked]) | Q(whose__overlap=cases)
        ), False

    @admin.action(description=_("Take along as CSV"), permissions=["view"])
    def as_csv(self, request: HttpRequest, queryset: QuerySet[Look]) -> StreamingHttpResponse:
        """The rows that are chosen, at most 50,000; that they were taken is in the audit log."""
        rows = queryset.order_by("-at", "-pk")[:MOST_CSV]
        audit.record(request.user, "looks.exported", "Look", "", rows=rows.count())
        answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="looks.csv"'
        return answer


def _cases_of(asked: str) -> list[str]:
    """Numbers of the cases of whoever is reached by a number or an address."""
    try:
        return [case.number for case in reported_by(Reach.of(asked))]
    except InputError:
        return []


def _lines(rows: QuerySet[Look]) -> Iterator[str]:
    write = csv.writer(_Line()).writerow
    yield "\ufeff" + write(COLUMNS)
    for row in rows.iterator():
        at = timezone.localtime(row.at).isoformat(timespec="seconds")
        values: list[Any] = [at, row.user_name, row.what, " ".join(row.whose), row.count,
                             int(row.whole), row.request_id]  # fmt: skip
        yield write([_plain(value) for value in values])


def _plain(value: Any) -> Any:
    """A text that no workbook takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
