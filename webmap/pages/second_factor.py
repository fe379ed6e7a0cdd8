"""The second factor: asked for after the password, and turned on and off at the account page."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from spatial.components.labels.qr import svg
from spatial.core import second_factor
from spatial.core.errors import InputError, WanmiError
from webmap.halfway import finish, halfway
from webmap.login import Try, locked


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """Ask who gave the right password for a code."""
    user = halfway(request)
    if user is None:
        return redirect("login")
    if second_factor.device_of(user) is None:
        return redirect("second-factor")
    if request.method != "POST":
        return render(request, "webmap/login_code.html")
    attempt = Try(request, user.get_username())
    held = attempt.count()
    if held is not None:
        return _locked(request, "webmap/login_code.html", held)
    if not second_factor.passes(user, request.POST.get("code", "")):
        attempt.wrong()
        text = _("This code is wrong, or was used already.")
        return render(request, "webmap/login_code.html", {"error": text})
    attempt.right()
    return redirect(finish(request, user))


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Turn it on and off; also for who may not log in before it is on."""
    user = request.user if request.user.is_authenticated else _beginner(request)
    if user is None:
        return redirect_to_login(request.get_full_path())
    if request.method != "POST":
        return _page(request, user)
    attempt = Try(request, user.get_username())
    held = attempt.count()
    if held is not None:
        return _locked(request, "webmap/second_factor.html", held, **_state(user))
    try:
        codes = _act(user, request.POST.get("action", ""), request.POST.get("code", ""))
    except InputError as error:
        attempt.wrong()
        return _page(request, user, error=error.message)
    except WanmiError as error:
        attempt.half_right()
        return _page(request, user, error=error.message)
    attempt.half_right()
    if codes is None:
        return redirect("second-factor")
    after = "" if request.user.is_authenticated else finish(request, user)
    return _page(request, user, codes=codes, after=after)


def _beginner(request: HttpRequest) -> Any:
    """Who gave the right password and has no second factor, which his role needs."""
    user = halfway(request)
    return user if user is not None and second_factor.device_of(user) is None else None


def _act(user: Any, action: str, code: str) -> list[str] | None:
    """Do what a button says; recovery codes where there are new ones."""
    if action == "confirm":
        return second_factor.confirm(user, code)
    if action == "renew":
        return second_factor.renew_codes(user, code)
    if action == "off":
        second_factor.turn_off(user, code)
    else:
        second_factor.begin(user)
    return None


def _state(user: Any) -> dict[str, Any]:
    on = second_factor.device_of(user) is not None
    waiting = None if on else second_factor.waiting(user)
    found: dict[str, Any] = {
        "person": user,
        "on": on,
        "needed": second_factor.is_required(user),
        "left": second_factor.codes_left(user) if on else 0,
    }
    if waiting is not None:
        # Made of a secret of ours and the name, which the maker of the picture encodes.
        found["picture"] = mark_safe(svg(waiting.config_url))  # noqa: S308
        found["secret"] = second_factor.secret(waiting)
    return found


def _page(request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
    return render(request, "webmap/second_factor.html", {**_state(user), **more})


def _locked(request: HttpRequest, template: str, seconds: float, **more: Any) -> HttpResponse:
    answer = render(request, template, {**more, "error": locked(seconds)}, status=429)
    answer["Retry-After"] = str(math.ceil(seconds))
    return answer
