"""What Prometheus asks: `webmap.measuring` of all processes, and the state of the whole site.

Only for addresses that ``WANMI_METRICS_FROM`` names, or with the token of ``WANMI_METRICS_TOKEN``;
with neither there is no such address.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from spatial.core.heartbeats import FOLD, WORKER, ages_s
from webmap.replicas.fleet import FLEET

CONNECTIONS = """
SELECT coalesce(state, 'background'), count(*) FROM pg_stat_activity
WHERE datname = current_database() GROUP BY 1
"""
MOST_CONNECTIONS = "SELECT current_setting('max_connections')::int"
JOBS = "SELECT kind, state, count(*) FROM core_job GROUP BY 1, 2"
SHOWN = ("queued", "running", "failed")


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics in Prometheus' text form."""
    if not _may(request):
        raise Http404
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(REGISTRY)
    registry.register(SiteCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if token and constant_time_compare(given.encode(), f"Bearer {token}".encode()):
        return True
    # Behind a proxy that nobody counts everybody seems to come from this machine.
    if "X-Forwarded-For" in request.headers and not api_settings.NUM_PROXIES:
        return False
    try:
        caller = ip_address(BaseThrottle().get_ident(request).strip())
    except ValueError:
        return False
    return any(caller in ip_network(name) for name in settings.METRICS_FROM)


class SiteCollector(Collector):
    """What the database and the disk tell, read when it is asked for."""

    def collect(self) -> Iterator[Metric]:
        """The metrics; only that it is away while the database is."""
        free = shutil.disk_usage(settings.STATE_DIR).free
        yield GaugeMetricFamily("wanmi_disk_free_bytes", "Free where the state folder is.", free)
        try:
            found = [_connections(), _most(), _jobs(), *_ages()]
        except Error:
            found = []
        up = "Whether the database answers."
        yield GaugeMetricFamily("wanmi_database_up", up, bool(found))
        yield from found
        yield from _replicas()


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def _connections() -> Metric:
    told = GaugeMetricFamily(
        "wanmi_database_connections", "Connections to the database, by state.", labels=["state"]
    )
    for state, count in _rows(CONNECTIONS):
        told.add_metric([state], count)
    return told


def _most() -> Metric:
    text = "Connections that the server takes."
    most = _rows(MOST_CONNECTIONS)[0][0]
    return GaugeMetricFamily("wanmi_database_connections_most", text, most)


def _jobs() -> Metric:
    told = GaugeMetricFamily(
        "wanmi_jobs", "Jobs that wait, run, or failed, by kind.", labels=["kind", "state"]
    )
    counts = {(kind, state): count for kind, state, count in _rows(JOBS)}
    for kind in sorted({kind for kind, _state in counts}):
        for state in SHOWN:
            told.add_metric([kind, state], counts.get((kind, state), 0))
    return told


def _ages() -> list[Metric]:
    ages = ages_s()
    names = {
        WORKER: ("wanmi_worker_seen_age_seconds", "Since the worker was last seen."),
        FOLD: ("wanmi_counts_fold_age_seconds", "Since moves were last folded into the counts."),
    }
    return [GaugeMetricFamily(*names[name], ages[name]) for name in names if name in ages]


def _replicas() -> Iterator[Metric]:
    """How far replicas are, as the process sees it that is asked."""
    labels = ["database"]
    read = GaugeMetricFamily("wanmi_replica_up", "Whether a replica is read.", labels=labels)
    lag = "How old may be what a replica shows."
    lag_s = GaugeMetricFamily("wanmi_replica_lag_seconds", lag, labels=labels)
    behind = "Log of the database that a replica does not show yet."
    lag_bytes = GaugeMetricFamily("wanmi_replica_lag_bytes", behind, labels=labels)
    found = FLEET.seen()
    for alias, seen in found.items():
        read.add_metric([alias], not seen.problem)
        lag_s.add_metric([alias], seen.lag_s)
        lag_bytes.add_metric([alias], seen.lag_bytes)
    if found:
        yield from (read, lag_s, lag_bytes)
