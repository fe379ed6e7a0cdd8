"""The stream of moves that keeps desks and maps true."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from spatial.cases.selectors import sees_all
from webmap.api.errors import json_error
from webmap.casestream import HUB, Listener, lines

WAIT_S = 30


@require_GET
def case_stream(request: HttpRequest) -> StreamingHttpResponse | JsonResponse:
    """Moves of the cases a user may see, as server-sent events.

    ``event: move`` with number, step and stage, and the case as lists show it (``row``, null for
    who may no longer see it); ``event: lost`` when something may have been missed: the page asks
    for its list anew. 503 ``E-STREAM-FULL`` when the process holds as many
    as it can: the page asks again and again instead.
    """
    user = request.user
    mine = frozenset(user.departments.values_list("pk", flat=True))
    return event_stream(Listener(user.pk, mine, sees_all(user), get_language()))


def event_stream(listener: Listener) -> StreamingHttpResponse | JsonResponse:
    """What one browser is told until it goes; 503 where as many listen as the process can hold."""
    # The stream itself needs none, and holds its thread for minutes.
    connection.close()
    if not HUB.join(listener):
        text = _("Too many pages listen at once; this one asks again by itself.")
        answer = json_error("E-STREAM-FULL", text, 503)
        answer["Retry-After"] = str(WAIT_S)
        return answer
    answer = StreamingHttpResponse(lines(listener), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer
