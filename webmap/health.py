"""Health for supervisors and load balancers."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """The database answers, all migrations are applied, and tiles can be stored."""
    checks = {**_database(), "tiles": _tiles()}
    good = all(checks.values())
    answer = {"status": "ok" if good else "not ready", "checks": checks}
    return JsonResponse(answer, status=200 if good else 503)


def _database() -> dict[str, bool]:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return {"database": False, "migrations": False}
    return {"database": True, "migrations": not waiting}


def _tiles() -> bool:
    folder = Path(settings.TILE_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
