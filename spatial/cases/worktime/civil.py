"""Days and hours of a time zone as instants, summer time included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from spatial.cases.worktime.hours import Hours
from spatial.cases.worktime.ruler import Instants, Ruler

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US


def instant_us(when: datetime) -> int:
    """Microseconds since 1970 UTC, exact.

    Raises
    ------
    ValueError
        Where the time has no zone.
    """
    if when.tzinfo is None:
        raise ValueError(f"{when} has no time zone")
    return (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def moment(at_us: int, zone: tzinfo) -> datetime:
    """The instant as a time of the zone."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(at_us))).astimezone(zone)


def midnights_us(first: date, days: int, zone: tzinfo) -> Instants:
    """When each day begins, and when the last one ends; shape (days + 1,)."""
    start = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - given its zone below
    return np.array(
        [
            instant_us((start + timedelta(days=offset)).replace(tzinfo=zone))
            for offset in range(days + 1)
        ],
        dtype=np.int64,
    )


def shift_ruler(
    first: date, midnights: Instants, works: NDArray[np.bool_], hours: Hours, zone: tzinfo
) -> Ruler:
    """Counts the hours of the days that work.

    Periods follow the clock on the wall; what passes in them counts as it passes, so a shift
    through the night in which clocks change is an hour shorter or longer.

    Parameters
    ----------
    first : date
        The day of the first midnight.
    midnights : ndarray of int64, shape (days + 1,)
    works : ndarray of bool, shape (days,)
    """
    minutes_us = np.array(hours.periods, dtype=np.int64) * MINUTE_US
    edges_us = midnights[:-1, None, None] + minutes_us[None]
    for day in np.flatnonzero(np.diff(midnights) != DAY_US):
        midnight = datetime.combine(first + timedelta(days=int(day)), time())
        edges_us[day] = [
            [_on_the_wall(midnight, minute, zone) for minute in period] for period in hours.periods
        ]
    edges_us = edges_us[works].reshape(-1, 2)
    return Ruler.of_periods(edges_us[:, 0], edges_us[:, 1], int(midnights[0]), int(midnights[-1]))


def day_ruler(midnights: Instants, zone: tzinfo) -> Ruler:
    """Counts days by the clock on the wall: each is as long as every other.

    An hour that summer time leaves out is leapt over, an hour that comes twice counts once.
    """
    parts: list[tuple[int, int, int]] = []
    for day, (begins_us, ends_us) in enumerate(pairwise(midnights.tolist())):
        if ends_us - begins_us == DAY_US:
            parts.append((begins_us, ends_us, day * DAY_US))
        else:
            parts += _changing(begins_us, ends_us - begins_us, day * DAY_US, zone)
    opens_us, closes_us, marks_us = np.array(parts, dtype=np.int64).T.copy()
    return Ruler(opens_us, closes_us, marks_us, int(midnights[0]), int(midnights[-1]))


def _changing(
    begins_us: int, length_us: int, mark_us: int, zone: tzinfo
) -> list[tuple[int, int, int]]:
    """The periods of a day in which clocks change once: before and after."""
    first = moment(begins_us, zone)
    shown_us = (first.hour * 60 + first.minute) * MINUTE_US
    if shown_us:
        # The day has lost its midnight: it begins at one.
        return [(begins_us, begins_us + length_us, mark_us + shown_us)]
    change_us = _change_us(begins_us, begins_us + length_us, zone)
    before_us = change_us - begins_us
    repeated_us = max(length_us - DAY_US, 0)
    lost_us = max(DAY_US - length_us, 0)
    after = (change_us + repeated_us, begins_us + length_us, mark_us + before_us + lost_us)
    parts = [(begins_us, change_us, mark_us), after]
    return [part for part in parts if part[0] < part[1]]


def _change_us(low_us: int, high_us: int, zone: tzinfo) -> int:
    """The instant at which the offset from UTC changes, to the second."""
    before = moment(low_us, zone).utcoffset()
    while high_us - low_us > SECOND_US:
        middle_us = (low_us + high_us) // 2 // SECOND_US * SECOND_US
        if moment(middle_us, zone).utcoffset() == before:
            low_us = middle_us
        else:
            high_us = middle_us
    return high_us


def _on_the_wall(day: datetime, minute: int, zone: tzinfo) -> int:
    """The instant at which the clock on the wall shows so many minutes after that midnight.

    A time that summer time leaves out is the instant at which it begins.
    """
    local = (day + timedelta(minutes=minute)).replace(tzinfo=zone)
    at_us = instant_us(local)
    if moment(at_us, zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return at_us
    return _change_us(instant_us(local.replace(fold=1)), at_us, zone)
