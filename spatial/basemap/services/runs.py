"""The record of an import run, its lock, and what a killed run left behind.

A run is written as ``running`` before the work and closed after it, outside the transaction that
holds the work: a refused or failed import leaves its record and nothing else. The lock is
PostgreSQL's session lock, so it ends with the process whatever kills it.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spatial.basemap.io.source import fingerprint
from spatial.basemap.models import Dataset, ImportIssue, ImportRun
from spatial.basemap.services.notes import grouped
from spatial.basemap.services.summary import ImportSummary, Tally
from spatial.core.bulk import copy_rows
from spatial.core.errors import ConflictError, WanmiError
from spatial.core.jobs import CancelledError
from spatial.core.locks import try_lock, unlock

LOCK_OF_DATASET, LOCK_OF_RUN = 0x57414E4D, 0x57414E52
ISSUE_COLUMNS = (
    "run_id", "severity", "code", "layer", "feature", "message", "area_m2", "geom",
)  # fmt: skip
MAX_ISSUES = 20_000
"""Issues kept with a run; the counts go on."""


class DryRun(Exception):  # noqa: N818 - no error: it ends the transaction of a dry run
    """Raised inside the transaction of a dry run so that it leaves no trace."""


@dataclass(slots=True)
class Run:
    """An import in progress."""

    kind: str
    path: Path
    dataset: str
    record: ImportRun | None
    """None in a dry run."""
    sha256: str
    by_dataset: bool = True
    """Whether datasets are apart; the regions of a level are one set for all."""
    started: float = field(default_factory=time.monotonic)
    tally: Tally = field(default_factory=Tally)
    issues: list[ImportIssue] = field(default_factory=list)
    unchanged: bool = False

    def note(self, severity: str, code: str, message: Any, **fields: Any) -> None:
        """Keep an issue for the run's record."""
        if len(self.issues) < MAX_ISSUES:
            issue = ImportIssue(severity=severity, code=code, message=str(message), **fields)
            self.issues.append(issue)

    @property
    def room(self) -> int:
        """How many more issues are kept."""
        return MAX_ISSUES - len(self.issues)

    def row(self, issue: ImportIssue) -> tuple[Any, ...]:
        """An issue as COPY wants it: building 20,000 rows one by one takes seconds."""
        kept = self.record.pk if self.record else None
        return (
            kept,
            *(getattr(issue, name) for name in ISSUE_COLUMNS[1:-1]),
            issue.__dict__["geom"],
        )

    def settle(self, digest: str, **facts: Any) -> bool:
        """Record the settings of the run; True when the last import was exactly the same."""
        last = self._last_done()
        self.unchanged = last is not None and self._equals(last, digest)
        if self.unchanged:
            kept = sum(last.counts.get(n, 0) for n in ("created", "updated", "unmodified"))
            self.tally.changes["unmodified"] = kept
        if self.record is not None:
            for name, value in {"settings_sha256": digest, **facts}.items():
                setattr(self.record, name, value)
            self.record.save()
        return self.unchanged

    def _last_done(self) -> ImportRun | None:
        """The last import into the same rows: of the dataset, or of the level for regions."""
        done = ImportRun.objects.filter(kind=self.kind, state=ImportRun.State.DONE)
        if self.by_dataset:
            done = done.filter(dataset__name=self.dataset)
        return done.order_by("-id").first()

    def _equals(self, last: ImportRun, digest: str) -> bool:
        same = (last.file_sha256, last.settings_sha256) == (self.sha256, digest)
        return same and last.dataset is not None and last.dataset.name == self.dataset

    def summary(self) -> ImportSummary:
        """The result so far."""
        state = "unchanged" if self.unchanged else "done" if self.record else "dry run"
        run_id = self.record.pk if self.record else None
        seconds = time.monotonic() - self.started
        summary = self.tally.summary(run_id, state, self.dataset, seconds)
        return replace(summary, notes=self.notes())

    def notes(self) -> list[dict[str, Any]]:
        """What was noted, in groups; also of a dry run, which keeps no record."""
        return grouped(self.issues, self.tally.reasons)


def settings_digest(*parts: Any) -> str:
    """Hash of everything but the file that decides what an import does."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@contextmanager
def importing(
    kind: str, path: Path, shown: str, dataset: str, user: Any, dry_run: bool,
    by_dataset: bool = True,
) -> Iterator[Run]:  # fmt: skip
    """Hold the lock and the record of an import while its work is done.

    ``shown`` is the file's name for its user. With ``by_dataset`` false all imports of the kind
    share one lock.

    Raises
    ------
    ConflictError
        ``E-IMPORT-BUSY`` when another import of the same dataset is at work.
    InputError
        ``E-FILE-MISSING``.
    """
    sha256 = fingerprint(path)
    key = zlib.crc32(f"{kind}:{dataset if by_dataset else ''}".encode()) - 2**31
    if not try_lock(LOCK_OF_DATASET, key):
        text = _("Another import of %s is at work; wait for its end.") % dataset
        raise ConflictError("E-IMPORT-BUSY", text, dataset=dataset)
    record = None
    try:
        if not dry_run:
            _mark_dead_runs()
            record = _begin(kind, shown, dataset, user, sha256)
        run = Run(kind, path, dataset, record, sha256, by_dataset)
        with _closing(run):
            yield run
    finally:
        if record is not None:
            unlock(LOCK_OF_RUN, record.pk)
        unlock(LOCK_OF_DATASET, key)


def _begin(kind: str, shown: str, dataset: str, user: Any, sha256: str) -> ImportRun:
    known = user is not None and getattr(user, "is_authenticated", False)
    record = ImportRun.objects.create(
        kind=kind,
        dataset=Dataset.objects.filter(name=dataset).first(),
        file_name=shown[:255],
        file_sha256=sha256,
        created_by=user if known else None,
    )
    try_lock(LOCK_OF_RUN, record.pk)
    return record


@contextmanager
def _closing(run: Run) -> Iterator[None]:
    """Close the record with what came of the work."""
    try:
        yield
    except CancelledError as error:
        _close(run, ImportRun.State.CANCELLED, error.code, str(error.message))
        raise
    except WanmiError as error:
        _close(run, ImportRun.State.REFUSED, error.code, str(error.message))
        if run.issues:
            error.detail.update(run=run.record and run.record.pk, notes=run.notes())
        raise
    except BaseException as error:
        _close(run, ImportRun.State.FAILED, "E-IMPORT-CRASH", repr(error))
        raise
    done = ImportRun.State.UNCHANGED if run.unchanged else ImportRun.State.DONE
    _close(run, done)


def _close(run: Run, state: str, code: str = "", message: str = "") -> None:
    if run.record is None:
        return
    if run.record.dataset_id is None:
        run.record.dataset = Dataset.objects.filter(name=run.dataset).first()
    run.record.state, run.record.finished_at = state, timezone.now()
    run.record.counts = run.tally.as_dict()
    run.record.error_code, run.record.error_message = code, message
    run.record.save()
    copy_rows(ImportIssue._meta.db_table, ISSUE_COLUMNS, map(run.row, run.issues))


def _mark_dead_runs() -> None:
    """Close runs that say they are at work while nobody holds their lock."""
    for record in ImportRun.objects.filter(state=ImportRun.State.RUNNING):
        if try_lock(LOCK_OF_RUN, record.pk):
            record.state, record.finished_at = ImportRun.State.FAILED, timezone.now()
            record.error_code = "E-IMPORT-KILLED"
            record.error_message = str(_("The process ended in mid-import; nothing was written."))
            record.save()
            unlock(LOCK_OF_RUN, record.pk)
