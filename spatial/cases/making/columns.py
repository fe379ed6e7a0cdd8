"""Arrays as columns of COPY's text form, made by looking texts up and not by writing them anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from spatial.cases.making.following import NEVER_US

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
NULL = "\\N"
SECOND_US = 1_000_000
DAY_S = 86_400
MIX = np.uint64(0x9E3779B97F4A7C15)


def texts(numbers: Ints) -> list[str]:
    """Whole numbers as they are written."""
    return list(map(str, numbers.tolist()))


def looked_up(names: Texts, numbers: Ints) -> list[str]:
    """The name of each number; the last name stands for -1."""
    return names[numbers].tolist()


def lots(numbers: Ints, salt: int) -> Ints:
    """For each number an arbitrary one, always the same: below 2³², not below zero."""
    mixed = (numbers.astype(np.uint64) + np.uint64(salt)) * MIX
    mixed ^= mixed >> np.uint64(31)
    mixed *= MIX
    return (mixed >> np.uint64(32)).astype(np.int64)


@cache
def _seconds() -> Texts:
    return np.array([f" {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}+00" for s in range(DAY_S)],
                    object)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Times:
    """Instants of a span as texts, and their days in a time zone.

    Parameters
    ----------
    midnights_us : ndarray of int64
        When each day of the zone begins.
    """

    midnights_us: Ints
    days: Texts
    """Each of these days as 2026-11-28."""
    day_keys: Ints
    """Each of them as 20261128."""
    first_utc: int
    dates_utc: Texts

    @classmethod
    def of(cls, first: datetime, last: datetime, zone: ZoneInfo) -> Times:
        """For all from the day of ``first`` to that of ``last``."""
        begin = first.astimezone(zone).date()
        count = (last.astimezone(zone).date() - begin).days + 1
        days = [begin + timedelta(days=n) for n in range(count)]
        starts = [datetime.combine(day, datetime.min.time(), zone).timestamp() for day in days]
        utc = [first.astimezone(UTC).date() + timedelta(days=n - 1) for n in range(count + 2)]
        return cls(
            np.array(starts).astype(np.int64) * SECOND_US,
            np.array([day.isoformat() for day in days], object),
            np.array([int(day.strftime("%Y%m%d")) for day in days], np.int64),
            utc[0].toordinal() - date(1970, 1, 1).toordinal(),
            np.array([day.isoformat() for day in utc], object),
        )

    def day(self, at_us: Ints) -> Ints:
        """Number of the day of each instant."""
        return np.searchsorted(self.midnights_us, at_us, side="right") - 1

    def written(self, at_us: Ints) -> list[str]:
        """Instants in whole seconds as texts."""
        days, seconds = np.divmod(at_us // SECOND_US, DAY_S)
        return (self.dates_utc[days - self.first_utc] + _seconds()[seconds]).tolist()

    def written_or_null(self, at_us: Ints) -> list[str]:
        """The same, where `NEVER_US` is no time."""
        found = np.full(len(at_us), NULL, object)
        there = at_us != NEVER_US
        found[there] = self.written(at_us[there])
        return found.tolist()


def exact(at_us: Ints) -> list[str]:
    """Any instants to the microsecond; `NEVER_US` is no time."""
    found = np.full(len(at_us), NULL, object)
    there = at_us != NEVER_US
    stamps = at_us[there].astype("datetime64[us]")
    found[there] = [f"{one}+00" for one in np.datetime_as_string(stamps)]
    return found.tolist()
