"""Logging in with a password, which nobody may guess: wrong ones are counted and lock it.

Six wrong passwords for a name from one address lock that name for that address, so that nobody
locks others out from elsewhere. Many names from one address, and one name from many addresses,
have a wider limit. The count is PostgreSQL's: all processes share it. A name that there is not
is treated like one that there is.
"""

from __future__ import annotations

import logging
import math

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from spatial.core import audit
from spatial.core.limits import Limit, forget, give_back, take, wait_s
from spatial.core.second_factor import device_of, is_due
from webmap.api.limits import caller_of
from webmap.halfway import remember

log = logging.getLogger(__name__)
LOCK_S = 1800
MOST_WRONG = 6
MOST_WIDE = 60
WRONG = Limit("login", most=MOST_WRONG, span_s=LOCK_S)
"""Of a name from an address."""
LOCKED = Limit("login-locked", most=1, span_s=LOCK_S)
OF_ADDRESS = Limit("login-address", most=MOST_WIDE, span_s=LOCK_S)
OF_NAME = Limit("login-name", most=MOST_WIDE, span_s=LOCK_S)
LONGEST_NAME = 120


class Try:
    """A try to log in under a name from the address of a request: a password, or a code."""

    def __init__(self, request: HttpRequest, name: str) -> None:
        self.name, self.address = name.casefold(), caller_of(request)
        self.pair = f"{self.address} {self.name}"

    def count(self) -> float | None:
        """Count it before anything is looked at; how long to wait if there were too many."""
        held = wait_s(LOCKED, self.pair)
        if held is not None:
            return held
        for limit, who in ((OF_ADDRESS, self.address), (OF_NAME, self.name), (WRONG, self.pair)):
            held = take(limit, who)
            if held is not None:
                return held
        return None

    def wrong(self) -> None:
        """It was wrong: one too many locks the name for the address."""
        shown = self.name[:LONGEST_NAME]
        log.warning("login failed: %s from %s", shown, self.address)
        if wait_s(WRONG, self.pair) is None or take(LOCKED, self.pair) is not None:
            return
        minutes = LOCK_S // 60
        log.warning("login locked for %d minutes: %s from %s", minutes, shown, self.address)
        audit.record(None, "login.locked", "User", shown, address=self.address, minutes=minutes)

    def half_right(self) -> None:
        """The password was right and a code is due: neither counted, nor a new beginning.

        Else who knows a password could guess codes for ever, with the password in between.
        """
        for limit, who in ((OF_ADDRESS, self.address), (OF_NAME, self.name), (WRONG, self.pair)):
            give_back(limit, who)

    def right(self) -> None:
        """All was right: wrong tries are forgotten."""
        forget(WRONG, self.pair)
        forget(OF_NAME, self.name)
        give_back(OF_ADDRESS, self.address)
        log.info("login: %s from %s", self.name[:LONGEST_NAME], self.address)


def locked(seconds: float) -> str:
    """What is said while a name is locked."""
    text = _("Too many wrong passwords: wait %(minutes)d minutes, then try again. (%(code)s)")
    return text % {"minutes": math.ceil(seconds / 60), "code": "E-LOGIN-LOCKED"}


class LoginForm(AuthenticationForm):
    """Name and password; a try is counted before the password is looked at."""

    wait_s: float | None = None

    def clean(self) -> dict:
        """Let in, or refuse with a text that says nothing about whether there is such a name."""
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password"):
            return super().clean()
        attempt = Try(self.request, name)
        self.wait_s = attempt.count()
        if self.wait_s is not None:
            raise ValidationError(locked(self.wait_s), code="E-LOGIN-LOCKED")
        try:
            cleaned = super().clean()
        except ValidationError:
            attempt.wrong()
            raise
        if is_due(self.get_user()):
            attempt.half_right()
        else:
            attempt.right()
        return cleaned


class Login(LoginView):
    """The log-in page, for the administration too."""

    template_name = "webmap/login.html"
    authentication_form = LoginForm

    def form_valid(self, form: LoginForm) -> HttpResponse:
        """Log in, or remember whose password was right and ask for the second factor."""
        user = form.get_user()
        if not is_due(user):
            return super().form_valid(form)
        remember(self.request, user, self.get_success_url())
        return redirect("login-code" if device_of(user) else "second-factor")

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        """The page again; 429 while it is locked."""
        answer = super().form_invalid(form)
        if form.wait_s is not None:
            answer.status_code = 429
            answer["Retry-After"] = str(math.ceil(form.wait_s))
        return answer


def login_of_admin(request: HttpRequest) -> HttpResponse:
    """The administration has no log-in of its own."""
    return redirect_to_login(request.GET.get("next") or "/admin/")
