"""The page of evaluation: grades with their sums, analysis, warnings, what was published."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.basemap.models import Region
from spatial.cases.stages import Stage
from spatial.core.roles import role_names
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.selectors import PUBLISH
from spatial.reports.access import SEE_ANALYSIS, SEE_HONESTY
from webmap.api.evaluation_cells import editions_in_force
from webmap.language import in_language
from webmap.pages.map import map_config

# A polygon is drawn and not chosen from a list.
CHOSEN_BY_LIST = tuple(kind for kind in ObjectKind if kind != ObjectKind.POLYGON)


@require_safe
@cache_control(private=True, no_cache=True)
def evaluation_page(request: HttpRequest) -> HttpResponse:
    """Ranking, map and sum of what is graded, side by side."""
    config = evaluation_config(request)
    districts = [one for one in config["districts"] if one["edition"]]
    context = {"config": config, "districts": districts, "kinds": config["kinds"]}
    return render(request, "webmap/evaluation.html", context)


def evaluation_config(request: HttpRequest) -> dict[str, Any]:
    """Everything the page's scripts need to know before their first request."""
    held = role_names(request.user)
    editions = editions_in_force()
    return {
        **map_config(request),
        "kinds": [
            [kind.value, str(kind.label)]
            for kind in CHOSEN_BY_LIST
            if kind != ObjectKind.CELL or editions
        ],
        "scheme_editions": editions,
        "publishes": bool(held & PUBLISH),
        "sees_analysis": bool(held & SEE_ANALYSIS),
        "sees_honesty": bool(held & SEE_HONESTY),
        "stages": dict(Stage.choices),
        "streets": _streets(),
    }


def _streets() -> dict[str, str]:
    now = Region.objects.filter(level=Region.Level.STREET, valid_to__isnull=True)
    rows = now.values_list("code", "name", "name_en")
    return {code: in_language(name, name_en) for code, name, name_en in rows}
