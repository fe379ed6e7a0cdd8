"""Which unit grids were walked on a day, and how much of each patrol area."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.db import connection
from django.utils import timezone

from spatial.core.roles import role_names
from spatial.grids.models import GridPlan
from spatial.grids.selectors import current_plan, grids_of
from spatial.grids.services.locate import Ground
from spatial.patrol.keys import day_span, key_of
from spatial.patrol.models import AreaGrid, PatrolArea
from spatial.patrol.selectors import SEE_AREAS, visible_areas
from spatial.patrol.trails import passed

_READ = """
SELECT user_id, extract(epoch FROM at)::float8, ST_X(point), ST_Y(point), accuracy_m
FROM patrol_position WHERE id >= %(first)s AND id < %(after)s
    AND (%(user)s::int IS NULL OR user_id = %(user)s) ORDER BY user_id, id
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """When a grid was walked first and last, and by how many."""

    first: datetime
    last: datetime
    walkers: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Grids of an edition that were walked on a day, and areas with how many of theirs were."""

    plan: GridPlan
    day: date
    visits: dict[str, Visit]
    areas: list[tuple[PatrolArea, int, int]]
    """Area, grids walked, grids."""
    grids: int

    @property
    def share(self) -> float:
        """Share of the grids that were walked."""
        return len(self.visits) / self.grids if self.grids else 0.0


def coverage(user: Any, district_code: str, day: date) -> Coverage:
    """What was walked of a district on a day, as far as the user may see areas.

    A grid counts as walked when a trail passed through it: positions that may be off by more than
    100 m do not count, and between two that follow one another the way is taken as straight. An
    inspector sees what he walked himself in his own areas.

    Raises
    ------
    NotFoundError
        ``E-PLAN-MISSING``, ``E-EDITION-NONE``.
    """
    plan = current_plan(district_code, day)
    areas = list(visible_areas(user).filter(district_code=district_code))
    members: dict[int, set[str]] = defaultdict(set)
    rows = AreaGrid.objects.filter(plan=plan, area__in=areas)
    for key, code in rows.values_list("area", "grid_code"):
        members[key].add(code)
    own = not role_names(user) & SEE_AREAS
    seen = set().union(*members.values()) if own else set(
        grids_of(plan).values_list("code", flat=True)
    )  # fmt: skip
    visits = {code: visit for code, visit in _visits(plan, day, user.pk if own else None).items()
              if code in seen}  # fmt: skip
    shown = [(area, len(members[area.pk] & visits.keys()), len(members[area.pk])) for area in areas]
    return Coverage(plan, day, visits, shown, len(seen))


def _visits(plan: GridPlan, day: date, user_id: int | None) -> dict[str, Visit]:
    first, after = day_span(day)
    values = {"first": key_of(first, 0), "after": key_of(after, 0), "user": user_id}
    with connection.cursor() as cursor:
        cursor.execute(_READ, values)
        rows = np.array(cursor.fetchall(), float).reshape(-1, 5)
    if not len(rows):
        return {}
    starts = np.flatnonzero(np.diff(rows[:, 0], prepend=-1))
    parts = [(part[0, 0], *passed(*part[:, 1:].T)) for part in np.split(rows, starts[1:])]
    walker = np.concatenate([np.full(len(seconds), who) for who, seconds, _x, _y in parts])
    seconds, lon, lat = (np.concatenate([part[k] for part in parts]) for k in (1, 2, 3))
    codes = Ground(plan).locate(shapely.points(lon, lat))
    return _grouped(codes, walker, seconds)


def _grouped(codes: Any, walker: Any, seconds: Any) -> dict[str, Visit]:
    names, place = np.unique(codes.astype(str), return_inverse=True)
    first, last = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    np.minimum.at(first, place, seconds)
    np.maximum.at(last, place, seconds)
    pairs = np.unique(np.column_stack([place, walker.astype(np.int64)]), axis=0)
    walkers = np.bincount(pairs[:, 0], minlength=len(names))
    zone = timezone.get_default_timezone()
    return {
        str(name): Visit(datetime.fromtimestamp(first[k], zone),
                         datetime.fromtimestamp(last[k], zone), int(walkers[k]))
        for k, name in enumerate(names) if name
    }  # fmt: skip
