"""Analysis that takes long: made as a job, once a day for each question."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from spatial.core.jobs import BUSY, Progress
from spatial.core.models import Job
from spatial.evaluation.analysis.findings import coming, places
from spatial.evaluation.analysis.findings.hottest import hottest
from spatial.evaluation.analysis.reading.selection import USUAL_DAYS, Selection
from spatial.evaluation.analysis.reading.suspicion import Period
from spatial.grids.models import GridPlan
from spatial.grids.selectors import current_plan
from spatial.reports.monthly.making import monthly_page, monthly_report
from spatial.reports.services.honesty import checked
from spatial.reports.services.keeping import keep, kept
from webmap.jobs import living

KIND = "analysis"


def _clusters(asked: dict[str, str]) -> dict[str, Any]:
    days = {name: date.fromisoformat(asked[name]) for name in ("first", "last")}
    return places.clusters(Selection(asked["district"], **days, main=asked["main"]))


def _hottest(asked: dict[str, str]) -> dict[str, Any]:
    days = {name: date.fromisoformat(asked[name]) for name in ("first", "last")}
    return hottest(Selection(asked["district"], **days))


def _forecast(asked: dict[str, str]) -> dict[str, Any]:
    return coming.coming_week(asked["district"], date.fromisoformat(asked["last"]))


def _honesty(asked: dict[str, str]) -> dict[str, Any]:
    days = {name: date.fromisoformat(asked[name]) for name in ("first", "last")}
    return checked(Period(asked["district"], **days))


def _report(asked: dict[str, str]) -> dict[str, Any]:
    return monthly_page(asked["month"], asked["district"], language=asked["language"])


def _report_file(asked: dict[str, str]) -> dict[str, Any]:
    made = monthly_report(
        asked["month"], asked["district"], asked["form"], language=asked["language"]
    )
    # A report is some hundred kilobytes: kept with the answer, wherever the worker runs.
    return {"file": base64.b64encode(made).decode()}


QUESTIONS: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
    "clusters": _clusters,
    "hottest": _hottest,
    "forecast": _forecast,
    "honesty": _honesty,
    "report": _report,
    "report_file": _report_file,
}


def answer_or_order(
    question: str, asked: dict[str, str], user: Any
) -> tuple[dict[str, Any] | None, Job | None, bool]:
    """Today's answer; without one the job that makes it, and whether that is new.

    Raises
    ------
    NotFoundError
        ``E-PLAN-MISSING``.
    """
    current_plan(asked["district"])
    found = kept(question, asked)
    if found is not None:
        return found, None, False
    params = {"question": question, "asked": asked}
    for job in Job.objects.filter(kind=KIND, state__in=BUSY, params=params):
        if living(job).state in BUSY:
            return None, job, False
    return None, Job.objects.create(kind=KIND, created_by=user, params=params), True


def asked_daily(district: str) -> dict[str, dict[str, str]]:
    """What pages ask of a district each day without anybody choosing days."""
    last = yesterday()
    first = last - timedelta(days=USUAL_DAYS - 1)
    days = {"first": first.isoformat(), "last": last.isoformat()}
    return {
        "forecast": {"district": district, "last": days["last"]},
        "clusters": {"district": district, "main": "", **days},
        "hottest": {"district": district, **days},
    }


def order_daily() -> list[Job]:
    """Order what is asked every day and is not there yet, so that nobody waits for it."""
    ordered = []
    plans = GridPlan.objects.filter(state=GridPlan.State.PUBLISHED).select_related("district")
    for district in sorted({plan.district.code for plan in plans.defer("district__geom")}):
        for question, asked in asked_daily(district).items():
            _answer, job, new = answer_or_order(question, asked, None)
            if job is not None and new:
                ordered.append(job)
    return ordered


def run(job: Job, progress: Progress) -> dict[str, Any]:
    """Make an answer and keep it; the result only says that it is there."""
    question, asked = job.params["question"], job.params["asked"]
    progress(0, 1)
    keep(question, asked, lambda: QUESTIONS[question](asked))
    return {"question": question}


def yesterday() -> date:
    """The last whole day."""
    return timezone.localdate() - timedelta(days=1)
