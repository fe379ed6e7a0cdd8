"""What the scripts of every page know from the start."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from spatial.cases.stages import RIGHTS
from spatial.core.roles import (
    CASE_WORKERS,
    DATA_WORKERS,
    DRAFT_READERS,
    EXPORTERS,
    IMPORTERS,
    INSPECTOR,
    role_names,
)
from spatial.evaluation.selectors import SEE_RESULTS
from spatial.patrol.selectors import SEE_AREAS
from spatial.reports.access import SEE_ANALYSIS, SEE_WALL
from webmap.exports import exports_anything


def page_config(request: HttpRequest) -> dict[str, Any]:
    """User, language and addresses of a page."""
    roles = role_names(request.user)
    return {
        "user": {
            "authenticated": request.user.is_authenticated,
            "username": request.user.get_username(),
            "roles": sorted(roles),
            "can_export": bool(roles & EXPORTERS),
            "exports_anything": exports_anything(request.user),
            "works_with_data": bool(roles & DATA_WORKERS),
            "works_with_cases": works_with_cases(request.user),
            "sees_results": bool(roles & SEE_RESULTS),
            "sees_analysis": bool(roles & SEE_ANALYSIS),
            "sees_patrol": bool(roles & (SEE_AREAS | {INSPECTOR})),
            "sees_wall": _decides(request.user, roles & SEE_WALL),
        },
        "language": get_language(),
        "today": str(timezone.localdate()),
        "urls": addresses(),
    }


def works_with_cases(user: Any) -> bool:
    """Whether somebody has something to do at the desk of cases."""
    return _decides(user, role_names(user) & CASE_WORKERS)


def _decides(user: Any, roles: frozenset[str]) -> bool:
    """Whether somebody has one of some roles, or a right to decide on any case."""
    return bool(roles) or any(map(user.has_perm, RIGHTS.values()))


def addresses() -> dict[str, str]:
    """Addresses of the site; names in braces are to be filled in."""
    root = reverse("map")
    return {
        "map": root,
        "data": reverse("data"),
        "desk": reverse("desk"),
        "wall": reverse("wall"),
        "districts": reverse("districts"),
        "tilejson": f"{root}tiles/{{layer}}.json",
        "grid": f"{root}api/v1/editions/{{version}}/grids/{{ordinal}}",
        "codes": f"{root}api/v1/editions/{{version}}/codes",
        "grid_by_code": f"{root}api/v1/grids/{{code}}",
        "grid_at": reverse("grid-at"),
        "search": reverse("search"),
        "exports": reverse("exports"),
        "exports_page": reverse("exports-page"),
        "job": f"{root}api/v1/jobs/{{id}}",
        "symbols": static("symbols/"),
        "docs": reverse("docs"),
        "admin": reverse("admin:index"),
        "login": reverse("login"),
        "logout": reverse("logout"),
        "set_language": reverse("set_language"),
        "jsi18n": reverse("jsi18n"),
    }


def data_context(
    request: HttpRequest, section: str, config: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """What the frame of the data pages needs, and more of a page's own."""
    roles = role_names(request.user)
    return {
        "config": config,
        "section": section,
        "sees_drafts": bool(roles & DRAFT_READERS),
        "imports": bool(roles & IMPORTERS),
        "exports": exports_anything(request.user),
        **more,
    }
