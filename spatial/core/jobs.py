"""Runs long work as a job: progress that survives a reload, a result, or a coded error.

The same work function serves a command (``run_now`` with a terminal's progress) and the browser
(a django-task that calls ``run_job``).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from spatial.core.errors import WanmiError
from spatial.core.models import Job

Progress = Callable[[int, int, str], None]
"""``progress(done, total, message)``: called often, cheap to call."""

WRITE_EVERY_S = 0.5
log = logging.getLogger(__name__)


def silent(_done: int, _total: int, _message: str = "") -> None:
    """Progress that nobody watches."""


def job_progress(job: Job) -> Progress:
    """A progress function that writes to the job's row at most twice a second."""
    last = 0.0

    def write(done: int, total: int, message: str = "") -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < WRITE_EVERY_S and done != total:
            return
        last = now
        Job.objects.filter(pk=job.pk).update(done=done, total=total, message=str(message)[:300])

    return write


def run_job(job: Job, work: Callable[[Progress], dict[str, Any]]) -> None:
    """Run ``work`` and keep what came of it in the job; a coded error is kept, not raised.

    Any other error is kept as ``E-JOB-CRASH`` and raised, so that the log has its trace.
    """
    _start(job)
    try:
        result = work(job_progress(job))
    except WanmiError as error:
        _finish(job, Job.State.FAILED, error_code=error.code, error_message=str(error.message))
    except Exception as error:
        log.exception("job %s failed", job.pk)
        _finish(job, Job.State.FAILED, error_code="E-JOB-CRASH", error_message=repr(error))
        raise
    else:
        _finish(job, Job.State.DONE, result=result)


def _start(job: Job) -> None:
    job.state, job.started_at = Job.State.RUNNING, timezone.now()
    with transaction.atomic():
        job.save(update_fields=["state", "started_at"])


def _finish(job: Job, state: str, **fields: Any) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=timezone.now(), **fields)
    job.refresh_from_db()
