"""The import page: a file is sent, looked at, tried and brought in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.basemap.io.layermap import shipped
from spatial.basemap.services import systems
from webmap import feeds, surveys
from webmap.api.imports import run_forms, running_forms
from webmap.pages.config import data_context
from webmap.pages.map import map_config


@require_safe
@cache_control(private=True, no_cache=True)
def imports_page(request: HttpRequest) -> HttpResponse:
    """One's files, the one that is being brought in, and what was brought in before."""
    config = {
        **map_config(request),
        "systems": systems.choices(),
        "catalogues": surveys.catalogue_forms(),
        "attributes": surveys.attributes(),
        "caseAttributes": feeds.attributes(),
        "running": [job for job in running_forms(request.user) if job["is_mine"]],
    }
    context = data_context(
        request,
        "imports",
        config,
        runs=run_forms(),
        layer_maps=[rules.name for rules in shipped()],
        standard=surveys.standard(),
        case_catalogues=feeds.catalogues(),
        channels=feeds.channels(),
        zone=settings.TIME_ZONE,
    )
    return render(request, "webmap/data/imports.html", context)
