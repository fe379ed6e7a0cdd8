"""Takes export orders, tells how far they are, and hands out the files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core import audit
from spatial.core.errors import NotFoundError, WanmiError
from spatial.core.jobs import cancel_job
from spatial.core.models import Job
from spatial.core.roles import owns
from webmap import exports
from webmap.api.base import DataView
from webmap.api.export_forms import ExportOrder, ExportsForm
from webmap.api.forms import JobForm
from webmap.api.schema import answers
from webmap.jobs import living
from webmap.tasks import export_task

SHOWN = 50
TAGS = {"tags": ["exports"]}


class GoneError(WanmiError):
    """It was there and has been cleared away."""

    status = 410


class Exports(DataView):
    """Exports: the latest ones, and the order of a new one."""

    def get_throttles(self):
        """Only orders are limited; looking is not."""
        self.throttle_scope = "exports" if self.request.method == "POST" else None
        return super().get_throttles()

    @answers(ExportsForm, 403, operation_id="exports", summary="The latest exports", **TAGS)
    def get(self, request: Request) -> Response:
        """One's own latest exports, everybody's for an administrator, the newest first."""
        return Response({"exports": export_forms(request.user)})

    @answers(
        JobForm, 400, 403, 404, 429, status=202, request=ExportOrder,
        operation_id="export", summary="Order an export", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Order a file of a region; ask the job when it is ready."""
        asked = ExportOrder(data=request.data)
        asked.is_valid(raise_exception=True)
        # Stickers stay for years: the address of the setting counts before that of today's visit.
        site = settings.SITE_URL or request.build_absolute_uri("/")
        job = exports.order(asked.params(site), request.user)
        export_task.enqueue(str(job.pk))
        return Response(job_form(Job.objects.get(pk=job.pk)), status=202)


class JobState(DataView):
    """A job."""

    @answers(JobForm, 404, operation_id="job", summary="A job", tags=["exports"])
    def get(self, request: Request, job_id: UUID) -> Response:
        """How far a job of one's own is."""
        return Response(job_form(living(own_job(request.user, job_id))))


class JobCancel(DataView):
    """Cancels a job."""

    @answers(
        JobForm, 404, 409, status=202, request=None,
        operation_id="job_cancel", summary="Cancel a job", tags=["exports"],
    )  # fmt: skip
    def post(self, request: Request, job_id: UUID) -> Response:
        """Cancel a job of one's own; a running one stops at its next step and keeps nothing."""
        job = living(own_job(request.user, job_id))
        return Response(job_form(cancel_job(job)), status=202)


class JobFile(DataView):
    """The file a job made."""

    @answers(
        OpenApiTypes.BINARY,
        404,
        410,
        media="application/octet-stream",
        operation_id="job_file",
        summary="The file of a job",
        tags=["exports"],
    )
    def get(self, request: Request, job_id: UUID) -> FileResponse:
        """The file of a finished export; it is kept for some days."""
        job = own_job(request.user, job_id)
        exports.refuse_hidden(request.user, job)
        path = exports.result_path(job)
        if path is None and job.result.get("file"):
            raise GoneError("E-EXPORT-GONE", _("The file has been cleared away; export again."))
        if path is None:
            raise NotFoundError("E-EXPORT-NOFILE", _("This job has no file yet."))
        audit.record(request.user, "export.fetched", "export", str(job.pk), file=path.name)
        response = FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
        response["Cache-Control"] = "private, no-store"
        return response


def own_job(user, job_id: UUID) -> Job:
    """The job if it is the user's own or the user is an administrator."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not owns(user, job.created_by_id):
        raise NotFoundError("E-JOB-MISSING", _("There is no such job of yours."))
    return job


def job_form(job: Job) -> dict[str, Any]:
    """A job as the API shows it."""
    facts = ("state", "done", "total", "message", "result")
    error = ("error_code", "error_message", "error_detail")
    there = exports.result_path(job) is not None
    file = reverse("job-file", args=[job.pk]) if there else None
    fields = {name: getattr(job, name) for name in (*facts, *error)}
    return {"job": {"id": str(job.pk), **fields, "file": file}}


def export_forms(user: Any) -> list[dict[str, Any]]:
    """The latest exports a user may see."""
    return [_export_form(living(job)) for job in exports.visible_to(user)[:SHOWN]]


def _export_form(job: Job) -> dict[str, Any]:
    asked = job.params
    return {
        **job_form(job)["job"],
        **{name: asked.get(name) for name in ("what", "region", "format", "on")},
        "crs": asked.get("system") or (f"EPSG:{asked['srid']}" if "srid" in asked else ""),
        "bytes": job.result.get("bytes"),
        "name": job.result.get("file", ""),
        "created_at": job.created_at,
        "created_by": job.created_by.get_username() if job.created_by else "",
    }
