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
from http import HTTPStatus
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.http import parse_etags

ROOTS = ("/tiles/", "/api/v1/values/")
MOST, MOST_BYTES = 4_096, 64 << 20
LARGEST_BYTES = 1 << 20
LONGEST_QUERY = 2_048
MOST_SESSIONS = 10_000
PREPARE = """PREPARE {name} (integer, text) AS SELECT s.session_data, u.password, u.is_superuser,
    ARRAY(SELECT group_id FROM auth_user_groups WHERE user_id = u.id ORDER BY 1){state}
FROM django_session s JOIN auth_user u ON u.id = $1
WHERE s.session_key = $2 AND s.expire_date > now() AND u.is_active"""
WHO = "EXECUTE {name} (%s, %s)"
ROLES = 4
"""Columns of `PREPARE`; what follows is the state."""
ANYBODY = "anybody"
_names: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()
"""What each connection has prepared."""
_number = count()
KEPT = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
OWN = frozenset({"X-Request-ID", "Content-Length", "Date"})
"""Headers that each answer has its own of."""
OF_CONTENT = frozenset({"Content-Type", "Content-Encoding"})


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
    """Empty where the answer was that the asker's own copy still stands."""


def stands(response: HttpResponse, standing: Standing) -> HttpResponse:
    """Say that an answer stands as long as its state does."""
    response.standing = standing
    return response


class StandingMiddleware:
    """Keeps what stands, and hands it out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._answers = _Answers()
        self._users: dict[str, str] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand out, or pass on and keep."""
        if not _is_fit(request):
            return self.get_response(request)
        # Refuses hosts that are none of ours, as a middleware behind would.
        request.get_host()
        address = (request.get_full_path(), "gzip" in request.headers.get("Accept-Encoding", ""))
        # Asked before the view judges: should roles change meanwhile, the answer is kept under
        # those before, which nobody has any longer.
        kept, roles = self._find(request, address)
        answer = kept and _handed(request, kept)
        if answer:
            return answer
        response = self.get_response(request)
        standing = getattr(response, "standing", None)
        if standing is not None:
            self._keep(request, (address, roles), response, standing)
        return response

    def _find(self, request: HttpRequest, address: Any) -> tuple[_Kept | None, Any]:
        """What stands for who asks, and his roles where these matter."""
        kept = self._answers.get((address, ANYBODY))
        if kept is not None and settings.PUBLIC_MAP:
            return kept, ANYBODY
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        user = self._users.get(session)
        if user is None:
            return None, None
        statement = self._answers.statement(address)
        row = _row(session, user, statement)
        roles = _roles(user, row)
        kept = self._answers.get((address, roles))
        return (kept if kept and kept.standing.state == row[ROLES:] else None), roles

    def _keep(
        self, request: HttpRequest, key: Any, response: HttpResponse, standing: Standing
    ) -> None:
        address, roles = key
        if standing.open and settings.PUBLIC_MAP:
            roles = ANYBODY
        elif request.user.is_authenticated:
            if len(self._users) >= MOST_SESSIONS:
                self._users.clear()
            self._users[request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")] = str(
                request.user.pk
            )
        if roles is None or response.streaming or response.cookies:
            return
        headers = tuple((name, value) for name, value in response.items() if name not in OWN)
        kept = _Kept(standing, response.status_code, headers, response.content)
        if response.status_code in KEPT and len(kept.content) <= LARGEST_BYTES:
            self._answers.put((address, roles), kept)


class _Answers:
    """Answers by address and roles; the one kept longest ago goes when there are too many."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, _Kept] = OrderedDict()
        self._statements: dict[Any, str] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Any) -> _Kept | None:
        return self._kept.get(key)

    def statement(self, address: Any) -> str:
        return self._statements.get(address, "")

    def put(self, key: Any, kept: _Kept) -> None:
        with self._lock:
            self._forget(key)
            while self._kept and (
                len(self._kept) >= MOST or self._bytes + len(kept.content) > MOST_BYTES
            ):
                self._forget(next(iter(self._kept)))
            self._kept[key] = kept
            self._statements[key[0]] = kept.standing.statement
            self._bytes += len(kept.content)

    def _forget(self, key: Any) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._statements.pop(key[0], None)
            self._bytes -= len(gone.content)


def _is_fit(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and request.path_info.startswith(ROOTS)
        and "HTTP_AUTHORIZATION" not in request.META
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def _row(session: str, user: str, statement: str) -> tuple[Any, ...]:
    """Session, password mark, roles and state as they are now; nothing where one is gone."""
    # This statement tells by itself whether the connection still holds: no need to ask before it.
    connection.health_check_done = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(WHO.format(name=_prepared(cursor, statement)), [user, session])
            return cursor.fetchone() or ()
    except Error:
        # A broken connection is laid aside; a database that is away is for the view to tell. Behind
        # a pooler the statement may have been prepared on another connection than it is now.
        if connection.connection is not None:
            _names.pop(connection.connection, None)
        connection.close_if_unusable_or_obsolete()
        connection.health_check_done = False
        return ()


def _prepared(cursor: Any, statement: str) -> str:
    """The name of the question with these columns, which a connection plans once.

    To plan it takes the database longer than to answer it.
    """
    names = _names.setdefault(connection.connection, {})
    if statement not in names:
        name = f"standing_{next(_number)}"
        cursor.execute(PREPARE.format(name=name, state=statement and f", {statement}"))
        names[statement] = name
    return names[statement]


def _roles(user: str, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """What decides what a user may see, or None for a session that is not his."""
    if not row or not _is_of(user, row[0], row[1]):
        return None
    return (row[2], *row[3])


@lru_cache(maxsize=MOST_SESSIONS)
def _is_of(user: str, session_data: str, password: str) -> bool:
    """Whether Django would take a session for this user with this password."""
    found = SessionStore().decode(session_data)
    mark = get_user_model()(password=password).get_session_auth_hash()
    return (
        found.get(SESSION_KEY) == user
        and found.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(found.get(HASH_SESSION_KEY, ""), mark)
    )


def _handed(request: HttpRequest, kept: _Kept) -> HttpResponse | None:
    """The answer as it was, or that the asker's copy stands; None where neither is known."""
    headers = dict(kept.headers)
    asked = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    if headers.get("ETag") in asked:
        content, status = b"", HTTPStatus.NOT_MODIFIED
        headers = {name: text for name, text in headers.items() if name not in OF_CONTENT}
    elif kept.status == HTTPStatus.NOT_MODIFIED:
        return None
    else:
        content, status = kept.content, kept.status
    response = HttpResponse(content, status=status)
    if status != HTTPStatus.OK:
        del response["Content-Type"]
    for name, text in headers.items():
        response[name] = text
    return response
