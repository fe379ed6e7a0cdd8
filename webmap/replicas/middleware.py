"""Has a request that only reads answered from a replica, where one is near enough."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connection, connections
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

from spatial.core.reading import reading_from
from webmap.api.errors import coded
from webmap.measuring import PRIMARY, READS, READS_AGAIN
from webmap.replicas.fleet import FLEET
from webmap.replicas.positions import give, position_of, wanted
from webmap.replicas.routes import READING, TELLING
from webmap.timelimit import TooSlowError

log = logging.getLogger(__name__)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
READ = frozenset({"GET", "HEAD"})


class ReplicaMiddleware:
    """Chooses a database for each read, and tells browsers how far the primary was at a write.

    It is the last one, so that all others, sessions above all, ask the primary.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; whoever wrote is told a position."""
        response = self.get_response(request)
        route = request.resolver_match.view_name if request.resolver_match else None
        wrote = request.method not in SAFE and response.status_code < HTTPStatus.BAD_REQUEST
        if wrote or route in TELLING:
            _give_position(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, words: dict[str, Any]
    ) -> HttpResponse | None:
        """The answer of a replica; None has the view asked as ever, on the primary."""
        if request.method not in READ or request.resolver_match.view_name not in READING:
            return None
        alias = FLEET.choose(wanted(request))
        if alias != DEFAULT_DB_ALIAS:
            answer = _answer(alias, lambda: view(request, *args, **words))
            if answer is not None:
                READS.labels(alias).inc()
                return answer
            READS_AGAIN.labels(alias).inc()
        READS.labels(PRIMARY).inc()
        return None


def _answer(alias: str, view: Callable[[], HttpResponse]) -> HttpResponse | None:
    """What a view answers of a replica; None where the primary may know better.

    What is not found may be there already, and what failed may have failed for the replica's sake.
    """
    try:
        with reading_from(alias):
            response = view()
            if callable(getattr(response, "render", None)):
                response.render()
    except TooSlowError as error:
        # Heavy is heavy everywhere.
        return coded(error)
    except Exception as error:  # noqa: BLE001 - the view is asked again, and tells by itself
        _look_at(alias, error)
        return None
    if response.status_code == HTTPStatus.NOT_FOUND:
        return None
    if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
        response.streaming_content = _streamed(alias, iter(response.streaming_content))
    return response


def _look_at(alias: str, error: Exception) -> None:
    if isinstance(error, Error) and connections[alias].errors_occurred:
        text = str(error).strip().replace("\n", " ")
        log.warning("%s did not answer, the primary is asked: %s", alias, text)
        FLEET.watches[alias].doubt()


def _streamed(alias: str, parts: Iterator[bytes]) -> Iterator[bytes]:
    """Parts that are made when they are sent, each read from the same database."""
    while True:
        with reading_from(alias):
            part = next(parts, None)
        if part is None:
            return
        yield part


def _give_position(response: HttpResponse) -> None:
    try:
        with connection.cursor() as cursor:
            give(response, position_of(cursor))
    except Error as error:
        # What was done is done; the database went away after it.
        log.warning("no position: %s", str(error).strip())
