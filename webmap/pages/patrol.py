"""The page of patrol: areas, who is on duty, trails, coverage."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gridding.rules import GRIDS_PER_AREA
from spatial.core.roles import INSPECTOR, role_names
from spatial.patrol.models import PatrolArea, Team
from spatial.patrol.selectors import KEEP_AREAS, SEE_TRAILS
from spatial.patrol.services.cutting import LEAST_GRIDS, MOST_GRIDS
from webmap.api.patrol import inspector_form
from webmap.pages.config import data_context
from webmap.pages.map import map_config


@require_safe
@cache_control(private=True, no_cache=True)
def patrol_page(request: HttpRequest) -> HttpResponse:
    """Patrol areas on the map, with the people and where they were."""
    held = role_names(request.user)
    keeps = bool(held & KEEP_AREAS)
    config = {
        **map_config(request),
        "keeps": keeps,
        "home": _home(request.user),
        "sees_trails": bool(held & (SEE_TRAILS | {INSPECTOR})),
        "teams": list(Team.objects.values_list("code", "name")) if keeps else [],
        "inspectors": _inspectors() if keeps else [],
    }
    districts = [one for one in config["districts"] if one["edition"]]
    sizes = {"usual": int(GRIDS_PER_AREA), "least": int(LEAST_GRIDS), "most": int(MOST_GRIDS)}
    return render(
        request,
        "webmap/desk/patrol.html",
        data_context(request, "patrol", config, keeps=keeps, districts=districts, sizes=sizes,
                     sees_trails=config["sees_trails"]),
    )  # fmt: skip


def _home(user: Any) -> str:
    """The district of an inspector's own area; empty for others."""
    mine = PatrolArea.objects.filter(in_use=True, inspectors=user).order_by("code")
    return mine.values_list("district_code", flat=True).first() or ""


def _inspectors() -> list[dict[str, Any]]:
    found = get_user_model().objects.filter(groups__name=INSPECTOR, is_active=True)
    return [inspector_form(user) for user in found.order_by("username")]
