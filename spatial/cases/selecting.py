"""What lies in an area that was drawn: unit grids, components and cases, counted in sets.

Components and cases count by their own place, so that an area that cuts a grid counts only what
lies on its side; the counts of the grids add up to those of the whole, but for what is in no grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from spatial.basemap.reach import true_area_m2
from spatial.cases.lists import first_key
from spatial.cases.models import Case, InHand
from spatial.cases.of_grid import sees_some
from spatial.cases.selectors import visible
from spatial.components.within import components_within
from spatial.core.reading import reader
from spatial.grids.models import GridPlan, UnitGrid

RECENT_D = 30
_TALLY = """
SELECT grouping(what), what::text, grid_code, count(*)
FROM ({query}) found (what, grid_code) GROUP BY GROUPING SETS ((what), (grid_code))
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are of each class or stage, and in each grid by its code."""

    of: dict[str, int]
    in_grid: dict[str, int]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.of.values())


@dataclass(frozen=True, slots=True)
class Selected:
    """What lies in an area; what a user may not see at all is None."""

    area_m2: float
    grids: list[tuple]
    """Plan, ordinal, code, community (their keys), area in m², by plan and ordinal."""
    components: Tally
    open: Tally | None
    recent: Tally | None


def selected(user: Any, area: GEOSGeometry, plans: Sequence[GridPlan], today: date) -> Selected:
    """What a user may see in an area: grids of some plans that it meets, components, cases."""
    grids = UnitGrid.objects.filter(
        plan__in=[plan.pk for plan in plans], geom__intersects=area
    ).order_by("plan", "ordinal")
    rows = list(grids.values_list("plan", "ordinal", "code", "community", "area_m2"))
    kinds, in_grid = components_within(user, area)
    components = Tally({str(kind): n for kind, n in kinds.items()}, in_grid)
    held = in_30 = None
    if sees_some(user):
        seen = visible(user)
        # The box first: most cases of a month lie elsewhere, and comparing boxes costs little.
        inside = {"point__bboverlaps": area, "point__intersects": area}
        held = _tally(InHand.objects.filter(seen, **inside).order_by(), "stage")
        since = first_key(today - timedelta(days=RECENT_D - 1))
        late = Case.objects.filter(seen, pk__gte=since, **inside).order_by()
        in_30 = _tally(late, "stage")
    return Selected(true_area_m2(area), rows, components, held, in_30)


def _tally(found: QuerySet, what: str) -> Tally:
    try:
        query, values = found.values_list(what, "grid_code").query.sql_with_params()
    except EmptyResultSet:
        # Who has a part in no case, such as a member of no department, sees none.
        return Tally({}, {})
    with reader().cursor() as cursor:
        cursor.execute(_TALLY.format(query=query), values)
        rows = cursor.fetchall()
    return Tally(
        {of: n for by_grid, of, _grid, n in rows if not by_grid},
        {grid: n for by_grid, _of, grid, n in rows if by_grid},
    )
