"""The map page and what it starts with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.core.roles import EXPORTERS, role_names
from webmap.api.regions import district_forms
from webmap.tiles.tilejson import attribution


@require_safe
@cache_control(private=True, no_cache=True)
def map_page(request: HttpRequest) -> HttpResponse:
    """The map over the whole window."""
    return render(request, "webmap/map.html", {"config": map_config(request)})


def map_config(request: HttpRequest) -> dict[str, Any]:
    """Everything the page's scripts need to know before their first request."""
    roles = role_names(request.user)
    return {
        "districts": district_forms(request.user),
        "user": {
            "authenticated": request.user.is_authenticated,
            "username": request.user.get_username(),
            "roles": sorted(roles),
            "can_export": bool(roles & EXPORTERS),
        },
        "language": get_language(),
        "urls": addresses(),
        "public_map": settings.PUBLIC_MAP,
        "attribution": attribution(),
    }


def addresses() -> dict[str, str]:
    """Addresses of the API; names in braces are to be filled in."""
    root = reverse("map")
    return {
        "districts": reverse("districts"),
        "tilejson": f"{root}tiles/{{layer}}.json",
        "grid": f"{root}api/v1/editions/{{version}}/grids/{{ordinal}}",
        "codes": f"{root}api/v1/editions/{{version}}/codes",
        "grid_by_code": f"{root}api/v1/grids/{{code}}",
        "grid_at": reverse("grid-at"),
        "search": reverse("search"),
        "exports": reverse("exports"),
        "job": f"{root}api/v1/jobs/{{id}}",
        "docs": reverse("docs"),
        "admin": reverse("admin:index"),
        "login": reverse("login"),
        "logout": reverse("logout"),
        "set_language": reverse("set_language"),
        "jsi18n": reverse("jsi18n"),
    }
