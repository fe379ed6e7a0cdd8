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
def test_a_job_without_a_worker_is_begun_again_once():
    job = Job.objects.create(kind="test")

    def work(progress):
        assert not jobs.revive(Job.objects.get(pk=job.pk))
        return {}

    jobs.run_job(job, work)
    assert (job.state, job.attempts) == ("done", 1)
    assert not jobs.revive(job)

    def killed():
        Job.objects.filter(pk=job.pk).update(state="running")
        job.refresh_from_db()

    killed()
    assert jobs.revive(job)
    assert job.state == "queued"
    jobs.run_job(job, work)
    assert (job.state, job.attempts) == ("done", 2)
    # It may be the job that kills its workers.
    killed()
    assert not jobs.revive(job)
    assert (job.state, job.error_code) == ("failed", "E-JOB-KILLED")


def test_a_dead_job_that_was_to_be_cancelled_is(db):
    job = Job.objects.create(kind="test", state="running", attempts=1, cancel_asked=True)
    assert not jobs.revive(job)
    assert (job.state, job.error_code) == ("cancelled", "E-JOB-CANCELLED")


def test_what_an_error_knows_is_kept(db):
    job = Job.objects.create(kind="test")

    def work(progress):
        raise ConflictError("E-TEST", "no", grids=[1, 2])

    jobs.run_job(job, work)
    assert (job.error_code, job.error_detail) == ("E-TEST", {"grids": [1, 2]})
