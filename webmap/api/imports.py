"""Imports: ordered from an upload, looked up afterwards, with a report for each feature."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.basemap.models import ImportIssue, ImportRun
from spatial.core.errors import NotFoundError
from spatial.core.models import Job
from webmap import imports
from webmap.api.base import DataView
from webmap.api.csvlines import csv_lines
from webmap.api.exports import job_form
from webmap.api.forms import JobForm
from webmap.api.import_forms import ImportOrder, ImportsForm
from webmap.api.params import read_body
from webmap.api.schema import answers
from webmap.api.uploads import own
from webmap.tasks import import_task

SHOWN = 50
TAGS = {"tags": ["imports"]}
COLUMNS = ("severity", "code", "layer", "feature", "message", "area_m2")


class Imports(DataView):
    """All imports."""

    @answers(ImportsForm, 403, operation_id="imports", summary="The latest imports", **TAGS)
    def get(self, request: Request) -> Response:
        """The latest imports of all users, and those that wait or are at work."""
        return Response({"runs": run_forms(), "running": running_forms(request.user)})

    @answers(
        JobForm, 400, 403, 404, 409, 429, status=202, request=ImportOrder,
        operation_id="import", summary="Import an upload", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Order an import, or a dry run; the job says how far it is and what came of it."""
        asked = read_body(ImportOrder, request)
        upload = own(request.user, asked.pop("upload"))
        for name in ("valid_from", "day"):
            asked[name] = asked[name] and asked[name].isoformat()
        # Not in one transaction: an import that ran in it, where tasks run at once, would share
        # its connection with its own progress.
        job = imports.order(upload, asked, request.user)
        import_task.enqueue(str(job.pk))
        return Response(job_form(Job.objects.get(pk=job.pk)), status=202)


class ImportReport(DataView):
    """What an import noted of single features."""

    @answers(
        OpenApiTypes.BINARY, 403, 404, media="application/geo+json",
        operation_id="import_report", summary="The report of an import", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, run_id: int, ending: str) -> HttpResponse:  # noqa: ARG002
        """Each note with layer, feature, code and place: as ``geojson`` or as ``csv``."""
        run = ImportRun.objects.filter(pk=run_id).first()
        if run is None:
            raise NotFoundError("E-IMPORT-MISSING", _("There is no such import."))
        issues = run.issues.order_by("pk").iterator(2_000)
        lines, kind = (
            (csv_lines((*COLUMNS, "lon", "lat"), _rows(issues)), "text/csv; charset=utf-8")
            if ending == "csv"
            else (_geojson(issues), "application/geo+json")
        )
        response = StreamingHttpResponse(lines, content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="import-{run.pk}.{ending}"'
        response["Cache-Control"] = "private, no-store"
        return response


def _rows(issues: Iterator[ImportIssue]) -> Iterator[list[Any]]:
    for issue in issues:
        place = issue.geom.coords if issue.geom else ("", "")
        yield [*(getattr(issue, name) for name in COLUMNS), *place]


def _geojson(issues: Iterator[ImportIssue]) -> Iterator[str]:
    yield '{"type":"FeatureCollection","features":['
    for i, issue in enumerate(issues):
        feature = {
            "type": "Feature",
            "geometry": json.loads(issue.geom.geojson) if issue.geom else None,
            "properties": {name: getattr(issue, name) for name in COLUMNS},
        }
        yield ("," if i else "") + "\n" + json.dumps(feature, ensure_ascii=False)
    yield "]}\n"


def run_forms() -> list[dict[str, Any]]:
    """The latest runs, the newest first."""
    found = ImportRun.objects.select_related("dataset", "created_by")
    counted = found.annotate(issue_count=Count("issues")).order_by("-started_at", "-id")
    return [_run_form(run) for run in counted[:SHOWN]]


def _run_form(run: Any) -> dict[str, Any]:
    names = ("id", "state", "encoding", "counts", "error_code", "error_message")
    return {
        **{name: getattr(run, name) for name in (*names, "started_at", "finished_at")},
        "what": run.kind,
        "file": run.file_name,
        "dataset": run.dataset.name if run.dataset else "",
        "crs": run.source_srid,
        "issues": run.issue_count,
        "created_by": run.created_by.get_username() if run.created_by else "",
    }


def running_forms(user: Any) -> list[dict[str, Any]]:
    """Imports that wait or are at work, in the order in which they were asked for."""
    return [
        {
            "id": str(job.pk),
            "file": job.params["file"],
            "what": job.params["what"],
            "state": job.state,
            "is_mine": job.created_by_id == user.pk,
        }
        for job in imports.running()
    ]
