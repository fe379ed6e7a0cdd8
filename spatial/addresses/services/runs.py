"""Makes runs of lists of addresses, and clears them away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spatial.addresses.matching import Find, Matched, match
from spatial.addresses.models import BatchRow, BatchRun
from spatial.addresses.reading import AddressList
from spatial.addresses.results import counted
from spatial.core import audit
from spatial.core.jobs import Progress, silent
from spatial.grids.services.locate import Ground

STEP = 200
"""Rows between two steps of the progress."""
CHUNK = 2_000
"""Rows that are written together."""


def matched_rows(asked: AddressList, find: Find, progress: Progress = silent) -> Iterator[Matched]:
    """What is found for each row of a list, in order."""
    total = len(asked.rows)
    for number, matched in enumerate(match(asked.texts, find, Ground())):
        if number % STEP == 0:
            progress(number, total + 1, str(_("finding addresses")))
        yield matched


@transaction.atomic
def make_run(
    asked: AddressList,
    find: Find,
    *,
    district: str | None = None,
    user: Any = None,
    progress: Progress = silent,
) -> BatchRun:
    """Geocode a list and keep it with all its rows; when that is cancelled, nothing is kept.

    Parameters
    ----------
    asked : AddressList
    find : callable
        The geocoder, which has been told the district.
    district : str, optional
        Kept with the run.
    user : User, optional
        Whose the run is.
    """
    start = time.monotonic()
    run = BatchRun.objects.create(
        file=asked.file,
        columns=list(asked.columns),
        field=asked.field,
        district=district or "",
        row_count=len(asked.rows),
        counts={},
        seconds=0.0,
        created_by=user,
    )
    verdicts: list[str] = []
    waiting: list[BatchRow] = []
    for values, text, matched in zip(
        asked.rows, asked.texts, matched_rows(asked, find, progress), strict=True
    ):
        verdicts.append(matched.verdict)
        waiting.append(_row(run, len(verdicts), values, text, matched))
        if len(waiting) == CHUNK:
            BatchRow.objects.bulk_create(waiting)
            waiting = []
    BatchRow.objects.bulk_create(waiting)
    run.counts, run.seconds = counted(verdicts), time.monotonic() - start
    run.save()
    facts = {"file": run.file, "rows": run.row_count, **run.counts}
    audit.record(user, "batch.made", "BatchRun", str(run.pk), **facts)
    # Still inside: a cancel that comes now must take the rows back.
    progress(run.row_count, run.row_count + 1, str(_("written")))
    return run


def _row(run: BatchRun, number: int, values: list[str], text: str, matched: Matched) -> BatchRow:
    return BatchRow(
        run=run,
        number=number,
        # PostgreSQL keeps every sign but this one.
        values=[value.replace("\0", "\ufffd") for value in values],
        text=text.replace("\0", "\ufffd"),
        verdict=matched.verdict,
        code=matched.code,
        hint=matched.hint,
        candidates=[found._asdict() for found in matched.candidates],
    )


@transaction.atomic
def delete_run(run: BatchRun, user: Any, action: str = "batch.deleted") -> None:
    """Remove a run with its rows; corrections that were made in it stay."""
    audit.record(user, action, "BatchRun", str(run.pk), file=run.file, rows=run.row_count)
    run.delete()


def clean() -> int:
    """Remove runs that nobody touched for ``BATCH_KEEP_D`` days; how many."""
    oldest = timezone.now() - timedelta(days=settings.BATCH_KEEP_D)
    old = list(BatchRun.objects.filter(changed_at__lt=oldest))
    for run in old:
        delete_run(run, None, "batch.expired")
    return len(old)
