"""Hours of a day at which work goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass

DAY_MIN = 24 * 60
PERIOD = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Hours:
    """Periods of work in a day, in order and apart, in minutes after midnight.

    Raises
    ------
    ValueError
        Where there is none, one is empty or ends after 24:00, or two of them overlap.
    """

    periods: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not self.periods:
            raise ValueError("a working day has no hours")
        before_min = 0
        for opens_min, closes_min in self.periods:
            if not before_min <= opens_min < closes_min <= DAY_MIN:
                raise ValueError(
                    f"working hours are not in order within one day: {self}; a shift over midnight "
                    "is written as 00:00-06:00 22:00-24:00"
                )
            before_min = closes_min

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Hours from text such as ``08:30-12:00 13:30-17:30``.

        Raises
        ------
        ValueError
            Where the text holds anything else.
        """
        found = PERIOD.findall(text)
        if not found or PERIOD.sub("", text).strip(" ,;，；、"):
            raise ValueError(f"write working hours like 08:30-12:00 13:30-17:30, not {text!r}")
        return cls(tuple(_period(*digits) for digits in found))

    @property
    def length_min(self) -> int:
        """Minutes of work in a day."""
        return sum(closes_min - opens_min for opens_min, closes_min in self.periods)

    def __str__(self) -> str:
        return " ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in self.periods)


def _period(*digits: str) -> tuple[int, int]:
    from_h, from_min, to_h, to_min = map(int, digits)
    if max(from_min, to_min) > 59:
        raise ValueError(f"an hour has 60 minutes: {digits[0]}:{digits[1]}-{digits[2]}:{digits[3]}")
    return from_h * 60 + from_min, to_h * 60 + to_min


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


ROUND_THE_CLOCK = Hours(((0, DAY_MIN),))
