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
from django.utils.translation import gettext as _

from spatial.core import audit
from spatial.core.limits import Limit, forget, give_back, take, wait_s
from webmap.api.limits import caller_of

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


class LoginForm(AuthenticationForm):
    """Name and password; a try is counted before the password is looked at."""

    wait_s: float | None = None

    def clean(self) -> dict:
        """Let in, or refuse with a text that says nothing about whether there is such a name."""
        name = (self.cleaned_data.get("username") or "").casefold()
        if not name or not self.cleaned_data.get("password"):
            return super().clean()
        address = caller_of(self.request)
        pair = f"{address} {name}"
        self.wait_s = _counted(pair, address, name)
        if self.wait_s is not None:
            raise self._locked()
        try:
            cleaned = super().clean()
        except ValidationError:
            log.warning("login failed: %s from %s", name[:LONGEST_NAME], address)
            if wait_s(WRONG, pair) is not None:
                _lock(pair, name, address)
            raise
        forget(WRONG, pair)
        forget(OF_NAME, name)
        give_back(OF_ADDRESS, address)
        log.info("login: %s from %s", name[:LONGEST_NAME], address)
        return cleaned

    def _locked(self) -> ValidationError:
        text = _("Too many wrong passwords: wait %(minutes)d minutes, then try again. (%(code)s)")
        facts = {"minutes": math.ceil((self.wait_s or 0) / 60), "code": "E-LOGIN-LOCKED"}
        return ValidationError(text % facts, code="E-LOGIN-LOCKED")


def _counted(pair: str, address: str, name: str) -> float | None:
    """Count a try; how long to wait if there were too many."""
    held = wait_s(LOCKED, pair)
    if held is not None:
        return held
    for limit, who in ((OF_ADDRESS, address), (OF_NAME, name), (WRONG, pair)):
        held = take(limit, who)
        if held is not None:
            return held
    return None


def _lock(pair: str, name: str, address: str) -> None:
    """Lock a name for an address from now on, and say so where administrators look."""
    if take(LOCKED, pair) is not None:
        return
    shown = name[:LONGEST_NAME]
    log.warning("login locked for %d minutes: %s from %s", LOCK_S // 60, shown, address)
    audit.record(None, "login.locked", "User", shown, address=address, minutes=LOCK_S // 60)


class Login(LoginView):
    """The log-in page, for the administration too."""

    template_name = "webmap/login.html"
    authentication_form = LoginForm

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
