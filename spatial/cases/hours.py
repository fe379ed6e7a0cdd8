"""When cases are reported: by weekday and hour, in an area that was drawn or in a unit grid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Count
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.utils import timezone
from numpy.typing import NDArray

from spatial.cases.lists import first_key
from spatial.cases.models import Case
from spatial.cases.selectors import visible
from spatial.cases.stages import Stage

WEEKS = 13
"""About 90 days, in whole weeks: each weekday is there as often as the others."""
WEEKDAYS, HOURS = 7, 24
NO_DEMAND = (Stage.REJECTED, Stage.MERGED)
"""Invalid reports and those merged into others are no need of the city's."""


def days_of_hours(today: date) -> tuple[date, date]:
    """The first and the last of the whole days that are counted; today is not over."""
    return today - timedelta(weeks=WEEKS), today - timedelta(days=1)


def cases_by_hour(
    user: Any, today: date, *, area: GEOSGeometry | None = None, grid: str = ""
) -> NDArray[np.int64]:
    """Cases that a user may see by weekday (Monday first) and hour of the report.

    Parameters
    ----------
    area : GEOSGeometry, optional
        Cases count by their own place.
    grid : str
        Code of a unit grid, where no area is given.
    """
    first, last = days_of_hours(today)
    # The box first: most cases lie elsewhere, and comparing boxes costs little.
    near = {"point__bboverlaps": area, "point__intersects": area} if area else {"grid_code": grid}
    span = {"pk__gte": first_key(first), "pk__lt": first_key(last + timedelta(days=1))}
    rows = Case.objects.filter(visible(user), **near, **span).exclude(stage__in=NO_DEMAND)
    zone = timezone.get_default_timezone()
    told = rows.order_by().annotate(
        weekday=ExtractIsoWeekDay("reported_at", tzinfo=zone),
        hour=ExtractHour("reported_at", tzinfo=zone),
    )
    counts = np.zeros((WEEKDAYS, HOURS), np.int64)
    for weekday, hour, n in told.values_list("weekday", "hour").annotate(n=Count("pk")):
        counts[weekday - 1, hour] = n
    return counts
