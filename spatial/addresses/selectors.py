"""Reads runs of lists of addresses and their rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from spatial.addresses.models import BatchRow, BatchRun
from spatial.core.errors import NotFoundError
from spatial.core.roles import ADMINISTRATOR, role_names

DOUBTFUL, NOT_FOUND, ALL = "doubtful", "none", "all"
SHOWN = {
    DOUBTFUL: (BatchRow.Verdict.PARTIAL, BatchRow.Verdict.AMBIGUOUS),
    NOT_FOUND: (BatchRow.Verdict.NONE,),
    ALL: tuple(BatchRow.Verdict),
}
"""Verdicts of the rows that a reviewer looks at, by the word for them."""


def visible_to(user: Any) -> QuerySet[BatchRun]:
    """Runs a user may see: one's own, all of them for an administrator."""
    runs = BatchRun.objects.select_related("created_by")
    return runs if ADMINISTRATOR in role_names(user) else runs.filter(created_by=user)


def run_of(user: Any, key: UUID) -> BatchRun:
    """A run that a user may see.

    Raises
    ------
    NotFoundError
        ``E-BATCH-MISSING``.
    """
    run = visible_to(user).filter(pk=key).first()
    if run is None:
        raise NotFoundError("E-BATCH-MISSING", _("There is no such list of yours."))
    return run


def rows_of(run: BatchRun, shown: str, after: int, limit: int) -> list[BatchRow]:
    """Rows behind a number that are looked at, by a key of `SHOWN`, at most ``limit``."""
    rows = run.rows.filter(verdict__in=SHOWN[shown], number__gt=after)
    return list(rows.select_related("decided_by").order_by("number")[:limit])


def decisions(runs: QuerySet[BatchRun] | list[BatchRun]) -> dict[UUID, dict[str, int]]:
    """Rows by state for each run; runs without rows are not here."""
    found: dict[UUID, dict[str, int]] = {}
    counts = BatchRow.objects.filter(run__in=runs).values_list("run", "state")
    for run, state, count in counts.order_by().annotate(count=Count("pk")):
        found.setdefault(run, {})[state] = count
    return found
