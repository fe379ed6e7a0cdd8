"""The second factor of a log-in: codes of a telephone, and recovery codes for when it is lost.

Devices, and that no code is taken twice, are django-otp's; how often somebody may try is counted
with the passwords (`webmap.login`).
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from spatial.core import audit
from spatial.core.errors import ConflictError, InputError
from spatial.core.roles import role_names

RECOVERY_CODES = 10
NAME = "default"
LONGEST = 16
"""Digits of a telephone are 6, recovery codes 8 signs; people put blanks between them."""


def device_of(user: Any) -> TOTPDevice | None:
    """What makes the codes of a user; None while the second factor is off."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).first()


def is_required(user: Any) -> bool:
    """Whether one of the user's roles may not log in without a second factor."""
    return bool(role_names(user) & settings.SECOND_FACTOR_ROLES)


def is_due(user: Any) -> bool:
    """Whether a password is not enough for a user."""
    return is_required(user) or device_of(user) is not None


def waiting(user: Any) -> TOTPDevice | None:
    """A device that was shown to a user and that he has not confirmed yet."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=False).first()


def begin(user: Any) -> None:
    """Make a secret for a user who has none, to be confirmed by a code.

    Raises
    ------
    ConflictError
        ``E-SECOND-ON`` when the second factor is on.
    """
    with _held(user):
        _refuse_on(user)
        TOTPDevice.objects.devices_for_user(user, confirmed=False).delete()
        TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)


def secret(device: TOTPDevice) -> str:
    """The same secret to be typed, four signs at a time."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def confirm(user: Any, code: str) -> list[str]:
    """Turn it on, now that a code of the new secret came; the recovery codes, told only here.

    Raises
    ------
    ConflictError
        ``E-SECOND-ON`` when it is on, or nobody began to turn it on.
    InputError
        ``E-SECOND-CODE`` for a wrong code.
    """
    with _held(user):
        device = waiting(user)
        if device is None:
            _refuse_on(user)
            raise ConflictError("E-SECOND-ON", _("Begin anew: there is no code to confirm."))
        right = device.verify_token(_plain(code))
        if right:
            device.confirmed = True
            device.save()
            codes = _fresh_codes(user)
            audit.record(user, "second-factor.on", "User", user.get_username())
    if not right:
        raise _wrong()
    return codes


def passes(user: Any, code: str) -> bool:
    """Whether a code of the telephone, or a recovery code, is right; each is taken once."""
    device = match_token(user, _plain(code))
    if isinstance(device, StaticDevice):
        left = codes_left(user)
        audit.record(user, "second-factor.recovered", "User", user.get_username(), left=left)
    return device is not None


def codes_left(user: Any) -> int:
    """How many recovery codes were not used yet."""
    return StaticToken.objects.filter(device__user=user).count()


def renew_codes(user: Any, code: str) -> list[str]:
    """New recovery codes in the place of the old ones.

    Raises
    ------
    InputError
        ``E-SECOND-CODE`` for a wrong code.
    """
    _require(user, code)
    with _held(user):
        codes = _fresh_codes(user)
        audit.record(user, "second-factor.codes", "User", user.get_username())
    return codes


def turn_off(user: Any, code: str) -> None:
    """Turn it off.

    Raises
    ------
    ConflictError
        ``E-SECOND-NEEDED`` for a role that has to have it.
    InputError
        ``E-SECOND-CODE`` for a wrong code.
    """
    if is_required(user):
        text = _("Your role may not log in without a second factor.")
        raise ConflictError("E-SECOND-NEEDED", text)
    _require(user, code)
    _remove(user)
    audit.record(user, "second-factor.off", "User", user.get_username())


def reset(user: Any, by: Any) -> bool:
    """Take the second factor from somebody who lost it; whether there was one."""
    had = _remove(user)
    if had:
        audit.record(by, "second-factor.reset", "User", user.get_username())
    return had


@contextmanager
def _held(user: Any) -> Iterator[None]:
    """A transaction in which nobody else changes the second factor of the user."""
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=user.pk)
        yield


def _plain(code: str) -> str:
    return "".join(code.split()).lower()[:LONGEST]


def _wrong() -> InputError:
    return InputError("E-SECOND-CODE", _("This code is wrong, or was used already."))


def _require(user: Any, code: str) -> None:
    if not passes(user, code):
        raise _wrong()


def _refuse_on(user: Any) -> None:
    if device_of(user) is not None:
        raise ConflictError("E-SECOND-ON", _("The second factor is on already."))


def _fresh_codes(user: Any) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=NAME)
    codes = [StaticToken.random_token() for _n in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


@transaction.atomic
def _remove(user: Any) -> bool:
    StaticDevice.objects.filter(user=user).delete()
    gone, _by_model = TOTPDevice.objects.filter(user=user).delete()
    return bool(gone)
