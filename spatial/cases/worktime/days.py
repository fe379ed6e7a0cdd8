"""Which days are working days: by a library for China, and by an administrator's own table.

China moves working days onto weekends around long holidays, by a decision made anew for each year.
``chinesecalendar`` carries these decisions; the days after the last year it has are weekdays and
weekends only, until a newer release or the administrator's table says more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from chinese_calendar import constants
from numpy.typing import NDArray

CHINA = "CN"
FIRST_WEEKEND_DAY = 5
NO_DAYS: Mapping[date, bool] = {}


@dataclass(frozen=True)
class DayTable:
    """An administrator's own days; they go before everything else."""

    works: Mapping[date, bool] = field(default_factory=dict)
    """True for a working day, False for a rest day."""
    settled_to: date | None = None
    """Last day to which the table is complete."""


def working_days(country: str, first: date, last: date, own: DayTable) -> NDArray[np.bool_]:
    """Whether each day from ``first`` to ``last``, both included, is a working day.

    Returns
    -------
    ndarray of bool, shape (days,)
    """
    count = (last - first).days + 1
    weekday = (first.weekday() + np.arange(count)) % 7
    works = weekday < FIRST_WEEKEND_DAY
    for days in (_of_country(country), own.works):
        for day, work in days.items():
            if first <= day <= last:
                works[(day - first).days] = work
    return works


def settled_to(country: str, own: DayTable) -> date | None:
    """Last day for which holidays are decided, None where nothing is known of them."""
    known = [own.settled_to] if own.settled_to else []
    if country == CHINA:
        known.append(date(max(day.year for day in constants.workdays), 12, 31))
    return max(known, default=None)


def read_table(data: Mapping[str, Any]) -> DayTable:
    """A table of days from the content of a JSON file, as in ``fixtures/cases/holidays.json``.

    Raises
    ------
    ValueError
        Where a row has not the form of one, or two rows contradict each other.
    """
    works: dict[date, bool] = {}
    for number, row in enumerate(data.get("days", ()), start=1):
        try:
            first = date.fromisoformat(row["from"])
            last = date.fromisoformat(row.get("to", row["from"]))
            work = row["work"]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"row {number} of the days is not one: {error}") from error
        if not isinstance(work, bool):
            raise ValueError(f"row {number} of the days: work is true or false, not {work!r}")
        if not first <= last <= first + timedelta(days=366):
            raise ValueError(f"row {number} of the days ends before it begins, or after a year")
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if works.setdefault(day, work) != work:
                raise ValueError(f"row {number} of the days contradicts another on {day}")
    settled = data.get("settled_to")
    return DayTable(works, date.fromisoformat(settled) if settled else None)


def _of_country(country: str) -> Mapping[date, bool]:
    if country != CHINA:
        return NO_DAYS
    return dict.fromkeys(constants.holidays, False) | dict.fromkeys(constants.workdays, True)
