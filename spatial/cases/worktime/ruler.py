"""A ruler along time: how much counted time lies before an instant, and the way back.

Instants and counted time are whole microseconds (``_us``); instants count from 1970-01-01 UTC. Both
ways are one binary search in the periods that count, for one instant or for a million.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Instants = NDArray[np.int64]


class OutsideCalendarError(ValueError):
    """An instant lies before the first or after the last day of the calendar."""


@dataclass(frozen=True, eq=False)
class Ruler:
    """Periods in which time counts, in order and apart.

    Parameters
    ----------
    opens_us, closes_us : ndarray of int64, shape (periods,)
        Instants at which each period begins and ends.
    marks_us : ndarray of int64, shape (periods,)
        What stands on the ruler where each period begins. It leaps where a day has lost an hour to
        summer time.
    begins_us, ends_us : int
        The instants between which the ruler can be asked.
    """

    opens_us: Instants
    closes_us: Instants
    marks_us: Instants
    begins_us: int
    ends_us: int

    @classmethod
    def of_periods(
        cls, opens_us: Instants, closes_us: Instants, begins_us: int, ends_us: int
    ) -> Ruler:
        """A ruler without leaps: it counts what passes within the periods."""
        lengths_us = closes_us - opens_us
        return cls(opens_us, closes_us, np.cumsum(lengths_us) - lengths_us, begins_us, ends_us)

    def counted(self, instants_us: ArrayLike) -> Instants:
        """Counted time before each instant.

        Raises
        ------
        OutsideCalendarError
            Where an instant lies off the ruler.
        """
        at_us = np.asarray(instants_us, dtype=np.int64)
        if np.any(at_us < self.begins_us) or np.any(at_us > self.ends_us):
            raise OutsideCalendarError("the time lies outside the years of the calendar")
        row = np.searchsorted(self.opens_us, at_us, side="right") - 1
        inside_us = np.minimum(at_us, self.closes_us[row]) - self.opens_us[row]
        return np.where(row < 0, self.marks_us[0], self.marks_us[row] + inside_us)

    def reached(self, counted_us: ArrayLike) -> Instants:
        """The first instant before which each amount has been counted.

        Raises
        ------
        OutsideCalendarError
            Where the ruler is too short.
        """
        wanted_us = np.asarray(counted_us, dtype=np.int64)
        ends_us = self.marks_us + (self.closes_us - self.opens_us)
        if np.any(wanted_us > ends_us[-1]):
            raise OutsideCalendarError("the deadline lies after the last year of the calendar")
        row = np.searchsorted(ends_us, wanted_us, side="left")
        reached_us: Instants = self.opens_us[row] + np.maximum(wanted_us - self.marks_us[row], 0)
        return reached_us
