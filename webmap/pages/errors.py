"""Answers of last resort: JSON below the data addresses, a page elsewhere."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template import loader
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.csrf import csrf_failure as csrf_page

from spatial.core.requests import request_id
from webmap.api.errors import json_error
from webmap.away import away, is_away, wants_data


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if wants_data(request):
        return json_error("E-REQUEST-INVALID", _("The request cannot be used."), 400)
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if wants_data(request):
        return json_error("E-ROLE-FORBIDDEN", _("This is not for your account."), 403)
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if wants_data(request):
        return json_error("E-NOT-FOUND", _("There is nothing at this address."), 404)
    return defaults.page_not_found(request, exception)


def crashed(request: HttpRequest) -> HttpResponse:
    """500: the log has the trace under the request's id; 503 where only the database is away."""
    # What a middleware asked of the database: views are caught by `CodedErrorMiddleware`.
    error = sys.exc_info()[1]
    if is_away(error):
        return away(request, error)
    if wants_data(request):
        return json_error("E-SERVER-CRASH", _("The server failed; the log says why."), 500)
    # Without context processors: they may be what failed.
    page = loader.get_template("500.html")
    words = {"request_id": request_id.get(), "LANGUAGE_CODE": get_language()}
    return HttpResponseServerError(page.render(words))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from our own page, or came too late."""
    if wants_data(request):
        return json_error("E-REQUEST-CSRF", _("Reload the page and try again."), 403)
    return csrf_page(request, reason)
