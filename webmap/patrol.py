"""Patrol areas cut as a job that the browser ordered."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from spatial.core.errors import ConflictError
from spatial.core.jobs import BUSY, Progress
from spatial.core.models import Job
from spatial.grids.selectors import current_plan
from spatial.grids.services.inputs import district_now
from spatial.patrol.services.cutting import make_areas
from webmap.jobs import living

KIND = "patrol"


def order(district: str, grids_per_area: float, user: Any) -> Job:
    """Note the order to cut a district into patrol areas.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``, ``E-PLAN-MISSING``.
    ConflictError
        ``E-PATROL-BUSY`` while one of the same district is queued or running.
    """
    district_now(district)
    current_plan(district)
    # A job whose worker died must not hold the district for ever.
    if any(living(job).state in BUSY for job in running(district)):
        text = _("The areas of this district are being cut right now; wait until it has ended.")
        raise ConflictError("E-PATROL-BUSY", text)
    asked = {"district": district, "grids_per_area": grids_per_area}
    return Job.objects.create(kind=KIND, created_by=user, params=asked)


def running(district: str) -> QuerySet[Job]:
    """Jobs of a district that are queued or at work."""
    return Job.objects.filter(kind=KIND, state__in=BUSY, params__district=district)


def cut(job: Job, progress: Progress) -> dict[str, Any]:
    """Cut as ordered; the result has the figures."""
    asked = job.params
    return make_areas(
        asked["district"], asked["grids_per_area"], user=job.created_by, progress=progress
    )
