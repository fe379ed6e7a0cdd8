"""The months that cases lie in, made before they are needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection
from psycopg2 import sql

AHEAD = 2
"""Months that are made beyond the one that is needed, so that no report waits for one."""
_known: set[tuple[str, int, int]] = set()


def ensure_month(day: date) -> None:
    """See that there is a place for cases of a day; to be called before anything is locked."""
    name = connection.settings_dict["NAME"]
    key = (name, day.year, day.month)
    if key in _known:
        return
    with connection.cursor() as cursor:
        for first in following(day, AHEAD + 1):
            cursor.execute("SELECT cases_add_month(%s)", [first])
    if not connection.in_atomic_block:
        # A month made inside a transaction is there when that is kept: asked again until then.
        _known.add(key)


def analyze_months(days: Iterable[date]) -> None:
    """Have the planner know the months of some days, after many cases came into them."""
    labels = sorted({f"{day:%Y%m}" for day in days})
    with connection.cursor() as cursor:
        for label in labels:
            tables = (f"cases_case_{label}", f"cases_caseevent_{label}")
            names = sql.SQL(", ").join(map(sql.Identifier, tables))
            cursor.execute(sql.SQL("ANALYZE {}").format(names))
        cursor.execute("ANALYZE cases_inhand")


def following(day: date, count: int) -> list[date]:
    """The first days of the month of a day and of those after it."""
    months = [day.year * 12 + day.month - 1 + i for i in range(count)]
    return [date(month // 12, month % 12 + 1, 1) for month in months]
