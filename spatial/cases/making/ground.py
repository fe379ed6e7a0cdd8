"""The ground of made-up cases: unit grids in force and components of some districts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connection
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from fixtures.cases.generate import Ground
from spatial.core.errors import NotFoundError

Ints = NDArray[np.int64]
STREET, DISTRICT = 9, 6
"""Digits of the codes of a street and of a district, which a grid's code begins with."""
PLACE_CHARACTERS = 200

# Words of a place are those of its grid: a road is looked up once for each grid, not for each case.
GRIDS = """
SELECT g.code, g.plan_id, ST_AsBinary(g.geom), concat(s.name, c.name, r.name)
FROM grids_unitgrid g
JOIN grids_gridplan p ON p.id = g.plan_id
JOIN basemap_region d ON d.id = p.district_id
JOIN basemap_region c ON c.id = g.community_id
LEFT JOIN basemap_region s ON s.id = c.parent_id
LEFT JOIN LATERAL (
    SELECT f.name FROM basemap_basefeature f
    WHERE f.kind = 'road' AND f.name <> '' AND f.geom && ST_Expand(g.geom, 0.005)
    ORDER BY f.geom <-> ST_PointOnSurface(g.geom) LIMIT 1
) r ON true
WHERE p.state = 'published' AND d.code = ANY(%s) ORDER BY g.code
"""
COMPONENTS = """
SELECT c.id, ST_X(c.point), ST_Y(c.point), c.grid_code, k.code
FROM components_component c JOIN components_componentclass k ON k.id = c.kind_id
WHERE c.district_code = ANY(%s) AND c.grid_code <> '' AND c.valid_to IS NULL ORDER BY c.id
"""
NEARBY = "附近"
"""Ends the words of a place, which are data and not text of a page."""


@dataclass(frozen=True, eq=False)
class City:
    """The ground with what its numbers mean in the database."""

    ground: Ground
    codes: NDArray[np.object_]
    """Code of each grid."""
    plans: NDArray[np.object_]
    """Key of the edition of each grid, as text."""
    places: NDArray[np.object_]
    """Where each grid is, in words."""
    components: NDArray[np.object_]
    """Key of each component, as text."""
    streets: tuple[str, ...]
    """Code of each street that the ground names by number."""
    districts: tuple[str, ...]


def read_city(districts: Sequence[str]) -> City:
    """The ground of districts as it is now.

    Raises
    ------
    NotFoundError
        ``E-CASE-NOGRIDS`` where a district has no edition of unit grids in force.
    """
    with connection.cursor() as cursor:
        cursor.execute(GRIDS, [list(districts)])
        grids = cursor.fetchall()
        cursor.execute(COMPONENTS, [list(districts)])
        components = cursor.fetchall()
    there = {row[0][:DISTRICT] for row in grids}
    if missing := [code for code in districts if code not in there]:
        text = _("District %(code)s has no unit grids in force; publish an edition first.")
        raise NotFoundError("E-CASE-NOGRIDS", text % {"code": missing[0][:20]})
    codes = [row[0] for row in grids]
    streets = sorted({code[:STREET] for code in codes})
    number = {code: n for n, code in enumerate(codes)}
    placed = [row for row in components if row[3] in number]
    ground = Ground.of(
        shapely.from_wkb([bytes(row[2]) for row in grids]),
        [streets.index(code[:STREET]) for code in codes],
        np.array([row[1:3] for row in placed], float).reshape(-1, 2),
        [number[row[3]] for row in placed],
        [row[4] for row in placed],
    )
    return City(
        ground,
        np.array(codes, object),
        np.array([str(row[1]) for row in grids], object),
        np.array([(row[3] + NEARBY)[:PLACE_CHARACTERS] for row in grids], object),
        np.array([str(row[0]) for row in placed], object),
        tuple(streets),
        tuple(districts),
    )
