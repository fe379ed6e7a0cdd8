"""Who gave the right password and not yet the second factor: kept in the session, five minutes."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import load_backend, login
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

KEY = "halfway"
KEPT_S = 300


def remember(request: HttpRequest, user: Any, after: str) -> None:
    """Remember a user whose password was right, and where he wanted to go."""
    # Whatever session there was, it is not that of this user.
    request.session.flush()
    request.session[KEY] = {
        "user": user.pk,
        "backend": user.backend,
        "hash": user.get_session_auth_hash(),
        "until": time.time() + KEPT_S,
        "next": after,
    }


def halfway(request: HttpRequest) -> Any:
    """The user who is half logged in; None where there is none any more."""
    kept = request.session.get(KEY)
    if not kept or kept["until"] < time.time():
        return None
    if kept["backend"] not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = load_backend(kept["backend"]).get_user(kept["user"])
    if user is None or not constant_time_compare(user.get_session_auth_hash(), kept["hash"]):
        return None
    user.backend = kept["backend"]
    return user


def finish(request: HttpRequest, user: Any) -> str:
    """Log in; where the user wanted to go."""
    after = request.session.pop(KEY)["next"]
    login(request, user)
    return after
