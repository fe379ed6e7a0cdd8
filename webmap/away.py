"""What is answered while the database is away: stopped, starting, or not to be reached."""

from __future__ import annotations

import logging

from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from spatial.core.requests import request_id
from webmap.api.errors import json_error

log = logging.getLogger(__name__)
AGAIN_S = 5
"""So soon a client asks again; a server that was killed needs a few seconds to recover."""
DATA_ROOTS = ("/api/", "/tiles/", "/open311/", "/ogc/")
GONE = ("08", "57P")
"""Classes of SQLSTATE: no connection, and a server that shuts down or starts."""
FULL = "53300"
"""It has no connection left."""


def wants_data(request: HttpRequest) -> bool:
    """Whether a caller reads codes and not pages."""
    asked = request.headers.get("Accept", "")
    return request.path_info.startswith(DATA_ROOTS) or asked.startswith("application/json")


def is_away(error: BaseException | None) -> bool:
    """Whether an error says that the database cannot be asked, not that it refused something."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    # What never reached the server, or was cut off, has no state.
    state = getattr(error.__cause__, "pgcode", None)
    return state is None or state.startswith(GONE) or state == FULL


def away(request: HttpRequest, error: Error) -> HttpResponse:
    """503 with when to come again: ``E-DB-AWAY``, or a page that needs no database."""
    log.warning("database away: %s", str(error).strip().replace("\n", " "))
    if wants_data(request):
        text = _("The database does not answer now. Send the same again in a few seconds.")
        answer = json_error("E-DB-AWAY", text, 503)
    else:
        # Without context processors: they ask who is logged in.
        page = loader.get_template("503.html")
        words = {"request_id": request_id.get(), "LANGUAGE_CODE": get_language(),
                 "again_s": AGAIN_S if request.method == "GET" else None}  # fmt: skip
        answer = HttpResponse(page.render(words), status=503)
        answer["Cache-Control"] = "no-store"
    answer["Retry-After"] = str(AGAIN_S)
    return answer
