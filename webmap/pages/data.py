"""The data pages (`/data/`): where GIS staff and planners bring in, cut, review and take out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.core.models import Job
from webmap import batches, exports, imports, plans
from webmap.api.regions import district_forms
from webmap.pages.config import data_context, page_config

JOBS_SHOWN = 12
JOB_NAMES = {
    exports.KIND: _("Export"),
    imports.KIND: _("Import of a file"),
    plans.KIND: _("Cutting of a district"),
    batches.KIND: _("Finding a list of addresses"),
}


@require_safe
@cache_control(private=True, no_cache=True)
def data_page(request: HttpRequest) -> HttpResponse:
    """Districts with their editions and drafts, and the latest jobs of the user."""
    return render(
        request,
        "webmap/data/home.html",
        data_context(
            request,
            "home",
            page_config(request),
            districts=district_forms(request.user),
            jobs=_latest_jobs(request),
        ),
    )


def _latest_jobs(request: HttpRequest) -> list[tuple[str, Job]]:
    """The latest jobs of the user, each with its name."""
    jobs = Job.objects.filter(created_by=request.user)[:JOBS_SHOWN]
    return [(JOB_NAMES.get(job.kind, job.kind), job) for job in jobs]
