"""Jobs that are cancelled, and jobs whose worker died."""

import pytest
from django.db import connection, transaction

from spatial.basemap.models import Dataset
from spatial.core import jobs
from spatial.core.errors import ConflictError
from spatial.core.models import Job


def test_a_queued_job_is_cancelled_at_once_and_never_runs(db):
    job = jobs.cancel_job(Job.objects.create(kind="test"))
    assert (job.state, job.error_code) == ("cancelled", "E-JOB-CANCELLED")
    jobs.run_job(job, lambda progress: pytest.fail("it ran"))
    with pytest.raises(ConflictError, match="E-JOB-STATE"):
        jobs.cancel_job(job)


@pytest.mark.django_db(transaction=True)
def test_cancel_reaches_into_a_transaction_and_rolls_it_back():
    job = Job.objects.create(kind="test")
    other = connection.copy()

    def work(progress):
        with transaction.atomic():
            Dataset.objects.create(name="half")
            progress(1, 9, "reading")
            with other.cursor() as cursor:
                # Another session sees the progress, and asks without waiting for the transaction.
                cursor.execute("SELECT message FROM core_job WHERE id = %s", [job.pk])
                assert cursor.fetchone() == ("reading",)
                cursor.execute("SET statement_timeout = 5000")
                cursor.execute("UPDATE core_job SET cancel_asked = true WHERE id = %s", [job.pk])
            jobs.job_progress(job, other)(2, 9, "more")
        return {}

    try:
        jobs.run_job(job, work)
    finally:
        other.close()
    assert (job.state, job.error_code) == ("cancelled", "E-JOB-CANCELLED")
    assert not Dataset.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_only_a_job_without_a_worker_is_dead():
    job = Job.objects.create(kind="test")

    def work(progress):
        assert jobs.mark_if_dead(Job.objects.get(pk=job.pk)).state == "running"
        return {}

    jobs.run_job(job, work)
    assert job.state == "done"
    Job.objects.filter(pk=job.pk).update(state="running")
    job.refresh_from_db()
    dead = jobs.mark_if_dead(job)
    assert (dead.state, dead.error_code) == ("failed", "E-JOB-KILLED")
