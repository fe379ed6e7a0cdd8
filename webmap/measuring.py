"""Counts what this process does, for Prometheus; `webmap.metrics` hands it out."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Gauge, Histogram

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
REQUESTS = Histogram(
    "wanmi_request_seconds",
    "Time until an answer began, by name of the route, method and status.",
    ("route", "method", "status"),
    buckets=BUCKETS,
)
STREAMS = Gauge(
    "wanmi_streams_open",
    "Browsers that are told of moves as they happen.",
    multiprocess_mode="livesum",
)
PRIMARY = "primary"
READS = Counter(
    "wanmi_reads",
    "Requests of addresses that a replica may answer, by the database that did.",
    ("database",),
)
READS_AGAIN = Counter(
    "wanmi_reads_again",
    "Requests that a replica could not answer, so that the primary was asked.",
    ("database",),
)


class MeasuringMiddleware:
    """Takes the time of every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and count it under the name of its route."""
        begun = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        labels = (_route(request, response), method, str(response.status_code))
        REQUESTS.labels(*labels).observe(time.perf_counter() - begun)
        return response


def _route(request: HttpRequest, response: HttpResponse) -> str:
    """A name from a list that strangers cannot make longer."""
    found = request.resolver_match
    if found is not None:
        return found.view_name or found.route
    if request.path_info.startswith(settings.STATIC_URL):
        return "static"
    # `webmap.standing` answers before a route is looked for.
    return "kept" if response.status_code < 400 else "none"
