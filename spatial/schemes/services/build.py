"""Builds an edition of a scheme by grouping the unit grids in force."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

import gridding
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent
from spatial.core.srid import STORE_SRID
from spatial.grids.selectors import current_plan, grids_of
from spatial.grids.services.inputs import district_now
from spatial.grids.services.metric import as_arrays
from spatial.schemes.models import GridScheme, SchemeEdition
from spatial.schemes.services.editions import store_edition

MOST_GROUPS = 9_999


def build_edition(
    scheme: GridScheme,
    district_code: str,
    groups: int,
    user: Any = None,
    progress: Progress = silent,
) -> SchemeEdition:
    """Group the unit grids of a district into connected cells of about the same area.

    Cells are unions of unit grids, coded district and four digits in rows from the north.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``, ``E-PLAN-MISSING``.
    InputError
        ``E-SCHEME-GROUPS`` for a number of cells that cannot be; what the engine refuses.
    """
    progress(0, 3, str(_("reading grids")))
    district, plan = district_now(district_code), current_plan(district_code)
    stored = as_arrays(grids_of(plan).values_list("geom", flat=True))
    if not 1 <= groups <= min(len(stored), MOST_GROUPS):
        text = _("Give 1 to %(most)s cells: there are %(count)s unit grids.")
        most = min(len(stored), MOST_GROUPS)
        raise InputError("E-SCHEME-GROUPS", text % {"most": most, "count": len(stored)})
    metric = gridding.project(stored, STORE_SRID, plan.metric_srid)
    progress(1, 3, str(_("grouping unit grids")))
    try:
        made = gridding.make_groups(metric, {"area": shapely.area(metric)}, groups)
    except gridding.GridError as error:
        raise InputError(error.code, error.message) from error
    progress(2, 3, str(_("writing")))
    # Of what is stored, so that cells and unit grids have the same vertices to the last bit.
    cells = [shapely.union_all(stored[made.label == k]) for k in range(len(made.polygons))]
    codes = [f"{district.code}{number:04d}" for number in range(1, len(cells) + 1)]
    facts = {"plan": plan.version, "groups": groups, "spread": float(made.spread[0])}
    shapes = np.array(cells, object)
    edition = store_edition(
        scheme,
        district,
        plan.metric_srid,
        (codes, [""] * len(codes), shapes),
        SchemeEdition.Origin.BUILT,
        facts,
        user,
    )
    progress(3, 3, str(_("done")))
    return edition
