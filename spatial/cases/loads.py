"""What is in hand, summed for those who watch over many cases at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from spatial.cases.lists import first_key
from spatial.cases.models import Case
from spatial.cases.selectors import cases_of, in_hand

NUMBERS_OF_REPORTS = 500_000
"""Numbers of a day below this are those of reports (`cases_number`)."""


@dataclass(slots=True)
class Load:
    """How many cases, and of them how many are overdue and how many will be soon."""

    open: int = 0
    overdue: int = 0
    soon: int = 0

    def add(self, counted: Sequence[int]) -> None:
        """Add the counts of others."""
        self.open += counted[0]
        self.overdue += counted[1]
        self.soon += counted[2]


@dataclass(slots=True)
class Loads:
    """Loads of everything, of each stage, department (by key; None has none) and area (by code)."""

    all: Load = field(default_factory=Load)
    stages: dict[str, Load] = field(default_factory=dict)
    departments: dict[int | None, Load] = field(default_factory=dict)
    areas: dict[str, Load] = field(default_factory=dict)


def loads(user: Any, district: str, now: datetime) -> Loads:
    """What a user sees of the cases in hand, of a district or of all.

    Areas are the streets of the district, or the districts where none is named. ``overdue`` is what
    desks show with a red light, ``soon`` with a yellow one.
    """
    found = Loads()
    late, soon = Q(due_at__lt=now), Q(due_at__gte=now, warn_at__lte=now)
    counted = {"n": Count("*"), "late": Count("pk", filter=late), "soon": Count("pk", filter=soon)}
    area = "street_code" if district else "district_code"
    # One look at the table: two take twice as long, and the groups are few.
    rows = _of(user, district).order_by().values_list("stage", "department", area)
    for stage, department, code, *counts in rows.annotate(**counted):
        found.all.add(counts)
        found.stages.setdefault(stage, Load()).add(counts)
        found.departments.setdefault(department, Load()).add(counts)
        found.areas.setdefault(code, Load()).add(counts)
    return found


def most_overdue(user: Any, district: str, now: datetime, most: int) -> list[Case]:
    """Cases that are overdue longest, of those a user sees."""
    rows = _of(user, district).filter(due_at__lt=now)
    return cases_of(list(rows.values_list("case_id", flat=True)[:most]))


def newest(user: Any, district: str, since: datetime, most: int) -> list[Case]:
    """Cases in hand that were reported after a time, the latest first.

    Those of this day alone, in the order of their keys: reports take their numbers from one
    sequence, what is imported or made up takes others.
    """
    begin = first_key(timezone.localdate())
    rows = _of(user, district).filter(case__gte=begin, case__lt=begin + NUMBERS_OF_REPORTS)
    keys = list(rows.order_by("-case_id").values_list("case_id", flat=True)[:most])
    return [case for case in cases_of(keys) if case.reported_at >= since]


def _of(user: Any, district: str) -> Any:
    rows: Any = in_hand(user)
    return rows.filter(district_code=district) if district else rows
