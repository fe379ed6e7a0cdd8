"""Runs long work as a job: progress that survives a reload, a result, or a coded error.

The same work function serves a command (``run_now`` with a terminal's progress) and the browser
(a django-task that calls ``run_job``).

While a job runs, a connection of its own writes its progress and holds PostgreSQL's session lock
for it. So others see the progress in the middle of the work's transaction, a request to cancel is
never made to wait for that transaction, and a job whose worker died is told by its free lock.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spatial.core.errors import ConflictError, WanmiError
from spatial.core.locks import try_lock, unlock
from spatial.core.models import Job

Progress = Callable[[int, int, str], None]
"""``progress(done, total, message)``: called often, cheap to call."""

LOCK_OF_JOB = 0x57414E4A
BUSY = (Job.State.QUEUED, Job.State.RUNNING)
"""States of a job that is not over."""
WRITE_EVERY_S = 0.5
ATTEMPTS = 2
"""How often a job is begun when workers die."""
_WRITE = (
    "UPDATE core_job SET done = %s, total = %s, message = %s WHERE id = %s RETURNING cancel_asked"
)
log = logging.getLogger(__name__)


class CancelledError(ConflictError):
    """The user cancelled the job; its transaction rolls back."""

    def __init__(self) -> None:
        super().__init__("E-JOB-CANCELLED", _("The job was cancelled; nothing of it was kept."))


def silent(_done: int, _total: int, _message: str = "") -> None:
    """Progress that nobody watches."""


def job_progress(job: Job, side: Any = connection) -> Progress:
    """A progress function that writes to the job's row at most twice a second.

    It writes on the connection ``side``. At the same rhythm it raises `CancelledError` if someone
    asked for that, except at the end (``done == total``), where the work may be kept already.
    """
    last = 0.0

    def write(done: int, total: int, message: str = "") -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < WRITE_EVERY_S and done != total:
            return
        last = now
        with side.cursor() as cursor:
            cursor.execute(_WRITE, [done, total, str(message)[:300], job.pk])
            row = cursor.fetchone()
        if done != total and (row is None or row[0]):
            raise CancelledError

    return write


def run_job(job: Job, work: Callable[[Progress], dict[str, Any]]) -> None:
    """Run ``work`` and keep what came of it in the job; a coded error is kept, not raised.

    Any other error is kept as ``E-JOB-CRASH`` and raised, so that the log has its trace. A job that
    is no longer queued (cancelled, or taken by another worker) is left alone.
    """
    with _held(job) as side:
        if side is None or not _start(job):
            return
        try:
            result = work(job_progress(job, side))
        except CancelledError as error:
            text = str(error.message)
            _finish(job, Job.State.CANCELLED, error_code=error.code, error_message=text)
        except WanmiError as error:
            told = {"error_message": str(error.message), "error_detail": error.detail}
            _finish(job, Job.State.FAILED, error_code=error.code, **told)
        except Exception as error:
            log.exception("job %s failed", job.pk)
            _finish(job, Job.State.FAILED, error_code="E-JOB-CRASH", error_message=repr(error))
            raise
        else:
            _finish(job, Job.State.DONE, result=result)


def cancel_job(job: Job) -> Job:
    """Cancel a queued job at once; ask a running one to stop at its next progress.

    Raises
    ------
    ConflictError
        ``E-JOB-STATE`` when it is over.
    """
    message = str(CancelledError().message)
    queued = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED)
    ended = {"error_code": "E-JOB-CANCELLED", "error_message": message}
    if not queued.update(state=Job.State.CANCELLED, finished_at=timezone.now(), **ended):
        running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
        if not running.update(cancel_asked=True):
            text = _("The job is over; there is nothing to cancel.")
            raise ConflictError("E-JOB-STATE", text)
    job.refresh_from_db()
    return job


def revive(job: Job) -> bool:
    """Put a job back in the queue whose worker died; whether it was, and is to be started again.

    A job says that it runs while no worker holds its lock: the worker was stopped or killed, and
    its transaction is gone. It is begun `ATTEMPTS` times at most, since it may be the job that
    kills workers; then it is closed with ``E-JOB-KILLED``. One that was to be cancelled is
    cancelled.
    """
    if job.state != Job.State.RUNNING or not try_lock(LOCK_OF_JOB, _key(job)):
        return False
    try:
        running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
        again = running.filter(attempts__lt=ATTEMPTS, cancel_asked=False)
        if again.update(state=Job.State.QUEUED, done=0, total=0, message=""):
            return True
        text = _("The worker ended in mid-work and nothing was kept; order it again.")
        dead = {"error_code": "E-JOB-KILLED", "error_message": str(text)}
        ended = {"state": Job.State.FAILED, "finished_at": timezone.now()}
        running.filter(cancel_asked=False).update(**ended, **dead)
        # What is left was asked to stop.
        error = CancelledError()
        told = {"error_code": error.code, "error_message": str(error.message)}
        running.update(**(ended | {"state": Job.State.CANCELLED}), **told)
        return False
    finally:
        unlock(LOCK_OF_JOB, _key(job))
        job.refresh_from_db()


_HELD = """
SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND classid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def without_worker() -> list[Job]:
    """Jobs that say they run while no worker holds their lock; no lock is taken to see it."""
    running = list(Job.objects.filter(state=Job.State.RUNNING))
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [LOCK_OF_JOB])
        held = {row[0] for row in cursor.fetchall()}
    dead = [job.pk for job in running if _key(job) not in held]
    # One that ended meanwhile gave its lock back.
    return list(Job.objects.filter(pk__in=dead, state=Job.State.RUNNING).order_by("created_at"))


@contextmanager
def _held(job: Job) -> Iterator[Any]:
    """The connection for a job's progress while it holds the job's lock; None if another does.

    A job made in a transaction that is still open is seen only there, so its own connection serves.
    """
    own = not connection.in_atomic_block
    side = connection.copy() if own else connection
    try:
        with side.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_OF_JOB, _key(job)])
            free = cursor.fetchone()[0]
        try:
            yield side if free else None
        finally:
            if free and not own:
                unlock(LOCK_OF_JOB, _key(job))
    finally:
        if own:
            side.close()


def _key(job: Job) -> int:
    return job.pk.int % 2**31


def _start(job: Job) -> bool:
    now = timezone.now()
    with transaction.atomic():
        queued = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED)
        taken = queued.update(state=Job.State.RUNNING, started_at=now, attempts=F("attempts") + 1)
    job.refresh_from_db()
    return bool(taken)


def _finish(job: Job, state: str, **fields: Any) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=timezone.now(), **fields)
    job.refresh_from_db()
