"""Who holds the areas of a district still, and which grids are in which area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection
from django.utils.translation import gettext as _

from spatial.core.bulk import copy_rows
from spatial.core.errors import NotFoundError
from spatial.core.locks import transaction_lock
from spatial.grids.models import GridPlan
from spatial.patrol.models import AreaGrid, PatrolArea

LOCK_OF_AREAS = 25444


def hold_areas() -> None:
    """Let nobody else change areas until the transaction ends."""
    with connection.cursor() as cursor:
        transaction_lock(cursor, LOCK_OF_AREAS)


def members_of(plan: GridPlan) -> dict[str, int]:
    """The area of each grid of an edition, by the codes of the grids."""
    found = AreaGrid.objects.filter(plan=plan)
    return dict(found.values_list("grid_code", "area"))


def store_members(plan: GridPlan, of: Mapping[str, int]) -> None:
    """Write which area each grid of an edition is in, in place of what was there."""
    AreaGrid.objects.filter(plan=plan).delete()
    rows = ((area, plan.pk, code) for code, area in sorted(of.items()))
    copy_rows("patrol_areagrid", ("area_id", "plan_id", "grid_code"), rows)


def next_codes(street: str, taken: Iterable[str]) -> Iterable[str]:
    """Codes for new areas of a street: its own and a number; none is given again."""
    numbers = [int(code.partition("-")[2]) for code in taken if code.startswith(f"{street}-")]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"{street}-{number:02d}"


def area_of_code(code: str) -> PatrolArea:
    """The area of a code, as long as it is in use.

    Raises
    ------
    NotFoundError
        ``E-PATROL-MISSING``.
    """
    found = PatrolArea.objects.filter(code=code, in_use=True).select_related("team").first()
    if found is None:
        text = _("There is no patrol area %(code)s; the list has all of them.")
        raise NotFoundError("E-PATROL-MISSING", text % {"code": code[:20]})
    return found
