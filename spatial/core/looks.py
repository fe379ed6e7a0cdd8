"""Remembers who looked at whose personal data: one row and one statement for an answer.

What is written before an answer is given cannot be left out: when it fails, so does the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from spatial.core import requests
from spatial.core.models import Look

AGAIN_MIN = 10
"""The same look by the same user within so many minutes is one, but for what is shown in full."""
MOST_NAMED = 500
"""More persons than this are counted and not named."""
_WRITE = """
INSERT INTO core_look (at, user_id, user_name, what, whose, count, whole, request_id)
SELECT now(), %(user)s, %(name)s, %(what)s, %(whose)s::varchar[], %(count)s, %(whole)s, %(request)s
WHERE %(whole)s OR NOT EXISTS (
    SELECT 1 FROM core_look l WHERE l.user_id = %(user)s AND l.what = %(what)s
    AND l.at > now() - %(again)s * interval '1 minute' AND l.whose = %(whose)s::varchar[])
"""


def look(user: Any, what: str, whose: Iterable[str], *, whole: bool = False) -> None:
    """Remember that a user is shown personal data.

    Parameters
    ----------
    what : str
        One of `Look.What`.
    whose : iterable of str
        Whom it is about: numbers of cases, user names, codes of grids. His own are no look.
    whole : bool
        Whether a number or an address is shown in full, because it was asked for.
    """
    named = sorted({one for one in whose if one and one != user.get_username()})
    if not named:
        return
    values = {
        "user": user.pk, "name": user.get_username(), "what": str(what),
        "whose": [one[: Look.LONGEST] for one in named[:MOST_NAMED]], "count": len(named),
        "whole": whole, "request": requests.current(), "again": AGAIN_MIN,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
