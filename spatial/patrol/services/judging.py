"""Which positions of a batch can be true, and were sent by somebody on duty."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from spatial.patrol.models import Duty
from spatial.patrol.models.duty import LONGEST_DUTY
from spatial.patrol.trails import impossible, metres_between

AHEAD = timedelta(minutes=2)
"""Clocks of phones may be fast by so much."""
BACK = timedelta(days=7)
"""How long a phone without network may keep positions."""
WORST_ACCURACY_M = 5_000.0

Fault = tuple[str, str]
"""Code and sentence."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A position as a phone sends it."""

    at: datetime
    lon: float
    lat: float
    accuracy_m: float


class Judge:
    """Judges the positions of one inspector, given in the order of their times.

    Parameters
    ----------
    duties : sequence of Duty
        Those of the last seven days.
    stored : sequence of Sent
        What was taken before in the hours round the batch, by time.
    """

    def __init__(self, duties: Sequence[Duty], stored: Sequence[Sent], now: datetime) -> None:
        self._duties, self._stored, self._now = duties, stored, now
        self._times = [one.at for one in stored]
        self._last: Sent | None = None

    def fault(self, one: Sent) -> Fault | None:
        """Why a position is not taken; None where it is."""
        found = self._time(one) or self._place(one) or self._duty(one) or self._jump(one)
        if found is None:
            self._last = one
        return found

    def _time(self, one: Sent) -> Fault | None:
        if one.at > self._now + AHEAD:
            text = _("The time lies in the future; set the clock of the device right.")
            return "E-POSITION-FUTURE", text
        if one.at < self._now - BACK:
            text = _("The position is older than 7 days; it is not taken any more.")
            return "E-POSITION-OLD", text
        return None

    @staticmethod
    def _place(one: Sent) -> Fault | None:
        finite = all(map(math.isfinite, (one.lon, one.lat, one.accuracy_m)))
        on_earth = abs(one.lon) <= 180 and abs(one.lat) <= 90 and (one.lon, one.lat) != (0, 0)
        if finite and on_earth and 0 < one.accuracy_m <= WORST_ACCURACY_M:
            return None
        return "E-POSITION-PLACE", _("This is no position on earth, or not accurate to 5 km.")

    def _duty(self, one: Sent) -> Fault | None:
        for duty in self._duties:
            until = duty.ended_at or min(self._now, duty.started_at + LONGEST_DUTY)
            if duty.trail_on and duty.started_at - AHEAD <= one.at <= until + AHEAD:
                return None
        text = _("You were not on duty then, or your trail is switched off.")
        return "E-POSITION-OFF", text

    def _jump(self, one: Sent) -> Fault | None:
        for other in self._beside(one):
            metres = metres_between(one.lon, one.lat, other.lon, other.lat)
            seconds = abs((one.at - other.at).total_seconds())
            if impossible(metres, seconds, one.accuracy_m + other.accuracy_m):
                return "E-POSITION-JUMP", _("Nobody moves so fast; the position is left out.")
        return None

    def _beside(self, one: Sent) -> list[Sent]:
        """The positions just before and after one, of those stored and those of the batch."""
        before = bisect_left(self._times, one.at) - 1
        after = bisect_right(self._times, one.at)
        known = [self._stored[before]] if before >= 0 else []
        if self._last is not None:
            known.append(self._last)
        beside = [max(known, key=lambda other: other.at)] if known else []
        return beside + list(self._stored[after : after + 1])
