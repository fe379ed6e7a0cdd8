"""Work that a worker does on behalf of the site."""

from __future__ import annotations

from typing import Any

from django_tasks import task

from spatial.basemap.models import Upload
from spatial.basemap.services import upload_inspection
from spatial.core.jobs import run_job
from spatial.core.models import Job
from webmap import analysis, batches, exports, imports, patrol, plans, schemes
from webmap.replicas.working import read_apart
from webmap.tiles import pyramid


@task
def build_pyramid(layer: str, version: str | None = None) -> dict[str, Any]:
    """Build the tile files of a layer's version."""
    built = pyramid.build(layer, version)
    return {"layer": built.layer, "version": built.version, "tiles": built.tiles}


@task
def export_task(job_id: str) -> None:
    """Write the file an export job asks for, and clear away old ones."""
    exports.clean()
    job = Job.objects.get(pk=job_id, kind=exports.KIND)
    run_job(job, lambda progress: read_apart(lambda: exports.run(job, progress)))


@task
def cut_plan_task(job_id: str) -> None:
    """Cut a district as a job asks for."""
    job = Job.objects.get(pk=job_id, kind=plans.KIND)
    run_job(job, lambda progress: plans.cut(job, progress))


@task
def patrol_task(job_id: str) -> None:
    """Cut a district into patrol areas as a job asks for."""
    job = Job.objects.get(pk=job_id, kind=patrol.KIND)
    run_job(job, lambda progress: patrol.cut(job, progress))


@task
def analysis_task(job_id: str) -> None:
    """Make an analysis as a job asks for."""
    job = Job.objects.get(pk=job_id, kind=analysis.KIND)
    run_job(job, lambda progress: analysis.run(job, progress))


@task
def import_task(job_id: str) -> None:
    """Import an upload as a job asks for, and have the tiles of what changed built."""
    job = Job.objects.get(pk=job_id, kind=imports.KIND)
    run_job(job, lambda progress: imports.run(job, progress))
    layer = imports.tile_layer(job)
    if layer is not None:
        build_pyramid.enqueue(layer)


@task
def scheme_task(job_id: str) -> None:
    """Make an edition of a scheme as a job asks for."""
    job = Job.objects.get(pk=job_id, kind=schemes.KIND)
    run_job(job, lambda progress: schemes.make(job, progress))


@task
def batch_task(job_id: str) -> None:
    """Geocode a list of addresses as a job asks for."""
    job = Job.objects.get(pk=job_id, kind=batches.KIND)
    run_job(job, lambda progress: batches.run(job, progress))


@task
def inspect_upload_task(upload_id: str) -> None:
    """Find out what is in an upload; one that was deleted meanwhile is none any more."""
    upload = Upload.objects.filter(pk=upload_id, state=Upload.State.INSPECTING).first()
    if upload is not None:
        upload_inspection.inspect(upload)
