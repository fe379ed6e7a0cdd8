"""Limits on calls that hold for all processes together: PostgreSQL counts.

A caller may come so many times in any span of a length. Of callers only a keyed hash is kept, and
a row goes once its span is over.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils.crypto import salted_hmac

SWEPT_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in any span of so many seconds."""

    scope: str
    most: int
    span_s: int


# Of two that come at once the second waits for the row, then counts the first one.
_TAKE = """
INSERT INTO core_calls AS c (scope, caller, times, over_at)
VALUES (%(scope)s, %(caller)s, ARRAY[clock_timestamp()],
        clock_timestamp() + make_interval(secs => %(span)s))
ON CONFLICT (scope, caller) DO UPDATE
SET times = array_append(
        (SELECT array_agg(t ORDER BY t) FROM unnest(c.times) t
         WHERE t > clock_timestamp() - make_interval(secs => %(span)s)), clock_timestamp()),
    over_at = EXCLUDED.over_at
WHERE (SELECT count(*) FROM unnest(c.times) t
       WHERE t > clock_timestamp() - make_interval(secs => %(span)s)) < %(most)s
"""
_WAIT = """
SELECT extract(epoch FROM t - clock_timestamp()) + %(span)s
FROM core_calls c, unnest(c.times) t WHERE c.scope = %(scope)s AND c.caller = %(caller)s
ORDER BY t DESC OFFSET %(most)s - 1 LIMIT 1
"""
_GIVE_BACK = """
UPDATE core_calls SET times = times[1:cardinality(times) - 1]
WHERE scope = %(scope)s AND caller = %(caller)s
"""
_FORGET = "DELETE FROM core_calls WHERE scope = %(scope)s AND caller = %(caller)s"
_SWEEP = """
DELETE FROM core_calls WHERE id IN (
    SELECT id FROM core_calls WHERE over_at < clock_timestamp() LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def take(limit: Limit, caller: str) -> float | None:
    """Count a call; how many seconds the caller has to wait if it is one too many, else None.

    A call that is refused does not count.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, [SWEPT_AT_ONCE])
        cursor.execute(_TAKE, _values(limit, caller))
        if cursor.rowcount:
            return None
    return wait_s(limit, caller) or 1.0


def wait_s(limit: Limit, caller: str) -> float | None:
    """How many seconds a caller has to wait, None if his next call is taken; nothing is counted."""
    with connection.cursor() as cursor:
        cursor.execute(_WAIT, _values(limit, caller))
        row = cursor.fetchone()
    return max(1.0, float(row[0])) if row and row[0] > 0 else None


def give_back(limit: Limit, caller: str) -> None:
    """Take the last call back: it was one that does not count."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, _values(limit, caller))


def forget(limit: Limit, caller: str) -> None:
    """Count a caller from nothing again."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, _values(limit, caller))


def _values(limit: Limit, caller: str) -> dict[str, str | int]:
    return {
        "scope": limit.scope,
        "caller": salted_hmac("spatial.core.limits", caller, algorithm="sha256").hexdigest(),
        "span": limit.span_s,
        "most": limit.most,
    }
