"""Lists of addresses among the data pages: a list is sent and found, then reviewed row by row."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.addresses.columns import ADDRESS
from spatial.addresses.selectors import run_of
from spatial.core.errors import NotFoundError
from webmap import batches
from webmap.api.batches import batch_form, batch_list
from webmap.pages.config import data_context
from webmap.pages.map import map_config


@require_safe
@cache_control(private=True, no_cache=True)
def addresses_page(request: HttpRequest) -> HttpResponse:
    """One's files, the list that is being found, and those that were."""
    config = {
        **map_config(request),
        "address_columns": ADDRESS,
        "running": [{"id": str(j.pk), "state": j.state} for j in batches.running(request.user)],
    }
    keep_days = f"{settings.BATCH_KEEP_D:g}"
    rows = [
        {**form, "decided_count": form["rows"] - form["decided"]["open"]}
        for form in batch_list(request.user)
    ]
    context = data_context(request, "addresses", config, rows=rows, keep_days=keep_days)
    return render(request, "webmap/data/addresses.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def batch_page(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One list: its rows beside a map with the candidates of the chosen one."""
    try:
        run = run_of(request.user, batch_id)
    except NotFoundError as error:
        raise Http404 from error
    form = batch_form(run, request.user)
    config = {**map_config(request), "batch": {**form, "created_at": str(form["created_at"])}}
    context = data_context(request, "addresses", config, batch=form)
    return render(request, "webmap/data/batch.html", context)
