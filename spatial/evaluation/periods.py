"""Periods: a day, a week, a month, a quarter, a year, or any days in a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core.errors import InputError
from spatial.patrol.keys import day_span

MOST_D = 3660
_FORMS = {
    "day": re.compile(r"(\d{4})-(\d\d)-(\d\d)"),
    "week": re.compile(r"(\d{4})-W(\d\d)"),
    "month": re.compile(r"(\d{4})-(\d\d)"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "year": re.compile(r"(\d{4})"),
    "range": re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)"),
}
ONE_D = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row, both ends included, in the time of the site."""

    name: str
    form: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many; clock changes make an hour, never a day."""
        return (self.last - self.first).days + 1

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Midnight of the first day, and that after the last, in the time of the site."""
        return day_span(self.first)[0], day_span(self.last)[1]

    @property
    def until(self) -> date:
        """The last day that something can have been counted on."""
        return min(self.last, timezone.localdate())

    @property
    def due_until(self) -> date:
        """The last day whose deadlines have passed: what falls due today has not yet."""
        return min(self.last, timezone.localdate() - ONE_D)

    @property
    def clock_changes(self) -> list[date]:
        """Days that are an hour shorter or longer in the time of the site; each counts as one."""
        found = []
        for day in (self.first + n * ONE_D for n in range(self.days)):
            begin, end = day_span(day)
            if begin.utcoffset() != end.utcoffset():
                found.append(day)
        return found

    @property
    def running(self) -> bool:
        """Whether it is not over."""
        return self.last >= timezone.localdate()

    def before(self) -> Period:
        """The period of the same form before this one."""
        if self.form in MONTHS:
            return parse_period(_named(self.form, self.first - ONE_D))
        last = self.first - ONE_D
        return _span(last - (self.last - self.first), last, self.form)

    def year_before(self) -> Period:
        """The same a year before; a week, as many weeks before as keep its days of the week."""
        if self.form in MONTHS:
            year = self.first.year - 1
            return parse_period(_named(self.form, self.first.replace(year=year, day=1)))
        if self.form == "week":
            return _span(self.first - 52 * 7 * ONE_D, self.last - 52 * 7 * ONE_D, "week")
        return _span(_a_year_before(self.first), _a_year_before(self.last), self.form)


def _a_year_before(day: date) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _named(form: str, day: date) -> str:
    if form == "year":
        return f"{day.year}"
    if form == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day:%Y-%m}"


def _span(first: date, last: date, form: str) -> Period:
    if form == "week":
        year, week, _day = first.isocalendar()
        return Period(f"{year}-W{week:02d}", form, first, last)
    name = f"{first}" if form == "day" else f"{first}..{last}"
    return Period(name, form, first, last)


def period_of(first: date, last: date) -> Period:
    """Days in a row.

    Raises
    ------
    InputError
        ``E-EVAL-PERIOD``, ``E-EVAL-FUTURE``.
    """
    return parse_period(f"{first}..{last}")


def parse_period(name: str) -> Period:
    """A period by name: 2026, 2026-Q4, 2026-10, 2026-W44, 2026-10-05, 2026-10-01..2026-10-09.

    Raises
    ------
    InputError
        ``E-EVAL-PERIOD`` for a name that cannot be read, ``E-EVAL-FUTURE`` for one to come.
    """
    found = _read(name)
    if found is None or found.last < found.first or found.days > MOST_D:
        text = _("“%s” is no period; write 2026-10, 2026-W44, 2026-Q4, 2026, 2026-10-05 or "
                 "2026-10-01..2026-10-09.")  # fmt: skip
        raise InputError("E-EVAL-PERIOD", text % name[:40], period=name[:40])
    if found.first > timezone.localdate():
        text = _("%s has not begun; choose a period that has.") % found.name
        raise InputError("E-EVAL-FUTURE", text, period=found.name)
    return found


def _read(name: str) -> Period | None:
    try:
        for form, pattern in _FORMS.items():
            if told := pattern.fullmatch(name):
                return _made(form, name, told.groups())
    except ValueError:
        return None
    return None


def _made(form: str, name: str, told: tuple[str, ...]) -> Period:
    if form == "range":
        first, last = map(date.fromisoformat, told)
        return Period(name, form, first, last)
    if form == "day":
        day = date.fromisoformat(name)
        return Period(name, form, day, day)
    year, number = int(told[0]), int(told[1]) if len(told) > 1 else 1
    if form == "week":
        first = date.fromisocalendar(year, number, 1)
        return Period(name, form, first, first + 6 * ONE_D)
    count = MONTHS[form]
    start = date(year, (number - 1) * count + 1, 1)
    months = start.year * 12 + start.month - 1 + count
    return Period(name, form, start, date(months // 12, months % 12 + 1, 1) - ONE_D)
