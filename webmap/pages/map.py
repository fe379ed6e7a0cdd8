"""The map page and what it starts with."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.basemap.services.systems import local_choices
from spatial.notes.models import COLOURS
from spatial.notes.selectors import home_view
from webmap.api.regions import district_forms
from webmap.backdrops import hosts_of
from webmap.pages.config import page_config
from webmap.tiles.tilejson import attribution


@require_safe
@cache_control(private=True, no_cache=True)
def map_page(request: HttpRequest) -> HttpResponse:
    """The map over the whole window, which alone may ask for maps of others."""
    backdrops = settings.BACKDROPS
    config = {**map_config(request), "backdrops": [asdict(one) for one in backdrops]}
    shown = csp_update({"img-src": hosts_of(backdrops)})(render)
    return shown(request, "webmap/map.html", {"config": config})


def map_config(request: HttpRequest) -> dict[str, Any]:
    """Everything the page's scripts need to know before their first request."""
    page = page_config(request)
    return {
        **page,
        "districts": district_forms(request.user),
        "local_systems": local_choices() if page["user"]["can_export"] else [],
        "public_map": settings.PUBLIC_MAP,
        "attribution": attribution(),
        "note_colours": COLOURS,
        "home_view": home_view(request.user),
        "drawing": {name: static(f"vendor/geoman/leaflet-geoman.{name}") for name in ("js", "css")},
    }
