"""Cutting a plan as a job that the browser ordered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from spatial.core.errors import ConflictError
from spatial.core.jobs import BUSY, Progress
from spatial.core.models import Job
from spatial.grids.services.build import make_plan
from spatial.grids.services.inputs import district_now
from webmap.jobs import living

KIND = "cut"


def order(asked: dict[str, Any], user: Any) -> Job:
    """Note the order to cut a district.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``.
    ConflictError
        ``E-PLAN-BUSY`` while one of the same district is queued or running.
    """
    district_now(asked["district"])
    # A job whose worker died must not hold the district for ever.
    if any(living(job).state in BUSY for job in running(asked["district"])):
        raise ConflictError(
            "E-PLAN-BUSY", _("This district is being cut right now; wait until it has ended.")
        )
    return Job.objects.create(kind=KIND, created_by=user, params=asked)


def running(district: str | None = None):
    """Jobs of cutting that are queued or at work, of one district or of all."""
    jobs = Job.objects.filter(kind=KIND, state__in=BUSY)
    return jobs.filter(params__district=district) if district else jobs


def cut(job: Job, progress: Progress) -> dict[str, Any]:
    """Cut as ordered; the result names the plan."""
    plan = make_plan(**_rules(job.params), user=job.created_by, progress=progress)
    return {"version": plan.version, "grids": plan.grid_count}


def _rules(asked: dict[str, Any]) -> dict[str, Any]:
    names = ("target_area_m2", "scheme", "land_use", "cut_compounds", "afresh", "only")
    return {
        "district_code": asked["district"],
        **{name: asked[name] for name in names if name in asked},
    }
