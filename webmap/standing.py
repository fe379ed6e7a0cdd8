"""Hands out an answer that was given before and still stands, ahead of all the rest of the site.

A view that knows what its answer hangs on says so (`stands`). The answer is then kept in the memory
of the process; who asks again costs one statement, which reads the session, the user's password
mark and roles, and the state of what was answered, all as they are now. Where any of them differs
the view answers. Without it a request costs some milliseconds of sessions, rights and queries.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.crypto import constant_time_compare

ROOTS = ("/tiles/", "/api/v1/values/")
MOST, MOST_BYTES = 4_096, 64 << 20
LARGEST_BYTES = 1 << 20
LARGEST_ADDRESS = 2_048
MOST_SESSIONS = 10_000
WHO = """SELECT s.session_data, u.password, u.is_superuser,
    ARRAY(SELECT group_id FROM auth_user_groups WHERE user_id = u.id ORDER BY 1){state}
FROM django_session s JOIN auth_user u ON u.id = %s
WHERE s.session_key = %s AND s.expire_date > now() AND u.is_active"""
UNSENT = frozenset({"X-Request-ID", "Content-Length", "Date"})
"""Headers that each answer has its own of."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an answer hangs on beside its address."""

    open: bool = False
    """Whether it is for everybody while the map is public; else for all of the same roles."""
    statement: str = ""
    """Columns of a SELECT that tell the state it was made of."""
    state: tuple[Any, ...] = ()
    """What they told before it was made."""


@dataclass(frozen=True, slots=True)
class _Kept:
    standing: Standing
    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes


def stands(response: HttpResponse, standing: Standing) -> HttpResponse:
    """Say that an answer stands as long as its state does."""
    response.standing = standing  # type: ignore[attr-defined]
    return response


class StandingMiddleware:
    """Keeps what stands, and hands it out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._kept: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()
        self._bytes = 0
        self._users: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand out, or pass on and keep."""
        if not _is_fit(request):
            return self.get_response(request)
        address = (request.get_full_path(), "gzip" in request.headers.get("Accept-Encoding", ""))
        # Taken before the view judges: should roles change meanwhile, it is kept under the old
        # ones, which nobody has any longer.
        found, roles = self._find(request, address)
        if found is not None:
            return _handed(request, found)
        response = self.get_response(request)
        self._keep(request, (address, roles), response)
        return response

    def _find(self, request: HttpRequest, address: tuple[Any, ...]) -> tuple[_Kept | None, Any]:
        kept = self._kept.get((address, None))
        if kept is not None and settings.PUBLIC_MAP:
            return kept, None
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        user = self._users.get(key)
        if user is None:
            return None, None
        states = self._kept.get((address, user))
        row = _row(key, user, states.standing.statement if states else "")
        roles = _roles(row, user)
        kept = self._kept.get((address, roles)) if roles else None
        return (kept if kept and states and _is_of(kept, row) else None), roles

    def _keep(self, request: HttpRequest, key: tuple[Any, ...], response: HttpResponse) -> None:
        raise NotImplementedError
