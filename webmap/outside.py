"""What other programs need who read tiles and features: a log-in by HTTP Basic, and CORS.

QGIS, GDAL and the like have no session. Below `ROOTS`, and only for reading, name and password may
come with each request; they pass the same guard as the log-in page, with the same lock. What was
right once is not hashed anew for some minutes, since a map asks for hundreds of tiles. Nothing is
written and no session begins, so that no page can make use of a visitor's log-in.
"""

from __future__ import annotations

import base64
import binascii
import math
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import load_backend
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from spatial.core.second_factor import is_due
from webmap.api.errors import json_error
from webmap.login import LoginForm

ROOTS = ("/ogc/", "/tiles/")
READING = frozenset({"GET", "HEAD"})
KEPT_S = 300
"""How long a password that was right is known by its keyed hash, in the memory of a process."""
LONGEST = 4_096
CHALLENGE = 'Basic realm="Wanmi", charset="UTF-8"'
PREFLIGHT_S = 86_400
_LOCKS = tuple(threading.Lock() for _n in range(64))


class OutsideMiddleware:
    """Lets other programs and pages of other sites read below `ROOTS`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer what a browser asks beforehand, log in who brings a password, mark the answer."""
        if not request.path_info.startswith(ROOTS):
            return self.get_response(request)
        if request.method == "OPTIONS":
            return _opened(_permission())
        if request.method not in READING:
            return self.get_response(request)
        refused = _log_in(request)
        answer = refused or self.get_response(request)
        if answer.status_code == 401 and not _from_own_page(request):
            answer["WWW-Authenticate"] = CHALLENGE
        if "public" not in answer.get("Cache-Control", ""):
            patch_vary_headers(answer, ["Authorization", "Cookie"])
        return _opened(answer)


def _permission() -> HttpResponse:
    answer = HttpResponse(status=204)
    answer["Access-Control-Allow-Methods"] = "GET, HEAD"
    answer["Access-Control-Allow-Headers"] = "Authorization"
    answer["Access-Control-Max-Age"] = str(PREFLIGHT_S)
    return answer


def _opened(answer: HttpResponse) -> HttpResponse:
    """Pages of other sites may read it, but never with the cookies of who looks at them."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Expose-Headers"] = "ETag, Link, Content-Crs, X-Request-ID"
    return answer


def _from_own_page(request: HttpRequest) -> bool:
    """Whether a script of our own pages asks, whose browser shall not ask for a password itself."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def _log_in(request: HttpRequest) -> HttpResponse | None:
    """Set the request's user by its header; an answer where that is refused."""
    given = request.headers.get("Authorization", "")
    if not given:
        return None
    pair = _pair(given)
    if pair is None:
        text = _("Send name and password by HTTP Basic, or no Authorization at all.")
        return json_error("E-LOGIN-BASIC", text, 401)
    user = _known(*pair)
    if user is not None:
        request.user = user
        return None
    # A map asks for many tiles at once: the first one passes the guard, the others wait for it.
    with _LOCKS[hash(pair) % len(_LOCKS)]:
        return _pass_guard(request, *pair)


def _pass_guard(request: HttpRequest, name: str, password: str) -> HttpResponse | None:
    user = _known(name, password)
    if user is None:
        form = LoginForm(request, data={"username": name, "password": password})
        if not form.is_valid():
            return _refused(form)
        user = form.get_user()
        if is_due(user):
            text = _("This account has a second factor; give programs an account of their own.")
            return json_error("E-LOGIN-SECOND", text, 403)
        kept = (user.pk, user.backend, user.get_session_auth_hash())
        cache.set(_key(name, password), kept, KEPT_S)
    request.user = user
    return None


def _pair(header: str) -> tuple[str, str] | None:
    """Name and password of a header; None where it has no such form."""
    scheme, _space, coded = header.partition(" ")
    if scheme.lower() != "basic" or len(coded) > LONGEST:
        return None
    try:
        text = base64.b64decode(coded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon and name and password and "\0" not in text else None


def _key(name: str, password: str) -> str:
    secret = salted_hmac("webmap.outside", f"{name}\0{password}", algorithm="sha256")
    return f"basic:{secret.hexdigest()}"


def _known(name: str, password: str) -> Any:
    """The user whose password was right a short while ago, as he is now.

    Whoever was switched off, or has another password since, has to pass the guard again.
    """
    kept = cache.get(_key(name, password))
    if kept is None:
        return None
    key, backend, digest = kept
    if backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = load_backend(backend).get_user(key)
    if user is None or not constant_time_compare(user.get_session_auth_hash(), digest):
        return None
    return user


def _refused(form: LoginForm) -> HttpResponse:
    if form.wait_s is None:
        text = _("Name or password is wrong, or the account is switched off.")
        return json_error("E-LOGIN-WRONG", text, 401)
    minutes = math.ceil(form.wait_s / 60)
    text = _("Too many wrong passwords: wait %(minutes)d minutes, then try again.")
    answer = json_error("E-LOGIN-LOCKED", text % {"minutes": minutes}, 429)
    answer["Retry-After"] = str(math.ceil(form.wait_s))
    return answer
