"""Counts what inspectors walked, day by day, from their trails.

A batch of positions marks its days in its own transaction; a minute later at most the worker counts
the marked days of that inspector anew as a whole, since what comes late can change the way between
two positions. So counts are exact however late and in whatever order positions come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core.errors import InputError
from spatial.core.validity import valid_on
from spatial.grids.models import GridPlan
from spatial.grids.services.locate import Ground
from spatial.patrol.keys import day_span, key_of
from spatial.patrol.models import AreaGrid
from spatial.patrol.trails import passed

AT_ONCE = 500
_MARK = """
INSERT INTO patrol_waitingwalk (user_id, day, marked_at)
SELECT %(user)s, d, now() FROM unnest(%(days)s::date[]) d ORDER BY d
ON CONFLICT (user_id, day) DO UPDATE SET marked_at = excluded.marked_at
"""
# What is being marked is left to the next time: its positions are not to be seen yet.
_TAKE = """
DELETE FROM patrol_waitingwalk WHERE id IN (
    SELECT id FROM patrol_waitingwalk ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING user_id, day
"""
_TRAIL = """
SELECT extract(epoch FROM at)::float8, ST_X(point), ST_Y(point), accuracy_m FROM patrol_position
WHERE id >= %(first)s AND id < %(after)s AND user_id = %(user)s ORDER BY id
"""
_KEEP = """
INSERT INTO patrol_walk (user_id, day, grids, own, due)
VALUES (%(user)s, %(day)s, %(grids)s::varchar[], %(own)s, %(due)s)
ON CONFLICT (day, user_id) DO UPDATE SET grids = excluded.grids, own = excluded.own,
    due = excluded.due
"""
_ADD_DAY = """
INSERT INTO patrol_walkedmonth (month, grid_code, days)
SELECT %(month)s, code, %(bit)s
FROM (SELECT DISTINCT unnest(grids) AS code FROM patrol_walk WHERE day = %(day)s) w ORDER BY code
ON CONFLICT (month, grid_code) DO UPDATE SET days = patrol_walkedmonth.days | excluded.days
WHERE patrol_walkedmonth.days & excluded.days = 0
"""
_TAKE_DAY = """
UPDATE patrol_walkedmonth SET days = days & ~%(bit)s
WHERE month = %(month)s AND days & %(bit)s <> 0 AND grid_code NOT IN (
    SELECT DISTINCT unnest(grids) FROM patrol_walk WHERE day = %(day)s)
"""
_FOUND = """
SELECT DISTINCT user_id, day FROM (
    SELECT user_id, (at AT TIME ZONE %(zone)s)::date AS day FROM patrol_position
    WHERE id >= %(low)s AND id < %(high)s
    UNION ALL SELECT user_id, (started_at AT TIME ZONE %(zone)s)::date FROM patrol_duty
    WHERE started_at >= %(begin)s AND started_at < %(end)s
    UNION ALL SELECT user_id, day FROM patrol_walk WHERE day BETWEEN %(first)s AND %(last)s) t
"""


def mark_days(user_id: int, days: Iterable[date]) -> None:
    """Note that days of an inspector are to be counted."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"user": user_id, "days": sorted(set(days))})


def fold_walks() -> int:
    """Count the days that wait; how many there were."""
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            # One at a time: two would take each other's bits of a day away.
            cursor.execute("SELECT pg_advisory_xact_lock(25443, 1)")
            cursor.execute(_TAKE, [AT_ONCE])
            taken = cursor.fetchall()
            by_day: dict[date, list[int]] = defaultdict(list)
            for user_id, day in taken:
                by_day[day].append(user_id)
            for day in sorted(by_day):
                _count(day, by_day[day])
        total += len(taken)
        if len(taken) < AT_ONCE:
            return total


def _count(day: date, users: list[int]) -> None:
    due = _own_grids(day, users)
    month = {"month": day.year * 100 + day.month, "bit": 1 << (day.day - 1), "day": day}
    with connection.cursor() as cursor:
        for user_id in users:
            walked = walked_grids(user_id, day)
            own = due[user_id]
            cursor.execute(_KEEP, {"user": user_id, "day": day, "grids": sorted(walked),
                                   "own": len(walked & own), "due": len(own)})  # fmt: skip
        cursor.execute(_ADD_DAY, month)
        cursor.execute(_TAKE_DAY, month)


def _own_grids(day: date, users: list[int]) -> dict[int, set[str]]:
    """Grids of the areas that each inspector has, of the editions of the day."""
    rows = AreaGrid.objects.filter(
        plan__in=GridPlan.objects.filter(valid_on(day)), area__in_use=True,
        area__inspectors__in=users,
    )  # fmt: skip
    found: dict[int, set[str]] = defaultdict(set)
    for user_id, code in rows.values_list("area__inspectors", "grid_code"):
        found[user_id].add(code)
    return found


def walked_grids(user_id: int, day: date) -> set[str]:
    """Codes of the grids that an inspector's trail passed through on a day."""
    first, after = day_span(day)
    values = {"first": key_of(first, 0), "after": key_of(after, 0), "user": user_id}
    with connection.cursor() as cursor:
        cursor.execute(_TRAIL, values)
        rows = np.array(cursor.fetchall(), float).reshape(-1, 4)
    if not len(rows):
        return set()
    _seconds, lon, lat = passed(*rows.T)
    plans = GridPlan.objects.filter(valid_on(day)).order_by("pk").values_list("pk", flat=True)
    return set(_ground(day, tuple(plans)).locate(shapely.points(lon, lat))) - {""}


@lru_cache(maxsize=3)
def _ground(day: date, _plans: tuple[int, ...]) -> Ground:
    return Ground(on=day)


def rebuild_walks(first: date, last: date, oldest: date) -> dict[str, Any]:
    """Count days anew from the trails; trails before the oldest day are not kept.

    Raises
    ------
    InputError
        ``E-PATROL-DAYS``.
    """
    if not oldest <= first <= last <= timezone.localdate():
        text = _("Trails are kept from %(oldest)s on: give days from then until today, the first "
                 "before the last.")  # fmt: skip
        raise InputError("E-PATROL-DAYS", text % {"oldest": oldest})
    begin, end = day_span(first)[0], day_span(last)[1]
    values = {
        "zone": timezone.get_default_timezone_name(), "first": first, "last": last, "begin": begin,
        "end": end, "low": key_of(begin, 0), "high": key_of(end, 0),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, values)
        found = cursor.fetchall()
    for user_id, day in found:
        mark_days(user_id, [day])
    days = (last - first + timedelta(days=1)).days
    return {"days": days, "days_of_inspectors": len(found), "counted": fold_walks()}
