"""The grid schemes among the data pages: what there is, and what passes between them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.basemap.models import Upload
from spatial.core.roles import DRAFT_EDITORS, role_names
from webmap import schemes
from webmap.api.schemes import scheme_forms
from webmap.pages.config import data_context
from webmap.pages.map import map_config


@require_safe
@cache_control(private=True, no_cache=True)
def schemes_page(request: HttpRequest) -> HttpResponse:
    """Schemes with their editions on a map, and crosswalks."""
    edits = bool(role_names(request.user) & DRAFT_EDITORS)
    config = {
        **map_config(request),
        "schemes": scheme_forms(request.user),
        "edits": edits,
        "uploads": _uploads(request) if edits else [],
        "making": [
            {"id": str(job.pk), "state": job.state}
            for job in schemes.running()
            if job.created_by_id == request.user.pk
        ],
    }
    context = data_context(request, "schemes", config, edits=edits)
    return render(request, "webmap/data/schemes.html", context)


def _uploads(request: HttpRequest) -> list[dict]:
    ready = Upload.objects.filter(created_by=request.user, state=Upload.State.READY)
    return [
        {
            "id": str(upload.pk),
            "name": upload.name,
            "layers": [
                {"name": layer["name"], "fields": [field["name"] for field in layer["fields"]]}
                for layer in upload.inspected.get("layers", [])
            ],
        }
        for upload in ready
    ]
