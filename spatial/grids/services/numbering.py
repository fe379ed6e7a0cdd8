"""Codes of a new edition: a grid that keeps its ground keeps its code, no code comes back.

Source of the rules: docs/design (decision 4); the wish that removed codes are not reused follows
from "unique in time" of the definition of the unit grid.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

import gridding
from spatial.grids.models import GridPlan

SAME_GROUND = 0.95
"""Share of both the old and the new area that must be common for a code to stay."""


@dataclass(frozen=True, slots=True)
class FormerGrids:
    """Grids of the edition in force: codes and polygons in the metric CRS of the new plan."""

    codes: tuple[str, ...]
    polygons: NDArray[np.object_]


def overlaps(
    new: NDArray[np.object_], old: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs (new index, old index) that share ground, and the shared area in m²."""
    i, j = shapely.STRtree(old).query(new, predicate="intersects")
    area = shapely.area(shapely.intersection(new[i], old[j]))
    keep = area > 1.0
    return i[keep], j[keep], area[keep]


def kept_codes(new: NDArray[np.object_], former: FormerGrids) -> dict[int, str]:
    """Code of the former grid for each new grid that keeps its ground."""
    if not len(former.polygons):
        return {}
    i, j, shared = overlaps(new, former.polygons)
    new_share = shared / shapely.area(new[i])
    old_share = shared / shapely.area(former.polygons[j])
    same = (new_share >= SAME_GROUND) & (old_share >= SAME_GROUND)
    return {int(n): former.codes[o] for n, o in zip(i[same], j[same], strict=True)}


def assign_codes(
    result: gridding.GridResult,
    community_codes: tuple[str, ...],
    scheme: str,
    former: FormerGrids,
    ever_used: dict[str, int],
) -> list[str]:
    """A code for every grid of ``result``.

    Parameters
    ----------
    ever_used : dict
        Largest number ever published in a community (12 digits), over all editions.

    Raises
    ------
    gridding.CodeError
        ``E-CODE-FULL`` when a community has used up its numbers.
    """
    kept = kept_codes(result.polygons, former)
    parents = [gridding.pad_community(code) for code in community_codes]
    kept = {i: code for i, code in kept.items() if code[:12] == parents[result.community[i]]}
    following: dict[str, int] = defaultdict(int, ever_used)
    codes = []
    for index, community in enumerate(result.community):
        parent = parents[community]
        if index in kept:
            codes.append(kept[index])
            continue
        following[parent] += 1
        codes.append(gridding.grid_code(scheme, parent, following[parent]))
    return codes


SETTLE = """
    WITH place AS (
        SELECT id, ordinal AS old, row_number() OVER (ORDER BY code) AS new
        FROM grids_unitgrid WHERE plan_id = %(plan)s
    ), beside AS (
        SELECT g.id, array_agg(p.new::int ORDER BY p.new) AS ordinals
        FROM grids_unitgrid g CROSS JOIN unnest(g.neighbours) AS n(old) JOIN place p USING (old)
        WHERE g.plan_id = %(plan)s GROUP BY g.id
    )
    UPDATE grids_unitgrid g
    SET ordinal = p.new + %(beyond)s, neighbours = COALESCE(b.ordinals, '{}')
    FROM place p LEFT JOIN beside b USING (id) WHERE g.id = p.id
"""
BACK = "UPDATE grids_unitgrid SET ordinal = ordinal - %(beyond)s WHERE plan_id = %(plan)s"
BEYOND = 1_000_000_000
"""Far above any ordinal: on the way no two grids may have the same."""


def settle_ordinals(plan: GridPlan) -> None:
    """Number the grids of an edited plan 1 to N by code, as those of a plan just cut are."""
    values = {"plan": plan.pk, "beyond": BEYOND}
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, values)
        cursor.execute(BACK, values)
