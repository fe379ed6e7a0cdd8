"""Working time: which hours count for the limit of a case, and where its clock stands.

Pure: days and hours come in, instants go out. There is no clock in here; who asks gives the time.

``Calendar`` knows the working days of a place, its hours and its time zone. ``deadline``,
``elapsed``, ``remaining``, ``on_time`` and ``light_at`` answer for one case, ``bulk`` for many.
"""

from spatial.cases.worktime.calendar import Calendar
from spatial.cases.worktime.clock import (
    YELLOW_FROM,
    Hold,
    Light,
    deadline,
    elapsed,
    light,
    light_at,
    on_time,
    remaining,
)
from spatial.cases.worktime.days import DayTable, read_table
from spatial.cases.worktime.hours import ROUND_THE_CLOCK, Hours
from spatial.cases.worktime.ruler import OutsideCalendarError
from spatial.cases.worktime.units import Unit

__all__ = [
    "ROUND_THE_CLOCK",
    "YELLOW_FROM",
    "Calendar",
    "DayTable",
    "Hold",
    "Hours",
    "Light",
    "OutsideCalendarError",
    "Unit",
    "deadline",
    "elapsed",
    "light",
    "light_at",
    "on_time",
    "read_table",
    "remaining",
]
