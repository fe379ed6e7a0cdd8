"""The clock of one case: when it is due, what has run, and its light."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from spatial.cases.worktime.calendar import Calendar
from spatial.cases.worktime.civil import instant_us, moment
from spatial.cases.worktime.units import Unit

YELLOW_FROM = 0.8
"""Share of the limit from which a case is yellow."""


class Light(StrEnum):
    """How a case stands against its limit."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Hold:
    """A time in which the clock stands still (挂账); without ``end`` it goes on.

    Raises
    ------
    ValueError
        Where it ends before it begins.
    """

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and instant_us(self.end) < instant_us(self.start):
            raise ValueError("a hold ends before it begins")


NO_HOLDS: tuple[Hold, ...] = ()


def deadline(
    start: datetime, limit: float, unit: Unit, calendar: Calendar, holds: Iterable[Hold] = NO_HOLDS
) -> datetime | None:
    """The instant at which the limit is used up, None while a hold that goes on keeps it away.

    A hold that begins after the deadline moves nothing.

    Raises
    ------
    ValueError
        Where the limit is negative or no number, or a time has no zone.
    OutsideCalendarError
        Where the start or the deadline lies outside the years of the calendar.
    """
    if not math.isfinite(limit) or limit < 0:
        raise ValueError(f"a limit is a number from 0: {limit}")
    ruler = calendar.ruler(unit)
    start_us = instant_us(start)
    target_us = int(ruler.counted(start_us)) + round(limit * calendar.unit_us(unit))
    due_us = max(start_us, int(ruler.reached(target_us)))
    for stops_us, goes_on_us in _merged(holds, start_us):
        if stops_us >= due_us:
            break
        if goes_on_us is None:
            return None
        target_us += int(ruler.counted(goes_on_us)) - int(ruler.counted(stops_us))
        due_us = max(start_us, int(ruler.reached(target_us)))
    return moment(due_us, calendar.tz)


def elapsed(
    start: datetime,
    end: datetime,
    unit: Unit,
    calendar: Calendar,
    holds: Iterable[Hold] = NO_HOLDS,
) -> float:
    """How many of the unit have run from start to end, without what was on hold.

    Raises
    ------
    ValueError
        Where the end lies before the start, or a time has no zone.
    OutsideCalendarError
        Where a time lies outside the years of the calendar.
    """
    start_us, end_us = instant_us(start), instant_us(end)
    if end_us < start_us:
        raise ValueError(f"{end} lies before {start}")
    counted = calendar.ruler(unit).counted
    run_us = int(counted(end_us)) - int(counted(start_us))
    for stops_us, goes_on_us in _merged(holds, start_us):
        if stops_us < end_us:
            until_us = end_us if goes_on_us is None else min(goes_on_us, end_us)
            run_us -= int(counted(until_us)) - int(counted(stops_us))
    return run_us / calendar.unit_us(unit)


def remaining(
    start: datetime,
    now: datetime,
    limit: float,
    unit: Unit,
    calendar: Calendar,
    holds: Iterable[Hold] = NO_HOLDS,
) -> float:
    """How many of the unit are left; below zero once the limit is over."""
    return limit - elapsed(start, now, unit, calendar, holds)


def on_time(
    start: datetime,
    end: datetime,
    limit: float,
    unit: Unit,
    calendar: Calendar,
    holds: Iterable[Hold] = NO_HOLDS,
) -> bool:
    """Whether the end comes by the deadline; the deadline itself still is in time.

    Compared as instants, since nothing counts at night: what is due at closing time and comes in
    the evening is late, though no more working time has run.
    """
    due = deadline(start, limit, unit, calendar, holds)
    return due is None or instant_us(end) <= instant_us(due)


def light(elapsed: float, limit: float) -> Light:
    """Green, yellow from 80 % of the limit, red above it."""
    if elapsed > limit:
        return Light.RED
    return Light.YELLOW if elapsed >= YELLOW_FROM * limit else Light.GREEN


def light_at(
    start: datetime,
    now: datetime,
    limit: float,
    unit: Unit,
    calendar: Calendar,
    holds: Iterable[Hold] = NO_HOLDS,
) -> Light:
    """The light at an instant; red as soon as the deadline is over, at night too."""
    held = tuple(holds)
    if not on_time(start, now, limit, unit, calendar, held):
        return Light.RED
    return light(min(elapsed(start, now, unit, calendar, held), limit), limit)


def _merged(holds: Iterable[Hold], start_us: int) -> list[tuple[int, int | None]]:
    """Holds after the start in order, those that overlap as one."""
    merged: list[tuple[int, int | None]] = []
    for hold in sorted(holds, key=lambda one: instant_us(one.start)):
        stops_us = max(instant_us(hold.start), start_us)
        goes_on_us = None if hold.end is None else instant_us(hold.end)
        if goes_on_us is not None and goes_on_us <= stops_us:
            continue
        if merged and _before(stops_us, merged[-1][1]):
            first_us, last_us = merged.pop()
            goes_on_us = goes_on_us if _before(last_us, goes_on_us) else last_us
            stops_us = first_us
        merged.append((stops_us, goes_on_us))
    return merged


def _before(one_us: int | None, other_us: int | None) -> bool:
    """Whether one end comes no later than another; None comes never."""
    return other_us is None or (one_us is not None and one_us <= other_us)
