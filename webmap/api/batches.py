"""Lists of addresses: ordered from an upload, reviewed row by row, fetched as files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.addresses import selectors
from spatial.addresses.models import BatchRow, BatchRun
from spatial.addresses.results import listed, write_run
from spatial.addresses.services import review
from spatial.addresses.services.runs import delete_run
from spatial.basemap.io.writers.lines import csv_lines
from spatial.core import audit
from spatial.core.models import Job
from webmap import batches
from webmap.api.base import DataView
from webmap.api.batch_forms import (
    CHOOSE,
    PUT,
    BatchForm,
    BatchList,
    BatchOrder,
    BatchRowForm,
    BatchRowsForm,
    Decision,
    RowsQuery,
)
from webmap.api.exports import job_form
from webmap.api.forms import JobForm
from webmap.api.params import read, read_body
from webmap.api.schema import answers
from webmap.api.uploads import own
from webmap.tasks import batch_task

SHOWN = 50
TAGS = {"tags": ["addresses"]}


class Batches(DataView):
    """Lists of addresses."""

    throttle_scope = "batches"

    def get_throttles(self) -> list:
        """Only orders are counted."""
        return super().get_throttles() if self.request.method == "POST" else []

    @answers(BatchList, 403, operation_id="batches", summary="My lists of addresses", **TAGS)
    def get(self, request: Request) -> Response:
        """One's own latest lists, everybody's for an administrator, the newest first."""
        return Response({"batches": batch_list(request.user)})

    @answers(
        JobForm, 400, 403, 404, 409, 429, status=202, request=BatchOrder,
        operation_id="batch_order", summary="Find a list of addresses", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Order an upload to be geocoded; the result of the job names the list."""
        values = read_body(BatchOrder, request)
        upload = own(request.user, values.pop("upload"))
        job = batches.order(upload, values, request.user)
        batch_task.enqueue(str(job.pk))
        return Response(job_form(Job.objects.get(pk=job.pk)), status=202)


class Batch(DataView):
    """A list of addresses."""

    @answers(BatchForm, 403, 404, operation_id="batch", summary="A list of addresses", **TAGS)
    def get(self, request: Request, batch_id: UUID) -> Response:
        """Counts of what was found and decided."""
        return Response(batch_form(selectors.run_of(request.user, batch_id), request.user))

    @answers(
        None, 403, 404, status=204,
        operation_id="batch_delete", summary="Delete a list of addresses", **TAGS,
    )  # fmt: skip
    def delete(self, request: Request, batch_id: UUID) -> Response:
        """Remove a list with its rows; corrections made in it stay."""
        delete_run(selectors.run_of(request.user, batch_id), request.user)
        return Response(status=204)


class BatchRows(DataView):
    """Rows of a list."""

    @answers(
        BatchRowsForm, 400, 403, 404,
        operation_id="batch_rows", summary="Rows of a list", parameters=[RowsQuery], **TAGS,
    )  # fmt: skip
    def get(self, request: Request, batch_id: UUID) -> Response:
        """Rows with their candidates, in their order."""
        run = selectors.run_of(request.user, batch_id)
        asked = read(RowsQuery, request)
        limit = asked["limit"]
        rows = selectors.rows_of(run, asked["show"], asked["after"], limit + 1)
        shown = [row_form(row) for row in rows[:limit]]
        return Response({"rows": shown, "more": len(rows) > limit})


class BatchDecision(DataView):
    """A row of a list."""

    @answers(
        BatchRowForm, 400, 403, 404, 409, request=Decision,
        operation_id="batch_decide", summary="Decide about a row", **TAGS,
    )  # fmt: skip
    def post(self, request: Request, batch_id: UUID, number: int) -> Response:
        """Choose a candidate, put a place by hand, or undo; it is kept at once."""
        run = selectors.run_of(request.user, batch_id)
        asked = read_body(Decision, request)
        return Response(row_form(_decide(run, number, asked, request.user)))


class BatchFile(DataView):
    """A list as a file."""

    @answers(
        OpenApiTypes.BINARY, 403, 404, media="application/octet-stream",
        operation_id="batch_file", summary="A list as a file", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, batch_id: UUID, ending: str) -> HttpResponseBase:
        """The list as it stands: ``csv``, ``xlsx`` or ``gpkg``."""
        run = selectors.run_of(request.user, batch_id)
        audit.record(request.user, "batch.fetched", "BatchRun", str(run.pk), ending=ending)
        name = f"{Path(run.file).stem}-{str(run.pk)[:8]}.{ending}"
        if ending == "csv":
            made = listed(run)
            lines = csv_lines(made.head, made.rows)
            answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
            return _attached(answer, name)
        with tempfile.TemporaryDirectory(prefix="wanmi-list-") as folder:
            path = Path(folder) / f"list.{ending}"
            write_run(run, path)
            # The open file outlives its name.
            return _attached(FileResponse(path.open("rb")), name)


def _attached(answer: Any, name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _decide(run: BatchRun, number: int, asked: dict[str, Any], user: Any) -> BatchRow:
    if asked["action"] == CHOOSE:
        return review.choose(run, number, asked["candidate"], user)
    if asked["action"] == PUT:
        return review.put(run, number, asked["lon"], asked["lat"], user)
    return review.undo(run, number, user)


def batch_list(user: Any) -> list[dict[str, Any]]:
    """The latest lists a user may see."""
    runs = list(selectors.visible_to(user)[:SHOWN])
    decided = selectors.decisions(runs)
    return [_form(run, decided.get(run.pk, {}), user) for run in runs]


def batch_form(run: BatchRun, user: Any) -> dict[str, Any]:
    """A list as the API shows it."""
    return _form(run, selectors.decisions([run]).get(run.pk, {}), user)


def _form(run: BatchRun, decided: dict[str, int], user: Any) -> dict[str, Any]:
    names = ("file", "field", "columns", "district", "counts", "created_at")
    return {
        "id": str(run.pk),
        **{name: getattr(run, name) for name in names},
        "rows": run.row_count,
        "decided": {state: decided.get(state, 0) for state in BatchRow.State.values},
        "rows_per_second": round(run.row_count / max(run.seconds, 1e-6), 1),
        "created_by": run.created_by.get_username() if run.created_by else "",
        "is_mine": run.created_by_id == user.pk,
    }


def row_form(row: BatchRow) -> dict[str, Any]:
    """A row as the API shows it."""
    names = ("number", "text", "values", "verdict", "code", "hint", "candidates", "state")
    return {
        **{name: getattr(row, name) for name in (*names, "choice", "hand")},
        "learned": row.correction_id is not None,
        "decided_by": row.decided_by.get_username() if row.decided_by else "",
    }
