"""What a unit grid's panel tells of cases: how many there are, by stage and by month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from spatial.cases.lists import Asked, counts, first_key
from spatial.cases.models import Case
from spatial.cases.selectors import sees_all, visible
from spatial.core.roles import DEPARTMENT, INSPECTOR, role_names

KEYS_A_MONTH = 10**8
"""A case's key is the day (8 digits) and a number of the day (6): its month is what is left."""


def sees_some(user: Any) -> bool:
    """Whether there can be any case that somebody sees."""
    if user is None or not user.is_authenticated:
        return False
    return sees_all(user) or bool(role_names(user) & {DEPARTMENT, INSPECTOR})


def open_in_grid(user: Any, code: str) -> list[dict[str, Any]]:
    """Open cases in a grid that a user may see: ``stage``, ``n``, and how many are late."""
    return counts(user, Asked(place=code))


def months_of_grid(user: Any, code: str, today: date, *, all_counted: bool, n: int = 12) -> list:
    """Cases reported in a grid in each of the last months, the earliest first.

    ``all_counted`` is for those who see results, in which every case is counted; others are told
    of the cases that they may see.
    """
    months = _months(today, n)
    seen = Q() if all_counted else visible(user)
    rows = Case.objects.filter(seen, grid_code=code, pk__gte=first_key(months[0]))
    told = rows.annotate(month=F("pk") / KEYS_A_MONTH).order_by().values("month")
    found = {row["month"]: row["n"] for row in told.annotate(n=Count("pk"))}
    return [
        {"month": f"{one:%Y-%m}", "n": found.get(one.year * 100 + one.month, 0)} for one in months
    ]


def _months(today: date, n: int) -> list[date]:
    """First days of the last ``n`` months, that of today among them."""
    last = today.year * 12 + today.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(last - n + 1, last + 1)]
