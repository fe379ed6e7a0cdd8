"""The running hour, and what that hour of the day had before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from spatial.cases.lists import first_key
from spatial.evaluation.analysis.reading.counts import FROM, LEVELS
from spatial.evaluation.analysis.reading.selection import (
    DEMAND,
    MAIN,
    Selection,
    rows,
)

Ints = NDArray[np.int64]
WEEKS = 8
FRIDAY = 5
PAST = f"""
SELECT area, main, count(*), count(*) FILTER (WHERE weekend = %(weekend)s
  AND (%(minute)s - minute + 1440) %% 1440 < 60)
FROM (SELECT {{area}} AS area, {MAIN} AS main, extract(isodow FROM at) > {FRIDAY} AS weekend,
    extract(hour FROM at)::int * 60 + extract(minute FROM at)::int AS minute
  {FROM} CROSS JOIN LATERAL (SELECT c.reported_at AT TIME ZONE %(zone)s AS at) t
  WHERE {{where}} AND {DEMAND} AND {{area}} <> '') r
GROUP BY 1, 2
"""  # noqa: S608
NOW = f"""
SELECT {{area}}, {MAIN}, count(*) {FROM}
WHERE c.id >= %(since)s AND c.district_code = %(district)s AND c.stage <> 'rejected'
  AND c.reported_at > %(from)s AND c.reported_at <= %(to)s AND {{area}} <> '' GROUP BY 1, 2
"""


@dataclass(frozen=True, eq=False)
class Running:
    """Cases by cell: area and main class."""

    areas: list[str]
    mains: list[str]
    """Main class of each cell."""
    now: Ints
    """Of the last sixty minutes; one that tells of what another told is a sign too."""
    before: Ints
    """Of all hours of the days before."""
    same: Ints
    """Of this hour of the day, on days of this kind (working days or the weekend)."""
    days: int
    days_of_kind: int


def running_hour(district: str, now: datetime, level: str = "community") -> Running:
    """The last sixty minutes, and eight weeks that ended the day before yesterday.

    The days just before are left out, so that a burst does not hide itself for a day.
    """
    local = timezone.localtime(now)
    last = local.date() - timedelta(days=2)
    first = last - timedelta(days=7 * WEEKS - 1)
    where, values = Selection(district, first, last).where()
    weekend = local.isoweekday() > FRIDAY
    values |= {
        "minute": local.hour * 60 + local.minute,
        "weekend": weekend,
        "since": first_key(local.date() - timedelta(days=1)),
        "from": now - timedelta(hours=1),
        "to": now,
    }
    area = LEVELS[level]
    past = rows(PAST.format(area=area, where=where), values)
    current = rows(NOW.format(area=area), values)
    cells = sorted({row[:2] for row in [*past, *current]})
    place = {cell: n for n, cell in enumerate(cells)}
    counts = np.zeros((3, len(cells)), np.int64)
    for one, main, before, same in past:
        counts[1:, place[one, main]] = before, same
    for one, main, count in current:
        counts[0, place[one, main]] = count
    kinds = [(first + timedelta(days=n)).isoweekday() > FRIDAY for n in range(7 * WEEKS)]
    return Running(
        [one for one, _main in cells], [main for _one, main in cells],
        counts[0], counts[1], counts[2], len(kinds), kinds.count(weekend),
    )  # fmt: skip
