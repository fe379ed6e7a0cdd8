"""The working calendar of a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import assert_never
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from spatial.cases.worktime import civil, days
from spatial.cases.worktime.hours import DAY_MIN, ROUND_THE_CLOCK, Hours
from spatial.cases.worktime.ruler import Instants, Ruler
from spatial.cases.worktime.units import Unit

USUAL_HOURS = Hours.parse("08:00-12:00 14:00-18:00")
"""Eight hours with a break at noon, as a public system of one city has it; each sets its own."""
NOTHING_OWN = days.DayTable()


@dataclass(frozen=True, eq=False)
class Calendar:
    """Working days, hours and time zone of a place, for a range of years.

    Making one costs some hundredths of a second for each unit that is asked for: keep it.

    Parameters
    ----------
    country : str
        ISO code. CN has its holidays and make-up working days; others have weekends only.
    zone : str
        Name of the time zone.
    hours : Hours
        Hours of a working day; they also say how long a 工作日 is.
    emergency : Hours
        The shift in which 紧急工作时 count, on every day of the year.
    own : DayTable
        The administrator's days, which override and extend all others.
    first_year, last_year : int
        Both are included; instants outside raise `OutsideCalendarError`.
    """

    country: str = days.CHINA
    zone: str = "Asia/Shanghai"
    hours: Hours = USUAL_HOURS
    emergency: Hours = ROUND_THE_CLOCK
    own: days.DayTable = NOTHING_OWN
    first_year: int = 2004
    last_year: int = 2040

    def __post_init__(self) -> None:
        if self.first_year > self.last_year:
            raise ValueError("the calendar ends before it begins")
        if not self._works.any():
            raise ValueError("the calendar has no working day")

    @cached_property
    def tz(self) -> tzinfo:
        """The time zone itself."""
        return ZoneInfo(self.zone)

    @cached_property
    def settled_to(self) -> date | None:
        """Last day for which holidays are decided; a deadline after it may still change."""
        return days.settled_to(self.country, self.own)

    def is_working_day(self, day: date) -> bool:
        """Whether people work on a day."""
        if not self.first_year <= day.year <= self.last_year:
            raise ValueError(f"{day} is outside the years of the calendar")
        return bool(self._works[(day - self._first).days])

    def is_open(self, when: datetime) -> bool:
        """Whether an instant lies within working hours; the closing minute does not."""
        local = when.astimezone(self.tz)
        minute = local.hour * 60 + local.minute
        return self.is_working_day(local.date()) and any(
            opens_min <= minute < closes_min for opens_min, closes_min in self.hours.periods
        )

    def ruler(self, unit: Unit) -> Ruler:
        """What counts for a unit."""
        match unit:
            case Unit.EMERGENCY_HOUR | Unit.EMERGENCY_DAY:
                return self._emergency_ruler
            case Unit.WORKING_HOUR | Unit.WORKING_DAY:
                return self._work_ruler
            case Unit.DAY:
                return self._day_ruler
            case Unit.HOUR:
                return self._hour_ruler
        assert_never(unit)

    def unit_us(self, unit: Unit) -> int:
        """Counted microseconds in one of a unit."""
        match unit:
            case Unit.EMERGENCY_HOUR | Unit.WORKING_HOUR | Unit.HOUR:
                return civil.HOUR_US
            case Unit.EMERGENCY_DAY:
                return self.emergency.length_min * civil.MINUTE_US
            case Unit.WORKING_DAY:
                return self.hours.length_min * civil.MINUTE_US
            case Unit.DAY:
                return DAY_MIN * civil.MINUTE_US
        assert_never(unit)

    @cached_property
    def _first(self) -> date:
        return date(self.first_year, 1, 1)

    @cached_property
    def _works(self) -> NDArray[np.bool_]:
        last = date(self.last_year, 12, 31)
        return days.working_days(self.country, self._first, last, self.own)

    @cached_property
    def _midnights(self) -> Instants:
        return civil.midnights_us(self._first, len(self._works), self.tz)

    @cached_property
    def _work_ruler(self) -> Ruler:
        return self._shifts(self._works, self.hours)

    @cached_property
    def _emergency_ruler(self) -> Ruler:
        every = np.ones_like(self._works)
        return self._shifts(every, self.emergency)

    def _shifts(self, works: NDArray[np.bool_], hours: Hours) -> Ruler:
        return civil.shift_ruler(self._first, self._midnights, works, hours, self.tz)

    @cached_property
    def _day_ruler(self) -> Ruler:
        return civil.day_ruler(self._midnights, self.tz)

    @cached_property
    def _hour_ruler(self) -> Ruler:
        ends = self._midnights[[0, -1]]
        return Ruler.of_periods(ends[:1], ends[1:], int(ends[0]), int(ends[1]))
