"""How far the log of the database was when somebody wrote, or was told of a change.

A position counts bytes of PostgreSQL's log. It travels in two cookies: one that comes with the
answer to a write, and one that a page makes of what the stream of changes says. They are signed, so
that nobody sends what is no position; they are short, and gone when no usable replica can be
behind them any longer.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

WROTE, TOLD = "wanmi_wrote", "wanmi_told"
KEPT_S = 60
"""And as long as a replica may be behind."""
# Not the position that was sent to the disk: a commit need not have got there when it is answered.
OF_PRIMARY = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
SALT = "webmap.replicas.positions"


def position_of(cursor: Any) -> int:
    """Where the primary is now; all that was committed before is behind it."""
    cursor.execute(OF_PRIMARY)
    return int(cursor.fetchone()[0])


def signed(position: int) -> str:
    """The text of a position that comes back in a cookie."""
    return Signer(salt=SALT).sign(f"{position:x}")


def wanted(request: HttpRequest) -> int:
    """The position that a database must have reached to answer a request; 0 for any."""
    return max(_read(request.COOKIES.get(name)) for name in (WROTE, TOLD))


def _read(text: str | None) -> int:
    if not text:
        return 0
    try:
        return int(Signer(salt=SALT).unsign(text), 16)
    except BadSignature:
        return 0


def give(response: HttpResponse, position: int) -> None:
    """Have the browser show from now on that it knows of a position."""
    response.set_cookie(
        WROTE, signed(position), max_age=KEPT_S + round(settings.REPLICA_LAG_S), httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip
