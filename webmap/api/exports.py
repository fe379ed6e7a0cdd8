"""Takes export orders, tells how far they are, and hands out the files."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import FileResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.errors import NotFoundError, WanmiError
from spatial.core.jobs import cancel_job
from spatial.core.models import Job
from spatial.core.roles import owns
from spatial.grids.selectors import current_plan
from spatial.grids.services.export import FORMATS
from webmap import exports
from webmap.api.base import DataView
from webmap.api.forms import JobForm
from webmap.api.schema import answers
from webmap.jobs import living
from webmap.tasks import export_grids_task

EPSG_FORM = re.compile(r"(?:EPSG:)?([0-9]{4,6})", re.IGNORECASE)


class GoneError(WanmiError):
    """It was there and has been cleared away."""

    status = 410


class ExportOrder(serializers.Serializer):
    """What to export."""

    district = serializers.RegexField(r"^[0-9]{6}\Z")
    format = serializers.ChoiceField(list(FORMATS), default="shp")
    crs = serializers.CharField(default="EPSG:4490", max_length=12, help_text="EPSG:N or N")
    encoding = serializers.ChoiceField(["UTF-8", "GBK"], default="UTF-8")
    on = serializers.DateField(allow_null=True, default=None)

    def validate_crs(self, value: str) -> int:
        """Only a number ever reaches the libraries, never a text they would interpret."""
        found = EPSG_FORM.fullmatch(value)
        if not found:
            raise serializers.ValidationError(_("Give the reference system as EPSG:4490."))
        return int(found[1])


class Exports(DataView):
    """Orders an export."""

    throttle_scope = "exports"

    @answers(
        JobForm,
        400,
        403,
        404,
        429,
        status=202,
        request=ExportOrder,
        operation_id="export",
        summary="Order an export",
        tags=["exports"],
    )
    def post(self, request: Request) -> Response:
        """Order the grids of a district as a file; ask the job when it is ready."""
        order = ExportOrder(data=request.data)
        order.is_valid(raise_exception=True)
        asked = order.validated_data
        current_plan(asked["district"], asked["on"])
        with transaction.atomic():
            job = Job.objects.create(
                kind=exports.KIND, created_by=request.user, params=_params(asked)
            )
            export_grids_task.enqueue(str(job.pk))
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
        """The file of a finished export; it is kept for a day."""
        job = own_job(request.user, job_id)
        path = exports.result_path(job)
        if path is None and job.result.get("file"):
            raise GoneError("E-EXPORT-GONE", _("The file has been cleared away; export again."))
        if path is None:
            raise NotFoundError("E-EXPORT-NOFILE", _("This job has no file yet."))
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


def _params(asked: dict[str, Any]) -> dict[str, Any]:
    day = asked["on"]
    return {
        "district": asked["district"],
        "format": asked["format"],
        "srid": asked["crs"],
        "encoding": asked["encoding"],
        "on": day.isoformat() if day else None,
    }
