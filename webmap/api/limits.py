"""Limits on what people without an account send; all processes share the count."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from spatial.core.errors import WanmiError
from spatial.core.limits import Limit, take

HOUR_S = 3600
OF_ADDRESS = Limit("report", most=60, span_s=HOUR_S)
"""Reports of one address in an hour."""
OF_KEY = Limit("open311-key", most=600, span_s=HOUR_S)
"""Reports of one program with a key in an hour."""
OF_ANSWERS = Limit("answer", most=60, span_s=HOUR_S)
"""Answers and wrong secrets of one address in an hour."""
IPV6_PREFIX = 64
"""A house has that much of IPv6 to choose addresses from."""


def caller_of(request: Request) -> str:
    """Where a request comes from: by the connection, or by the proxies that are believed.

    The setting ``WANMI_PROXIES`` says how many are believed; a header alone changes nothing.
    """
    named = BaseThrottle().get_ident(request)
    try:
        address = ip_address(named.strip())
    except ValueError:
        return named
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


class TooLargeError(WanmiError):
    """More bytes than are taken."""

    status = 413


def refuse_large(request: Request, most_bytes: int) -> None:
    """Refuse a body by its announced size, before a byte of it is read.

    Raises
    ------
    TooLargeError
        ``E-REPORT-SIZE``.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > most_bytes:
        text = _("A report has at most %(most)d MB; send fewer or smaller photos.")
        raise TooLargeError("E-REPORT-SIZE", text % {"most": most_bytes // 1024**2})


class SharedThrottle(BaseThrottle):
    """Counts calls in the database."""

    limit: Limit
    wait_s: float | None = None

    def allow_request(self, request: Request, view: object) -> bool:  # noqa: ARG002
        """Count the call of this address."""
        self.wait_s = take(self.limit, caller_of(request))
        return self.wait_s is None

    def wait(self) -> float | None:
        """Seconds until the next call is taken."""
        return self.wait_s


class ReportThrottle(SharedThrottle):
    """Reports without an account."""

    limit = OF_ADDRESS


class AnswerThrottle(SharedThrottle):
    """Answers without an account."""

    limit = OF_ANSWERS
