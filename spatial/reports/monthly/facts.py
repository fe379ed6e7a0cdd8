"""The facts of a month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from spatial.basemap.models import Region
from spatial.core.errors import InputError, NotFoundError
from spatial.evaluation.analysis.findings import places, sums
from spatial.evaluation.analysis.reading import counts
from spatial.evaluation.analysis.reading.selection import Selection

MOST_SPOTS = 20
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True)
class Grade:
    """A graded object as evaluation gives it."""

    code: str
    name: str
    score: float | None
    grade: str
    kind: str = "street"
    rank: int | None = None
    """Within its class of area."""
    area_class: str = ""
    published: bool = False
    """As it was published, not as it is counted now."""


@dataclass(frozen=True)
class Facts:
    """Everything a report says, without a word of its own."""

    district: str
    name: str
    first: date
    last: date
    made_at: datetime
    months: dict[str, int]
    """Cases of this month and the twelve before it, the earliest first."""
    daily: list[int]
    hours: dict[str, Any]
    ageing: dict[str, Any]
    mix: dict[str, Any]
    streets: list[dict[str, Any]]
    departments: list[dict[str, Any]]
    spots: list[dict[str, Any]]
    grades: list[Grade] = field(default_factory=list)

    @property
    def month(self) -> str:
        """As 2026-10."""
        return f"{self.first:%Y-%m}"

    @property
    def cases(self) -> int:
        """Of this month."""
        return self.months[self.month]

    @property
    def cases_before(self) -> int:
        """Of the month before."""
        return list(self.months.values())[-2]

    @property
    def cases_year_ago(self) -> int:
        """Of the same month a year ago."""
        return next(iter(self.months.values()))

    @property
    def running(self) -> bool:
        """Whether the month is not over."""
        return self.last >= timezone.localdate(self.made_at)


def month_of(text: str) -> tuple[date, date]:
    """First and last day of a month written as 2026-10.

    Raises
    ------
    InputError
        ``E-REPORT-MONTH``.
    """
    found = MONTH.match(text)
    if found is None:
        raise InputError("E-REPORT-MONTH", _("Write the month as 2026-10."))
    first = date(int(found[1]), int(found[2]), 1)
    if first > timezone.localdate():
        raise InputError("E-REPORT-MONTH", _("This month is still to come."))
    after = (first + timedelta(days=32)).replace(day=1)
    return first, after - timedelta(days=1)


def month_before(day: date) -> str:
    """The last whole month before a day, as 2026-10."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"


def facts_of(month: str, district: str, grades: Sequence[Grade] = ()) -> Facts:
    """The facts of a district's month; of the running one, until now.

    Parameters
    ----------
    grades : sequence of Grade
        Results of the evaluation in the order of rank; without them the report has no such part.

    Raises
    ------
    InputError
        ``E-REPORT-MONTH``.
    NotFoundError
        ``E-DISTRICT-MISSING``, ``E-PLAN-MISSING``.
    """
    first, last = month_of(month)
    asked, now = Selection(district, first, last), timezone.now()
    names = _names(district)
    return Facts(
        district=district,
        name=names[district],
        first=first,
        last=last,
        made_at=now,
        months=_months(asked),
        daily=counts.cases_by_day(asked).tolist(),
        hours=sums.hours(asked),
        ageing=sums.ageing(asked, now),
        mix=_named_mix(asked, names),
        streets=[one | {"name": names.get(one["code"], one["code"])}
                 for one in counts.streets(asked)],
        departments=[_in_language(one) for one in sums.departments(asked)],
        spots=[one for one in places.hot_spots(asked)["spots"] if one["sign"] > 0][:MOST_SPOTS],
        grades=list(grades),
    )  # fmt: skip


def _months(asked: Selection) -> dict[str, int]:
    """Thirteen months, those without a case as well."""
    months = [asked.first]
    for _n in range(12):
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    found = counts.cases_by_month(replace(asked, first=months[-1]))
    return {name: found.get(name, 0) for name in (f"{day:%Y-%m}" for day in reversed(months))}


def _names(district: str) -> dict[str, str]:
    chosen = Region.objects.filter(code__startswith=district, valid_to__isnull=True)
    rows = chosen.filter(level__in=["district", "street"]).values("code", "name", "name_en")
    found = {row["code"]: _in_language(row)["name"] for row in rows}
    if district not in found:
        text = _("There is no district %(code)s.") % {"code": district[:12]}
        raise NotFoundError("E-DISTRICT-MISSING", text)
    return found


def _named_mix(asked: Selection, names: dict[str, str]) -> dict[str, Any]:
    found = sums.mix(asked)
    return {
        "classes": [_in_language(one) for one in found["classes"]],
        "areas": [one | {"name": names.get(one["code"], one["code"])} for one in found["areas"]],
    }


def _in_language(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its name in the language of the reader."""
    own = row["name_en"] if (get_language() or "").startswith("en") else row["name"]
    return row | {"name": own or row["name"]}
