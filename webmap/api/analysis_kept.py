"""Answers that are made once a day: ready, or being made."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from webmap.analysis import answer_or_order
from webmap.tasks import analysis_task


def kept_or_ordered(question: str, asked: dict[str, str], request: Request) -> Response:
    """Today's answer (200), or the job that makes it (202)."""
    answer, job, new = answer_or_order(question, asked, request.user)
    if job is not None and new:
        analysis_task.enqueue(str(job.pk))
    own = job is not None and job.created_by_id == request.user.pk
    body: dict[str, Any] = {
        "ready": answer is not None,
        "job": job.pk if job is not None and own else None,
        "answer": answer,
    }
    return Response(body, status=200 if answer is not None else 202)
