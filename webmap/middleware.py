"""Names each request, and answers coded errors of plain views and a database that is away."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware

from spatial.core.errors import WanmiError
from spatial.core.requests import request_id
from webmap.api.errors import coded
from webmap.away import away, is_away

HEADER = "X-Request-ID"
GIVEN_FORM = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Gives each request an id: the caller's if it has a decent form, else a new one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Keep the id for the log while the request runs, and name it in the answer."""
        given = request.headers.get(HEADER, "")
        name = given if GIVEN_FORM.fullmatch(given) else uuid.uuid4().hex
        request.request_id = name
        token = request_id.set(name)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response[HEADER] = name
        return response


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Chinese unless the visitor chose another language, whatever the browser would like."""

    def process_request(self, request: HttpRequest) -> None:
        """Go by the cookie of the language switch, else by ``LANGUAGE_CODE``."""
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        super().process_request(request)


class CodedErrorMiddleware:
    """Answers a coded error that a plain view raised, and any view whose database is away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a coded error into its JSON form, and a lost database into 503."""
        if isinstance(error, WanmiError):
            return coded(error)
        return away(request, error) if is_away(error) else None
