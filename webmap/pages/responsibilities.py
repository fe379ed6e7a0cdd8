"""The table of responsibility among the data pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.basemap.models import Region
from spatial.components.models import Organisation
from spatial.core.roles import IMPORTERS, role_names
from webmap.pages.config import data_context, page_config
from webmap.surveys import main_class_forms

ORGANISATIONS = 2_000
"""Names offered while one types; a longer list slows the page down."""


@require_safe
@cache_control(private=True, no_cache=True)
def responsibilities_page(request: HttpRequest) -> HttpResponse:
    """The table with its filter; for GIS staff also its form and the import."""
    edits = bool(role_names(request.user) & IMPORTERS)
    now = Region.objects.filter(valid_to__isnull=True).order_by("code")
    config = {
        **page_config(request),
        "edits": edits,
        "regions": list(now.values_list("code", "name", "name_en")),
        "classes": main_class_forms(),
        "organisations": _organisations() if edits else [],
    }
    return render(
        request,
        "webmap/data/responsibilities.html",
        data_context(request, "responsibilities", config, edits=edits),
    )


def _organisations() -> list[tuple[str, str]]:
    known = Organisation.objects.order_by("name", "code").values_list("code", "name")
    return list(known[:ORGANISATIONS])
