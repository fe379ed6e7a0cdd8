"""Where cases lie: in which regions and grid, and how open ones follow a new edition."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.cases.stages import Role
from spatial.core.copying import Sender
from spatial.core.errors import InputError
from spatial.core.locks import shared_transaction_lock, transaction_lock
from spatial.grids.models import GridPlan, UnitGrid
from spatial.grids.services.locate import Ground, locate_keys

EDITIONS = 25442
"""Lock between new cases, which share it, and a publication, which then moves them all."""
_CODES = ("plan__district__code", "community__code", "code", "plan_id")
_REGIONS = """
SELECT level, code FROM basemap_region WHERE valid_to IS NULL
    AND ST_Intersects(geom, ST_SetSRID(ST_MakePoint(%s, %s), 4326)) ORDER BY code DESC
"""


@dataclass(frozen=True, slots=True)
class Spot:
    """Codes of what a point lies in; all but the district may be empty."""

    district: str
    street: str = ""
    community: str = ""
    grid: str = ""
    plan: int | None = None


def require_point(lon: float, lat: float) -> None:
    """Refuse what is no point on earth.

    Raises
    ------
    InputError
        ``E-CASE-NOPLACE``.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        text = _("A report needs a place: longitude and latitude in degrees.")
        raise InputError("E-CASE-NOPLACE", text)


def spot_of(lon: float, lat: float) -> Spot:
    """What a point in degrees lies in, by the edition in force and the one rule for edges.

    The edition stays in force until the transaction ends.

    Raises
    ------
    InputError
        ``E-CASE-OUTSIDE`` for a point in no district.
    """
    with connection.cursor() as cursor:
        shared_transaction_lock(cursor, EDITIONS)
    key = locate_keys([(lon, lat)])[0]
    if key is not None:
        district, community, grid, plan = UnitGrid.objects.values_list(*_CODES).get(pk=key)
        return Spot(district, community[:9], community, grid, plan)
    with connection.cursor() as cursor:
        cursor.execute(_REGIONS, [lon, lat])
        # Of several the lowest code, as with grids.
        found = dict(cursor.fetchall())
    if "district" not in found:
        text = _("The point lies in no district of this site; move it onto the map's area.")
        raise InputError("E-CASE-OUTSIDE", text, lon=lon, lat=lat)
    return Spot(found["district"], found.get("street", ""), found.get("community", ""))


_READ = """
SELECT c.id, c.grid_code, ST_X(c.point), ST_Y(c.point)
FROM cases_inhand h JOIN cases_case c ON c.id = h.case_id
WHERE h.district_code = %(district)s AND c.closed_at IS NULL ORDER BY c.id FOR UPDATE OF c
"""
# Cases in another grid get an event; the others only learn of the edition.
_MOVE = """
WITH moved AS (
    UPDATE cases_case c SET grid_code = s.grid_code, plan_id = %(plan)s, step = c.step + 1,
        community_code = CASE WHEN s.grid_code = '' THEN c.community_code
                         ELSE left(s.grid_code, 12) END,
        street_code = CASE WHEN s.grid_code = '' THEN c.street_code
                      ELSE left(s.grid_code, 9) END
    FROM stage_case_relocation s WHERE s.id = c.id
    RETURNING c.id, c.step, c.stage, c.department_id, s.former, s.grid_code
)
INSERT INTO cases_caseevent (id, case_id, step, move, stage_before, stage_after, role, user_id,
    user_name, department_id, reason, evidence, at, day)
SELECT id * 10000 + step, id, step, 'relocate', stage, stage, %(role)s, NULL, '',
    department_id, '', jsonb_build_object('grid', jsonb_build_array(former, grid_code)),
    %(now)s, %(day)s
FROM moved
"""
_STAY = """
UPDATE cases_case c SET plan_id = %(plan)s FROM cases_inhand h
WHERE c.id = h.case_id AND h.district_code = %(district)s AND c.closed_at IS NULL
    AND c.plan_id IS DISTINCT FROM %(plan)s
"""


def follow_plan(plan: GridPlan, **_signal: Any) -> int:
    """Put the open cases of a district into the grids of the plan now in force; how many moved.

    Closed cases keep the grid of their day.
    """
    with connection.cursor() as cursor:
        transaction_lock(cursor, EDITIONS)
        cursor.execute(_READ, {"district": plan.district.code})
        rows = cursor.fetchall()
    if not rows:
        return 0
    found = Ground(plan).locate(shapely.points(np.array([row[2:] for row in rows], float)))
    moved = [(str(row[0]), row[1], code)
             for row, code in zip(rows, found, strict=True) if row[1] != code]  # fmt: skip
    values = {
        "plan": plan.pk,
        "district": plan.district.code,
        "role": Role.SYSTEM.value,
        "now": timezone.now(),
        "day": plan.valid_from or timezone.localdate(),
    }
    _write(moved, values)
    return len(moved)


def _write(moved: list[tuple[str, str, str]], values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE stage_case_relocation"
            " (id bigint, former text, grid_code text) ON COMMIT DROP"
        )
    if moved:
        with Sender() as sender:
            columns = list(zip(*moved, strict=True))
            sender.send("stage_case_relocation", ("id", "former", "grid_code"), columns)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stage_case_relocation")
        cursor.execute(_MOVE, values)
        cursor.execute(_STAY, values)
        cursor.execute("DROP TABLE stage_case_relocation")
