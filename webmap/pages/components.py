"""The page of a component: what the QR code on its label opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from webmap.api.components import component_form
from webmap.pages.map import map_config


@require_safe
@cache_control(private=True, no_cache=True)
def component_page(request: HttpRequest, code: str) -> HttpResponse:
    """All about a component, on a phone first: state, who answers, photos, history, where."""
    form = component_form(request.user, code)
    context = {"config": map_config(request), "component": form}
    return render(request, "webmap/component.html", context)
