"""Special campaigns among the desks: where they are, and how their cases stand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.cases.models import CampaignPlace, CaseClass, Priority
from spatial.core.roles import ADMINISTRATOR, OPERATOR, role_names
from webmap.api.case_forms import named
from webmap.pages.map import map_config


@require_safe
@cache_control(private=True, no_cache=True)
def campaigns_page(request: HttpRequest) -> HttpResponse:
    """Campaigns beside the map."""
    config = {
        **map_config(request),
        "makes": bool(role_names(request.user) & {ADMINISTRATOR, OPERATOR}),
        "priorities": {str(value): label for value, label in Priority.choices},
        "kinds": dict(CampaignPlace.Kind.choices),
        "classes": [named(one) for one in CaseClass.objects.filter(in_use=True)],
    }
    return render(request, "webmap/desk/campaigns.html", {"config": config})
