"""Which cases an analysis looks at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.cases.lists import first_key
from spatial.core.errors import InputError

LONGEST_DAYS = 800
USUAL_DAYS = 28
DEMAND = "c.stage NOT IN ('rejected', 'merged')"
"""Invalid reports and those merged into others are no need of the city's."""
MAIN = "upper(left(k.kind, 1)) || k.main_code"
"""A main class in SQL: C01 to C07 of components, E01 … of events."""

IN_PATROL = """c.grid_code IN (SELECT g.grid_code FROM patrol_areagrid g
    JOIN patrol_patrolarea p ON p.id = g.area_id WHERE p.code = %(area)s AND p.in_use)"""


@dataclass(frozen=True)
class Selection:
    """Cases of a district reported on some days, both included; further conditions may narrow it.

    Raises
    ------
    InputError
        ``E-ANALYSIS-SPAN``.
    """

    district: str
    first: date
    last: date
    street: str = ""
    main: str = ""
    case_class: int | None = None
    department: int | None = None
    campaign: int | None = None
    area: str = ""
    """A street, community, unit grid or patrol area."""
    department_code: str = ""
    weekday: int | None = None
    """Of the report, Monday is 1."""
    hour: int | None = None

    def __post_init__(self) -> None:
        if self.last < self.first or (self.last - self.first).days >= LONGEST_DAYS:
            text = _("The first day comes before the last, and %(most)d days are the most.")
            raise InputError("E-ANALYSIS-SPAN", text % {"most": LONGEST_DAYS})
        if self.first > timezone.localdate():
            text = _("These days are still to come; choose days that have begun.")
            raise InputError("E-ANALYSIS-SPAN", text)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    def moved(self, days: int) -> Selection:
        """The same so many days later (earlier when below zero)."""
        by = timedelta(days=days)
        return replace(self, first=self.first + by, last=self.last + by)

    def where(self) -> tuple[str, dict[str, Any]]:
        """A condition on ``cases_case c JOIN cases_caseclass k`` with its values."""
        words = ["c.id >= %(low)s AND c.id < %(high)s", "c.district_code = %(district)s"]
        values: dict[str, Any] = {
            "low": first_key(self.first),
            "high": first_key(self.last + timedelta(days=1)),
            "district": self.district,
            "zone": timezone.get_default_timezone_name(),
        }
        named = {
            "street": "c.street_code = %(street)s",
            "main": f"{MAIN} = %(main)s",
            "case_class": "c.case_class_id = %(case_class)s",
            "department": "c.department_id = %(department)s",
            "campaign": "c.campaign_id = %(campaign)s",
            **self.where_anywhere(),
            "weekday": "extract(isodow FROM c.reported_at AT TIME ZONE %(zone)s) = %(weekday)s",
            "hour": "extract(hour FROM c.reported_at AT TIME ZONE %(zone)s) = %(hour)s",
        }
        for name, condition in named.items():
            if getattr(self, name) not in ("", None):
                words.append(condition)
                values[name] = getattr(self, name)
        return " AND ".join(words), values

    def where_anywhere(self) -> dict[str, str]:
        """Conditions that hold as well for what is in hand."""
        column = {9: "street_code", 12: "community_code"}.get(len(self.area), "grid_code")
        area = f"c.{column} = %(area)s"
        if "-" in self.area:
            area = IN_PATROL
        return {
            "area": area,
            "department_code": "c.department_id = (SELECT d.id FROM cases_department d"
            " WHERE d.code = %(department_code)s)",
        }


def lately(district: str, days: int = USUAL_DAYS, **more: Any) -> Selection:
    """The last whole days until yesterday."""
    last = timezone.localdate() - timedelta(days=1)
    return Selection(district, last - timedelta(days=days - 1), last, **more)


def rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
