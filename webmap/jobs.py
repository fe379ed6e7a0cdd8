"""Jobs whose worker died are begun again: when somebody asks for them, and when a worker starts."""

from __future__ import annotations

from django.utils.module_loading import import_string

from spatial.core.jobs import revive
from spatial.core.models import Job

TASKS = {
    "export": "webmap.tasks.export_task",
    "cut": "webmap.tasks.cut_plan_task",
    "import": "webmap.tasks.import_task",
    "scheme": "webmap.tasks.scheme_task",
    "batch": "webmap.tasks.batch_task",
    "patrol": "webmap.tasks.patrol_task",
    "analysis": "webmap.tasks.analysis_task",
}
"""The task of each kind of job, by name: tasks import what orders them."""


def living(job: Job) -> Job:
    """The job as it stands, begun again if its worker died."""
    if revive(job):
        import_string(TASKS[job.kind]).enqueue(str(job.pk))
    return job


def begin_again() -> int:
    """Begin again every job whose worker died; how many there were."""
    running = Job.objects.filter(state=Job.State.RUNNING, kind__in=TASKS)
    return sum(living(job).state == Job.State.QUEUED for job in running)
