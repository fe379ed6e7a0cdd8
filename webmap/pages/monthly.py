"""The monthly report as a page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.core.errors import WanmiError
from spatial.reports.monthly.facts import month_of
from webmap.pages.evaluation import evaluation_config


@require_safe
@cache_control(private=True, no_cache=True)
def monthly_page(request: HttpRequest, month: str) -> HttpResponse:
    """Figures, charts and tables of a month; the page's script fetches them when they are made."""
    try:
        month_of(month)
    except WanmiError as error:
        raise Http404(str(error)) from error
    config = evaluation_config(request)
    districts = [one for one in config["districts"] if one["edition"]]
    context = {"config": config | {"month": month}, "districts": districts, "month": month}
    return render(request, "webmap/monthly.html", context)
