"""When cases are reported: by weekday and hour, in an area that was drawn or in a unit grid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Count, QuerySet
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
    told = _reported(user, today, _within(area) if area else {"grid_code": grid})
    counts = np.zeros((WEEKDAYS, HOURS), np.int64)
    for weekday, hour, n in told.values_list("weekday", "hour").annotate(n=Count("pk")):
        counts[weekday - 1, hour] = n
    return counts


def grids_of_hour(
    user: Any, today: date, area: GEOSGeometry, weekday: int, hour: int
) -> dict[str, int]:
    """Cases of an area reported in one hour of the week, by the code of their grid.

    Parameters
    ----------
    weekday : int
        1 for Monday.

    Returns
    -------
    dict
        The most first. Cases that lie in no grid stand under an empty text.
    """
    told = _reported(user, today, _within(area)).filter(weekday=weekday, hour=hour)
    counted = told.values_list("grid_code").annotate(n=Count("pk"))
    return dict(counted.order_by("-n", "grid_code"))


def _within(area: GEOSGeometry) -> dict[str, GEOSGeometry]:
    # The box first: most cases lie elsewhere, and comparing boxes costs little.
    return {"point__bboverlaps": area, "point__intersects": area}


def _reported(user: Any, today: date, near: dict[str, Any]) -> QuerySet:
    """The cases that count somewhere, with ``weekday`` (1 for Monday) and ``hour``."""
    first, last = days_of_hours(today)
    span = {"pk__gte": first_key(first), "pk__lt": first_key(last + timedelta(days=1))}
    rows = Case.objects.filter(visible(user), **near, **span).exclude(stage__in=NO_DEMAND)
    zone = timezone.get_default_timezone()
    return rows.order_by().annotate(
        weekday=ExtractIsoWeekDay("reported_at", tzinfo=zone),
        hour=ExtractHour("reported_at", tzinfo=zone),
    )
