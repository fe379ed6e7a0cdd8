"""The page of the big screen."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.cases.stages import OPEN, Stage
from spatial.core.roles import role_names
from spatial.evaluation.selectors import SEE_RESULTS
from spatial.evaluation.services.objects import COMMAND, SUPERVISION
from webmap.pages.map import map_config
from webmap.version import served_version
from webmap.wall import usual_centre

CITY_DIGITS = 4


@require_safe
@cache_control(private=True, no_cache=True)
def wall_page(request: HttpRequest) -> HttpResponse:
    """One screen for a room, of one of the two centres."""
    return render(request, "webmap/wall.html", {"config": wall_config(request)})


def wall_config(request: HttpRequest) -> dict[str, Any]:
    """Everything the page's scripts need to know before their first request."""
    config = map_config(request)
    asked = request.GET.get("centre", "")
    return {
        **config,
        "version": served_version(),
        "time_zone": settings.TIME_ZONE,
        "centre": asked if asked in (SUPERVISION, COMMAND) else usual_centre(request.user),
        "colours": bool(role_names(request.user) & SEE_RESULTS),
        "stages": {value: str(label) for value, label in Stage.choices},
        "open_stages": [str(one) for one in OPEN],
        "start": usual_district(config["districts"]),
    }


def usual_district(districts: list[dict[str, Any]]) -> str:
    """All districts (empty) where they are of one city, else the one with most grids."""
    known = [one for one in districts if one["edition"]]
    cities = Counter(one["code"][:CITY_DIGITS] for one in known)
    if len(known) > 1 and len(cities) == 1:
        return ""
    largest = max(known, key=lambda one: one["edition"]["grid_count"], default=None)
    return largest["code"] if largest else ""
