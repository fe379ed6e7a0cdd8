"""Codes of grids that an edit changed, by the rule of codes over editions.

A grid that has 95 % of its ground in common with one in force carries that one's code, also when
an edit gives the ground back. Another keeps the code it has in the draft as long as that was
never published; else it gets the number after the largest ever published in its community or
standing in the draft.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

import gridding
from spatial.basemap.models import Region
from spatial.grids.models import GridCode, GridPlan, UnitGrid
from spatial.grids.services.metric import projected
from spatial.grids.services.numbering import FormerGrids, kept_codes


def codes_after(
    plan: GridPlan,
    polygons: NDArray[np.object_],
    extent: tuple[float, float, float, float],
    parents: Sequence[str],
    held: Sequence[str | None],
    given_up: set[str],
) -> list[str]:
    """A code for each changed grid.

    Parameters
    ----------
    polygons : array of Polygon
        The changed grids in the plan's metric reference system.
    extent : tuple
        Of the grids, in degrees.
    parents : sequence of str
        Community of each, 12 digits.
    held : sequence of str or None
        The code each has now; None for a new one.
    given_up : set of str
        Codes of all grids the edit changes or takes away.

    Raises
    ------
    gridding.CodeError
        ``E-CODE-FULL``.
    """
    in_force = kept_codes(polygons, _in_force(plan, extent))
    taken = set(
        UnitGrid.objects.filter(plan=plan, code__in=in_force.values()).values_list(
            "code", flat=True
        )
    )
    own = [code for code in held if code]
    published = set(GridCode.objects.filter(code__in=own).values_list("code", flat=True))
    codes, last = [], dict[str, int]()
    for i, parent in enumerate(parents):
        kept, now = in_force.get(i), held[i]
        if kept and kept.startswith(parent) and (kept not in taken or kept in given_up):
            codes.append(kept)
        elif now and now not in published:
            codes.append(now)
        else:
            last[parent] = last.get(parent) or _largest(plan, parent)
            last[parent] += 1
            codes.append(gridding.grid_code(plan.scheme, parent, last[parent]))
    return codes


def parents_of(communities: Sequence[int]) -> list[str]:
    """The 12 digits of each community."""
    known = dict(Region.objects.filter(pk__in=set(communities)).values_list("pk", "code"))
    return [gridding.pad_community(known[key]) for key in communities]


def _in_force(plan: GridPlan, extent: tuple[float, float, float, float]) -> FormerGrids:
    box = shapely.box(*extent).wkt
    rows = list(
        UnitGrid.objects.filter(
            plan__district__code=plan.district.code,
            plan__state=GridPlan.State.PUBLISHED,
            geom__bboverlaps=f"SRID=4326;{box}",
        ).values_list("code", "geom")
    )
    shapes = projected([geom for _code, geom in rows], plan.metric_srid) if rows else np.zeros(0)
    return FormerGrids(tuple(code for code, _geom in rows), shapes)


def _largest(plan: GridPlan, parent: str) -> int:
    codes = [
        *GridCode.objects.filter(code__startswith=parent).values_list("code", flat=True),
        *UnitGrid.objects.filter(plan=plan, code__startswith=parent).values_list("code", flat=True),
    ]
    return max((int(code[12:]) for code in codes), default=0)
