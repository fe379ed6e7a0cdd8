"""Health for supervisors and load balancers, and what is wrong for whoever keeps the site."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from spatial.core.heartbeats import WORKER, ages_s
from webmap.replicas.fleet import FLEET
from webmap.settings.required import writable

WORKER_WITHIN_S = 60
"""A worker says every few seconds that it lives."""
LEAST_FREE_BYTES = 2 << 30
"""Uploads are refused at half of it."""
NEEDED = ("database", "migrations", "state", "tiles")
"""Without one of these nobody can be served; without the others people are, for a while."""
ASKED = ("migrations", "worker")
"""What the database tells."""


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Whether people can be served: 200, or 503; and each thing that is wrong, with its code."""
    checks = {**_database(), **_replicas(), **_disk()}
    wrong = [name for name, good in checks.items() if not good]
    if not checks["database"]:
        # What it would tell is not known.
        wrong = [name for name in wrong if name not in ASKED]
    stopped = any(name in NEEDED for name in wrong)
    status = "not ready" if stopped else "degraded" if wrong else "ok"
    answer = {"status": status, "checks": checks, "problems": [_problem(name) for name in wrong]}
    return JsonResponse(answer, status=503 if stopped else 200)


def _problem(name: str) -> dict[str, Any]:
    codes = {
        "database": ("E-DB-AWAY", _("The database does not answer.")),
        "migrations": ("E-READY-MIGRATIONS", _("Migrations wait to be applied.")),
        "replicas": (
            "E-READY-REPLICA",
            _("A replica is away or too far behind; the other databases answer for it."),
        ),
        "worker": ("E-READY-WORKER", _("The worker of long jobs was not seen for a minute.")),
        "state": ("E-READY-STATE", _("The state folder cannot be written.")),
        "tiles": ("E-READY-TILES", _("Tiles cannot be stored.")),
        "disk": ("E-READY-DISK", _("The disk is nearly full.")),
    }
    code, message = codes[name]
    return {"check": name, "code": code, "message": message}


def _database() -> dict[str, bool]:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return {"database": False, "migrations": False, "worker": False}
    return {"database": True, "migrations": not waiting, "worker": _worker()}


def _replicas() -> dict[str, bool]:
    if not settings.REPLICAS:
        return {}
    return {"replicas": not any(seen.problem for seen in FLEET.seen().values())}


def _worker() -> bool:
    try:
        return ages_s().get(WORKER, WORKER_WITHIN_S) < WORKER_WITHIN_S
    except Error:
        # Its table comes with a migration that waits.
        return False


def _disk() -> dict[str, bool]:
    state = Path(settings.STATE_DIR)
    return {
        "state": writable(state),
        "tiles": writable(Path(settings.TILE_DIR)),
        "disk": state.exists() and shutil.disk_usage(state).free >= LEAST_FREE_BYTES,
    }
